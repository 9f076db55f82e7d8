import { assertEquals } from "@std/assert";
import { storeNumber } from "../../../src/call/structs/store_number.ts";

Deno.test("each number is put with the method of its type, little-endian", () => {
  const put = (type: "bool" | "u8" | "i16" | "f64") =>
    storeNumber({ type, store: type === "bool" ? "u8" : type }, "data", "8", "value");
  assertEquals(["bool", "u8", "i16", "f64"].map((type) => put(type as "u8")), [
    "data.setUint8(8, value ? 1 : 0);",
    "data.setUint8(8, value);",
    "data.setInt16(8, value, true);",
    "data.setFloat64(8, value, true);",
  ]);
});
