import { assertEquals } from "@std/assert";
import { allocator, type Convention } from "../../mod.ts";
import type { ResultPlan } from "../../src/abi/plan_parts.ts";
import type { FieldDeclaration } from "../../src/abi/result.ts";
import { Problem } from "../../src/base/errors.ts";
import { resolveCompound } from "../../src/plan/compound.ts";
import { isCompound } from "../../src/plan/parts.ts";
import { blocksOf } from "../../src/plan/plan_blocks.ts";
import { problemOf } from "./_context.ts";

type CompoundDeclaration = Parameters<typeof resolveCompound>[0];

const MALLOC = allocator({ allocate: "malloc", free: "free" });
const whole = { export: "free_list", pass: ["result"] } as const;

/** Resolves a compound, whose texts are plans that name who frees them. */
function resolve(result: CompoundDeclaration, convention: Convention = MALLOC) {
  const owners: unknown[] = [];
  const part = (field: FieldDeclaration, inner: Convention | undefined): ResultPlan => {
    owners.push(inner?.resultsFreedBy);
    return { kind: "reference", content: field.type as "string", nullable: false };
  };
  return { plan: resolveCompound(result, convention, part), owners };
}

const text: FieldDeclaration = { type: "string", pointer: { word: 0 }, length: { word: 1 } };

Deno.test("records, lists and slices are compounds, and nothing else is", () => {
  assertEquals(
    ["record", "list", "slice", "string", "strings"].map((type) => isCompound({ type })),
    [
      true,
      true,
      true,
      false,
      false,
    ],
  );
});

Deno.test("the parts of a record are freed by themselves unless a call frees all of it", () => {
  const record = { type: "record", fields: { a: text } } as const;
  assertEquals(resolve(record).owners, ["guest"]);
  const freed = resolve({ ...record, freedBy: { call: whole } });
  assertEquals([freed.owners, (freed.plan as { whole: unknown }).whole], [["guest"], [whole]]);
  // One call for each text beside the one for the record.
  const both = resolve({ ...record, freedBy: { calls: ["free", whole] } });
  assertEquals([both.owners, (both.plan as { whole: unknown }).whole], [
    [{ calls: ["free"] }],
    [whole],
  ]);
  assertEquals(resolve({ ...record, freedBy: "host" }).owners, ["host"]);
});

Deno.test("a convention that frees results as a whole frees a record, unless all its parts say who does", () => {
  const convention: Convention = { ...MALLOC, resultsFreedBy: { call: whole } };
  const fieldsOf = (field: FieldDeclaration) =>
    resolve({ type: "record", fields: { a: field } }, convention).plan as { whole: unknown };
  assertEquals(fieldsOf(text).whole, [whole]);
  assertEquals(fieldsOf({ ...text, freedBy: "guest" } as FieldDeclaration).whole, undefined);
  assertEquals(fieldsOf({ type: "u32", value: { word: 0 } }).whole, undefined);
});

Deno.test("the items of a list lie in one run of bytes, whose length is their count by their size", () => {
  const asked: FieldDeclaration[] = [];
  const list = {
    type: "list",
    item: text,
    pointer: { word: 2 },
    count: { word: 3 },
    stride: 8,
  } as const;
  resolveCompound(list, MALLOC, (field) => {
    asked.push(field);
    return { kind: "void" };
  });
  assertEquals<unknown>(asked, [
    text,
    { type: "bytes", pointer: { word: 2 }, length: { product: [{ word: 3 }, 8] } },
  ]);
});

Deno.test("a list whose items come one by one ends at a million items unless its limit is set", () => {
  const list = { type: "list", item: text, next: "result" } as const;
  const most = (result: CompoundDeclaration) => (resolve(result).plan as { most: number }).most;
  assertEquals([most(list), most({ ...list, most: 5 })], [1_000_000, 5]);
});

Deno.test("a problem of a part says where it is", () => {
  const problem = new Problem({
    code: "no-convention",
    part: "pointer",
    cannot: "Cannot",
    found: "x",
  });
  const list = { type: "list", item: text, next: "result" } as const;
  const found = (result: CompoundDeclaration) =>
    problemOf(resolveCompound(result, MALLOC, () => problem))[1];
  assertEquals([found(list), found({ type: "record", fields: { a: text } })], [
    "item.pointer",
    "fields.a.pointer",
  ]);
});

Deno.test("the blocks of a compound are counted with those of its parts", () => {
  const leaf = { kind: "void" } as const;
  const record = { kind: "record", nullable: false, fields: [["a", leaf], ["b", leaf]] } as const;
  const cursor = {
    kind: "cursor",
    item: record,
    next: "result",
    call: undefined,
    most: 1,
  } as const;
  const elements = {
    kind: "elements",
    item: record,
    bytes: null as never,
    count: 1,
    stride: 1,
  } as const;
  assertEquals([blocksOf(leaf), blocksOf(record), blocksOf(cursor), blocksOf(elements)], [
    1,
    3,
    4,
    5,
  ]);
});
