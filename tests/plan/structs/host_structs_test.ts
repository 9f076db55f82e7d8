import { assertEquals } from "@std/assert";
import { hostListForm, hostValue } from "../../../src/plan/structs/host_structs.ts";
import { POINT } from "../../_struct_guests.ts";

Deno.test("hostValue() declares a struct at the address in a core argument", () => {
  const passed = [{ parameter: 0 }, { text: 1, as: "pointer" }] as const;
  const at = { result: 1 };
  const fields = {
    x: { type: "i32", value: { load: "i32", offset: 0, at } },
    y: { type: "i32", value: { load: "i32", offset: 4, at } },
  };
  const whole = { type: "record", fields };
  for (const nullable of [false, true]) {
    const found = hostValue({ ...POINT, nullable }, 1, passed, 4);
    assertEquals<unknown>(found, { ...whole, nullable, pointer: at });
  }
  assertEquals<unknown>(hostValue({ ...POINT, by: "value" }, 1, passed, 4), whole);
  assertEquals(hostValue(POINT, 0, passed, 4), undefined);
});

Deno.test("hostValue() declares a struct of one number as that core argument", () => {
  const lone = { type: "struct", fields: { x: "u8" }, by: "value" } as const;
  assertEquals<unknown>(hostValue(lone, 0, [{ parameter: 0 }], 4), {
    type: "record",
    fields: { x: { type: "u8", value: { result: 0 } } },
  });
});

Deno.test("hostValue() declares a list by its address and its count", () => {
  const item = { type: "u16", value: { load: "u16", offset: 0, at: "result" } };
  const list = { type: "list", item: "u16" } as const;
  const both = [{ text: 0, as: "count" }, { text: 0, as: "pointer" }] as const;
  const place = { type: "list", item, stride: 2 };
  assertEquals<unknown>(hostValue(list, 0, both, 4), {
    ...place,
    pointer: { result: 1 },
    count: { result: 0 },
  });
  assertEquals<unknown>(hostValue({ ...list, count: 5 }, 0, [{ text: 0, as: "pointer" }], 4), {
    ...place,
    pointer: { result: 0 },
    count: 5,
  });
  assertEquals(hostValue(list, 0, [{ text: 0, as: "pointer" }], 4), undefined);
});

Deno.test("hostListForm() lists the core results of a list that an import returns", () => {
  const of = (pointer: Parameters<typeof hostListForm>[0]["pointer"], count: typeof pointer) =>
    hostListForm({ type: "list", item: "u8", pointer, count }).results;
  assertEquals(of("result", 2), ["p"]);
  assertEquals(of("result", { word: 0 }), ["p"]);
  assertEquals(of({ low: "result" }, { high: "result" }), ["i64"]);
  assertEquals(of({ result: 1 }, { result: 0 }), ["n", "p"]);
  assertEquals(of({ word: 0 }, { word: 1 }), []);
});
