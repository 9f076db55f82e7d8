import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  allocator,
  assemblyScript,
  type AssemblyScriptOptions,
  hostFunction,
  load,
  type Parameter,
  type Result,
} from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

const ARRAYS = "assemblyscript/arrays";
const STRINGS = "assemblyscript/strings_array";
const ARC = "assemblyscript_arc/arrays";

const f64 = { type: "array", element: "f64" } as const;
const i16 = { type: "array", element: "i16" } as const;
const i32 = { type: "array", element: "i32" } as const;
const u8 = { type: "array", element: "u8" } as const;
const texts = { type: "strings" } as const;

/** A call of `name` with `args`: its parameters and its result, as they are declared. */
interface Call {
  readonly guest: string;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly args: readonly unknown[];
  readonly convention?: AssemblyScriptOptions;
}

function callRow(
  title: string,
  { guest, name, parameters, result, args, convention }: Call,
  gives: unknown,
): Row[] {
  const row: Row = {
    name: title,
    guest,
    options: {
      symbols: { [name]: { parameters, result } },
      ...(convention && { convention: assemblyScript(convention) }),
    },
    ask: ({ symbols }) => symbols[name]!(...args as never[]),
    gives,
  };
  return [row, { ...row, name: `${title}, in a hot call`, warmUp: 120 }];
}

/** Returns the error of `load` for the one symbol that does not fit. */
function refused(name: string, problem: string): Thrown {
  return new Thrown(
    "LoadError",
    "symbols",
    `Cannot bind the declared symbols:\nsymbol "${name}": Cannot pass ${problem}`,
  );
}

const count = { guest: ARRAYS, name: "count", parameters: ["i32"], result: i32 } as const;
const sum = { guest: ARRAYS, result: "f64", args: [Float64Array.of(1, 2, 3.5)] } as const;
const sumBytes = {
  guest: ARRAYS,
  name: "sumBytes",
  parameters: ["bytes"],
  result: "i32",
  args: [Uint8Array.of(1, 2, 3)],
} as const;
const join = {
  guest: ARRAYS,
  name: "join",
  parameters: [texts, "string"],
  result: "string",
  args: [["a", "", "🚀", "\ud83d"], ", "],
} as const;
const split = { guest: ARRAYS, name: "split", parameters: ["string", "string"] } as const;
const BYTES_LINE =
  'the guest has ArrayBuffer and Uint8Array, expected convention: assemblyScript({ bytes: "ArrayBuffer" }) or ' +
  'assemblyScript({ bytes: "Uint8Array" }), or the parameter { type: "bytes", class: ' +
  '"ArrayBuffer" } or { type: "bytes", class: "Uint8Array" }';

