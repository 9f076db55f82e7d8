import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { type Guest, load, LoadError, type MemoryLayout } from "../../mod.ts";
import { guestPath } from "../_guests.ts";

// Guests of clang that have no layout of their own: `testdata/c/host_layout.c`.

const SETTINGS = 0x100;

const layout = {
  output: { reserve: 4096 },
  settings: { at: SETTINGS, capacity: 8 },
  samples: { at: 0x1000, capacity: 4096 },
} as const;

const samples = {
  type: "array",
  element: "i16",
  place: { kind: "buffer", pointer: { layout: "samples" } },
} as const;

const scaling = {
  parameters: [samples],
  output: { capacity: 4096, place: { kind: "buffer", pointer: { layout: "output" } } },
  arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "codeUnits" }, "output"],
} as const;

const filterSymbols = {
  scale: {
    ...scaling,
    // The number of elements, like its result.
    output: { ...scaling.output, capacity: 2048 },
    result: {
      type: "array",
      element: "i16",
      pointer: "output",
      length: "result",
      unit: "codeUnits",
    },
  },
} as const;

const meterSymbols = {
  peak: { parameters: [samples], result: "i32" },
  scaled_peak: { ...scaling, result: "i32" },
} as const;

/** Computes the guests' result for samples in JavaScript. */
function scaled(given: readonly number[], percent: number, limit: number): number[] {
  return given.map((sample) =>
    Math.max(-limit, Math.min(limit, Math.trunc(sample * percent / 100)))
  );
}

// deno-lint-ignore no-explicit-any -- any guest
function set({ memory }: Guest<any>, percent: number, limit: number): void {
  memory.write("i32", SETTINGS, percent);
  memory.write("i32", SETTINGS + 4, limit);
}

/** Loads the filter with a memory of its own, and the meter with the filter's. */
async function loadBoth() {
  const filter = await load(guestPath("c/host_layout_filter"), {
    layout,
    imports: { meter: { limit: (sample: number) => limit(sample) } },
    symbols: filterSymbols,
  });
  const meter = await load(guestPath("c/host_layout_meter"), {
    layout,
    imports: { env: filter },
    symbols: meterSymbols,
  });
  const limit = meter.exports.limit as (sample: number) => number;
  return { filter, meter };
}

const GIVEN = [100, -200, 300, 1, 0];

Deno.test("two guests of C call each other in a memory whose layout is the host's", async () => {
  const { filter, meter } = await loadBoth();
  assertStrictEquals(meter.memory.memory, filter.memory.memory);
  // The fixed ranges need a page, and the added ranges follow it.
  assertEquals(filter.place("output"), { pointer: 65536, byteLength: 4096 });
  assertStrictEquals(filter.memory.size, 2 * 65536);
  for (const name of Object.keys(layout)) assertEquals(filter.place(name), meter.place(name));
  for (let count = 0; count < 120; count++) {
    const [percent, limit] = [50 + count * 3, 100 + count];
    set(filter, percent, limit);
    const expected = scaled(GIVEN, percent, limit);
    assertEquals([...filter.symbols.scale(Int16Array.from(GIVEN))], expected);
    const peak = Math.max(...expected.map(Math.abs));
    assertStrictEquals(meter.symbols.scaled_peak(Int16Array.from(GIVEN)), peak);
    assertStrictEquals(meter.symbols.peak(Int16Array.from(GIVEN)), 300);
    // The other guest finds the data of the first one.
    const { buffer } = filter.memory.readBytes(65536, 2 * GIVEN.length);
    assertEquals([...new Int16Array(buffer)], expected);
  }
  meter.close();
  filter.close();
});

Deno.test("the layout holds in a memory that the host made, whichever guest comes first", async () => {
  for (const filterIsFirst of [true, false]) {
    const memory = new WebAssembly.Memory({ initial: 0, maximum: 4 });
    // deno-lint-ignore no-explicit-any -- one of two guests
    const made: Record<string, Guest<any>> = {};
    const call = (guest: string, name: string) => (...args: number[]) =>
      (made[guest]!.exports[name] as (...args: number[]) => number)(...args);
    const loadFilter = async () => {
      made.filter = await load(guestPath("c/host_layout_filter_imported"), {
        memory,
        layout,
        imports: { meter: { limit: call("meter", "limit") } },
        symbols: filterSymbols,
      });
    };
    const loadMeter = async () => {
      made.meter = await load(guestPath("c/host_layout_meter"), {
        memory,
        layout,
        imports: { env: { scale: call("filter", "scale") } },
        symbols: meterSymbols,
      });
    };
    for (const next of filterIsFirst ? [loadFilter, loadMeter] : [loadMeter, loadFilter]) {
      await next();
      assertStrictEquals(memory.buffer.byteLength, 2 * 65536);
    }
    const { filter, meter } = made;
    set(meter!, 200, 500);
    assertStrictEquals(meter!.symbols.scaled_peak!(Int16Array.from(GIVEN)), 500);
    assertEquals(
      [...filter!.symbols.scale!(Int16Array.from(GIVEN)) as Int16Array],
      [200, -400, 500, 2, 0],
    );
    assertEquals(filter!.place("output"), { pointer: 65536, byteLength: 4096 });
  }
});

Deno.test("a second guest whose data would overlap the first one's ranges is refused", async () => {
  const { filter, meter } = await loadBoth();
  const clash = async (other: MemoryLayout) => {
    const source = guestPath("c/host_layout_meter");
    const first = `"${guestPath("c/host_layout_filter")}"`;
    const error = await assertRejects(
      () => load(source, { imports: { env: filter }, layout: other }),
      LoadError,
    );
    return [
      error.code,
      ...error.problems.map((problem) => problem.replaceAll(first, "the filter")),
    ];
  };
  assertEquals(await clash({ gain: { at: 0x104, capacity: 4 } }), [
    "memory",
    'layout.gain is 0x104 to 0x108, which overlaps "settings" of the filter, 0x100 ' +
    "to 0x108",
  ]);
  assertEquals(await clash({ settings: { at: 0x100, capacity: 16 } }), [
    "memory",
    "layout.settings is 0x100 to 0x110, expected 0x100 to 0x108, as the filter has it " +
    "in the same memory",
  ]);
  meter.close();
  filter.close();
});

Deno.test("an array that its range does not hold is refused", async () => {
  const { filter, meter } = await loadBoth();
  set(filter, 100, 1);
  assertStrictEquals(filter.symbols.scale(new Int16Array(2048)).length, 2048);
  assertThrows(
    () => filter.symbols.scale(new Int16Array(2049)),
    RangeError,
    'Cannot pass 4098 bytes to "scale": the guest\'s buffer holds 4096',
  );
  meter.close();
  filter.close();
});
