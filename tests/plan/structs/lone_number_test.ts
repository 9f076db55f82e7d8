import { assertEquals } from "@std/assert";
import type { StructType } from "../../../src/abi/struct.ts";
import { scalarOf } from "../../../src/plan/structs/lone_number.ts";
import { POINT } from "../../_struct_guests.ts";

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
