import { assertEquals } from "@std/assert";
import { layOut, layOutStruct } from "../../../src/plan/structs/lay_out.ts";
import { partOf, recordOf } from "../../../src/plan/structs/struct_records.ts";
import { POINT } from "../../_struct_guests.ts";

Deno.test("partOf() declares where a value of a C type is, from its address", () => {
  const at = { at: "result", offset: 8, word: 4 } as const;
  const of = (field: Parameters<typeof layOut>[0]) => partOf(layOut(field, 4), at);
  const load = (offset: number, type = "u32") => ({ load: type, offset, at: "result" });
  assertEquals<unknown>(of("bool"), { type: "bool", value: load(8, "u8") });
  assertEquals<unknown>(of("pointer"), { type: "pointer", value: load(8) });
  assertEquals<unknown>(of({ type: "string", length: 4 }), {
    type: "string",
    encoding: "utf-8",
    trailingNul: "keep",
    pointer: { sum: ["result", 8] },
    length: { within: 4 },
    freedBy: "guest",
  });
  assertEquals<unknown>(of({ ...POINT, pointed: true, nullable: true }), {
    type: "record",
    fields: {
      x: { type: "i32", value: { load: "i32", offset: 0, at: load(8) } },
      y: { type: "i32", value: { load: "i32", offset: 4, at: load(8) } },
    },
    nullable: true,
    pointer: load(8),
  });
  assertEquals<unknown>(of({ type: "list", item: "u16", length: "pair" }), {
    type: "list",
    item: { type: "u16", value: { load: "u16", offset: 0, at: "result" } },
    pointer: load(8),
    count: load(12),
    stride: 2,
  });
});

Deno.test("recordOf() reads a struct from the return area if no address is given", () => {
  const area = { at: undefined, offset: 0, word: 4 } as const;
  assertEquals<unknown>(recordOf(layOutStruct(POINT, 4), area, "guest"), {
    type: "record",
    fields: {
      x: { type: "i32", value: { load: "i32", offset: 0 } },
      y: { type: "i32", value: { load: "i32", offset: 4 } },
    },
    freedBy: "guest",
  });
});
