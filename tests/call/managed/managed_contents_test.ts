import { assertEquals } from "@std/assert";
import { load, type Result } from "../../../mod.ts";
import { outcome, Thrown } from "../../answers/_rows.ts";
import { assemble } from "../../_wat.ts";

/** The addresses of the object of the guest below, and of the buffer that it points at. */
const OBJECT = 1024, BUFFER = 2048;

/** Makes an AssemblyScript guest that returns one object, whose contents the host sets. */
const LIAR = assemble(`(module
  (memory (export "memory") 1)
  (global (export "__rtti_base") i32 (i32.const 64))
  (func (export "__new") (param i32 i32) (result i32) (i32.const 0))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
  (func (export "object") (param i32) (result i32) (local.get 0))
  ;; 7 classes: Object, ArrayBuffer, String, Uint8Array, Array<i32>, Array of objects, StaticArray<i32>
  (data (i32.const 64)
    "\\07\\00\\00\\00\\20\\00\\00\\00\\20\\00\\00\\00\\20\\00\\00\\00\\41\\00\\00\\00\\02\\09\\00\\00"
    "\\02\\41\\00\\00\\24\\09\\00\\00"))`);

const VIEW = 3, ARRAY = 4, OBJECTS = 5, STATIC = 6;
const i32 = { type: "array", element: "i32" } as const;

/** Lifts an object of class `id` with `size` bytes that begin with `words`. */
async function lift(
  result: Result,
  [id, size, ...words]: readonly number[],
  bufferSize = 16,
  pointer = OBJECT,
): Promise<unknown> {
  using guest = await load(LIAR, { symbols: { object: { parameters: ["u32"], result } } });
  const { memory } = guest;
  memory.write("u32", OBJECT - 8, id!);
  memory.write("u32", OBJECT - 4, size!);
  words.forEach((word, index) => memory.write("u32", OBJECT + index * 4, word));
  memory.write("u32", BUFFER - 4, bufferSize);
  memory.writeBytes(BUFFER, Uint8Array.from({ length: 16 }, (_, at) => at % 4 === 0 ? at + 1 : 0));
  return outcome(() => guest.symbols.object(pointer));
}

const outside = (byteLength: number, start: string) =>
  new Thrown(
    "GuestError",
    "overrun",
    `Cannot lift the result of "object": its elements are ${byteLength} bytes at ${start}, ` +
      "expected them within its buffer, 0x800 to 0x810",
  );

const TABLE: readonly [
  name: string,
  result: Result,
  object: readonly number[],
  expected: unknown,
][] = [
  ["an Array as it should be", i32, [ARRAY, 16, BUFFER, BUFFER, 16, 2], Int32Array.of(1, 5)],
  [
    "an Array that begins behind its buffer's begin",
    i32,
    [ARRAY, 16, BUFFER, BUFFER + 4, 12, 3],
    Int32Array.of(5, 9, 13),
  ],
  [
    "more elements than the buffer holds",
    i32,
    [ARRAY, 16, BUFFER, BUFFER, 16, 5],
    outside(20, "0x800"),
  ],
  [
    "so many elements that their bytes are 2^34",
    i32,
    [ARRAY, 16, BUFFER, BUFFER, 16, 0xffffffff],
    outside(17179869180, "0x800"),
  ],
  ["elements before the buffer", i32, [ARRAY, 16, BUFFER, BUFFER - 4, 16, 1], outside(4, "0x7fc")],
  [
    "a view that ends behind its buffer",
    "bytes",
    [VIEW, 12, BUFFER, BUFFER + 8, 9],
    outside(9, "0x808"),
  ],
  ["no elements and no buffer", i32, [ARRAY, 16, 0, 0, 0, 0], new Int32Array()],
  [
    "an object that is too small for its class",
    i32,
    [ARRAY, 12, BUFFER, BUFFER, 16, 2],
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "object": its object has 12 bytes, expected 16',
    ),
  ],
  [
    "a StaticArray that ends in the middle of an element",
    i32,
    [STATIC, 6, 1, 2],
    new Thrown(
      "GuestError",
      "overrun",
      'Cannot lift the result of "object": it has 6 bytes, expected a multiple of 4 for i32',
    ),
  ],
  [
    "a StaticArray that ends behind memory",
    i32,
    [STATIC, 0xfffffff0],
    new Thrown(
      "MemoryRangeError",
      "memory-range",
      "Cannot read 4294967280 bytes at pointer 0x400: memory is 65536 bytes",
    ),
  ],
  [
    "a class that the guest does not have",
    i32,
    [7, 16, BUFFER, BUFFER, 16, 2],
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "object": its class is unknown (id 7), expected an array of i32',
    ),
  ],
  [
    "a String where bytes are wanted",
    "bytes",
    [2, 4, 0],
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "object": its class is String (id 2), expected bytes',
    ),
  ],
  [
    "an ArrayBuffer where an array is wanted",
    i32,
    [1, 16, 0],
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "object": its class is ArrayBuffer (id 1), expected an array of i32',
    ),
  ],
];

for (const [name, result, object, expected] of TABLE) {
  Deno.test(`an object's contents: ${name}`, async () => {
    assertEquals(await lift(result, object), expected);
  });
}

Deno.test("an object's contents: a pointer without a header before it", async () => {
  assertEquals(
    await lift(i32, [ARRAY, 16, BUFFER, BUFFER, 16, 2], 16, 2),
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot lift the result of "object": the guest gave 0x2, which is below its data, expected ' +
        'an array or symbols: { object: { parameters: ["u32"], result: "i32" } } if it returns a ' +
        "number",
    ),
  );
});

Deno.test("an object's contents: a null pointer among strings, and objects that are not strings", async () => {
  const item = (code: string, problem: string) =>
    new Thrown("GuestError", code, `Cannot lift item 0 of the result of "object": ${problem}`);
  // The buffer follows the object: its size, and the pointer to one string.
  const holding = (pointer: number) => {
    const buffer = OBJECT + 20;
    return lift({ type: "strings" }, [OBJECTS, 16, buffer, buffer, 4, 1, 4, pointer]);
  };
  assertEquals(
    await holding(0),
    item("null-pointer", "the guest gave a null pointer, expected text"),
  );
  assertEquals(
    await holding(OBJECT),
    item("signature", "its class is Array of objects (id 5), expected String"),
  );
});

Deno.test("a text that is in an array many times counts each time", async () => {
  using guest = await load(LIAR, {
    symbols: { object: { parameters: ["u32"], result: { type: "strings" } } },
  });
  const { memory } = guest;
  const text = 20_000;
  for (const [word, value] of [OBJECTS, 16, BUFFER, BUFFER, 400, 100].entries()) {
    memory.write("u32", OBJECT - 8 + word * 4, value);
  }
  memory.write("u32", BUFFER - 4, 400);
  for (let at = 0; at < 100; at++) memory.write("u32", BUFFER + at * 4, text);
  memory.write("u32", text - 8, 2);
  memory.write("u32", text - 4, 40_000);
  assertEquals(
    await outcome(() => guest.symbols.object(OBJECT)),
    new Thrown(
      "GuestError",
      "result-too-large",
      // 53 times 20,000 code units of one byte, and 32 bytes beside each.
      'Cannot lift the result of "object": it takes at least 1061696 bytes of host memory, ' +
        "expected at most 1048576 or a higher limits: { results }",
    ),
  );
});
