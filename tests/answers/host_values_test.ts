// Host values that lie about themselves, or change while the guest runs: the own properties of a
// typed array are not used.
import { runInNewContext } from "node:vm";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { type Guest, GuestMemory, hostFunction, load, staticBuffer } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";
import {
  BUFFER,
  bufferOptions,
  CALLS_BACK,
  changed,
  CONVENTION,
  detached,
  foreign,
  lying,
  lyingFloats,
  options,
  shrunk,
  stale,
  SYMBOLS,
} from "./_lying_values.ts";

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
