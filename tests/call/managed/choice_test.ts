import { assertEquals } from "@std/assert";
import { Problem } from "../../../src/base/errors.ts";
import { chooseClass, settlePlace } from "../../../src/call/managed/choice.ts";
import type { ManagedPlace } from "../../../src/call/managed/types.ts";
import {
  ARRAY_OBJECTS,
  ARRAY_U8,
  BASIC,
  objectsOf,
  STATIC_I32,
  VIEW_I64,
  VIEW_U64,
  VIEW_U8,
} from "./_objects.ts";

type Content = Parameters<typeof chooseClass>[1];

/**
 * Chooses a class of a guest with these classes besides the basic ones; returns the code of a
 * problem.
 */
async function choose(flags: number[], content: Content, more: Partial<ManagedPlace> = {}) {
  const place = { kind: "managedArray", ...more } as const;
  const chosen = chooseClass(place, content, await objectsOf([...BASIC, ...flags]), "f");
  return chosen instanceof Problem ? chosen.parts.code : [chosen.id, chosen.kind];
}

Deno.test("the only class that can hold a content is chosen", async () => {
  assertEquals(await choose([STATIC_I32], { element: "i32" }), [3, "StaticArray"]);
  assertEquals(await choose([VIEW_U8, ARRAY_OBJECTS], "strings"), [4, "Array"]);
  assertEquals(await choose([VIEW_U8], { element: "i32" }), "signature");
});

Deno.test("the declaration chooses one of several classes", async () => {
  const both = [VIEW_U8, ARRAY_U8];
  assertEquals(await choose(both, { element: "u8" }), "ambiguous-convention");
  assertEquals(await choose(both, { element: "u8" }, { class: "Array<u8>" }), [4, "Array"]);
  assertEquals(await choose(both, { element: "u8" }, { class: "Array<f64>" }), "signature");
});

Deno.test("the guest's classes have JavaScript's names for arrays of 64-bit integers", async () => {
  for (const name of ["Int64Array", "Uint64Array"]) {
    const isSigned = name.startsWith("I");
    const place = { classIds: { [`Big${name}`]: 4 } };
    const element = isSigned ? "i64" : "u64";
    const flags = isSigned ? VIEW_I64 : VIEW_U64;
    for (const more of [place, { ...place, class: name }]) {
      assertEquals(await choose([flags, flags], { element }, more), [4, "view"]);
    }
  }
});

Deno.test("an object that consists only of its contents is a block from the allocator", async () => {
  const settle = async (flags: number[], content: Exclude<Content, "strings">) => {
    const instance = await objectsOf([...BASIC, ...flags]);
    return settlePlace({ kind: "managedArray" }, content, instance, "f");
  };
  assertEquals(await settle([STATIC_I32], { element: "i32" }), {
    kind: "allocator",
    allocate: { export: "__new", pass: ["byteLength", 3] },
    pin: "__pin",
    unpin: "__unpin",
  });
  assertEquals(await settle([VIEW_U8], { element: "u8" }), {
    kind: "managedArray",
    class: "Uint8Array",
    classIds: { Uint8Array: 3 },
  });
});
