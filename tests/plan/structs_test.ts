import { assertEquals } from "@std/assert";
import type { StructType } from "../../src/abi/struct.ts";
import { Problem } from "../../src/base/errors.ts";
import { expandResult, resolveStruct, scalarOf } from "../../src/plan/structs.ts";
import { POINT } from "../_struct_guests.ts";

const NUMBERS = { hasStack: false, address64: false } as const;

Deno.test("C passes a struct of one number by value as that number", () => {
  const by = "value";
  const of = (fields: StructType["fields"]) => scalarOf({ type: "struct", fields, by });
  assertEquals(of({ value: "f32" }), "f32");
  assertEquals(of({ value: "u8" }), "i32");
  assertEquals(of({ value: "u64" }), "i64");
  assertEquals(of({ text: "string" }), "p");
  assertEquals(of({ inner: { type: "struct", fields: { value: "f64" } } }), "f64");
  assertEquals(of({ inner: { ...POINT, pointed: true } }), "p");
  assertEquals(of({ x: "i32", y: "i32" }), undefined);
  assertEquals(of({ text: { type: "string", length: 4 } }), undefined);
  assertEquals(scalarOf({ type: "struct", fields: { value: "f32" } }), undefined);
});

Deno.test("resolveStruct() returns a problem if no memory of the guest is known", () => {
  const found = resolveStruct({ ...POINT }, "f", 1, undefined, NUMBERS);
  assertEquals(
    found instanceof Problem && found.message,
    'Cannot pass a struct as argument 1 to "f": the guest has neither a known allocator nor a ' +
      "stack pointer that can be moved, expected convention: allocator({ allocate, free }), a " +
      "place of its own, or a guest that exports __stack_pointer",
  );
  const given = resolveStruct({ ...POINT, freedBy: "guest" }, "f", 0, undefined, {
    ...NUMBERS,
    hasStack: true,
  });
  assertEquals(
    given instanceof Problem && given.message,
    'Cannot pass a struct as argument 0 to "f": the guest frees it, and no allocator of the guest ' +
      "is known, expected convention: allocator({ allocate, free })",
  );
});

Deno.test("expandResult() makes a record of a struct, with the place of each field", () => {
  const declaration = { parameters: [], result: POINT } as const;
  const context = { address64: false, functionType: () => undefined };
  const load = (offset: number) => ({ load: "i32", offset, at: "result" } as const);
  assertEquals(expandResult(declaration, "f", undefined, context), {
    declaration: {
      parameters: [],
      result: {
        type: "record",
        fields: { x: { type: "i32", value: load(0) }, y: { type: "i32", value: load(4) } },
      },
    },
  });
});
