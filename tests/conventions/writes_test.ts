import { assert, assertEquals } from "@std/assert";
import { isCustom } from "../../src/presets/preset_options.ts";
import { drive } from "./_drive.ts";
import type { PlanParts } from "./_plan.ts";
import { PLANS } from "./_plans.ts";
import { type Range, watching } from "./_watch.ts";

/** Texts of several sizes, and some that a sloppy codec writes beyond its block. */
const TEXTS = ["", "B", "Bob", "Bøb", "漢字", "🚀", "a".repeat(17), "é".repeat(100)];

/** Guests whose memory is too large to be compared byte by byte, or that have none. */
const UNSEEN = /high_pointer|js_strings/;

/** The blocks that a guest has allocated, as the calls of its exports show. */
class Blocks {
  readonly #blocks: Range[] = [];
  readonly #allocate: string;
  #asked = 0;

  constructor(allocate: string) {
    this.#allocate = allocate;
  }

  called(name: string, args: readonly unknown[], result: unknown): void {
    const at = Number(result) >>> 0;
    if (name === this.#allocate) {
      // The size is the first argument, except in the realloc form, where it is the last one.
      this.#asked = Number(args.length === 4 ? args[3] : args[0]);
      if (result !== undefined) this.#add(at, this.#asked);
    } else if (name === "input") this.#add(at, this.#asked);
    else if (name === "__wbindgen_add_to_stack_pointer" && Number(args[0]) < 0) this.#add(at, 16);
    else if (name === "stackRestore") this.#add(Number(args[0]), 16);
  }

  #add(start: number, byteLength: number): void {
    this.#blocks.push({ start, end: start + byteLength });
  }

  hold({ start, end }: Range): boolean {
    return this.#blocks.some((block) => start >= block.start && end <= block.end);
  }
}

/** The exports with which the plan allocates. */
async function allocatorOf(plan: PlanParts): Promise<string> {
  const { guest } = await drive(plan);
  const { convention } = guest.convention;
  assert(!isCustom(convention) && convention.place.kind === "allocator");
  const { allocate } = convention.place;
  return typeof allocate === "string" ? allocate : allocate.export;
}

for (const plan of PLANS) {
  if (UNSEEN.test(plan.guest)) continue;

  Deno.test(`${plan.guest}, ${plan.name}: the host writes only into its own blocks`, async () => {
    const blocks = new Blocks(await allocatorOf(plan));
    let written = 0;
    const [driven, finish] = await watching(
      {
        wrote(ranges) {
          for (const range of ranges) {
            written += range.end - range.start;
            assert(blocks.hold(range), `0x${range.start.toString(16)} is in none`);
          }
        },
        called: (...call) => blocks.called(...call),
      },
      () => drive(plan),
    );
    for (const [name, expected] of Object.entries(driven.transforms)) {
      for (const text of TEXTS) {
        assertEquals(driven.passString(text, name), expected(text));
        finish();
      }
    }
    assert(written > 0, "nothing was seen");
    driven.guest.close();
  });
}
