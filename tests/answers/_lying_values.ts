// Values of the host that lie about themselves, and guests to pass them to.
import { runInNewContext } from "node:vm";
import { allocator, RESULT_FORMS, staticBuffer } from "../../mod.ts";
import { Thrown } from "./_rows.ts";

/** A bump allocator that calls the host before it returns, and counts the blocks to be freed. */
export const CALLS_BACK = `(module
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

export const CONVENTION = allocator({
  allocate: "malloc",
  free: "free",
  result: RESULT_FORMS.packedPointerHigh,
});

export const SYMBOLS = {
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

export function changed(byteLength: number, symbol: string): Thrown {
  return new Thrown(
    "TypeError",
    undefined,
    `Cannot pass ${byteLength} bytes to "${symbol}": their length changed during the call, ` +
      "expected it to stay",
  );
}

export function detached(action: string): Thrown {
  return new Thrown(
    "TypeError",
    undefined,
    `Cannot ${action}: their buffer is detached, expected a live one`,
  );
}

/** Bytes 1, 2, 3 whose own properties lie. */
export function lying(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  const lies = { byteLength: 2, length: 1, byteOffset: 2, buffer: new ArrayBuffer(64) };
  for (const [name, value] of Object.entries(lies)) Object.defineProperty(bytes, name, { value });
  for (const name of ["subarray", "slice", "indexOf", "set", "includes"]) {
    Object.defineProperty(bytes, name, { value: () => Uint8Array.of(9) });
  }
  return bytes;
}

/** An array of another class whose own properties lie: the bytes of 1 as f32. */
export function lyingFloats(): Float32Array {
  const floats = Float32Array.of(1);
  Object.defineProperty(floats, "buffer", { value: new ArrayBuffer(64) });
  Object.defineProperty(floats, "byteLength", { value: 40 });
  return floats;
}

/** Bytes of another realm, which are not instances of any class of this one. */
export const foreign = runInNewContext("Uint8Array.of(1, 2, 3)") as Uint8Array;

/** A view that ends after its buffer, or whose buffer is detached. */
export function stale(how: "shrunk" | "detached"): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const bytes = new Uint8Array(buffer, 8, 8);
  if (how === "shrunk") buffer.resize(4);
  else structuredClone(buffer, { transfer: [buffer] });
  return bytes;
}

export const QUIET = { env: { allocating: () => {} } };
export const options = { convention: CONVENTION, symbols: SYMBOLS, imports: QUIET };
export const shrunk = (action: string) =>
  new Thrown(
    "TypeError",
    undefined,
    `Cannot ${action}: their buffer was resized and ends before them, expected a live one`,
  );

/** A static buffer of 64 bytes; the guest returns its contents. */
export const BUFFER = `(module
  (memory (export "memory") 1)
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "echo") (param i32) (result i32) (local.get 0)))`;

export const bufferOptions = { convention: staticBuffer({ pointer: "buffer", capacity: 64 }) };
