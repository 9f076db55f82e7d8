import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { classesOf, parseClassName } from "../../../src/call/managed/classes.ts";
import { GuestInstance } from "../../../src/instance/guest_instance.ts";
import { reportCapacity } from "../../../src/detect/capacity.ts";
import { guestBytes } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";

/** The classes that a guest lists. */
async function classes(bytes: Uint8Array, runtime: "managed" | "arc"): Promise<string[]> {
  const guest = await load(bytes as Uint8Array<ArrayBuffer>, { missing: "trap" });
  const { exports, info, memory: { memory } } = guest;
  const reported = () => reportCapacity(guest.convention.convention, info);
  const address64 = () => false;
  const instance = new GuestInstance({ exports, compiled: { info }, memory, address64, reported });
  const { all = [] } = classesOf(instance, runtime);
  return all.map(({ id, name, kind, element }) => `${id} ${name}: ${kind} ${element ?? "-"}`);
}

Deno.test("classes are recognised by their flags, a word for each", async () => {
  assertEquals(await classes(await guestBytes("assemblyscript/arrays"), "managed"), [
    "0 class 0: other -",
    "1 ArrayBuffer: ArrayBuffer -",
    "2 String: String -",
    "3 class 3: other -",
    "4 Array<i32>: Array i32",
    "5 StaticArray<i32>: StaticArray i32",
    "6 Array<f64>: Array f64",
    "7 StaticArray<f64>: StaticArray f64",
    "8 Float64Array: view f64",
    "9 Array<i16>: Array i16",
    "10 Array<i64>: Array i64",
    "11 Uint8Array: view u8",
    "12 Array of objects: Array object",
    "13 Array of objects: Array object",
  ]);
});

Deno.test("classes are recognised by their flags if each has a second word", async () => {
  assertEquals(await classes(await guestBytes("assemblyscript_arc/arrays"), "arc"), [
    "0 ArrayBuffer: ArrayBuffer -",
    "1 String: String -",
    "2 class 2: other -",
    "3 Array<i32>: Array i32",
    "4 Array<f64>: Array f64",
    "5 Float32Array: view f32",
    "6 StaticArray<u16>: StaticArray u16",
    "7 Uint8Array: view u8",
    "8 Array of objects: Array object",
  ]);
});

/**
 * Makes a guest with AssemblyScript's exports, and the number of classes that it claims to have.
 */
const claims = (count: number, at = 64) =>
  assemble(`(module
    (memory (export "memory") 1)
    (global (export "__rtti_base") i32 (i32.const ${at}))
    (func (export "__new") (param i32 i32) (result i32) (i32.const 1024))
    (func (export "__pin") (param i32) (result i32) (local.get 0))
    (func (export "__unpin") (param i32))
    (data (i32.const 64) "${
    [...new Uint8Array(new Uint32Array([count, 32, 32, 32]).buffer)]
      .map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("")
  }"))`);

Deno.test("an impossible number of classes is ignored", async () => {
  assertEquals(await classes(claims(0xffffffff), "managed"), []);
  assertEquals((await classes(claims(3), "managed")).length, 3);
});

Deno.test("the names of the standard library's classes show their contents", () => {
  assertEquals(
    [
      "Uint8Array",
      "Uint8ClampedArray",
      "Int64Array",
      "BigInt64Array",
      "Array<bool>",
      "Array<usize>",
      "StaticArray<string>",
      "Array<Array<i32>>",
      "ArrayBuffer",
      "Thing",
    ].map(parseClassName),
    [
      { kind: "view", element: "u8" },
      { kind: "view", element: "u8" },
      { kind: "view", element: "i64" },
      { kind: "view", element: "i64" },
      { kind: "Array", element: "u8" },
      { kind: "Array", element: "u32" },
      { kind: "StaticArray", element: "object" },
      { kind: "Array", element: undefined },
      { kind: "ArrayBuffer" },
      undefined,
    ],
  );
});
