import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Capacity, type Guest, load, staticBuffer } from "../../mod.ts";
import { build, section } from "../binary/_build.ts";
import { guestBytes, guestUrl } from "../_guests.ts";

/** The report on a buffer's capacity, before the first pass and after it. */
interface Row {
  readonly guest: string;
  readonly kind: "exact" | "upper bound";
  readonly byteLength: number;
  readonly reason: string;
  /** The finding before the first pass, if it differs. */
  readonly before?: { readonly kind: "exact" | "upper bound"; readonly reason: string };
}

const exact = (guest: string, reason: string, byteLength = 100): Row => ({
  guest,
  kind: "exact",
  byteLength,
  reason,
});
const bounded = (
  guest: string,
  byteLength: number,
  end: string,
  why = "nothing states it",
  kind: "exact" | "upper bound" = "upper bound",
): Row => ({
  guest,
  kind: "upper bound",
  byteLength,
  reason: `${end}, and ${why}`,
  before: { kind, reason: kind === "exact" ? '"get_buffer_capacity" returns it' : why },
});

// Addresses and sizes come from wasm-ld's map, or from the guest's source.
const ROWS: readonly Row[] = [
  exact("c/passing_data_capacity", '"get_buffer_capacity" returns it'),
  exact("c/passing_data_symbol", '"MAX_BUFFER_SIZE" is the address of it'),
  exact("c/passing_data_getter_and_symbol", '"MAX_BUFFER_SIZE" is the address of it'),
  exact("c/passing_data_length_symbol", '"buffer_size" is the address of it'),
  exact("c/echo_scan", '"get_buffer_capacity" returns it', 131072),
  exact("c/memory_64_own", '"get_buffer_capacity" returns it'),
  exact("c/claims_null", '"get_buffer_capacity" returns it'),
  exact("assemblyscript/static_buffer", '"BUFFER_SIZE" holds it'),
  {
    ...exact("assemblyscript/static_array", "the object header of AssemblyScript"),
    before: { kind: "upper bound", reason: "nothing states it" },
  },
  bounded("c/bounds_next_symbol", 112, 'symbol "after" is at 0x480'),
  bounded("c/bounds_data_end", 100, '"__data_end" is at 0x474'),
  bounded("c/bounds_heap_base", 112, '"__heap_base" is at 0x10080'),
  bounded("c/bounds_memory_end", 65520, "memory ends there"),
  bounded("c/bounds_segment", 112, "the next data segment is at 0x480"),
  bounded("c/bounds_stack_pointer", 1136, "the initial stack pointer is at 0x880"),
  bounded("c/passing_data", 65648, "the initial stack pointer is at 0x10480"),
  bounded(
    "wat/value_globals",
    64512,
    "memory ends there",
    'it is unclear whether global "BUFFER_SIZE" holds it or is the address of it',
  ),
  bounded(
    "c/two_capacities",
    65648,
    "the initial stack pointer is at 0x10480",
    'any of "get_input_capacity", "get_output_capacity" could state it',
  ),
  bounded(
    "c/claims_capacity_outside",
    65648,
    "the initial stack pointer is at 0x10480",
    '"get_buffer_capacity" states 2147483647, which is impossible',
    "exact",
  ),
  bounded(
    "c/claims_negative_capacity",
    65648,
    "the initial stack pointer is at 0x10480",
    '"get_buffer_capacity" states 4294967295, which is impossible',
    "exact",
  ),
  bounded(
    "c/claims_pointer_at_end",
    50,
    "memory ends there",
    '"get_buffer_capacity" states 100, which is impossible',
    "exact",
  ),
];

for (const { guest: name, kind, byteLength, reason, before } of ROWS) {
  Deno.test(`${name}: ${kind}, ${byteLength} bytes, as ${reason}`, async () => {
    using guest = await load(guestUrl(name));
    assertEquals(guest.convention.capacity, {
      ...{ kind, reason, ...before },
      byteLength: undefined,
    });
    guest.passString("x");
    assertEquals(guest.convention.capacity, { kind, byteLength, reason });

    const [limit, words] = kind === "exact" ? [byteLength, ""] : [byteLength, "at most "];
    const error = assertThrows(() => guest.passString("x".repeat(limit + 1)), RangeError);
    const scans = guest.info!.exports.some(({ name, type, kind }) =>
      kind === "function" && name === passName(guest) && type.parameters.length === 0
    );
    assertStrictEquals(
      error.message,
      `Cannot pass ${limit + 1} bytes to "${passName(guest)}": the guest's buffer holds ${words}` +
        (scans ? `${limit - 1} and a NUL` : limit),
    );
  });
}

