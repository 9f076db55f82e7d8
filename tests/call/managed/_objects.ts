// Guests of AssemblyScript whose allocator is a counter, and which count pins.
import { RUNTIMES } from "../../../src/presets/assembly_script.ts";
import { instanceOf } from "../_unit.ts";

/** Makes a guest that lists the classes of `flags`, the first of which has id 0. */
export function objectsOf(flags: readonly number[], runtime: keyof typeof RUNTIMES = "managed") {
  const { allocate, pin, unpin } = RUNTIMES[runtime];
  const words = [flags.length, ...flags].map((word) =>
    [0, 8, 16, 24].map((by) => `\\${(word >>> by & 0xff).toString(16).padStart(2, "0")}`).join("")
  );
  return instanceOf(`
    (global (export "__rtti_base") i32 (i32.const 64))
    (data (i32.const 64) "${words.join("")}")
    (global $next (mut i32) (i32.const 1024))
    (global $pins (export "pins") (mut i32) (i32.const 0))
    (func (export "${allocate}") (param i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.add (global.get $next) (i32.const 16)))
      (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get 0)) (i32.const 15))
        (i32.const -16)))
      (i32.store (i32.sub (local.get $at) (i32.const 8)) (local.get 1))
      (i32.store (i32.sub (local.get $at) (i32.const 4)) (local.get 0))
      (local.get $at))
    (func (export "${pin}") (param i32) (result i32)
      (global.set $pins (i32.add (global.get $pins) (i32.const 1))) (local.get 0))
    (func (export "${unpin}") (param i32)
      (global.set $pins (i32.sub (global.get $pins) (i32.const 1))))
    (func (export "f") (param i32))`);
}

/** The flags of Object, ArrayBuffer and String, which every guest has. */
export const BASIC = [32, 32, 32];

/** The flags of Int64Array and Uint64Array, as AssemblyScript names them. */
export const VIEW_I64 = 0xa01, VIEW_U64 = 0x201;

/** The flags of Uint8Array, Array<u8>, Array of objects, and StaticArray<i32>. */
export const VIEW_U8 = 0x41, ARRAY_U8 = 0x42, ARRAY_OBJECTS = 0x4102, STATIC_I32 = 0x904;
