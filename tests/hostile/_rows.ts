import { assert, assertEquals } from "@std/assert";
import { type Guest, load, type LoadOptions } from "../../mod.ts";
import { outcome, Thrown } from "../answers/_rows.ts";
import { type Feature, needs } from "../_engine.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { entered, hostileModule, type HostileParts } from "./_guests.ts";

// Each row is a guest that misbehaves in one way. In each case the error or the result is that of
// the row, the host's memory and another guest are not changed, no code of the guest runs after a
// trap, and the next reset works.

/** The class, the code and the whole message of an error. */
export type Expected = readonly [name: string, code: string | undefined, message: string];

/** A guest that misbehaves, and the outcome. */
export interface HostileRow extends HostileParts {
  /** A sentence that says what the guest does. */
  readonly name: string;
  /** Its functions in the text format. */
  readonly functions: string;
  readonly options?: LoadOptions | undefined;
  /** Calls the guest; `host` is memory of the host, which must not change. */
  // deno-lint-ignore no-explicit-any
  readonly ask: (guest: Guest<any>, host: Uint8Array) => unknown;
  /** The error, unless the call succeeds. */
  readonly throws?: Expected | undefined;
  /** The value that `ask` returns if there is no error. */
  readonly gives?: unknown;
  /** The state of the guest afterwards: poisoned unless set. */
  readonly state?: "ready" | "poisoned";
  /** The functions of the guest that were entered, in order. */
  readonly entered: string;
  /** The features that the engine must have. */
  readonly needs?: readonly Feature[];
  /** Assembles the guest, if it uses proposals that `assemble` does not support. */
  readonly assembler?: (text: string) => Uint8Array<ArrayBuffer>;
}

/** The milliseconds that a row may take, on a slow machine under load. */
const MOST_TIME = 5000;

/** The bytes of host memory that a row may leave behind or hold at its end. */
const MOST_MEMORY = 64 * 1024 * 1024;

const FINE = { fine: { parameters: [], result: "i32" } } as const;

function hostMemory(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** Makes a test of each row. */
export function testHostile(rows: readonly HostileRow[]): void {
  for (const row of rows) {
    Deno.test(row.name, needs(...row.needs ?? []), async () => {
      const { text, names } = hostileModule(row.functions, row);
      const bytes = (row.assembler ?? assemble)(text);
      using neighbour = await load(guestUrl("c/passing_data"));
      const before = neighbour.memory.readBytes(0, neighbour.memory.size);
      const host = new Uint8Array(256).fill(0xa5);
      const memory = hostMemory(), start = performance.now();

      const symbols = { ...FINE, ...row.options?.symbols };
      // deno-lint-ignore no-explicit-any
      using guest: Guest<any> = await load(bytes, { ...row.options, symbols });
      const shown = () => entered(guest.memory.memory, names);
      const expected = {
        found: row.throws ? new Thrown(...row.throws) : row.gives,
        state: row.state ?? "poisoned",
        entered: row.entered,
      };
      // The second round begins with a reset, and has to end like the first one.
      for (let round = 0; round < 2; round++) {
        const found = await outcome(() => row.ask(guest, host));
        assertEquals({ found, state: guest.state, entered: shown() }, expected);
        if (expected.state === "poisoned") {
          const again = await outcome(() => guest.symbols.fine!());
          assertEquals((again as Thrown).code, "poisoned");
          assertEquals(shown(), row.entered, "something of the guest ran after the trap");
        }
        guest.reset();
        assertEquals(guest.symbols.fine!(), 7);
        assertEquals(shown(), "fine");
        guest.reset();
      }

      const time = performance.now() - start, grown = hostMemory() - memory;
      assert(time < MOST_TIME, `${time} ms`);
      assert(grown < MOST_MEMORY, `${grown} bytes`);
      assertEquals(host, new Uint8Array(256).fill(0xa5));
      assertEquals(neighbour.memory.readBytes(0, neighbour.memory.size), before);
      assertEquals(neighbour.passString("Hello there, "), "Hello there, WASM is cool!");
    });
  }
}
