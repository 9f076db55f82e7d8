import { assertEquals } from "@std/assert";
import {
  allocator,
  assemblyScript,
  type Convention,
  cString,
  type HostFunctionDeclaration,
  type HostParameter,
  type HostResult,
  RESULT_FORMS,
  type TextResult,
} from "../../mod.ts";
import type { HostResultPlan } from "../../src/plan/host_plan.ts";
import { onOneLine } from "../_on_one_line.ts";
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
  assertEquals(unitOf({ type: "string", pass: ["pointer", "byteLength"] }), "bytes");
  const array = { type: "array", element: "f64" } as const;
  assertEquals(unitOf(array), "codeUnits");
  assertEquals(unitOf({ ...array, unit: "bytes" }), "bytes");
  assertEquals(unitOf({ ...array, pass: ["pointer", "byteLength"] }), "bytes");
});

function returned(
  result: HostResult,
  type: string,
  convention: Convention = OPEN,
  more: Partial<HostFunctionDeclaration> = {},
): HostResultPlan {
  return makeHostPlan({ parameters: [], result, ...more }, type, convention).result;
}

function text(...args: Parameters<typeof returned>): HostResultPlan & { kind: "text" } {
  return returned(...args) as HostResultPlan & { kind: "text" };
}

Deno.test("a result has the declared encoding and unit", () => {
  const utf16 = allocator({ allocate: "malloc", encoding: "utf-16", result: "packedPointerLow" });
  assertEquals(text("string", "() -> i64", utf16).encoding, "utf-16");
  const latin1 = { type: "string", encoding: "latin1" } as const;
  assertEquals(text(latin1, "() -> i64", utf16).encoding, "latin1");
  assertEquals(text("string", "() -> i64", utf16).unit, "bytes");
  assertEquals(text({ type: "string", unit: "codeUnits" }, "() -> i64", utf16).unit, "codeUnits");
});

Deno.test("text, bytes and arrays go into the convention's block sources", () => {
  const convention = assemblyScript({ classIds: { Float32Array: 9 } });
  const array = { type: "array", element: "f32" } as const;
  assertEquals(text(array, "() -> i32", convention).content, { element: "f32" });
  assertEquals(text(array, "() -> i32", convention).place, {
    kind: "managedArray",
    classIds: { Float32Array: 9 },
  });
  assertEquals(text({ ...array, class: "Array<f32>" }, "() -> i32", convention).place, {
    kind: "managedArray",
    class: "Array<f32>",
    classIds: { Float32Array: 9 },
  });
  const bytes = assemblyScript({ bytes: "Uint8Array" });
  assertEquals(text("bytes", "() -> i32", bytes).place, {
    kind: "managedArray",
    class: "Uint8Array",
    classIds: {},
  });
  // The side that gets a block owns it: the host pins nothing.
  assertEquals(text("string", "() -> i32", convention).place, {
    kind: "allocator",
    allocate: { export: "__new", pass: ["byteLength", 2] },
  });
});

Deno.test("a block is retained for a guest that releases its arguments", () => {
  const { place } = text("string", "() -> i32", assemblyScript({ runtime: "arc" }));
  assertEquals(place.kind === "allocator" && place.pin, "__retain");
  const released = { ...assemblyScript(), resultsFreedBy: { call: "__unpin" } };
  const { place: other } = text("string", "() -> i32", released);
  assertEquals(other.kind === "allocator" && other.pin, "__pin");
});

Deno.test("a value that crosses unchanged is declared by its form", () => {
  const reference = { form: "reference" } as const;
  assertEquals(returned({ type: "string", ...reference }, "() -> externref"), {
    kind: "reference",
    content: "string",
    nullable: false,
  });
  assertEquals(returned({ type: "bytes", nullable: true, ...reference }, "() -> externref"), {
    kind: "reference",
    content: "any",
    nullable: true,
  });
});

Deno.test("null can be returned if it is declared", () => {
  const form = { form: "packedPointerHigh" } as const;
  const array = { type: "array", element: "u8", ...form } as const;
  assertEquals(text({ type: "string", ...form }, "() -> i64").nullable, false);
  assertEquals(text({ type: "string", ...form, nullable: true }, "() -> i64").nullable, true);
  assertEquals(text(array, "() -> i64").nullable, false);
  assertEquals(text({ ...array, nullable: true }, "() -> i64").nullable, true);
});
