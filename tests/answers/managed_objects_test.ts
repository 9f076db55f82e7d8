import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocator, assemblyScript, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { testRows, Thrown } from "./_rows.ts";
import {
  ARC,
  ARRAYS,
  callRow,
  count,
  f64,
  i32,
  join,
  refused,
  split,
  STRINGS,
  sum,
  texts,
  u8,
} from "./_managed_calls.ts";

testRows([
  ...callRow("strings are an Array of objects, each kept while the others are made", {
    ...join,
    guest: STRINGS,
  }, "a, , 🚀, \ud83d"),
  ...callRow("no strings are an Array too", { ...join, guest: STRINGS, args: [[], ","] }, ""),
  ...callRow("strings come back as they went", {
    guest: STRINGS,
    name: "reverse",
    parameters: [texts],
    result: texts,
    args: [["a", "", "🚀"]],
  }, ["🚀", "", "a"]),
  ...callRow("a value that is not a string is refused before anything is made", {
    ...join,
    guest: STRINGS,
    args: [["a", 1], ","],
  }, new Thrown("TypeError", undefined, "Cannot pass text: it is 1, expected a string")),
  ...callRow(
    "a value that is not an array is refused",
    {
      ...join,
      guest: STRINGS,
      args: ["ab", ","],
    },
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass strings: it is "ab", expected an array of strings',
    ),
  ),
  ...callRow(
    "strings for which two classes of objects could be meant are refused",
    join,
    refused(
      "join",
      `strings to "join": 2 guest classes can be Array<string>, expected an export ` +
        '"Array_string_ID" = idof<Array<string>>(), or classIds: { "Array<string>": … } of the ' +
        "convention",
    ),
  ),
  ...callRow("a class id settles which they are", {
    ...join,
    convention: { classIds: { "Array<string>": 12 } },
  }, "a, , 🚀, \ud83d"),
  ...callRow("a class id of something else is refused", {
    ...join,
    convention: { classIds: { "Array<string>": 5 } },
  }, refused("join", 'strings to "join": class 5 is StaticArray<i32>, expected Array<string>')),
  ...callRow("a result of strings is recognised by its class", {
    ...split,
    result: texts,
    args: ["a,,🚀", ","],
  }, ["a", "", "🚀"]),
  ...callRow("strings of a result can be a list of items with places", {
    ...split,
    result: {
      type: "list",
      pointer: { word: 1, at: "result" },
      count: { load: "u32", at: "result", offset: 12 },
      stride: 4,
      item: {
        type: "string",
        encoding: "utf-16",
        pointer: { word: 0, at: "result" },
        length: { prefix: "u32", offset: -4 },
      },
    },
    args: ["a,b", ","],
  }, ["a", "b"]),
  ...callRow("arrays in an array are a list of objects", {
    guest: ARRAYS,
    name: "rows",
    parameters: [],
    result: {
      type: "list",
      pointer: { word: 1, at: "result" },
      count: { load: "u32", at: "result", offset: 12 },
      stride: 4,
      item: { ...i32, pointer: { word: 0, at: "result" }, length: { object: "managed" } },
    },
    args: [],
  }, [Int32Array.of(1), new Int32Array(), Int32Array.of(2, 3)]),
  ...callRow(
    "an array of other objects is refused as an array of strings",
    {
      guest: ARRAYS,
      name: "rows",
      parameters: [],
      result: texts,
      args: [],
    },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift item 0 of the result of "rows": its class is Array<i32> (id 4), expected String',
    ),
  ),
  ...callRow("an array that may be null is null", {
    guest: STRINGS,
    name: "splitOrNull",
    parameters: ["string"],
    result: { ...texts, nullable: true },
    args: [""],
  }, null),
  ...callRow(
    "an array that may not be null is an error",
    {
      guest: STRINGS,
      name: "splitOrNull",
      parameters: ["string"],
      result: texts,
      args: [""],
    },
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot lift the result of "splitOrNull": the guest gave a null pointer, expected strings',
    ),
  ),

  ...callRow("where references are counted, an Array comes back", {
    ...count,
    guest: ARC,
    args: [3],
  }, Int32Array.of(1, 2, 3)),
  ...callRow("where references are counted, an Array is passed", {
    ...sum,
    guest: ARC,
    name: "sumArray",
    parameters: [f64],
  }, 6.5),
  ...callRow("where references are counted, a typed array is passed", {
    ...sum,
    guest: ARC,
    name: "sumView",
    parameters: [{ type: "array", element: "f32" }],
    args: [Float32Array.of(1, 2, 3.5)],
  }, 6.5),
  ...callRow("where references are counted, a StaticArray is passed", {
    guest: ARC,
    name: "sumStatic",
    parameters: [{ type: "array", element: "u16" }],
    result: "i32",
    args: [Uint16Array.of(1, 2, 3)],
  }, 6),
  ...callRow("where references are counted, bytes are a Uint8Array as the option says", {
    guest: ARC,
    name: "tail",
    parameters: ["bytes"],
    result: "bytes",
    args: [Uint8Array.of(1, 2, 3)],
    convention: { runtime: "arc", bytes: "Uint8Array" },
  }, Uint8Array.of(2, 3)),
  ...callRow(
    "where references are counted, strings are passed",
    { ...join, guest: ARC },
    "a, , 🚀, \ud83d",
  ),
  ...callRow("where references are counted, strings come back", {
    ...split,
    guest: ARC,
    result: texts,
    args: ["a,,🚀", ","],
  }, ["a", "", "🚀"]),

  {
    name: "a class is refused for a guest without classes",
    guest: "c/allocator_malloc",
    options: {
      convention: allocator({ allocate: "malloc", result: "packedPointerHigh" }),
      symbols: {
        echo: { parameters: [{ ...u8, class: "Uint8Array" }], result: "string" },
      },
    },
    ask: () => {},
    gives: refused(
      "echo",
      '"array" as an object of class "Uint8Array": the convention has no classes, expected ' +
        "convention: assemblyScript(), or no class",
    ),
  },
]);

