import {
  allocator,
  canonicalAbi,
  type Convention,
  cString,
  type CustomConvention,
  type HostFunctionDeclaration,
  jsStrings,
  staticBuffer,
} from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import type { HostParameterPlan } from "../../src/plan/host_plan.ts";
import { guestErrorOf } from "../_errors.ts";
import { onOneLine } from "../_on_one_line.ts";
import { makeHostPlan, OPEN } from "../conventions/_host_plan.ts";
import { assertEquals } from "@std/assert";

const UNKNOWN = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot tell",
  found: "it is not known",
});
const OWN: CustomConvention = { name: "custom", lower: () => ({ args: [] }), lift: () => "" };
const BUFFER = staticBuffer({ pointer: "buffer" });
const C_STRING = cString({ allocate: "malloc" });
const CANONICAL = canonicalAbi();

/** The core arguments that a guest of a convention passes for one text, by the import's type. */
const PASSED: readonly (readonly [
  name: string,
  convention: Convention | CustomConvention | Problem,
  type: string,
  length: unknown,
])[] = [
  ["unknown", UNKNOWN, "(i32, i32) ->", { result: 1 }],
  ["unknown", UNKNOWN, "(i32) ->", "nul"],
  ["custom", OWN, "(i32, i32) ->", { result: 1 }],
  ["custom", OWN, "(i32) ->", "nul"],
  ["a static buffer", BUFFER, "(i32, i32) ->", { result: 1 }],
  ["a static buffer", BUFFER, "(i32) ->", "nul"],
  ["a C string", C_STRING, "(i32, i32) ->", { result: 1 }],
  ["a C string", C_STRING, "(i32) ->", "nul"],
  ["an allocator", OPEN, "(i32, i32) ->", { result: 1 }],
  ["an allocator", OPEN, "(i32) ->", "nul"],
  ["the canonical ABI", CANONICAL, "(i32, i32) ->", { result: 1 }],
];

for (const [name, convention, type, length] of PASSED) {
  Deno.test(`a text in ${type} () is found with the convention ${name}`, () => {
    const plan = makeHostPlan({ parameters: ["string"], result: "void" }, type, convention);
    const [parameter] = plan.parameters;
    assertEquals(parameter?.kind === "text" && parameter.text.pointer, { result: 0 });
    assertEquals(parameter?.kind === "text" && parameter.text.length, length);
    assertEquals(plan.arity, type.split("i32").length - 1);
  });
}

