import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  allocator,
  type Guest,
  GuestMemory,
  hostFunction,
  load,
  RESULT_FORMS,
  staticBuffer,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";

// Host values that lie about themselves, or change while the guest runs: a typed array's own
// properties are not used, and everything is read once.

/** A bump allocator that calls the host before it returns, and counts the blocks to be freed. */
const CALLS_BACK = `(module
  (import "env" "allocating" (func $allocating))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (global $held (mut i32) (i32.const 0))
  (func (export "held") (result i32) (global.get $held))
  (func (export "malloc") (param $size i32) (result i32)
    (call $allocating)
    (global.set $held (i32.add (global.get $held) (i32.const 1)))
    (global.set $next (i32.add (global.get $next) (i32.const 64)))
    (i32.sub (global.get $next) (i32.const 64)))
  (func (export "free") (param i32)
    (global.set $held (i32.sub (global.get $held) (i32.const 1))))
  (func (export "sum") (param $at i32) (param $length i32) (result i32)
    (local $sum i32)
    (loop $next
      (if (i32.gt_s (local.get $length) (i32.const 0))
        (then
          (local.set $length (i32.sub (local.get $length) (i32.const 1)))
          (local.set $sum (i32.add (local.get $sum)
            (i32.load8_u (i32.add (local.get $at) (local.get $length)))))
          (br $next))))
    (local.get $sum))
  (func (export "echo") (param $at i32) (param $length i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length))))
  (func (export "text") (param $at i32) (result i32) (i32.load8_u (local.get $at)))
  (func (export "letters") (param $table i32) (param $count i32) (result i32)
    (local $sum i32)
    (loop $next
      (if (local.get $count)
        (then
          (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.load (local.get $table)))))
          (local.set $table (i32.add (local.get $table) (i32.const 8)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next))))
    (local.get $sum)))`;

const CONVENTION = allocator({
  allocate: "malloc",
  free: "free",
  result: RESULT_FORMS.packedPointerHigh,
});

const SYMBOLS = {
  sum: { parameters: ["bytes"], result: "u32" },
  echo: { parameters: ["bytes"], result: "bytes" },
  floats: {
    parameters: [{ type: "array", element: "f32", unit: "bytes" }],
    result: "u32",
    name: "sum",
  },
  text: {
    parameters: [{ type: "bytes", terminated: true, pass: ["pointer"] }],
    result: "u32",
  },
  held: { parameters: [], result: "i32" },
} as const;

/**
 * What happens to a resizable buffer of 16 bytes, of which 8 are passed, while the guest allocates.
 */
const CHANGES: Record<string, (buffer: ArrayBuffer) => void> = {
  shrinks: (buffer) => buffer.resize(4),
  "shrinks by one byte": (buffer) => buffer.resize(15),
  grows: (buffer) => buffer.resize(32),
  "is detached": (buffer) => structuredClone(buffer, { transfer: [buffer] }),
};

for (const [change, act] of Object.entries(CHANGES)) {
  for (const symbol of ["sum", "echo", "floats", "text"] as const) {
    for (const warmUp of [0, 120]) {
      Deno.test(`a buffer that ${change} during malloc is refused by ${symbol}(), after ${warmUp} calls`, async () => {
        let then = () => {};
        using guest = await load(assemble(CALLS_BACK), {
          convention: CONVENTION,
          symbols: SYMBOLS,
          imports: { env: { allocating: () => then() } },
        });
        const make = (buffer: ArrayBuffer) =>
          symbol === "floats" ? new Float32Array(buffer) : new Uint8Array(buffer).fill(7);
        const call = guest.symbols[symbol] as (value: unknown) => unknown;
        for (let count = 0; count < warmUp; count++) call(make(new ArrayBuffer(16)));
        const buffer = new ArrayBuffer(16, { maxByteLength: 64 });
        const view = make(buffer); // its length follows that of the buffer
        then = () => act(buffer);
        const found = await outcome(() => call(view));
        const expected = change === "is detached"
          ? detached(symbol === "floats" ? "pass an array" : "pass bytes")
          : changed(16, symbol === "floats" ? "sum" : symbol);
        assertEquals(found, expected);
        assertStrictEquals(guest.symbols.held(), 0, "the block is given back");
        assertStrictEquals(guest.state, "ready");
      });
    }
  }
}

