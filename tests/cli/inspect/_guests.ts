import type { SourceBytes } from "../../../src/source/source_types.ts";
import { assemble } from "../../_wat.ts";
import { guestBytes } from "../../_guests.ts";

/** A guest with a buffer of 100 bytes at 1056, beside data at 1024, that wants a function. */
export const BUFFER_GUEST: Uint8Array<ArrayBuffer> = assemble(`(module
  (import "env" "log" (func (param i32 i32)))
  (memory (export "memory") 1 2)
  (data (i32.const 1024) "hello")
  (func (export "get_buffer_pointer") (result i32) (i32.const 1056))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "echo") (param i32) (result i32) (local.get 0)))`);

/** Makes a source of bytes. */
export function sourceOf(bytes: Uint8Array<ArrayBuffer>): SourceBytes {
  return { name: '"guest.wasm"', source: "guest.wasm", bytes };
}

/** Reads a guest of `testdata/` as a source. */
export async function readGuest(name: string): Promise<SourceBytes> {
  return sourceOf(await guestBytes(name));
}
