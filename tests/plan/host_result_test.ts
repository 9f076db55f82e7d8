import {
  allocator,
  assemblyScript,
  type Convention,
  type HostFunctionDeclaration,
  type HostResult,
} from "../../mod.ts";
import type { HostResultPlan } from "../../src/plan/host_plan.ts";
import { makeHostPlan, OPEN } from "../conventions/_host_plan.ts";
import { assertEquals } from "@std/assert";

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
  // The side that gets a block keeps it: the host pins nothing.
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
