import { assertEquals } from "@std/assert";
import { onOneLine } from "../_on_one_line.ts";
import {
  allocator,
  assemblyScript,
  type Convention,
  cString,
  type HostParameter,
  RESULT_FORMS,
  type TextResult,
} from "../../mod.ts";
import { makeHostPlan, OPEN } from "../conventions/_host_plan.ts";

/** The place of a text that is passed by a pointer alone. */
function lone(parameter: HostParameter, convention: Convention): TextResult {
  const declaration = { parameters: ["u32", parameter], result: "void" } as const;
  const { parameters: [, lifted] } = makeHostPlan(declaration, "(i32, i32) ->", convention);
  if (lifted?.kind !== "text") throw new Error("it is no text");
  return lifted.text;
}

const AT = { result: 1 };
const PREFIXED = allocator({ allocate: "malloc", result: "prefixed" });
const MANAGED = { pointer: AT, length: { prefix: "u32", offset: -4 } } as const;

const LONE: readonly (readonly [HostParameter, Convention, Partial<TextResult>])[] = [
  ["string", OPEN, { pointer: AT, length: "nul" }],
  ["string", cString({ allocate: "malloc" }), { pointer: AT, length: "nul" }],
  ["string", PREFIXED, { pointer: AT, length: { prefix: "u32" } }],
  // Neither of two possible shapes is chosen.
  ["string", { ...PREFIXED, results: [RESULT_FORMS.prefixed, RESULT_FORMS.terminated] }, {
    pointer: AT,
    length: "nul",
  }],
  ["string", allocator({ allocate: "malloc", result: "packedPointerHigh" }), {
    pointer: AT,
    length: "nul",
  }],
  ["string", assemblyScript(), MANAGED],
  ["bytes", assemblyScript(), { pointer: AT, length: { object: "managed" } }],
  ["bytes", assemblyScript({ runtime: "arc" }), { pointer: AT, length: { object: "arc" } }],
  [{ type: "array", element: "f64" }, assemblyScript(), {
    pointer: AT,
    length: { object: "managed" },
  }],
  [{ type: "string", length: { prefix: "u8" } }, PREFIXED, {
    pointer: AT,
    length: { prefix: "u8" },
  }],
];

for (const [index, [parameter, convention, { pointer, length }]] of LONE.entries()) {
  const name = `${onOneLine(parameter)} as ${convention.expression} has it`;
  Deno.test(`a pointer alone is ${name} (${index})`, () => {
    const text = lone(parameter, convention);
    assertEquals({ pointer: text.pointer, length: text.length } as unknown, { pointer, length });
  });
}

Deno.test("the class of AssemblyScript's objects is checked in memory", () => {
  assertEquals(lone("string", assemblyScript()).check, {
    value: { load: "u32", at: AT, offset: -8 },
    is: 2,
    what: "class id of String",
  });
});

Deno.test("only the declared owner frees the host's argument", () => {
  const freeOf = (parameter: HostParameter) => {
    const { parameters: [lifted] } = makeHostPlan(
      { parameters: [parameter], result: "void" },
      "(i32, i32) ->",
      allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
    );
    return lifted?.kind === "text" ? lifted.free : "no text";
  };
  assertEquals(freeOf("string"), undefined);
  assertEquals(freeOf({ type: "string", freedBy: "host" }), ["free"]);
  assertEquals(freeOf({ type: "string", freedBy: { call: "drop" } }), ["drop"]);
});

Deno.test("a length counts the declared units", () => {
  const unitOf = (parameter: HostParameter) => {
    const { parameters: [lifted] } = makeHostPlan(
      { parameters: [parameter], result: "void" },
      "(i32, i32) ->",
    );
    return lifted?.kind === "text" ? lifted.text.unit : "no text";
  };
  assertEquals(unitOf({ type: "string", pass: ["pointer", "codeUnits"] }), "codeUnits");
  assertEquals(unitOf({ type: "string", pass: ["pointer", "byteLength"] }), undefined);
});
