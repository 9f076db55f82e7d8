import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  GuestError,
  inPlace,
  load,
  LoadError,
  type LoadOptions,
  type MemoryLayout,
  type Value,
} from "../../mod.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** Doubles its input, byte by byte, from one address to another. */
const DOUBLE = `
  (func (export "double") (param $from i32) (param $length i32) (param $to i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (local.get $length)))
    (loop $next
      (if (i32.lt_u (local.get $from) (local.get $end)) (then
        (i32.store16 (local.get $to)
          (i32.mul (i32.load8_u (local.get $from)) (i32.const 257)))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next))))
    (i32.mul (local.get $length) (i32.const 2)))
  (func (export "same") (param i32 i32) (result i32) (local.get 1))`;

const EMPTY = assemble(`(module (memory (export "memory") 0)${DOUBLE})`);

const symbols = {
  double: {
    parameters: [{ type: "string", place: { kind: "buffer", pointer: { layout: "input" } } }],
    output: { capacity: 4096, place: { kind: "buffer", pointer: { layout: "output" } } },
    arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output"],
    result: { type: "string", pointer: "output", length: "result" },
  },
} as const;

Deno.test("a memory without a page grows to have the layout, before and after a reset", async () => {
  const layout = { output: { reserve: 5000 }, input: { at: 1024, capacity: 4096 } } as const;
  using guest = await load(EMPTY, { layout, symbols });
  for (let times = 0; times < 2; times++) {
    assertEquals(guest.place("input"), { pointer: 1024, byteLength: 4096 });
    assertEquals(guest.place("output"), { pointer: 65536, byteLength: 5000 });
    assertStrictEquals(guest.memory.size, 2 * 65536);
    for (let count = 0; count < 120; count++) {
      assertStrictEquals(guest.symbols.double("abc"), "aabbcc");
    }
    assertStrictEquals(guest.memory.readString(1024, 3), "abc");
    assertStrictEquals(guest.memory.readString(65536, 6), "aabbcc");
    assertThrows(() => guest.symbols.double("a".repeat(4097)), RangeError, "holds 4096");
    guest.reset();
  }
});

Deno.test("added ranges lie in the order of the layout, whatever is called first", async () => {
  const layout: MemoryLayout = { a: { reserve: 17 }, b: { reserve: 70_000 }, c: { reserve: 1 } };
  using guest = await load(EMPTY, { layout });
  assertEquals(["a", "b", "c"].map((name) => guest.place(name).pointer), [0, 32, 70_032]);
  assertStrictEquals(guest.memory.size, 2 * 65536);
  assertThrows(
    () => guest.place("d"),
    TypeError,
    'Cannot find the place "d": the layout has none of that name, expected "a", "b" or "c"',
  );
  using plain = await load(EMPTY);
  assertThrows(() => plain.place("a"), TypeError, "expected the option layout");
});

Deno.test("a result can name the range it lies in, by itself and in a sum", async () => {
  const layout = {
    input: { at: 1024, capacity: 64 },
    output: { at: 70_000, capacity: 64 },
  } as const;
  const { parameters: [text] } = symbols.double;
  const parameters = [text, "u32"] as const;
  const read = (pointer: Value) => ({
    name: "double",
    parameters,
    result: { type: "string", pointer, length: "result" },
  } as const);
  using guest = await load(EMPTY, {
    layout,
    symbols: {
      whole: read({ layout: "output" }),
      later: read({ sum: [{ layout: "output" }, 4] }),
    },
  });
  for (let times = 0; times < 2; times++) {
    for (let count = 0; count < 120; count++) {
      assertStrictEquals(guest.symbols.whole("abc", 70_000), "aabbcc");
      assertStrictEquals(guest.symbols.later("xyz", 70_004), "xxyyzz");
    }
    assertStrictEquals(guest.memory.readString(70_000, 10), "aabbxxyyzz");
    guest.reset();
  }
});

Deno.test("the error for a declaration that is made after load says to use the address", async () => {
  using guest = await load(guestPath("c/function_pointers"), {
    layout: { text: { reserve: 16 } },
    symbols: { get_op: { parameters: ["u8"], result: "pointer" } },
  });
  const functions = await guest.functions();
  const result = { type: "string", pointer: { layout: "text" }, length: "result" } as const;
  const pointer = guest.symbols.get_op("+".charCodeAt(0));
  assertThrows(
    () => functions.get(pointer, { parameters: ["i32", "i32"], result }),
    GuestError,
    'result.pointer is { layout: "text" }, which only load and adopt find, expected the address ' +
      "that guest.place returns",
  );
});

Deno.test("a convention can name its range, for passes too", async () => {
  const layout = { text: { at: 65000, capacity: 600 } };
  const convention = inPlace({ pointer: { layout: "text" } });
  for (let times = 0; times < 2; times++) {
    using guest = await load(EMPTY, { layout, convention });
    assertStrictEquals(guest.passString("hello", "same"), "hello");
    assertStrictEquals(guest.memory.readString(65000, 5), "hello");
    assertStrictEquals(guest.memory.size, 2 * 65536);
  }
});