/** Declarations that an import's type cannot carry, and their errors. */
const REFUSED: readonly (readonly [
  declaration: HostFunctionDeclaration,
  type: string,
  code: string,
  message: string,
  convention?: Convention | Problem,
])[] = [
  [
    { parameters: ["u32"], result: "void" },
    "(i32, i32) ->",
    "signature",
    'Cannot bind ("u32") -> "void" to import "env.f": that is (i32) -> (), expected (i32, i32) -> ()',
  ],
  [
    { parameters: ["f64"], result: "u64" },
    "(f64) -> i32",
    "signature",
    'Cannot bind ("f64") -> "u64" to import "env.f": that is (f64) -> i64, expected (f64) -> i32',
  ],
  [
    { parameters: ["string"], result: "string" },
    "(i32, i32) -> f64",
    "signature",
    'Cannot bind ("string") -> "string" to import "env.f": that is (i32, i32) -> i32 or ' +
    "(i32) -> i32, expected (i32, i32) -> f64",
    C_STRING,
  ],
  [
    { parameters: ["string"], result: "void" },
    "(externref) ->",
    "signature",
    'Cannot bind ("string") -> "void" to import "env.f": that is (i32, i32) -> () or (i32) -> (), ' +
    "expected (externref) -> ()",
    UNKNOWN,
  ],
  [
    { parameters: [{ type: "string", pass: ["pointer"] }], result: { type: "string" } },
    "(i32) -> f32",
    "signature",
    'Cannot bind ("string") -> "string" to import "env.f": that is (i32, i32) -> (), ' +
    "expected (i32) -> f32",
    CANONICAL,
  ],
  [
    { parameters: ["string"], result: "void" },
    "(i64) ->",
    "ambiguous-convention",
    'Cannot tell how import "env.f" passes text: it is (i64) -> (), and 2 forms fit, expected ' +
    'pass: ["packedPointerHigh"] or pass: ["packedPointerLow"] in its parameters',
  ],
  [
    { parameters: [], result: "string" },
    "() -> i32",
    "ambiguous-convention",
    'Cannot tell how import "env.f" passes text: it is () -> i32, and 2 forms fit, expected ' +
    'form: "terminated" or form: "prefixed" in its result',
  ],
  [
    { parameters: ["string"], result: "string" },
    "(i64) -> i64",
    "ambiguous-convention",
    'Cannot tell how import "env.f" passes text: it is (i64) -> i64, and 4 forms fit, expected ' +
    'pass: ["packedPointerHigh"] or pass: ["packedPointerLow"] in its parameters, and ' +
    'form: "packedPointerHigh" or form: "packedPointerLow" in its result',
  ],
  [
    { parameters: ["string"], result: "void" },
    "unknown",
    "ambiguous-convention",
    'Cannot tell how import "env.f" passes text: its type is unknown, and 2 forms fit, expected ' +
    'pass: ["pointer", "byteLength"] or pass: ["pointer"] in its parameters',
    C_STRING,
  ],
  ...[UNKNOWN, BUFFER].map((convention) =>
    [
      { parameters: [], result: "string" },
      "() -> i64",
      "no-convention",
      'Cannot return "string" from import "env.f": no place in the guest is known for it, expected ' +
      'the option convention with an allocator, or "output" and "capacity" among the arguments',
      convention,
    ] as const
  ),
  [
    { parameters: [], result: { type: "bytes", form: "pointedTo" } },
    "() -> i32",
    "no-convention",
    'Cannot return "bytes" from import "env.f": no place in the guest is known for it, expected ' +
    'the option convention with an allocator, or "output" and "capacity" among the arguments',
  ],
  [
    { parameters: ["u32", "string"], result: "void", arguments: [{ parameter: 0 }] },
    "(i32) ->",
    "signature",
    'Cannot bind ("u32", "string") -> "void" to import "env.f": its arguments have no place for ' +
    'parameter 1, expected { text: 1, as: "pointer" } among them',
  ],
  [
    { parameters: ["u32", "u32"], result: "void", arguments: [{ parameter: 1 }] },
    "(i32) ->",
    "signature",
    'Cannot bind ("u32", "u32") -> "void" to import "env.f": its arguments have no place for ' +
    "parameter 0, expected { parameter: 0 } among them",
  ],
  [
    { parameters: [{ type: "string", pass: ["byteLength"] }], result: "void" },
    "(i32) ->",
    "signature",
    'Cannot bind ("string") -> "void" to import "env.f": its arguments have no place for parameter 0, ' +
    'expected { text: 0, as: "pointer" } among them',
  ],
  [
    { parameters: [], result: "string", arguments: ["output"] },
    "(i32) -> i32",
    "signature",
    'Cannot bind () -> "string" to import "env.f": "output" is among its arguments without ' +
    '"capacity", expected both',
  ],
  [
    { parameters: [], result: "u32", arguments: ["output", "capacity"] },
    "(i32, i32) -> i32",
    "signature",
    'Cannot bind () -> "u32" to import "env.f": there is no text for "output" among its arguments, ' +
    'expected a result of "string", "bytes" or an array',
  ],
  [
    { parameters: [], result: "void", arguments: ["output", "capacity"] },
    "(i32, i32) ->",
    "signature",
    'Cannot bind () -> "void" to import "env.f": there is no text for "output" among its arguments, ' +
    'expected a result of "string", "bytes" or an array',
  ],
  [
    { parameters: [], result: "bytes", arguments: ["output", "capacity"] },
    "(i32, i32) ->",
    "signature",
    'Cannot bind () -> "bytes" to import "env.f": the guest cannot know how many bytes it gets, ' +
    "expected an import that returns the length, or a text",
  ],
];

for (const [declaration, type, code, message, convention] of REFUSED) {
  Deno.test(`${onOneLine(declaration)} is refused for ${type}`, () => {
    assertEquals(
      guestErrorOf(() => makeHostPlan(declaration, type, convention)) as [string, string],
      [code, message],
    );
  });
}

Deno.test("references are strings if the guest's strings are", () => {
  const plan = makeHostPlan(
    { parameters: ["string", "bytes", "externref"], result: "string" },
    "(externref, externref, externref) -> externref",
    jsStrings(),
  );
  assertEquals(plan.parameters, [
    { kind: "reference", content: "string", nullable: false, at: 0 },
    { kind: "reference", content: "any", nullable: false, at: 1 },
    { kind: "reference", content: "any", nullable: true, at: 2 },
  ]);
  assertEquals(plan.result, { kind: "reference", content: "string", nullable: false });
});

Deno.test("64-bit pointers and lengths are i64, and so is a length that the import returns", () => {
  const text = makeHostPlan(
    { parameters: ["string"], result: "void" },
    "(i64, i64) ->",
    OPEN,
    true,
  );
  assertEquals(text.arity, 2);
  for (
    const [type, core] of [["(i64, i64) -> i64", "i64"], ["(i32, i32) -> i32", "i32"]] as const
  ) {
    const { result } = makeHostPlan(
      { parameters: [], result: "string", arguments: ["output", "capacity"] },
      type,
      OPEN,
      core === "i64",
    );
    assertEquals(result.kind === "text" && result.target, {
      kind: "output",
      pointer: 0,
      capacity: 1,
    });
  }
  assertEquals(
    makeHostPlan(
      { parameters: [], result: "string", arguments: ["output", "capacity"] },
      "unknown",
      UNKNOWN,
    ).type,
    undefined,
  );
});

Deno.test("a single packed pointer is not taken for a C string", () => {
  const convention = allocator({ allocate: "malloc", pass: ["packedPointerLow"] });
  const { parameters: [parameter] } = makeHostPlan(
    { parameters: ["string"], result: "void" },
    "(i64) ->",
    convention,
  );
  const { pointer, length } = (parameter as HostParameterPlan & { kind: "text" }).text;
  assertEquals({ pointer, length }, {
    pointer: { low: { result: 0 } },
    length: { high: { result: 0 } },
  });
});