function passName({ exports }: Guest): string {
  return ["add_wasm_is_cool", "transform", "echo"].find((name) => name in exports)!;
}

Deno.test("the guests report the addresses in the table", async () => {
  // Returns the buffer's address that the guest returns, and the item `byteLength` bytes above it.
  const pointers: Record<string, number> = {
    "c/bounds_next_symbol": 0x480 - 112,
    "c/bounds_data_end": 0x474 - 100,
    "c/bounds_heap_base": 0x10080 - 112,
    "c/bounds_memory_end": 65536 - 65520,
    "c/bounds_segment": 0x480 - 112,
    "c/bounds_stack_pointer": 0x880 - 1136,
  };
  for (const [name, pointer] of Object.entries(pointers)) {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(await guestBytes(name)),
    );
    const page = name === "c/bounds_memory_end" ? 65536 : 0;
    assertStrictEquals((exports.buffer as WebAssembly.Global).value, pointer + page, name);
  }
});

/** The effect of an option for the capacity of `c/passing_data_symbol`. */
const OPTIONS: [capacity: Capacity, byteLength: number, reason: string][] = [
  [7, 7, "the option"],
  [{ export: "MAX_BUFFER_SIZE" }, 100, 'the option names "MAX_BUFFER_SIZE"'],
  [{ export: "MAX_BUFFER_SIZE", holds: "address" }, 100, 'the option names "MAX_BUFFER_SIZE"'],
];

for (const [capacity, byteLength, reason] of OPTIONS) {
  Deno.test(`capacity: ${Deno.inspect(capacity)} is ${byteLength} bytes`, async () => {
    using guest = await load(guestUrl("c/passing_data_symbol"), {
      convention: staticBuffer({ pointer: "buffer", capacity }),
    });
    assertEquals(guest.convention.capacity, {
      kind: "exact",
      byteLength: typeof capacity === "number" ? byteLength : undefined,
      reason,
    });
    assertThrows(
      () => guest.passString("x".repeat(byteLength)),
      RangeError,
      `the guest's buffer holds ${byteLength - 1} and a NUL`,
    );
    assertEquals(guest.convention.capacity, { kind: "exact", byteLength, reason });
  });
}

Deno.test("an option's global holds a value if wasm-ld did not make it, or if that is set", async () => {
  const convention = staticBuffer({ pointer: "BUFFER", capacity: { export: "BUFFER_SIZE" } });
  using values = await load(guestUrl("wat/value_globals"), { convention });
  values.passString("x".repeat(100));
  assertStrictEquals(values.convention.capacity?.byteLength, 100);

  using address = await load(guestUrl("c/passing_data_symbol"), {
    convention: staticBuffer({
      pointer: "buffer",
      capacity: { export: "MAX_BUFFER_SIZE", holds: "value" },
    }),
  });
  address.passString("x");
  assertStrictEquals(
    address.convention.capacity?.byteLength,
    (address.exports.MAX_BUFFER_SIZE as WebAssembly.Global).value,
  );
});

Deno.test("only the end of memory, or an option, bounds a buffer of a compiled module", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/bounds_next_symbol"));
  for (const capacity of [undefined, 50]) {
    using guest = await load(module, {
      convention: staticBuffer({
        pointer: "buffer",
        pass: ["byteLength"],
        ...(capacity && { capacity }),
      }),
    });
    guest.passString("x", "transform");
    const pointer = (guest.exports.buffer as WebAssembly.Global).value;
    assertEquals(
      guest.convention.capacity,
      capacity === undefined
        ? {
          kind: "upper bound",
          byteLength: guest.memory.size - pointer,
          reason: "memory ends there, and nothing states it",
        }
        : { kind: "exact", byteLength: 50, reason: "the option" },
    );
  }
});