function changed(byteLength: number, symbol: string): Thrown {
  return new Thrown(
    "TypeError",
    undefined,
    `Cannot pass ${byteLength} bytes to "${symbol}": their length changed during the call, ` +
      "expected it to stay",
  );
}

function detached(action: string): Thrown {
  return new Thrown(
    "TypeError",
    undefined,
    `Cannot ${action}: their buffer is detached, expected a live one`,
  );
}

/** Bytes 1, 2, 3 whose own properties lie. */
function lying(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  const lies = { byteLength: 2, length: 1, byteOffset: 2, buffer: new ArrayBuffer(64) };
  for (const [name, value] of Object.entries(lies)) Object.defineProperty(bytes, name, { value });
  for (const name of ["subarray", "slice", "indexOf", "set", "includes"]) {
    Object.defineProperty(bytes, name, { value: () => Uint8Array.of(9) });
  }
  return bytes;
}

/** An array of another class whose own properties lie: the bytes of 1 as f32. */
function lyingFloats(): Float32Array {
  const floats = Float32Array.of(1);
  Object.defineProperty(floats, "buffer", { value: new ArrayBuffer(64) });
  Object.defineProperty(floats, "byteLength", { value: 40 });
  return floats;
}

/** Bytes of another realm, which are not instances of any class of this one. */
const { runInNewContext } = await import("node:vm");
const foreign = runInNewContext("Uint8Array.of(1, 2, 3)") as Uint8Array;

/** A view that ends after its buffer, or whose buffer is detached. */
function stale(how: "shrunk" | "detached"): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const bytes = new Uint8Array(buffer, 8, 8);
  if (how === "shrunk") buffer.resize(4);
  else structuredClone(buffer, { transfer: [buffer] });
  return bytes;
}

const QUIET = { env: { allocating: () => {} } };
const options = { convention: CONVENTION, symbols: SYMBOLS, imports: QUIET };
const shrunk = (action: string) =>
  new Thrown(
    "TypeError",
    undefined,
    `Cannot ${action}: their buffer was resized and ends before them, expected a live one`,
  );

/** A static buffer of 64 bytes; the guest returns its contents. */
const BUFFER = `(module
  (memory (export "memory") 1)
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "echo") (param i32) (result i32) (local.get 0)))`;

const bufferOptions = { convention: staticBuffer({ pointer: "buffer", capacity: 64 }) };

const rows = [0, 120].flatMap((warmUp): Row[] => [
  {
    name: `own properties of bytes are not used when a block is allocated, after ${warmUp} calls`,
    guest: CALLS_BACK,
    options,
    ask: (guest) => [guest.symbols.sum!(lying()), guest.symbols.echo!(lying())],
    gives: [6, Uint8Array.of(1, 2, 3)],
    warmUp,
  },
  {
    name: `own properties of floats are not used, after ${warmUp} calls`,
    guest: CALLS_BACK,
    options,
    ask: (guest) => guest.symbols.floats!(lyingFloats()),
    gives: 0x80 + 0x3f,
    warmUp,
  },
  {
    name: `bytes of another realm are passed, after ${warmUp} calls`,
    guest: CALLS_BACK,
    options,
    ask: (guest) => [guest.symbols.sum!(foreign), guest.passBytes(foreign, "echo")],
    gives: [6, Uint8Array.of(1, 2, 3)],
    warmUp,
  },
  {
    name: `own properties of bytes are not used when they go into a buffer, after ${warmUp} calls`,
    guest: BUFFER,
    options: bufferOptions,
    ask: (guest: Guest) => guest.passBytes(lying()),
    gives: Uint8Array.of(1, 2, 3),
    warmUp,
  },
  ...([["shrunk", shrunk], ["detached", detached]] as const).flatMap(([how, error]): Row[] => [
    {
      name: `a ${how} view is not taken as empty for a buffer, after ${warmUp} calls`,
      guest: BUFFER,
      options: bufferOptions,
      ask: (guest: Guest) => guest.passBytes(stale(how)),
      gives: error("pass bytes"),
      warmUp,
    },
    {
      name: `a ${how} view is not taken as empty for an allocator, after ${warmUp} calls`,
      guest: CALLS_BACK,
      options,
      ask: (guest: Guest) => guest.passBytes(stale(how), "echo"),
      gives: error("pass bytes"),
      warmUp,
    },
    {
      name: `an empty view is passed beside a ${how} one, after ${warmUp} calls`,
      guest: BUFFER,
      options: bufferOptions,
      ask: (guest: Guest) => guest.passBytes(new Uint8Array(4).subarray(2, 2)),
      gives: new Uint8Array(0),
      warmUp,
    },
  ]),
]);