/** Memory does not grow over 10,000 calls, with every class of array going in and out. */
for (
  const [guest, collects] of [
    ["assemblyscript/arrays", false],
    ["assemblyscript/arrays_minimal", true],
    ["assemblyscript_arc/arrays", false],
  ] as const
) {
  Deno.test(`10,000 calls leak nothing: ${guest}`, async () => {
    const isArc = guest === ARC;
    using loaded = await load(guestUrl(guest), {
      convention: assemblyScript({
        ...(isArc && { runtime: "arc" }),
        classIds: isArc ? {} : { "Array<string>": 12 },
      }),
      symbols: {
        count: { parameters: ["i32"], result: i32 },
        sumArray: { parameters: [{ ...f64, class: "Array<f64>" }], result: "f64" },
        join: { parameters: [texts, "string"], result: "string" },
        split: { parameters: ["string", "string"], result: texts },
        collect: { name: "__collect", parameters: [], result: "void" },
      },
    });
    const { count, sumArray, join, split, collect } = loaded.symbols;
    const numbers = new Float64Array(100).fill(1);
    const words = ["one", "two", "three"];
    const round = () => {
      assertEquals(count(100).length, 100);
      assertEquals(sumArray(numbers), 100);
      assertThrows(() => join([...words, 1 as never], ","), TypeError);
      assertEquals(split("one,two,three", ","), words);
    };
    for (let call = 0; call < 100; call++) round();
    assertEquals(join(words, ","), "one,two,three");
    collect();
    const before = loaded.memory.size;
    for (let call = 0; call < 2_500; call++) {
      round();
      if (call % 100 === 0) assertEquals(join(words, ","), "one,two,three");
      if (collects && call % 50 === 0) collect();
    }
    collect();
    assert(loaded.memory.size <= 2 * before, `memory grew from ${before} to ${loaded.memory.size}`);
  });
}

Deno.test("a guest whose runtime never frees also passes and returns arrays", async () => {
  using guest = await load(guestUrl("assemblyscript/arrays_stub"), {
    symbols: {
      count: { parameters: ["i32"], result: i32 },
      sumStatic: { parameters: [{ ...f64, class: "StaticArray<f64>" }], result: "f64" },
    },
  });
  assertEquals(guest.symbols.count(3), Int32Array.of(1, 2, 3));
  assertEquals(guest.symbols.sumStatic(Float64Array.of(1, 2)), 3);
});
