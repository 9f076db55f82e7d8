import { assertEquals } from "@std/assert";
import { allocator, canonicalAbi, hostFunction, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// Checks that only one of the two forms of a call had.

const TEXTS = assemble(`(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "free") (param i32))
  (func (export "take") (param i32 i32 i32) (result i32) (local.get 2)))`);

const ALIGNED = assemble(`(module
  (import "env" "give" (func $give (param i32)))
  (memory (export "memory") 1)
  (global $align (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $align (local.get 2))
    (i32.const 1024))
  (func (export "run") (result i32) (call $give (i32.const 64)) (global.get $align)))`);

/** A guest whose getter returns an impossible length in every odd call. */
const MEASURES = assemble(`(module
  (import "env" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "abc")
  (func (export "length") (result i32)
    (i32.store (i32.const 128) (i32.add (i32.load (i32.const 128)) (i32.const 1)))
    (select (i32.const -1) (i32.const 3) (i32.and (i32.load (i32.const 128)) (i32.const 1))))
  (func (export "run") (call $log (i32.const 64))))`);

for (const calls of [0, 120]) {
  Deno.test(`after ${calls} calls: a result in the block of several texts has to fit in it`, async () => {
    using guest = await load(TEXTS, {
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: {
        take: {
          parameters: [{ type: "strings", pass: ["pointer", "count"] }, "u32"],
          result: { type: "bytes", pointer: { argument: 0 }, length: "result" },
        },
      },
    });
    const { take } = guest.symbols;
    // The block is two addresses, then "a" and its NUL.
    const byteLength = 14;
    for (let count = 0; count < calls; count++) take(["a"], byteLength);
    assertEquals(take(["a"], byteLength).length, byteLength);
    assertEquals(
      await outcome(() => take(["a"], byteLength + 1)),
      new Thrown(
        "GuestError",
        "overrun",
        'Cannot lift the result of "take": the guest returned 15 bytes, its buffer holds 14',
      ),
    );
  });

  Deno.test(`after ${calls} calls: the guest's allocator gets the alignment of an array that the host returns`, async () => {
    const result = { type: "array", element: "f64" } as const;
    using guest = await load(ALIGNED, {
      convention: canonicalAbi(),
      imports: {
        env: { give: hostFunction({ parameters: [], result }, () => Float64Array.of(1)) },
      },
      symbols: { run: { parameters: [], result: "i32" } },
    });
    for (let count = 0; count <= calls; count++) assertEquals(guest.symbols.run(), 8);
  });

  Deno.test(`after ${calls} calls: a host function asks for the length of its argument once`, async () => {
    const parameters = [{ type: "string", length: { export: "length" } }] as const;
    const texts: string[] = [];
    using guest = await load(MEASURES, {
      imports: {
        env: {
          log: hostFunction({ parameters, result: "void" }, (text) => void texts.push(text)),
        },
      },
      symbols: { run: { parameters: [], result: "void" } },
    });
    for (let count = 0; count <= calls; count++) {
      assertEquals(
        await outcome(() => guest.symbols.run()),
        new Thrown(
          "MemoryRangeError",
          "memory-range",
          "Cannot read 4294967295 bytes at pointer 0x40: memory is 65536 bytes",
        ),
      );
      guest.symbols.run();
      assertEquals(texts, ["abc"]);
      texts.length = 0;
    }
  });
}
