import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocator, canonicalAbi, compile, cString, type Guest, GuestError, load } from "../mod.ts";
import type { LoadOptions } from "../mod.ts";
import { guestUrl } from "./_guests.ts";

// Many passes with each convention, and resets, traps, limits and disposals between them. The
// memory of the process must not grow: a slope is fitted to samples, and one above its bound is a
// failure.

const result = "packedPointerHigh";

/** A guest that passes a text in one convention. */
interface Kind {
  readonly guest: string;
  readonly export: string;
  readonly options?: LoadOptions;
}

const KINDS: readonly Kind[] = [
  { guest: "c/echo_length", export: "echo" },
  {
    guest: "c/allocator_malloc",
    export: "echo",
    options: { convention: allocator({ allocate: "malloc", free: "free", result }) },
  },
  {
    guest: "c/c_string",
    export: "echo",
    options: { convention: cString({ allocate: "malloc", free: "free" }) },
  },
  {
    guest: "c/canonical_utf8",
    export: "example:text/greeter@1.0.0#echo",
    options: { convention: canonicalAbi() },
  },
  { guest: "c/bindgen_new", export: "echo" },
  { guest: "assemblyscript/strings", export: "echo" },
];

const TEXTS = ["a", "Grüße, 漢字", "x".repeat(500)];

/** The bounds of the slopes: the number of bytes that a thousand passes may add. */
const MOST_SLOPE = { heapUsed: 4096, rss: 16_384 } as const;

/** The number of samples that a slope is fitted to. */
const SAMPLES = 20;

/** Returns the slope of a line that is fitted to values at equal distances: least squares. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0, below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return above / below;
}

/** The instances that were made and are not collected yet. */
const live = new Set<WeakRef<WebAssembly.Instance>>();

function watch(guest: Guest): void {
  live.add(new WeakRef(guest.instance));
}

const collect: (() => void) | undefined = Reflect.get(globalThis, "gc");

/** Collects garbage. The target of a weak reference is kept alive until the end of the task. */
async function sample(): Promise<{ heapUsed: number; rss: number; live: number }> {
  for (let times = 0; times < 3; times++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect?.();
  }
  for (const instance of live) if (instance.deref() === undefined) live.delete(instance);
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heapUsed, rss, live: live.size };
}

/** Passes texts `passes` times, and fails if anything is lost or grows. */
export async function soak(passes: number, tell: (line: string) => void): Promise<void> {
  // Loading bytes anew compiles the calls anew, and V8 keeps some 10 KiB for each of these
  // functions.
  const compiled = await Promise.all(KINDS.map(({ guest }) => compile(guestUrl(guest))));
  const guests: Guest[] = await Promise.all(KINDS.map(({ options }, at) => {
    return load(compiled[at]!, options ?? {});
  }));
  using trapping = await load(guestUrl("c/traps"));
  using looping = await load(guestUrl("c/plugin"), { limits: { fuel: 10_000, deadline: 1000 } });
  guests.forEach(watch);
  const samples: Awaited<ReturnType<typeof sample>>[] = [];
  const part = Math.ceil(passes / SAMPLES);
  // The first half warms up: calls are compiled, and the heap finds its size.
  for (let count = 1; count <= 2 * passes; count++) {
    const at = count % KINDS.length;
    const { export: name, options } = KINDS[at]!;
    const text = TEXTS[count % TEXTS.length]!;
    assertEquals(guests[at]!.passString(text, name), text);
    if (count % 97 === 0) {
      guests[at]!.reset();
      watch(guests[at]!);
    }
    if (count % 211 === 0) fail(trapping, "trap", ["x", "trap_divide"]);
    // It loops for a text that begins with this.
    if (count % 307 === 0) fail(looping, "fuel-exhausted", ["@", "shout"]);
    if (count % 503 === 0) {
      guests[at]!.close();
      guests[at] = await load(compiled[at]!, options ?? {});
      watch(guests[at]!);
    }
    if (count > passes && count % part === 0) samples.push(await sample());
  }
  for (const guest of guests) guest.close();
  for (const what of ["heapUsed", "rss"] as const) {
    const slope = slopeOf(samples.map((one) => one[what])) / part * 1000;
    tell(`${what}: ${Math.round(slope)} bytes for 1000 passes`);
    if (collect === undefined) continue;
    assert(slope <= MOST_SLOPE[what] * Math.max(1, 200_000 / passes), `${what}: ${slope}`);
  }
  const most = Math.max(...samples.map((one) => one.live));
  tell(`live instances: at most ${most}`);
  if (collect !== undefined) assert(most <= 3 * KINDS.length, `${most} live instances`);
}

/** Passes a text that ends the guest, and resets the guest. */
function fail(guest: Guest, code: string, call: [text: string, name: string]): void {
  const error = assertThrows(() => guest.passString(...call), GuestError);
  assertEquals(error.code, code);
  guest.reset();
  watch(guest);
}