/** Makes a module with a buffer at 64 of its last memory, and a data segment at 94 of its first. */
function moduleWithSegment(memories: 1 | 2, size: "get_buffer_size" | "unrelated"): Uint8Array {
  return build(
    section(1, 2, [0x60, 0, 1, 0x7f], [0x60, 1, 0x7f, 1, 0x7f]),
    section(3, 3, 0, 0, 1),
    section(5, memories, Array.from({ length: memories }, () => [0, 1])),
    section(7, 4, ["memory", 2, memories - 1], ["get_buffer", 0, 0], [size, 0, 1], ["echo", 0, 2]),
    // 64, 100, and the argument as it is.
    section(10, 3, [5, 0, 0x41, 0xc0, 0, 0x0b], [5, 0, 0x41, 0xe4, 0, 0x0b], [4, 0, 0x20, 0, 0x0b]),
    section(11, 1, 0, 0x41, 0xde, 0, 0x0b, 1, 0xaa),
  );
}

/** Returns the report on that buffer. */
const SEGMENTS: [
  name: string,
  memories: 1 | 2,
  size: "get_buffer_size" | "unrelated",
  byteLength: number,
  reason: string,
][] = [
  // wasm-opt omits zeros, so a segment can begin in the middle of a buffer.
  [
    "a segment within the buffer does not make a stated capacity doubtful",
    1,
    "get_buffer_size",
    100,
    '"get_buffer_size" returns it',
  ],
  [
    "a segment bounds the buffer where nothing states its capacity",
    1,
    "unrelated",
    30,
    "the next data segment is at 0x5e, and nothing states it",
  ],
  [
    "a segment of another memory does not bound the buffer",
    2,
    "unrelated",
    65536 - 64,
    "memory ends there, and nothing states it",
  ],
];

for (const [name, memories, size, byteLength, reason] of SEGMENTS) {
  Deno.test(name, async () => {
    using guest = await load(moduleWithSegment(memories, size));
    guest.passString("x", "echo");
    const kind = size === "unrelated" ? "upper bound" : "exact";
    assertEquals(guest.convention.capacity, { kind, byteLength, reason });
  });
}

Deno.test("the capacity is the size whose name shares a word with the buffer's", async () => {
  const bytes = build(
    section(1, 2, [0x60, 0, 1, 0x7f], [0x60, 1, 0x7f, 1, 0x7f]),
    section(3, 4, 0, 0, 0, 1),
    section(5, 1, 0, 1),
    section(
      7,
      5,
      ["memory", 2, 0],
      ["get_text_buffer", 0, 0],
      ["table_size", 0, 1],
      ["buffer_size", 0, 2],
      ["echo", 0, 3],
    ),
    // 16, 10, 20, and the argument as it is.
    section(10, 4, ...[16, 10, 20].map((value) => [4, 0, 0x41, value, 0x0b]), [
      4,
      0,
      0x20,
      0,
      0x0b,
    ]),
  );
  using guest = await load(bytes);
  guest.passString("x");
  assertEquals(guest.convention.capacity, {
    kind: "exact",
    byteLength: 20,
    reason: '"buffer_size" returns it',
  });
});

Deno.test("a symbol's own buffer is not reported as the convention's", async () => {
  using guest = await load(guestUrl("c/echo_length"), {
    symbols: {
      echo: {
        parameters: [{
          type: "string",
          place: { kind: "buffer", pointer: 4096, capacity: 3 },
        }],
        result: "u32",
      },
    },
  });
  assertStrictEquals(guest.symbols.echo("abc"), 3);
  assertStrictEquals(guest.convention.capacity?.byteLength, undefined);
  guest.passString("x", "echo");
  assertStrictEquals(guest.convention.capacity?.byteLength, 131072);
  assert(guest.convention.capacity?.kind === "exact");
});

Deno.test("the capacity is read again if the buffer or the end of memory has moved", async () => {
  using guest = await load(guestUrl("c/bounds_memory_end"));
  guest.passString("x");
  assertStrictEquals(guest.convention.capacity?.byteLength, 65520);
  guest.memory.grow(1);
  guest.passString("x");
  assertStrictEquals(guest.convention.capacity?.byteLength, 65520 + 65536);
});
