import { assemblyScript, hostFunction } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";
import {
  ARRAYS,
  BYTES_LINE,
  callRow,
  count,
  f64,
  i16,
  refused,
  STRINGS,
  sum,
  sumBytes,
} from "./_managed_calls.ts";

testRows([
  ...callRow("an Array has its elements, not all that its buffer has room for", {
    ...count,
    args: [3],
  }, Int32Array.of(1, 2, 3)),
  ...callRow("an Array without elements is one", { ...count, args: [0] }, new Int32Array()),
  ...callRow("a StaticArray is recognised by its class", {
    ...count,
    name: "countStatic",
    args: [3],
  }, Int32Array.of(1, 2, 3)),
  ...callRow(
    "an array of other elements than declared is refused",
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
    "a result of the same size and another sign than declared is refused",
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
  ...callRow("returned bytes are recognised by their class: an ArrayBuffer", {
    guest: ARRAYS,
    name: "bytesOf",
    parameters: ["string"],
    result: "bytes",
    args: ["ab"],
  }, Uint8Array.of(0x61, 0x62)),
  ...callRow("returned bytes are recognised by their class: a Uint8Array", {
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
]);
