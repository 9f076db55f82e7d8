// The expected sizes of memories and tables are those of the engine.
import { assertEquals, assertRejects, assertThrows, fail } from "@std/assert";
import { load, LoadError } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { capLimits, lowerMaxima } from "../../src/limits/caps.ts";
import type { MemoryType, ModuleInfo, TableType } from "../../src/binary/types.ts";
import { build, section } from "../binary/_build.ts";
import { npmSamples, ownSamples } from "../binary/_samples.ts";
import { assemble } from "../_wat.ts";
import { randomOf } from "./_random.ts";

const PAGE = 65536;

type Grow = (by: number | bigint) => number | bigint;

const GROW = `(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))`;

const GROW64 = `(func (export "grow") (param i64) (result i64) (memory.grow (local.get 0)))`;

const GROW_TABLE = `(func (export "grow") (param i32) (result i32)
  (table.grow $t (ref.null func) (local.get 0)))`;

/**
 * Modules whose export grows a memory or a table, limits, and the results of growing three times by
 * 1.
 */
const ROWS: [name: string, body: string, limits: object, answers: (number | bigint)[]][] = [
  ["a maximum is set", `(memory 1) ${GROW}`, { memory: 3 * PAGE }, [1, 2, -1]],
  ["bytes are rounded down", `(memory 1) ${GROW}`, { memory: 3 * PAGE - 1 }, [1, -1, -1]],
  ["a maximum is lowered", `(memory 1 9) ${GROW}`, { memory: 2 * PAGE }, [1, -1, -1]],
  ["a lower maximum stays", `(memory 1 2) ${GROW}`, { memory: 9 * PAGE }, [1, -1, -1]],
  ["the cap is the size", `(memory 1) ${GROW}`, { memory: PAGE }, [-1, -1, -1]],
  ["nothing is left", `(memory 0) ${GROW}`, { memory: 0 }, [-1, -1, -1]],
  ["an imported memory", `(import "m" "m" (memory 1)) ${GROW}`, { memory: 2 * PAGE }, [1, -1, -1]],
  ["a shared memory", `(memory 1 9 shared) ${GROW}`, { memory: 2 * PAGE }, [1, -1, -1]],
  [
    "an imported shared memory",
    `(import "m" "m" (memory 1 9 shared)) ${GROW}`,
    { memory: 2 * PAGE },
    [1, -1, -1],
  ],
  ["a 64-bit memory", `(memory i64 1) ${GROW64}`, { memory: 2 * PAGE }, [1n, -1n, -1n]],
  ["a 64-bit maximum", `(memory i64 1 9) ${GROW64}`, { memory: 3 * PAGE }, [1n, 2n, -1n]],
  [
    "a 64-bit memory below a limit that no engine reaches",
    `(memory i64 1) ${GROW64}`,
    { memory: 2 ** 40 },
    [1n, 2n, 3n],
  ],
  ["a table", `(table $t 5 funcref) ${GROW_TABLE}`, { tableElements: 7 }, [5, 6, -1]],
  ["a table's maximum", `(table $t 5 99 funcref) ${GROW_TABLE}`, { tableElements: 6 }, [5, -1, -1]],
  ["a memory beside a table", `(table 5 funcref) (memory 1) ${GROW}`, { tableElements: 5 }, [
    1,
    2,
    3,
  ]],
  ["fuel beside", `(memory 1) ${GROW}`, { memory: 2 * PAGE, fuel: 1e6 }, [1, -1, -1]],
];

for (const [name, body, limits, answers] of ROWS) {
  Deno.test(`caps: ${name}`, async () => {
    using guest = await load(assemble(`(module ${body})`), { limits });
    const one = typeof answers[0] === "bigint" ? 1n : 1;
    const grow = () => answers.map(() => (guest.exports.grow as unknown as Grow)(one));
    assertEquals(grow(), answers);
    guest.reset();
    assertEquals(grow(), answers);
  });
}

Deno.test("several memories, and several tables, share the rest of a cap beyond their initial sizes", async () => {
  const text = `(module (memory (export "a") 1) (memory (export "b") 2 9)
    (table (export "s") 1 funcref) (table (export "t") 2 4 externref))`;
  // The initial sizes add up to 3 pages and to 3 elements. One table can grow to 2 of 6 elements,
  // the other one to 4.
  const limits = { memory: 9 * PAGE, tableElements: 9 };
  using guest = await load(assemble(text), { limits, memoryName: "a" });
  const { a, b, s, t } = guest.exports as unknown as Record<string, WebAssembly.Memory>;
  const grows = (value: WebAssembly.Memory) => {
    for (let by = 0;; by++) {
      try {
        value.grow(1);
      } catch {
        return by;
      }
      if (by > 20) return by;
    }
  };
  assertEquals([a, b, s, t].map((value) => grows(value!)), [3, 3, 4, 2]);
  assertEquals(guest.fuel, undefined);
});