testRows(rows);

/** Objects that only look like bytes. */
const LOOKALIKES: readonly unknown[] = [
  Object.create(Uint8Array.prototype),
  new Proxy(new Uint8Array(3), {}),
  Object.create(Uint8Array.prototype, { byteLength: { value: 3 }, length: { value: 3 } }),
  { byteLength: 3, length: 3, [Symbol.toStringTag]: "Uint8Array" },
];

for (const [index, value] of LOOKALIKES.entries()) {
  Deno.test(`look-alike ${index} is not accepted as bytes, or as a source`, async () => {
    using guest = await load(assemble(BUFFER), bufferOptions);
    const shown = index === 3
      ? "an object of class Object"
      : "an object that only claims to be of class Uint8Array";
    assertEquals(
      await outcome(() => guest.passBytes(value as Uint8Array)),
      new Thrown(
        "TypeError",
        undefined,
        `Cannot pass bytes: it is ${shown}, expected a Uint8Array`,
      ),
    );
    assertEquals(
      await outcome(() => load(value as Uint8Array)),
      new Thrown(
        "TypeError",
        undefined,
        `Cannot load a guest: the source is ${shown}, expected a path, a URL, bytes, a Response, a Blob ` +
          "or a WebAssembly.Module",
      ),
    );
  });
}

Deno.test("GuestMemory.writeBytes() does not use the bytes' own properties", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeBytes(8, lying());
  memory.writeBytes(16, foreign);
  assertEquals(memory.readBytes(8, 12), Uint8Array.of(1, 2, 3, 0, 0, 0, 0, 0, 1, 2, 3, 0));
});

for (const [how, error] of [["shrunk", shrunk], ["detached", detached]] as const) {
  Deno.test(`GuestMemory.writeBytes() refuses a ${how} view`, async () => {
    const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
    assertEquals(await outcome(() => memory.writeBytes(8, stale(how))), error("write bytes"));
  });

  Deno.test(`load() refuses a ${how} view instead of taking it as empty`, async () => {
    assertEquals(await outcome(() => load(stale(how))), error("load bytes"));
  });
}

Deno.test("GuestMemory.writeCString() reads its encoding once", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeBytes(8, new Uint8Array(8).fill(0xff));
  let asked = 0;
  const options = {
    get encoding() {
      return asked++ === 0 ? "utf-8" as const : "utf-16" as const;
    },
  };
  assertStrictEquals(memory.writeCString(8, "ab", options), 2);
  assertEquals(memory.readBytes(8, 4), Uint8Array.of(0x61, 0x62, 0, 0xff));
});