testRows([
  ...callRow("an Array has its elements, not all that its buffer has room for", {
    ...count,
    args: [3],
  }, Int32Array.of(1, 2, 3)),
  ...callRow("an Array without elements is one", { ...count, args: [0] }, new Int32Array()),
  ...callRow("a StaticArray is told by its class", {
    ...count,
    name: "countStatic",
    args: [3],
  }, Int32Array.of(1, 2, 3)),
  ...callRow(
    "an array of other elements is none that was declared",
    {
      ...count,
      result: f64,
      args: [3],
    },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "count": its class is Array<i32> (id 4), expected an array of f64',
    ),
  ),
  ...callRow(
    "a result of the same size and another sign is none that was declared",
    {
      ...count,
      result: { type: "array", element: "u32" },
      args: [3],
    },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "count": its class is Array<i32> (id 4), expected an array of u32',
    ),
  ),
  ...([
    ["sumArray", "Array<f64>"],
    ["sumStatic", "StaticArray<f64>"],
    ["sumView", "Float64Array"],
  ] as const).flatMap(([name, named]) =>
    callRow(`${named} is passed as the declaration names it`, {
      ...sum,
      name,
      parameters: [{ ...f64, class: named }],
    }, 6.5)
  ),
  ...callRow(
    "an array of which the guest has three classes is refused with the lines",
    {
      ...sum,
      name: "sumArray",
      parameters: [f64],
    },
    refused(
      "sumArray",
      'an array of f64 to "sumArray": the guest has Float64Array, Array<f64> and ' +
        'StaticArray<f64>, expected the parameter { type: "array", element: "f64", class: ' +
        '"Float64Array" }, { type: "array", element: "f64", class: "Array<f64>" } or ' +
        '{ type: "array", element: "f64", class: "StaticArray<f64>" }',
    ),
  ),
  ...callRow("the only class of an element needs no name", {
    guest: ARRAYS,
    name: "largest",
    parameters: [i16],
    result: "i32",
    args: [Int16Array.of(-3, 30, 7)],
  }, 30),
  ...callRow(
    "a class that the guest does not have is refused with those that it has",
    {
      guest: STRINGS,
      name: "join",
      parameters: [{ ...i16, class: "Int16Array" }, "string"],
      result: "string",
      args: [],
    },
    refused(
      "join",
      `an array of i16 to "join": the guest's arrays are "ArrayBuffer", "Array of objects", ` +
        '"Array<i32>", expected Int16Array',
    ),
  ),
  ...callRow(
    "a class of other elements is refused",
    {
      ...sum,
      name: "sumArray",
      parameters: [{ ...f64, class: "Array<i32>" }],
    },
    refused(
      "sumArray",
      'an array of f64 to "sumArray": Array<i32> holds others, expected Float64Array or Array<f64> ' +
        "or StaticArray<f64>",
    ),
  ),
  ...callRow(
    "a class id that is another's is refused",
    {
      ...sum,
      name: "sumArray",
      parameters: [{ ...f64, class: "Array<f64>" }],
      convention: { classIds: { "Array<f64>": 4 } },
    },
    refused(
      "sumArray",
      'an array of f64 to "sumArray": class 4 is Array<i32>, expected Array<f64>',
    ),
  ),
  ...callRow("numbers of 64 bits go and come in an Array", {
    guest: ARRAYS,
    name: "appended",
    parameters: [{ type: "array", element: "i64" }, "i64"],
    result: { type: "array", element: "i64" },
    args: [BigInt64Array.of(-1n, 2n ** 62n), 5n],
  }, BigInt64Array.of(-1n, 2n ** 62n, 5n)),

  ...callRow(
    "bytes for which the guest has two classes are refused with the lines",
    sumBytes,
    refused(
      "sumBytes",
      `bytes to "sumBytes": ${BYTES_LINE}`,
    ),
  ),
  ...callRow("bytes are a Uint8Array as the option says", {
    ...sumBytes,
    convention: { bytes: "Uint8Array" },
  }, 6),
  ...callRow("bytes are a Uint8Array as the parameter says", {
    ...sumBytes,
    parameters: [{ type: "bytes", class: "Uint8Array" }],
  }, 6),
  ...callRow("bytes are an ArrayBuffer as the option says", {
    ...sumBytes,
    name: "sumBuffer",
    convention: { bytes: "ArrayBuffer" },
  }, 6),
  ...callRow("bytes that come back are told by their class: an ArrayBuffer", {
    guest: ARRAYS,
    name: "bytesOf",
    parameters: ["string"],
    result: "bytes",
    args: ["ab"],
  }, Uint8Array.of(0x61, 0x62)),
  ...callRow("bytes that come back are told by their class: a Uint8Array", {
    guest: ARRAYS,
    name: "viewOf",
    parameters: ["string"],
    result: "bytes",
    args: ["abc"],
  }, Uint8Array.of(0x62, 0x63)),
  {
    name: "passBytes reports the option that decides the class",
    guest: "assemblyscript/uint8array",
    ask: (guest) => guest.passBytes(Uint8Array.of(1, 2, 3), "reverse"),
    gives: new Thrown(
      "GuestError",
      "ambiguous-convention",
      `Cannot pass bytes to "reverse": ${BYTES_LINE}`,
    ),
  },
  ...[0, 120].map((warmUp): Row => ({
    name: `passBytes takes and returns a Uint8Array with the option, after ${warmUp} calls`,
    guest: "assemblyscript/uint8array",
    options: { convention: assemblyScript({ bytes: "Uint8Array" }) },
    ask: (guest) => guest.passBytes(Uint8Array.of(1, 2, 3), "reverse"),
    gives: Uint8Array.of(3, 2, 1),
    warmUp,
  })),
  ...[0, 120].map((warmUp): Row => ({
    name: `a guest without another class takes an ArrayBuffer, after ${warmUp} calls`,
    guest: "assemblyscript/host_strings",
    options: {
      missing: "trap",
      imports: {
        env: {
          digest: hostFunction(
            { parameters: ["bytes"], result: "bytes" },
            (bytes) => bytes.toReversed(),
          ),
        },
      },
    },
    ask: (guest) => guest.passBytes(Uint8Array.of(1, 2, 3), "digest"),
    gives: Uint8Array.of(3, 2, 1),
    warmUp,
  })),

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
  ...callRow("what is no string is refused before anything is made", {
    ...join,
    guest: STRINGS,
    args: [["a", 1], ","],
  }, new Thrown("TypeError", undefined, "Cannot pass text: it is 1, expected a string")),
  ...callRow(
    "what is no array is refused",
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
  ...callRow("strings of a result are told by its class", {
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
    "an array of other objects is no array of strings",
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
