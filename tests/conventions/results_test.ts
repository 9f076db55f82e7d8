import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";

const malloc = { allocate: "malloc", free: "free", resultsFreedBy: "host" } as const;
const live = { name: "live_allocations", parameters: [], result: "u32" } as const;
const pair = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;

Deno.test("a record has several named results, each at its own place", async () => {
  using guest = await load(guestPath("c/result_area_before"), {
    convention: allocator({ ...malloc }),
    symbols: {
      greet: {
        parameters: ["string"],
        arguments: [{ area: 0 }, ...pair],
        result: {
          type: "record",
          fields: {
            text: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
            bytes: { type: "bytes", pointer: { word: 0 }, length: 5, freedBy: "guest" },
            units: { type: "u32", value: { word: 1 } },
            firstWord: {
              type: "array",
              element: "u16",
              pointer: { word: 0 },
              length: 2,
              unit: "codeUnits",
              freedBy: "guest",
            },
            first: { type: "u8", value: { load: "u8", at: { word: 0 } } },
            given: { type: "u32", value: { byteLengthOf: 0 } },
            low: { type: "u8", value: { load: "u8", offset: 4 } },
          },
        },
      },
      live,
    },
  });
  assertEquals(guest.symbols.greet("Bob"), {
    text: "Hello, Bob!",
    bytes: new TextEncoder().encode("Hello"),
    units: 11,
    firstWord: Uint16Array.of(0x6548, 0x6c6c),
    first: 0x48,
    given: 3,
    low: 11,
  });
  assertStrictEquals(guest.symbols.live(), 0);
});

Deno.test("a return area is as large as the words that are read, and starts as zeros", async () => {
  using guest = await load(guestPath("c/result_area_before"), {
    convention: allocator(malloc),
    symbols: {
      greet: {
        parameters: ["string"],
        arguments: [{ area: 0 }, ...pair],
        result: {
          type: "record",
          fields: {
            length: { type: "u32", value: { word: 1 } },
            beyond: { type: "u64", value: { load: "u64", offset: 24 } },
          },
        },
      },
    },
  });
  assertEquals(guest.symbols.greet("Bob"), { length: 11, beyond: 0n });
});

Deno.test("a struct that the result points at is a record, or null", async () => {
  using guest = await load(guestPath("c/result_struct_allocated"), {
    convention: allocator({ ...malloc, resultsFreedBy: "guest" }),
    symbols: {
      greet: {
        parameters: ["string"],
        result: {
          type: "record",
          nullable: true,
          fields: {
            text: {
              type: "string",
              pointer: { word: 0, at: "result" },
              length: { load: "u32", at: "result", offset: 4 },
              freedBy: { call: { export: "free_text", pass: ["result"] } },
            },
            address: { type: "pointer", value: "result" },
          },
        },
      },
      failAfter: { name: "fail_after", parameters: ["u32"], result: "void" },
      live,
    },
  });
  const { greet, failAfter, live: count } = guest.symbols;
  const record = greet("Bob");
  assertEquals([record?.text, typeof record?.address, count()], ["Hello, Bob!", "number", 0]);
  failAfter(2);
  assertEquals([greet("Bob"), count()], [null, 0]);
  failAfter(3);
  assertEquals([guestErrorOf(() => greet("Bob")), count()], [
    [
      "null-pointer",
      'Cannot lift field "text" of the result of "greet": the guest gave a null pointer, expected text',
    ],
    0,
  ]);
});

Deno.test("a field that cannot be read does not prevent freeing the others", async () => {
  using guest = await load(guestPath("c/result_area_before"), {
    convention: allocator(malloc),
    symbols: {
      echo: {
        parameters: ["bytes"],
        arguments: [{ area: 0 }, ...pair],
        result: {
          type: "record",
          fields: {
            broken: {
              type: "string",
              pointer: { word: 0 },
              length: { word: 1 },
              freedBy: "guest",
            },
            bytes: { type: "bytes", pointer: { word: 0 }, length: { word: 1 } },
          },
        },
      },
      live,
    },
  });
  const [code] = guestErrorOf(() => guest.symbols.echo(Uint8Array.of(0x61, 0xff)));
  assertEquals([code, guest.state, guest.symbols.live()], ["invalid-text", "ready", 0]);
});

Deno.test("text that cannot be decoded is still freed", async () => {
  using guest = await load(guestPath("c/result_packed_pointer_high"), {
    convention: allocator({ ...malloc, result: "packedPointerHigh" }),
    symbols: { echo: { parameters: ["bytes"], result: "string" }, live },
  });
  assertEquals([
    guestErrorOf(() => guest.symbols.echo(Uint8Array.of(0x61, 0xff)))[0],
    guest.symbols.live(),
  ], ["invalid-text", 0]);
});