Deno.test("the maxima of several memories or tables add up to the cap", () => {
  const random = randomOf(7);
  for (let round = 0; round < 5000; round++) {
    const types = Array.from({ length: 1 + random(5) }, (): TableType => {
      const minimum = random(20);
      const maximum = random(3) === 0 ? {} : { maximum: minimum + random(30) };
      return { minimum, ...maximum, address: "i32", shared: false, element: "funcref" };
    });
    const whole = types.reduce((sum, { minimum }) => sum + Number(minimum), 0);
    const cap = whole + random(100);
    const asMemories = random(2) === 0;
    const info = {
      tables: asMemories ? [] : types,
      memories: asMemories ? types.map((type) => ({ ...type, pageSize: PAGE })) : [],
    } as Pick<ModuleInfo, "memories" | "tables"> as ModuleInfo;
    const found: readonly (MemoryType | TableType)[] = asMemories ? info.memories : info.tables;
    const maxima = lowerMaxima(info, { memory: cap * PAGE, tableElements: cap });
    const most = found.map((type) => maxima.get(type)?.maximum ?? Number(type.maximum));
    const sum = most.reduce((sum, one) => sum + one, 0);
    if (maxima.size > 0) assertEquals(sum, cap, JSON.stringify({ cap, types, most }));
    else assertEquals(sum <= cap, true, JSON.stringify({ cap, types, most }));
    found.forEach(({ minimum, maximum = Infinity }, index) =>
      assertEquals(most[index]! >= Number(minimum) && most[index]! <= Number(maximum), true)
    );
  }
});

/** The part of a table that types of the engine declare in several ways. */
interface GrownTable {
  get(index: number): unknown;
  grow(delta: number, value: unknown): number;
}

Deno.test("a table with an initial value, and one of references that are never null, are capped", async () => {
  const VOID = [0x60, 0, 0], FUNC_0 = [0xd2, 0, 0x0b];
  const bytes = build(
    section(1, 1, VOID),
    section(3, 1, 0),
    // Two tables of a function each: of funcref without a maximum, of (ref 0) with one of 9.
    section(4, 2, [0x40, 0, 0x70, 0, 1, ...FUNC_0], [0x40, 0, 0x64, 0, 1, 1, 9, ...FUNC_0]),
    section(7, 3, "f", 0, 0, "a", 1, 0, "b", 1, 1),
    section(10, 1, [2, 0, 0x0b]),
  );
  using guest = await load(bytes, { limits: { tableElements: 4 } });
  const { f, a, b } = guest.exports;
  for (const table of [a, b] as unknown as GrownTable[]) {
    assertEquals(table.get(0), f);
    assertEquals(table.grow(1, f), 1);
    assertThrows(() => table.grow(1, f), RangeError);
  }
});

Deno.test("a source map is left out, because it counts the bytes of the whole binary", () => {
  const bytes = build(
    section(0, "name", [0]),
    section(5, 1, 0, 1),
    section(0, "sourceMappingURL", "a"),
  );
  const info = readModule(bytes);
  const capped = capLimits(bytes, info, lowerMaxima(info, { memory: PAGE, tableElements: 0 }));
  assertEquals(readModule(capped).customSections.map(({ name }) => name), ["name"]);
});

/** Guests that are refused, with the message of the error. */
const LARGE: [text: string, limits: object, message: string][] = [
  [
    "(memory 3)",
    { memory: 2 * PAGE },
    "its memory has 196608 bytes at the start, expected at most 131072, or limits.memory of " +
    "196608 or more",
  ],
  [
    '(import "m" "m" (memory 1)) (memory 65536)',
    { memory: PAGE },
    "its memories together have 4295032832 bytes at the start, expected at most 65536, or " +
    "limits.memory of 4295032832 or more",
  ],
  [
    "(memory 1) (memory 2)",
    { memory: 2 * PAGE },
    "its memories together have 196608 bytes at the start, expected at most 131072, or " +
    "limits.memory of 196608 or more",
  ],
  [
    "(memory i64 2)",
    { memory: PAGE },
    "its memory has 131072 bytes at the start, expected at most 65536, or limits.memory of " +
    "131072 or more",
  ],
  [
    "(table 11 funcref)",
    { tableElements: 10 },
    "its table has 11 elements at the start, expected at most 10, or limits.tableElements of 11 " +
    "or more",
  ],
  [
    "(table 6 funcref) (table 5 externref)",
    { tableElements: 10 },
    "its tables together have 11 elements at the start, expected at most 10, or " +
    "limits.tableElements of 11 or more",
  ],
];

for (const [text, limits, message] of LARGE) {
  Deno.test(`caps refuse ${text}`, async () => {
    const error = await assertRejects(() => load(assemble(`(module ${text})`), { limits }));
    assertEquals(
      [error instanceof LoadError && error.code, (error as Error).message],
      ["limits", `Cannot load bytes: ${message}`],
    );
  });
}

Deno.test("every module of our guests and of npm packages is valid with caps, and only limits differ", async () => {
  let count = 0;
  for (const { name, bytes } of [...await ownSamples(), ...await npmSamples()]) {
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) continue;
    const info = readModule(bytes);
    // As little as the module allows, so that all limits are lowered.
    const caps = {
      memory: Math.max(0, ...info.memories.map(({ minimum }) => Number(minimum))) * PAGE,
      tableElements: Math.max(0, ...info.tables.map(({ minimum }) => Number(minimum))),
    };
    const capped = capLimits(bytes, info, lowerMaxima(info, caps));
    if (!WebAssembly.validate(capped)) fail(`${name} is invalid`);
    const found = readModule(capped);
    assertEquals(lowerMaxima(found, caps).size, 0, name);
    assertEquals(found.exports.map(({ name }) => name), info.exports.map(({ name }) => name), name);
    assertEquals(found.imports.map(({ name }) => name), info.imports.map(({ name }) => name), name);
    assertEquals(found.functions, info.functions, name);
    assertEquals(found.dataSegments, info.dataSegments, name);
    count++;
  }
  if (count < 300) fail(`${count} modules were capped`);
});