/** Returns the message of the error that loading ends with. */
async function refused(source: Uint8Array<ArrayBuffer>, options: LoadOptions): Promise<string> {
  const error = await assertRejects(() => load(source, options), LoadError);
  assertStrictEquals(error.code, "memory");
  return error.message;
}

Deno.test("a range that overlaps data of the guest in the binary is refused", async () => {
  const clang = assemble(`(module
    (memory (export "memory") 3)
    (global $__stack_pointer (mut i32) (i32.const 67584))
    (global (export "__heap_base") i32 (i32.const 67600))
    (global (export "__data_end") i32 (i32.const 2000))
    (data (i32.const 1024) "some data")
    (func (export "malloc") (param i32) (result i32) (i32.const 0))
    (func (export "free") (param i32)))`);
  const layout: MemoryLayout = {
    low: { at: 16, capacity: 900 },
    data: { at: 1000, capacity: 30 },
    stack: { at: 60000, capacity: 16 },
    statics: { at: 1100, capacity: 16 },
    heap: { at: 100_000, capacity: 16 },
    above: { at: 3 * 65536, capacity: 16 },
    own: { at: 1500, capacity: 16, owner: "guest" },
  };
  assertEquals((await refused(clang, { layout })).split("\n"), [
    "Cannot lay out the memory of bytes:",
    "layout.data is 0x3e8 to 0x406, which overlaps the guest's data segment, 0x400 to 0x409",
    "layout.stack is 0xea60 to 0xea70, which overlaps the guest's stack, 0x7d0 to 0x10800",
    'layout.statics is 0x44c to 0x45c, which overlaps the guest\'s data below "__heap_base", ' +
    "0x400 to 0x10810",
    "layout.heap is 0x186a0 to 0x186b0, which overlaps the guest's heap, 0x10810 to 0x30000",
  ]);
});

Deno.test("a layout that memory cannot have is refused", async () => {
  const small = assemble(`(module (memory (export "memory") 1 2))`);
  const found = await refused(small, { layout: { a: { at: 0, capacity: 200_000 } } });
  assert(found.includes("Cannot grow memory by 3 pages"), found);
  const none = assemble(`(module (func (export "f")))`);
  assertEquals(
    await refused(none, { layout: { a: { reserve: 1 } } }),
    "Cannot lay out the memory of bytes: the guest has no memory, expected one",
  );
});

Deno.test("guests that share a memory know each other's ranges", async () => {
  const shares = assemble(`(module (memory (import "env" "memory") 1)${DOUBLE})`);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const layout = { input: { at: 1024, capacity: 4096 }, output: { reserve: 4096 } } as const;
  using first = await load(shares, { memory, layout, symbols });
  using second = await load(shares, { memory, layout, symbols });
  assertEquals(second.place("output"), first.place("output"));
  assertStrictEquals(memory.buffer.byteLength, 2 * 65536);
  assertStrictEquals(first.symbols.double("ab"), "aabb");
  assertStrictEquals(second.symbols.double("cd"), "ccdd");
  const other: MemoryLayout = {
    input: { at: 2048, capacity: 4096 },
    mine: { at: 1025, capacity: 200 },
    late: { at: 65500, capacity: 100 },
  };
  assertEquals((await refused(shares, { memory, layout: other })).split("\n"), [
    "Cannot lay out the memory of bytes:",
    "layout.input is 0x800 to 0x1800, expected 0x400 to 0x1400, as bytes has it in the same " +
    "memory",
    'layout.mine is 0x401 to 0x4c9, which overlaps "input" of bytes, 0x400 to 0x1400',
    'layout.late is 0xffdc to 0x10040, which overlaps "output" of bytes, 0x10000 to 0x11000',
  ]);
  // A name is free again when no guest uses it any more.
  first.close();
  second.close();
  using third = await load(shares, { memory, layout: { input: { at: 2048, capacity: 4096 } } });
  assertStrictEquals(third.place("input").pointer, 2048);
  using last = await load(shares, { memory, layout: { other: { at: 0, capacity: 9 } } });
  assertStrictEquals(last.place("other").pointer, 0);
});

Deno.test("a load that fails releases its ranges", async () => {
  const shares = assemble(`(module (memory (import "env" "memory") 1)${DOUBLE})`);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const layout = { input: { at: 1024, capacity: 4096 } };
  const absent = { absent: { parameters: [], result: "void" } } as const;
  await assertRejects(() => load(shares, { memory, layout, symbols: absent }), LoadError);
  using guest = await load(shares, { memory, layout: { other: { at: 2048, capacity: 16 } } });
  assertEquals(guest.place("other"), { pointer: 2048, byteLength: 16 });
});

Deno.test("pages that were added for calls of a guest are known to the next one", async () => {
  const shares = assemble(`(module (memory (import "env" "memory") 1)${DOUBLE})`);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const convention = inPlace({ pointer: "reserve", byteLength: 100 });
  using first = await load(shares, { memory, convention });
  assertStrictEquals(first.passString("a", "same"), "a");
  const layout = { late: { at: 65536, capacity: 10 } };
  const found = await refused(shares, { memory, layout });
  assert(found.includes("the pages that were added for calls of another guest"), found);
});
