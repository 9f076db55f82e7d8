import { readImportedMemories } from "../../src/binary/externals.ts";
import { readModule } from "../../src/binary/module.ts";
import type { MemoryType } from "../../src/binary/types.ts";
import { findGuests, guestBytes } from "../_guests.ts";
import { build, FUNCTION, IMPORT, section, VOID_TYPE } from "./_build.ts";
import { assert, assertEquals } from "@std/assert";

/** Makes a module with an import section of these imports, between other sections. */
function moduleOf(count: number, ...imports: number[]): Uint8Array {
  const custom = section(0, "x", 2, 2); // its bytes look like ids
  return build(custom, VOID_TYPE, section(IMPORT, count, imports), section(FUNCTION, 1, 0));
}

/** `"e" "m"`, and the type of the import. */
function named(...type: number[]): number[] {
  return [1, 0x65, 1, 0x6d, ...type];
}

const U64_MAX = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];

const PLAIN = { shared: false, address: "i32", pageSize: 65536 } as const;

/** Memory types as the specification and its proposals write them, and their meaning. */
const TYPES: [bytes: number[], type: MemoryType][] = [
  [[2, 0x00, 0], { minimum: 0, ...PLAIN }],
  [[2, 0x01, 3, 4], { minimum: 3, maximum: 4, ...PLAIN }],
  [[2, 0x01, 0x80, 2, 0x80, 0x80, 4], { minimum: 256, maximum: 65536, ...PLAIN }],
  [[2, 0x00, 0x80, 0x80, 0x80, 0x80, 0], { minimum: 0, ...PLAIN }],
  [[2, 0x03, 1, 1], { minimum: 1, maximum: 1, ...PLAIN, shared: true }],
  [[2, 0x04, 5], { minimum: 5n, ...PLAIN, address: "i64" }],
  [[2, 0x05, 1, ...U64_MAX], { minimum: 1n, maximum: 2n ** 64n - 1n, ...PLAIN, address: "i64" }],
  [[2, 0x07, 1, 2], { minimum: 1n, maximum: 2n, ...PLAIN, address: "i64", shared: true }],
  [[2, 0x08, 9, 0], { minimum: 9, ...PLAIN, pageSize: 1 }],
  [[2, 0x09, 1, 9, 16], { minimum: 1, maximum: 9, ...PLAIN }],
];

Deno.test("readImportedMemories() reads every form of a memory's type", () => {
  for (const [bytes, type] of TYPES) {
    assertEquals(readImportedMemories(moduleOf(1, ...named(...bytes)), 1), [type], `${bytes}`);
  }
  const all = TYPES.flatMap(([bytes]) => named(...bytes));
  const types = TYPES.map(([, type]) => type);
  assertEquals(readImportedMemories(moduleOf(TYPES.length, ...all), TYPES.length), types);
});

Deno.test("readImportedMemories() passes over names of any length", () => {
  const long = new Array(200).fill(2); // each byte could be a kind, or an id
  const bytes = moduleOf(1, 0, 0xc8, 1, ...long, 2, 1, 3, 4);
  assertEquals(readImportedMemories(bytes, 1), [{ minimum: 3, maximum: 4, ...PLAIN }]);
});

Deno.test("readImportedMemories() passes over functions", () => {
  const memory = named(2, 1, 3, 4);
  const type = { minimum: 3, maximum: 4, ...PLAIN };
  for (const index of [[0], [0x7f], [0x85, 1], [0x83, 0x80, 0]]) {
    const imports = [...named(0, ...index), ...memory, ...named(0, ...index), ...memory];
    const found = readImportedMemories(moduleOf(4, ...imports), 4);
    assertEquals(found, [undefined, type, undefined, type], `${index}`);
  }
});

Deno.test("readImportedMemories() returns undefined if an import is neither", () => {
  const memory = named(2, 0, 1);
  for (
    const other of [
      [0x20, 0], // an exact function
      [0x01, 0x70, 0, 0],
      [0x03, 0x7f, 0],
      [0x04, 0, 0],
      [0x7f, 1, 1, 0x66, 2, 0, 1], // compact: one name and its type
    ]
  ) {
    assertEquals(readImportedMemories(moduleOf(2, ...memory, ...named(...other)), 2), undefined);
    assertEquals(readImportedMemories(moduleOf(1, ...named(...other)), 1), undefined);
  }
});

Deno.test("readImportedMemories() returns undefined if the count of imports differs", () => {
  const compact = [1, 0x65, 0, 0x7f, 2, 1, 0x6d, 2, 0, 1, 1, 0x6e, 2, 0, 1]; // one group of two
  assertEquals(readImportedMemories(moduleOf(1, ...compact), 2), undefined);
  const plain = moduleOf(2, ...named(2, 0, 1), ...named(2, 0, 1));
  assertEquals(readImportedMemories(plain, 1), undefined);
  assertEquals(readImportedMemories(plain, 3), undefined);
});

Deno.test("readImportedMemories() ends even in bytes that no engine accepted", () => {
  const bytes = moduleOf(1, ...named(2, 0x05, 1, ...U64_MAX));
  for (let length = 0; length <= bytes.length; length++) {
    readImportedMemories(bytes.subarray(0, length), 1);
  }
  assertEquals(readImportedMemories(build(), 1), undefined);
});

Deno.test("readImportedMemories() agrees with the reader of whole modules", async () => {
  let guests = 0;
  for (const name of await findGuests()) {
    const bytes = await guestBytes(name);
    const { imports } = readModule(bytes);
    if (imports.length === 0) continue;
    const types = imports.map((item) => item.kind === "memory" ? item.type : undefined);
    const isPlain = imports.every(({ kind }) => kind === "memory" || kind === "function");
    const found = readImportedMemories(bytes, imports.length);
    assertEquals(found, isPlain ? types : undefined, name);
    if (types.some((type) => type !== undefined)) guests++;
  }
  assert(guests > 5, `${guests} guests`);
});