Deno.test("a module is loaded from bytes whose own properties lie, of another realm and resizable", async () => {
  const bytes = assemble(BUFFER);
  const buffer = new ArrayBuffer(bytes.byteLength, { maxByteLength: bytes.byteLength + 8 });
  const resizable = new Uint8Array(buffer);
  resizable.set(bytes);
  const liar = bytes.slice();
  Object.defineProperty(liar, "byteLength", { value: 0 });
  Object.defineProperty(liar, "buffer", { value: new ArrayBuffer(8) });
  const other = runInNewContext("values => Uint8Array.from(values)")([...bytes]) as Uint8Array;
  for (const source of [liar, other, resizable, buffer, other.buffer]) {
    using guest = await load(source as Uint8Array, bufferOptions);
    assertEquals(guest.passBytes(Uint8Array.of(5)), Uint8Array.of(5));
  }
});

/** An array whose second read differs from the first. */
function fickle(): string[] {
  let reads = 0;
  return new Proxy(["ab", "c"], {
    get(target, name) {
      if (name === "0") return reads++ === 0 ? "ab" : "x".repeat(10_000);
      return Reflect.get(target, name);
    },
  });
}

const TEXTS = {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: RESULT_FORMS.packedPointerHigh,
  }),
  imports: QUIET,
  symbols: {
    letters: { parameters: [{ type: "strings", layout: "pairs" }], result: "u32" },
    held: { parameters: [], result: "i32" },
  },
} as const;

testRows([
  {
    name: "each text of an array is read once",
    guest: CALLS_BACK,
    options: TEXTS,
    ask: (guest) => guest.symbols.letters!(fickle()),
    gives: 97 + 99,
  },
  {
    name: "an array that is emptied during malloc is passed as it was",
    guest: CALLS_BACK,
    options: {
      ...TEXTS,
      imports: { env: { allocating: () => texts.length = 0 } },
    },
    ask: (guest) => {
      texts.push("a", "b", "c");
      return guest.symbols.letters!(texts);
    },
    gives: 97 + 98 + 99,
  },
  {
    name: "a missing text is refused before the guest is asked for anything",
    guest: CALLS_BACK,
    options: TEXTS,
    ask: (guest) => guest.symbols.letters!(["a", , "b"] as unknown as string[]),
    gives: new Thrown(
      "TypeError",
      undefined,
      'Cannot pass item 1 of argument 0 to "letters": it is undefined, expected a string',
    ),
  },
]);

const texts: string[] = [];

/**
 * A guest that asks the host for bytes: they are in a block of \`malloc\`, and the guest returns
 * their sum.
 */
const ASKS = `(module
  (import "env" "give" (func $give (result i64)))
  (import "env" "allocating" (func $allocating))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (call $allocating) (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "ask") (result i64) (call $give)))`;

for (const warmUp of [0, 120]) {
  Deno.test(`own properties of bytes that a host function returns are not used, after ${warmUp} calls`, async () => {
    let then = () => {};
    let given = lying();
    using guest = await load(assemble(ASKS), {
      convention: CONVENTION,
      symbols: { ask: { parameters: [], result: "bytes" } },
      imports: {
        env: {
          give: hostFunction({ parameters: [], result: "bytes" }, () => given),
          allocating: () => then(),
        },
      },
    });
    for (let count = 0; count <= warmUp; count++) {
      assertEquals(guest.symbols.ask(), Uint8Array.of(1, 2, 3));
    }
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    given = new Uint8Array(buffer);
    then = () => buffer.resize(3);
    assertEquals(await outcome(() => guest.symbols.ask()), changed(16, "env.give"));
  });
}

/** A hash in three calls, whose buffer holds 4 bytes; \`update\` calls the host. */
const CHUNKED = `(module
  (import "env" "updating" (func $updating))
  (memory (export "memory") 1)
  (global $sum (mut i32) (i32.const 0))
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "init") (global.set $sum (i32.const 0)))
  (func (export "update") (param i32)
    (call $updating)
    (global.set $sum (i32.add (global.get $sum) (local.get 0))))
  (func (export "final") (result i32) (global.get $sum)))`;

