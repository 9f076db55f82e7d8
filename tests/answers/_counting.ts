import type { Guest } from "../../mod.ts";

// deno-lint-ignore no-explicit-any -- whatever its symbols are
type AnyGuest = Guest<any>;

/** The address of the log: its length in words, then alternating calls and values. */
const LOG = 0x10000;

/** The names of the calls in the log, by their numbers. */
const NAMES = ["malloc", "free", "free_result", "post", "use"];

/**
 * Makes a guest that logs each block that it allocates and frees. `functions` are functions in the
 * text format. They can call `$malloc`, `$note` (a name's number, a value) and `$text` (copies a
 * text into a block of its own and returns its address).
 */
export function counting(functions: string): string {
  return `(module
    (memory (export "memory") 8)
    (global $top (mut i32) (i32.const 0x20000))
    (global $trap_at (export "trap_at") (mut i32) (i32.const 0))
    (func $note (param $what i32) (param $value i32) (local $at i32)
      (local.set $at (i32.load (i32.const ${LOG})))
      (i32.store (i32.const ${LOG}) (i32.add (local.get $at) (i32.const 8)))
      (local.set $at (i32.add (local.get $at) (i32.const ${LOG})))
      (i32.store offset=4 (local.get $at) (local.get $what))
      (i32.store offset=8 (local.get $at) (local.get $value)))
    (func $take (param $size i32) (result i32)
      (global.get $top)
      (global.set $top (i32.and (i32.const -8)
        (i32.add (global.get $top) (i32.add (local.get $size) (i32.const 15))))))
    (func $malloc (export "malloc") (param $size i32) (result i32) (local $at i32)
      (local.set $at (call $take (local.get $size)))
      (call $note (i32.const 0) (local.get $at))
      (local.get $at))
    (func $text (param $from i32) (param $length i32) (result i32) (local $at i32)
      (local.set $at (call $malloc (local.get $length)))
      (memory.copy (local.get $at) (local.get $from) (local.get $length))
      (local.get $at))
    (func $free (export "free") (param i32)
      (call $note (i32.const 1) (local.get 0))
      (if (i32.eq (global.get $trap_at) (local.get 0)) (then unreachable)))
    (func (export "free_result") (param i32)
      (call $note (i32.const 2) (local.get 0))
      (if (global.get $trap_at) (then unreachable)))
    ${functions})`;
}

/** Returns what the guest logged since the last time. */
export function noted(guest: AnyGuest): [name: string, value: number][] {
  const length = guest.memory.read("u32", LOG);
  const word = (at: number) => guest.memory.read("u32", LOG + at);
  guest.memory.write("u32", LOG, 0);
  return Array.from({ length: length / 8 }, (_, index) => [
    NAMES[word(index * 8 + 4)]!,
    word(index * 8 + 8),
  ]);
}

/** Returns the blocks that were not freed exactly once since the last time. */
export function unbalanced(guest: AnyGuest): string[] {
  const counts = new Map<number, number>();
  const calls = noted(guest);
  for (const [name, value] of calls) if (name === "malloc") counts.set(value, 0);
  for (const [name, value] of calls) {
    if (name === "free") counts.set(value, (counts.get(value) ?? 10) + 1);
  }
  return [...counts].flatMap(([at, count]) => count === 1 ? [] : [`${at} freed ${count} times`]);
}

/** Returns the result of `call`, or the message of its error. */
export function messageOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as Error).message;
  }
}
