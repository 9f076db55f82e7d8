import { assertEquals } from "@std/assert";
import type { BlockSource, Length, LengthUnit } from "../../mod.ts";
import type { ResultPlan } from "../../src/abi/plan_parts.ts";
import {
  blocksOf,
  countWords,
  freeingCall,
  freeingCalls,
  partsOf,
  plannedUnit,
} from "../../src/plan/plan_blocks.ts";

const WITH_FREE: BlockSource = { kind: "allocator", allocate: "malloc", free: "free" };
const WITHOUT: BlockSource = { kind: "allocator", allocate: "malloc" };
const BUFFER: BlockSource = { kind: "buffer", pointer: 1024 };
const own = { export: "drop", pass: ["pointer", "byteLength"] } as const;

Deno.test("the host frees a block by the call of its place, or by the one that is named", () => {
  assertEquals(freeingCall("host", WITH_FREE), "free");
  assertEquals(freeingCall("host", WITHOUT), undefined);
  assertEquals(freeingCall("host", BUFFER), undefined);
  assertEquals(freeingCall({ call: own }, BUFFER), own);
});

Deno.test("the host does not free blocks that the guest frees", () => {
  assertEquals(freeingCall("guest", WITH_FREE), undefined);
  assertEquals(freeingCalls("guest", WITH_FREE), { free: undefined, whole: undefined });
});

Deno.test("a freeing export that gets the export's result frees it as a whole, others free each block", () => {
  const whole = { export: "free_list", pass: ["result"] } as const;
  assertEquals(freeingCalls({ calls: [own, whole, "free"] }), {
    free: [own, "free"],
    whole: [whole],
  });
  assertEquals(freeingCalls({ call: whole }), { free: undefined, whole: [whole] });
  assertEquals(freeingCalls("host", WITH_FREE), { free: ["free"], whole: undefined });
  assertEquals(freeingCalls("host"), { free: undefined, whole: undefined });
});

const NUMBER: ResultPlan = { kind: "number", type: "u32", value: "result" };
const ITEMS: ResultPlan = {
  kind: "cursor",
  next: "result",
  call: undefined,
  most: 9,
  item: NUMBER,
};
const RECORD: ResultPlan = {
  kind: "record",
  fields: [["id", NUMBER], ["items", ITEMS]],
} as unknown as ResultPlan;
const CHOICE: ResultPlan = {
  kind: "choice",
  value: "result",
  isOpen: false,
  cases: [{ is: 0, name: "none", item: undefined }, { is: 1, name: "some", item: RECORD }],
} as unknown as ResultPlan;

Deno.test("the parts of a result are its fields, its cases with a value, or its item", () => {
  assertEquals(partsOf(NUMBER), []);
  assertEquals(partsOf(ITEMS), [NUMBER]);
  assertEquals(partsOf(RECORD), [NUMBER, ITEMS]);
  assertEquals(partsOf(CHOICE), [RECORD]);
  assertEquals(partsOf({ kind: "elements", item: RECORD } as unknown as ResultPlan), [RECORD]);
});

Deno.test("each part of a result has a block, and the items of a list have one of their own", () => {
  assertEquals(blocksOf(NUMBER), 1);
  assertEquals(blocksOf(ITEMS), 2);
  assertEquals(blocksOf(RECORD), 4);
  assertEquals(blocksOf(CHOICE), 5);
  assertEquals(blocksOf({ kind: "elements", item: RECORD } as unknown as ResultPlan), 6);
});

type Unit = LengthUnit | undefined;

/** Lengths, the unit of the form and the declared one, and the units for a text and an array. */
const UNITS: [length: Length, form: Unit, declared: Unit, text: LengthUnit, array: LengthUnit][] = [
  ["result", undefined, undefined, "bytes", "codeUnits"],
  [{ prefix: "u32" }, undefined, undefined, "bytes", "codeUnits"],
  [{ countOf: 0 }, undefined, undefined, "bytes", "codeUnits"],
  ["result", undefined, "bytes", "bytes", "bytes"],
  ["result", "bytes", undefined, "bytes", "bytes"],
  ["result", "bytes", "codeUnits", "codeUnits", "codeUnits"],
  [{ byteLengthOf: 0 }, "codeUnits", undefined, "bytes", "bytes"],
  [{ byteLengthOf: 0 }, undefined, "codeUnits", "bytes", "bytes"],
  [{ end: "result" }, undefined, "codeUnits", "bytes", "bytes"],
  [{ within: 8 }, undefined, "codeUnits", "bytes", "bytes"],
  ["nul", "codeUnits", undefined, "bytes", "bytes"],
];

Deno.test("a length is in the declared unit or the form's unless it has a unit of its own", () => {
  for (const [length, unit, declared, text, array] of UNITS) {
    const found = (["string", { element: "f64" }] as const).map((content) =>
      plannedUnit({ length, ...(unit && { unit }) }, content, declared)
    );
    assertEquals(found, [text, array], JSON.stringify(length));
  }
});

/**
 * The values by which a result is found, and the number of words that they take in the return area.
 */
const AREAS: readonly (readonly [part: unknown, words: number])[] = [
  ["result", 1],
  [{ word: 2 }, 3],
  [{ word: 2, at: "area" }, 3],
  [{ load: "i64", offset: 8 }, 4],
  [{ load: "i64", at: "area", offset: 8 }, 4],
  [{ load: "u32", at: "result", offset: 80 }, 1],
  [{ load: "u32", at: { word: 1, at: "area" }, offset: 80 }, 2],
  [{ text: { pointer: "area", length: 41 } }, 11],
  [{ text: { pointer: "area", length: 5, unit: "codeUnits" } }, 10], // of 8 bytes each
  [{ text: { pointer: "result", length: 41 } }, 1],
  [{ bytes: { text: { pointer: "area", length: 0 } }, count: 3, stride: 12 }, 9],
];

Deno.test("the return area has room for the values that are read there", () => {
  for (const [part, words] of AREAS) {
    const flattening = { coreArguments: [{ area: 0 }], passed: [] };
    assertEquals([part, countWords(flattening as never, [part])], [part, words]);
  }
  assertEquals(countWords({ coreArguments: [], passed: [] } as never, [{ word: 2 }]), 0);
});