for (
  const [name, act, gives] of [
    ["stays", (_: ArrayBuffer) => {}, 16],
    ["shrinks", (buffer: ArrayBuffer) => buffer.resize(9), changed(16, "update")],
    ["is detached", CHANGES["is detached"]!, changed(16, "update")],
  ] as const
) {
  Deno.test(`chunked input whose buffer ${name} between two chunks`, async () => {
    let then = () => {};
    using guest = await load(assemble(CHUNKED), {
      convention: staticBuffer({ pointer: "buffer", capacity: 4 }),
      symbols: {
        hash: {
          parameters: ["bytes"],
          result: "u32",
          chunked: { init: "init", update: "update", final: "final" },
        },
      },
      imports: { env: { updating: () => then() } },
    });
    assertStrictEquals(guest.symbols.hash(lying()), 3);
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    then = () => act(buffer);
    assertEquals(await outcome(() => guest.symbols.hash(new Uint8Array(buffer))), gives);
  });
}

/** Two buffers; the guest returns the contents of the first one. */
const TWO = `(module
  (memory (export "memory") 1)
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "other") (result i32) (i32.const 2048))
  (func (export "echo") (param i32) (result i32) (local.get 0)))`;

Deno.test("an option is read once, and later changes have no effect", async () => {
  let asked = 0;
  const first = staticBuffer({ pointer: "buffer", capacity: 8 });
  const options = {
    get convention() {
      return asked++ === 0 ? first : staticBuffer({ pointer: "other", capacity: 64 });
    },
  };
  using guest = await load(assemble(TWO), options);
  assertStrictEquals(asked, 1);
  Object.assign(first, { place: { kind: "buffer", pointer: "other", capacity: 64 } });
  for (let count = 0; count < 120; count++) {
    assertEquals(guest.passBytes(Uint8Array.of(7), "echo"), Uint8Array.of(7));
  }
  assertStrictEquals(guest.memory.read("u8", 1024), 7);
  guest.reset();
  assertEquals(guest.passBytes(Uint8Array.of(8), "echo"), Uint8Array.of(8));
  assertEquals([guest.memory.read("u8", 1024), guest.memory.read("u8", 2048)], [8, 0]);
});

Deno.test("a part of a convention that differs at the second read is read once", async () => {
  const honest = staticBuffer({ pointer: "buffer", capacity: 8 });
  let asked = 0;
  const convention = {
    ...honest,
    get place() {
      return asked++ === 0
        ? honest.place
        : { kind: "buffer", pointer: "other", capacity: 64 } as const;
    },
  };
  using guest = await load(assemble(TWO), { convention });
  for (let count = 0; count < 120; count++) guest.passBytes(Uint8Array.of(7), "echo");
  assertEquals(
    [asked, guest.memory.read("u8", 1024), guest.memory.read("u8", 2048)],
    [1, 7, 0],
  );
});

Deno.test("a declaration that differs at the second read is read once", async () => {
  let asked = 0;
  const declaration = {
    parameters: ["bytes"],
    get result() {
      return asked++ === 0 ? "bytes" as const : "u32" as const;
    },
    name: "echo",
  } as const;
  using guest = await load(assemble(TWO), {
    convention: staticBuffer({ pointer: "buffer", capacity: 8 }),
    symbols: { f: declaration },
  });
  guest.reset();
  assertEquals([asked, guest.symbols.f(Uint8Array.of(7))], [1, Uint8Array.of(7)]);
});

Deno.test("limits and options of memory are read once", async () => {
  const counts = { results: 0, initial: 0, encoding: 0 };
  const count = <T>(name: keyof typeof counts, value: T) => ({
    get [name]() {
      counts[name]++;
      return value;
    },
  });
  using guest = await load(
    assemble('(module (import "env" "memory" (memory 1 4)))'),
    { limits: count("results", 1024), memory: count("initial", 2) },
  );
  assertEquals([guest.memory.size, counts.initial, counts.results], [131072, 1, 1]);
  guest.memory.writeString(0, "ab", count("encoding", "utf-16" as const));
  assertStrictEquals(guest.memory.readString(0, 4, count("encoding", "utf-16" as const)), "ab");
  assertStrictEquals(counts.encoding, 2);
});
