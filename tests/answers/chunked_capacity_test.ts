// Chunks are as large as the guest's buffer, so its exact capacity is needed, not an upper bound.
import { assertEquals } from "@std/assert";
import { type Guest, load, staticBuffer } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, testRows, Thrown } from "./_rows.ts";

/**
 * Sums bytes. The sum is right after the 64 bytes of the buffer, where a chunk that is too large
 * would overwrite it.
 */
const guestOf = (more = "") =>
  `(module
  (memory (export "memory") 1)
  (global $size (mut i32) (i32.const 64))
  (func (export "buffer") (result i32) (i32.const 1024))
  ${more}
  (func (export "resize") (param i32) (global.set $size (local.get 0)))
  (func (export "begin") (i32.store (i32.const 1088) (i32.const 0)))
  (func (export "add") (param $length i32)
    (local $i i32)
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $length)))
      (i32.store (i32.const 1088) (i32.add (i32.load (i32.const 1088))
        (i32.load8_u (i32.add (i32.const 1024) (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))))
  (func (export "end") (result i32) (i32.load (i32.const 1088))))`;

const STATED = `(func (export "buffer_size") (result i32) (global.get $size))`;

const chunked = { init: "begin", update: "add", final: "end" } as const;
const sum = { parameters: ["bytes"], result: "u32", chunked } as const;
const at = (place: object) =>
  ({
    ...sum,
    parameters: [{ type: "bytes", place: { kind: "buffer", ...place }, pass: ["byteLength"] }],
  }) as never;

const BYTES = new Uint8Array(1000).fill(3);
// deno-lint-ignore no-explicit-any
const ask = (guest: Guest<any>) => guest.symbols.sum!(BYTES);

/** The error of `load` if no export states a capacity. */
const refused = (cure: string, name = '"buffer"', reason = "nothing states it") =>
  new Thrown(
    "LoadError",
    "symbols",
    `Cannot bind the declared symbols:\nsymbol "sum": Cannot pass argument 0 in chunks to "add": ` +
      `how many bytes the guest's buffer ${name} holds is not known (${reason}), expected ${cure}`,
  );

const CONVENTION = 'convention: staticBuffer({ pointer: "buffer", capacity: … })';

testRows([
  {
    name: "chunks: a detected buffer of unknown capacity",
    guest: guestOf(),
    options: { symbols: { sum } },
    ask,
    gives: refused(CONVENTION),
  },
  {
    name: "chunks: a named buffer of unknown capacity",
    guest: guestOf(),
    options: { convention: staticBuffer({ pointer: "buffer" }), symbols: { sum } },
    ask,
    gives: refused(CONVENTION),
  },
  {
    name: "chunks: several exports that could state the capacity",
    guest: guestOf(`${STATED} (func (export "buffer_capacity") (result i32) (i32.const 64))`),
    options: { symbols: { sum } },
    ask,
    gives: refused(
      CONVENTION,
      undefined,
      'any of "buffer_size", "buffer_capacity" could state it',
    ),
  },
  {
    name: "chunks: the parameter's own block source, of unknown capacity",
    guest: guestOf(),
    options: { symbols: { sum: at({ pointer: "buffer", offset: 8 }) } },
    ask,
    gives: refused('place: { kind: "buffer", pointer: "buffer", offset: 8, capacity: … }'),
  },
  {
    name: "chunks: an address, of unknown capacity",
    guest: guestOf(),
    options: { symbols: { sum: at({ pointer: 1024 }) } },
    ask,
    gives: refused('place: { kind: "buffer", pointer: 1024, capacity: … }', "at 0x400"),
  },
  ...[undefined, 120].map((warmUp) => ({
    name: `chunks: a capacity that is set, after ${warmUp ?? 0} calls`,
    guest: guestOf(),
    options: { convention: staticBuffer({ pointer: "buffer", capacity: 64 }), symbols: { sum } },
    ask,
    gives: 3000,
    ...(warmUp && { warmUp }),
  })),
  {
    name: "chunks: a capacity that is set for the parameter's own block source",
    guest: guestOf(),
    options: { symbols: { sum: at({ pointer: "buffer", capacity: 64 }) } },
    ask,
    gives: 3000,
  },
  {
    name: "chunks: a capacity that an export states",
    guest: guestOf(STATED),
    options: { symbols: { sum } },
    ask,
    gives: 3000,
  },
]);

Deno.test("chunks: an impossible capacity is refused before anything is written", async () => {
  using guest = await load(assemble(guestOf(STATED)), { symbols: { sum } });
  (guest.exports.resize as (size: number) => void)(0);
  assertEquals(
    await outcome(() => ask(guest)),
    new Thrown(
      "GuestError",
      "signature",
      'Cannot pass argument 0 in chunks to "add": how many bytes the guest\'s buffer "buffer" ' +
        'holds is not known (memory ends there, and "buffer_size" states 0, which is impossible), ' +
        `expected ${CONVENTION}`,
    ),
  );
  assertEquals(guest.memory.readBytes(1024, 64), new Uint8Array(64));
  // The same buffer takes bytes in one call: the caller has to know how many fit.
  assertEquals(guest.symbols.sum(new Uint8Array()), 0);
  (guest.exports.resize as (size: number) => void)(64);
  guest.memory.grow(1);
  assertEquals(ask(guest), 3000);
});

Deno.test("chunks: the capacity of a buffer of a compiled module is unknown", async () => {
  const module = new WebAssembly.Module(assemble(guestOf()));
  const convention = staticBuffer({ pointer: "buffer" });
  const given = {
    chunked: { ...chunked, update: { export: "add", arguments: [{ text: 0, as: "byteLength" }] } },
  } as const;
  const declared = { ...sum, ...given, parameters: [{ type: "bytes", pass: [] }] } as const;
  assertEquals(
    await outcome(() => load(module, { convention, symbols: { sum: declared } })),
    refused(CONVENTION),
  );
  using guest = await load(module, {
    convention: staticBuffer({ pointer: "buffer", capacity: 64 }),
    symbols: { sum: declared },
  });
  assertEquals(ask(guest), 3000);
});

Deno.test("chunks: the getter of the buffer is called once for each", async () => {
  const counting = guestOf().replace(
    `(func (export "buffer") (result i32) (i32.const 1024))`,
    `(global $asked (mut i32) (i32.const 0))
     (func (export "asked") (result i32) (global.get $asked))
     (func (export "buffer") (result i32)
       (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
       (i32.const 1024))`,
  );
  using guest = await load(assemble(counting), {
    convention: staticBuffer({ pointer: "buffer", capacity: 64 }),
    symbols: { sum, asked: { parameters: [], result: "u32" } },
  });
  assertEquals(guest.symbols.sum(BYTES), 3000);
  assertEquals(guest.symbols.asked(), Math.ceil(1000 / 64));
});
