import { assertEquals } from "@std/assert";
import { expandResult } from "../../../src/plan/structs/struct_results.ts";
import { POINT } from "../../_struct_guests.ts";

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
        nullable: false,
        pointer: "result",
      },
    },
  });
});
