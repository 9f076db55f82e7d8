import { assertEquals } from "@std/assert";
import {
  allocator,
  assemblyScript,
  type Convention,
  cString,
  jsStrings,
  type Parameter,
  staticBuffer,
} from "../../mod.ts";
import type { CParameter } from "../../src/abi/declaration.ts";
import type { ParameterPlan, TextResultPlan } from "../../src/abi/plan_parts.ts";
import { RESULT_FORMS } from "../../src/abi/result_forms.ts";
import { orThrow } from "../../src/base/errors.ts";
import { resolveParameter, resolveResult, resolveStatus } from "../../src/plan/parts.ts";
import { problemOf } from "./_context.ts";

const MALLOC = allocator({ allocate: "malloc", free: "free" });
const BUFFER = staticBuffer({ pointer: "buffer" });
const RANGE = ["pointer", "byteLength"] as const;

type TextPlan = Extract<ParameterPlan, { kind: "text" }>;

function parameter(
  declared: Parameter,
  pass: Parameters<typeof resolveParameter>[1] = RANGE,
  convention: Convention | undefined = MALLOC,
): TextPlan {
  return orThrow(
    resolveParameter(declared as Exclude<Parameter, CParameter>, pass, convention),
  ) as TextPlan;
}

/** Whether a NUL follows the text that an export gets. */
const TERMINATED: readonly (readonly [
  name: string,
  plan: TextPlan,
  terminated: TextPlan["terminated"],
])[] = [
  ["text with its length in a block", parameter("string"), "never"],
  ["text without its length in a block", parameter("string", ["pointer"]), "always"],
  ["text of which the guest gets nothing", parameter("string", []), "never"],
  ["text without its length in a buffer", parameter("string", [], BUFFER), "always"],
  ["text with its length in a buffer", parameter("string", RANGE, BUFFER), "where there is room"],
  ["bytes with their length in a buffer", parameter("bytes", RANGE, BUFFER), "never"],
  ["bytes without their length in a buffer", parameter("bytes", [], BUFFER), "always"],
  ["a C string", parameter("string", ["pointer"], cString()), "always"],
  ["text that is declared so", parameter({ type: "string", terminated: true }), "always"],
  [
    "text that is declared to have none",
    parameter({ type: "string", terminated: false }, ["pointer"]),
    "never",
  ],
  [
    "text whose length the guest takes for granted",
    parameter({ type: "string", byteLength: 8 }, ["pointer"]),
    "never",
  ],
  [
    "bytes in a place of their own",
    parameter({ type: "bytes", place: { kind: "stack" } }, ["pointer"]),
    "never",
  ],
  ["an array", parameter({ type: "array", element: "i32" }, ["pointer"]), "never"],
];

for (const [name, plan, terminated] of TERMINATED) {
  Deno.test(`a NUL after ${name}: ${terminated}`, () => assertEquals(plan.terminated, terminated));
}

Deno.test("numbers and references need no block source", () => {
  assertEquals(orThrow(resolveParameter("i64", [], undefined)), { kind: "number", type: "i64" });
  assertEquals(orThrow(resolveParameter("externref", [], undefined)), {
    kind: "reference",
    content: "any",
  });
  assertEquals(orThrow(resolveParameter("string", [], jsStrings())), {
    kind: "reference",
    content: "string",
    nullable: false,
  });
});

Deno.test("a declaration of a parameter overrides the convention", () => {
  const plan = parameter({
    type: "string",
    encoding: "latin1",
    place: { kind: "stack" },
    freedBy: { call: "drop" },
    nullable: true,
  });
  assertEquals([plan.encoding, plan.place, plan.free, plan.nullable], [
    "latin1",
    { kind: "stack" },
    "drop",
    true,
  ]);
  const left = parameter("string");
  assertEquals([left.encoding, left.place, left.free, left.nullable], [
    "utf-8",
    MALLOC.place,
    "free",
    false,
  ]);
  const placeless = orThrow(resolveParameter("bytes", RANGE, undefined)) as TextPlan;
  assertEquals(placeless.place, { kind: "stack" });
});

