import { assertEquals } from "@std/assert";
import { Problem } from "../../../src/base/errors.ts";
import { resolveStruct } from "../../../src/plan/structs/struct_parameters.ts";
import { POINT } from "../../_struct_guests.ts";

const NUMBERS = { hasStack: false, address64: false } as const;

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
