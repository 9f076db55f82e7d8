import { assertEquals } from "@std/assert";
import { statSync } from "node:fs";
import { typeOfFlags, typeOfMethods } from "../../../src/wasi/files/file_type.ts";

const NONE = { isSymlink: false, isDirectory: false, isFile: false };

Deno.test("types of files are those of typenames.witx", () => {
  assertEquals(typeOfFlags({ ...NONE, isBlockDevice: true }), 1);
  assertEquals(typeOfFlags({ ...NONE, isCharDevice: true }), 2);
  assertEquals(typeOfFlags({ ...NONE, isDirectory: true }), 3);
  assertEquals(typeOfFlags({ ...NONE, isFile: true }), 4);
  assertEquals(typeOfFlags({ ...NONE, isSocket: true }), 6);
  assertEquals(typeOfFlags({ ...NONE, isSymlink: true }), 7);
  assertEquals(typeOfFlags(NONE), 0);
});

Deno.test("Node reports the same types by methods", () => {
  assertEquals([typeOfMethods(statSync("testdata")), typeOfMethods(statSync("deno.json"))], [3, 4]);
});
