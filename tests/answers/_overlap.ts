// The size of what one call lifts is bounded, because a guest with little memory can refer to the
// same bytes many times.
import { allocator } from "../../mod.ts";
import { itemText as text } from "../_list_guests.ts";
import { Thrown } from "./_rows.ts";

export const MEBIBYTE = 1 << 20;

/**
 * A guest of 19 pages, 1.2 MiB: a table of entries of a pointer and a length begins at 16, and two
 * pages of text of the letter "a" at 17 pages. Blocks are only counted.
 */
export const OVERLAP = `(module
  (import "env" "take" (func $take (param i32 i32 i32 i32)))
  (memory (export "memory") 19)
  (global $live (mut i32) (i32.const 0))
  (global $left (mut i32) (i32.const 0))
  (func (export "fill") (param $count i32) (param $byteLength i32) (result i32)
    (local $at i32) (local $rest i32)
    (local.set $at (i32.const 1114112))
    (loop $letters
      (i32.store8 (local.get $at) (i32.const 97))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $letters (i32.lt_u (local.get $at) (i32.const 1245184))))
    (local.set $at (i32.const 16))
    (local.set $rest (local.get $count))
    (block $done
      (loop $entries
        (br_if $done (i32.eqz (local.get $rest)))
        (i32.store (local.get $at) (i32.const 1114112))
        (i32.store offset=4 (local.get $at) (local.get $byteLength))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $rest (i32.sub (local.get $rest) (i32.const 1)))
        (br $entries)))
    (global.set $live (i32.add (local.get $count) (i32.const 1)))
    (local.get $count))
  (func (export "same") (param i32) (result i32) (local.get 0))
  (func (export "begin") (param i32) (result i32) (global.set $left (local.get 0)) (local.get 0))
  (func (export "next") (result i32)
    (if (result i32) (i32.eqz (global.get $left))
      (then (i32.const 0))
      (else (global.set $left (i32.sub (global.get $left) (i32.const 1))) (i32.const 16))))
  (func (export "give")
    (call $take (i32.const 1114112) (i32.const 1000) (i32.const 1116000) (i32.const 1000)))
  (func (export "malloc") (param i32) (result i32) (i32.const 16))
  (func (export "free") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "live") (result i32) (global.get $live)))`;

export const convention = allocator({ allocate: "malloc", free: "free" });
export const imports = { env: { take: () => {} } };

export const bytes = { ...text, type: "bytes" } as const;

/** Returns as many entries of the table as the result has. */
export const entries = {
  type: "list",
  pointer: 16,
  count: "result",
  stride: 8,
  item: text,
} as const;

// deno-lint-ignore no-explicit-any -- a result of any kind
export function fill(result: any) {
  return {
    convention,
    imports,
    symbols: { fill: { parameters: ["u32", "u32"], result } },
  } as const;
}

export function tooLarge(needed: number, limit: number, subject = 'the result of "fill"'): Thrown {
  return new Thrown(
    "GuestError",
    "result-too-large",
    `Cannot lift ${subject}: it takes at least ${needed} bytes of host memory, expected at ` +
      `most ${limit} or a higher limits: { results }`,
  );
}

export function lengthOf(value: unknown): number {
  return (value as ArrayLike<unknown>).length;
}

/** 16 times the guest's memory. */
export const SIXTEENFOLD = 16 * 19 * 65536;

/** A cursor that returns the same item again and again, without an end. */
export const endless = {
  type: "list",
  next: { export: "next" },
  item: { type: "string", pointer: 1_114_112, length: 65_535 },
} as const;

export const single = {
  type: "string",
  pointer: 1_114_112,
  length: "result",
  freedBy: "guest",
} as const;

/** Lifts one text of a given length, or its bytes. */
// deno-lint-ignore no-explicit-any -- a result of any kind
export function same(result: any, results: number) {
  return {
    convention,
    imports,
    symbols: {
      same: { parameters: ["u32"], result },
      fill: { parameters: ["u32", "u32"], result: "u32" },
    },
    limits: { results },
  } as const;
}

/** Items that the host frees, each by its pointer. */
export const owned = { ...text, freedBy: { call: { export: "free", pass: ["pointer"] } } } as const;
