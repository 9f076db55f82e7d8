import { assertEquals } from "@std/assert";
import { allocator, type Convention } from "../../mod.ts";
import type { PlanParts } from "../../src/abi/plan_parts.ts";
import { markOpen, staticEnd } from "../../src/call/result_owner.ts";
import { instanceOf, planOf, TEXT } from "./_unit.ts";

/** Exports that free a pointer, one that also takes a size, and another one. */
const FREES = `(func (export "free") (param i32)) (func (export "parser_free") (param i32))
  (func (export "free_text") (param i32)) (func (export "freeCString") (param i32))
  (func (export "dealloc") (param i32 i32)) (func (export "set") (param i32))`;

const freeing = await instanceOf(FREES);

/** Returns the options that settle who frees a result of a convention that was recognised. */
function settling(
  convention: Convention,
  { isRecognised = true, unfreed = true, declared = "string" as never } = {},
): string | undefined {
  const result = { ...TEXT, unfreed };
  const context = { convention, isRecognised } as never;
  const parts: PlanParts = markOpen(planOf({ result }), declared, context, freeing.info);
  return parts.result.kind === "text" ? parts.result.settle : "none";
}

const WHO = '(resultsFreedBy: "guest" instead if the guest keeps what it returns)';

/** The options, each of which states one that frees results. */
const ways = (options: string, ...freedBy: string[]) =>
  freedBy.map((one) => `convention: allocator({ ${options}, resultsFreedBy: ${one} })`)
    .join(" or ") + ` ${WHO}`;

Deno.test("exports that free texts come first, then those that free blocks, then those that may free objects", () => {
  const [text, string, parser, free] = ["free_text", "freeCString", "parser_free", "free"].map(
    (name) => `{ call: "${name}" }`,
  ) as [string, string, string, string];
  assertEquals(
    settling(allocator({ allocate: "alloc", free: "free" })),
    ways('allocate: "alloc", free: "free"', text, string, '"host"', parser),
  );
  assertEquals(
    settling(allocator({ allocate: "alloc" })),
    ways('allocate: "alloc"', text, string, free, parser),
  );
});

Deno.test("no more than four options are listed", () => {
  assertEquals(
    settling(allocator({ allocate: "alloc", free: "dealloc" })),
    ways(
      'allocate: "alloc", free: "dealloc"',
      '{ call: "free_text" }',
      '{ call: "freeCString" }',
      '"host"',
      '{ call: "free" }',
    ),
  );
});

Deno.test("no options are listed if the declaration states who frees the result", () => {
  const convention = allocator({ allocate: "alloc", free: "free" });
  assertEquals(settling(convention, { isRecognised: false }), undefined);
  assertEquals(settling(convention, { unfreed: false }), undefined);
  const declared = { type: "string", form: "terminated" } as never;
  assertEquals(settling(convention, { declared }), undefined);
});

Deno.test("static data ends where the heap begins, or at the last of its data and its stack", async () => {
  const endOf = async (fields: string) => staticEnd(await instanceOf(fields));
  const data = '(data (i32.const 2048) "abcd")';
  assertEquals(await endOf(""), 0);
  assertEquals(await endOf(data), 2052);
  const stack = (top: number) => `(global (mut i32) (i32.const ${top}))`;
  assertEquals(await endOf(data + stack(1024)), 2052);
  assertEquals(await endOf(data + stack(4096)), 4096);
  const heap = '(global (export "__heap_base") i32 (i32.const 3072))';
  assertEquals(await endOf(data + heap), 3072);
});