Deno.test("arrays of numbers are returned as copies, in typed arrays of their element types", async () => {
  // The guest counts bytes, whatever the elements are.
  const array = { type: "array", element: "f64", unit: "bytes" } as const;
  const odd = { type: "array", element: "u32", unit: "bytes" } as const;
  using guest = await load(guestPath("c/result_packed_pointer_high"), {
    convention: allocator({ ...malloc, result: "packedPointerHigh" }),
    symbols: {
      echo: { parameters: [array], result: array },
      odd: { name: "echo", parameters: ["bytes"], result: odd },
      live,
    },
  });
  const { echo, odd: cut, live: count } = guest.symbols;
  const numbers = Float64Array.of(0.1, -0, NaN, Infinity);
  const back = echo(numbers.subarray(1));
  assertEquals(back, numbers.slice(1));
  assertEquals([back.buffer.byteLength, count()], [24, 0]);
  assertEquals(echo([1, 0.5]), Float64Array.of(1, 0.5));
  const error = assertThrows(() => echo(new Set([1]) as never), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot pass argument 0 to "echo": it is an object of class Set, expected a Float64Array',
  );
  assertEquals([guestErrorOf(() => cut(new Uint8Array(7))), count()], [
    [
      "overrun",
      'Cannot lift the result of "echo": it has 7 bytes, expected a multiple of 4 for u32',
    ],
    0,
  ]);
});

Deno.test("bytes become an ArrayBuffer or clamped, each a copy of its own", async () => {
  const placed = { type: "bytes", pointer: { high: "result" }, length: { low: "result" } } as const;
  const kept = { ...placed, freedBy: "guest" } as const;
  using guest = await load(guestPath("c/result_packed_pointer_high"), {
    convention: allocator({ ...malloc, result: "packedPointerHigh" }),
    symbols: {
      buffer: {
        name: "echo",
        parameters: ["bytes"],
        result: { type: "bytes", as: "ArrayBuffer" },
      },
      clamped: {
        name: "echo",
        parameters: ["bytes"],
        result: { type: "bytes", as: "Uint8ClampedArray" },
      },
      both: {
        name: "echo",
        parameters: ["bytes"],
        result: {
          type: "record",
          fields: {
            buffer: { ...placed, as: "ArrayBuffer" },
            clamped: { ...kept, as: "Uint8ClampedArray", length: 2 },
          },
        },
      },
      live,
    },
  });
  const { buffer, clamped, both, live: count } = guest.symbols;
  const bytes = Uint8Array.of(1, 2, 255);
  for (let round = 0; round < 3; round++) {
    assertEquals(buffer(bytes), bytes.buffer);
    assertEquals(clamped(bytes), Uint8ClampedArray.of(1, 2, 255));
    assertEquals(both(bytes), { buffer: bytes.buffer, clamped: Uint8ClampedArray.of(1, 2) });
    assertEquals([buffer(bytes.subarray(0, 0)).byteLength, count()], [0, 0]);
  }
});

Deno.test("the guest keeps its argument, and frees it when it gets the next one", async () => {
  using guest = await load(guestPath("c/argument_kept"), {
    convention: allocator({
      ...malloc,
      result: "packedPointerHigh",
      argumentsFreedBy: "guest",
      nullIs: "empty",
    }),
    symbols: {
      exchange: { parameters: ["string"], result: "string" },
      forget: { parameters: [], result: "void" },
      live,
    },
  });
  const { exchange, forget, live: count } = guest.symbols;
  assertEquals([exchange("first"), count()], ["", 1]);
  assertEquals([exchange("second"), count()], ["first", 1]);
  forget();
  assertStrictEquals(count(), 0);
});

Deno.test("a result that is the argument itself is freed once", async () => {
  using guest = await load(guestPath("c/result_in_place"), {
    convention: allocator({ ...malloc }),
    symbols: {
      shout: {
        parameters: ["string"],
        result: { type: "string", pointer: { argument: 0 }, length: "result" },
      },
      live,
    },
  });
  assertEquals([guest.symbols.shout("abc"), guest.symbols.live()], ["ABC", 0]);
});

Deno.test("a borrowed result is the caller's copy: the guest's next call does not change it", async () => {
  using guest = await load(guestPath("c/c_string_borrowed"));
  const first = guest.passBytes(new TextEncoder().encode("Bob"), "greet");
  guest.passString("somebody else", "greet");
  assertEquals(first, new TextEncoder().encode("Hello, Bob!"));
  assertEquals(guestErrorOf(() => guest.passString("x".repeat(300), "greet")), [
    "null-pointer",
    'Cannot lift the result of "greet": the guest gave a null pointer, expected text',
  ]);
});