Deno.test("a block that the host would have to free but cannot is marked", () => {
  const endless = allocator({ allocate: "malloc", argumentsFreedBy: "host" });
  assertEquals(parameter("string", RANGE, endless).unfreed, true);
  assertEquals(
    parameter("string", RANGE, { ...endless, argumentsFreedBy: "guest" }).unfreed,
    false,
  );
  assertEquals(parameter("string").unfreed, false);
});

function result(form: keyof typeof RESULT_FORMS, convention: Convention = MALLOC): TextResultPlan {
  const found = resolveResult("string", { form: RESULT_FORMS[form] }, convention, 0);
  return orThrow(found) as TextResultPlan;
}

Deno.test("a result has the convention's encoding and owner, and lies where its form says", () => {
  const hosted: Convention = { ...MALLOC, resultsFreedBy: "host", encoding: "utf-16" };
  const { encoding, free, text, nullIs, trailingNul } = result("multiValue", hosted);
  assertEquals([encoding, free, nullIs, trailingNul], ["utf-16", ["free"], "error", "keep"]);
  assertEquals(text, { ...RESULT_FORMS.multiValue.text, unit: "bytes" });
  assertEquals(result("multiValue").free, undefined);
});

Deno.test("a result in the block of an argument is freed with it, and not twice", () => {
  const hosted: Convention = { ...MALLOC, resultsFreedBy: "host" };
  assertEquals(result("inPlace", hosted).free, undefined);
  const further = { pointer: { sum: [{ argument: 0 }, 4] }, length: 8 } as const;
  const declared = { type: "string", ...further, freedBy: "host" } as const;
  const found = resolveResult(
    declared,
    { form: { name: "custom", text: { ...further, freedBy: "host" } } },
    hosted,
    0,
  );
  assertEquals((orThrow(found) as TextResultPlan).free, undefined);
});

Deno.test("a result whose pointer and length the type does not provide is a problem", () => {
  assertEquals(problemOf(resolveResult("string", {}, MALLOC, 0)), [
    "no-convention",
    "pointer",
    'Cannot lift a field of type "string": its place is not declared, expected "pointer" and ' +
    '"length", or "form"',
  ]);
  assertEquals(problemOf(resolveResult({ type: "strings" }, {}, MALLOC, 0)).slice(0, 2), [
    "no-convention",
    "type",
  ]);
});

Deno.test("several strings are lifted from an array that is an object", () => {
  const found = orThrow(resolveResult({ type: "strings" }, {}, assemblyScript(), 0));
  assertEquals([found.kind, (found as TextResultPlan).content], ["text", "strings"]);
});

Deno.test("numbers, references and void results are lifted without the convention", () => {
  const of = (type: "void" | "externref" | "u32") =>
    orThrow(resolveResult(type, {}, undefined, -1));
  assertEquals([of("void"), of("externref"), of("u32")], [
    { kind: "void" },
    { kind: "reference", content: "any", nullable: true },
    { kind: "number", type: "u32", value: "result" },
  ]);
  const number = {
    of: "i32",
    results: ["i32", "n"],
    value: { result: 0 },
    status: null as never,
  } as const;
  assertEquals(orThrow(resolveResult("u32", { number }, undefined, -1)), {
    kind: "number",
    type: "u32",
    value: { result: 0 },
  });
});

Deno.test("the guest keeps the text of a failure's message unless a call frees it", () => {
  const message = { pointer: { export: "error" }, length: "nul" } as const;
  const status = { value: "result", fails: "negative", message } as const;
  const hosted: Convention = { ...MALLOC, resultsFreedBy: "host" };
  const freeOf = (freedBy?: "host") => {
    const found = orThrow(
      resolveStatus({ ...status, message: { ...message, ...(freedBy && { freedBy }) } }, hosted, 0),
    );
    return (found!.message as TextResultPlan).free;
  };
  assertEquals([freeOf(), freeOf("host")], [undefined, ["free"]]);
});

Deno.test("messages by code become a function of the code", () => {
  const status = { value: "result", fails: "negative", message: { [-1]: "no room" } } as const;
  const message = orThrow(resolveStatus(status, undefined, 0))!.message;
  const describe = (message as { describe: (code: number) => unknown }).describe;
  assertEquals([message!.kind, describe(-1), describe(-2)], ["function", "no room", undefined]);
  assertEquals(resolveStatus(undefined, MALLOC, 0), undefined);
});
