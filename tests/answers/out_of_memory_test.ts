// If memory runs out, the error states how much of it was never freed.
import { allocator, type LoadOptions } from "../../mod.ts";
import { messageOf } from "./_counting.ts";
import { type Row, testRows } from "./_rows.ts";

/**
 * Its heap is a free list of one block below a bump pointer that ends at 1 MiB: an argument is
 * freed and its block reused, results pile up. `same` copies its argument; `gives` is what it
 * returns without room.
 */
const guest = (whenFull: string) =>
  `(module
  (memory (export "memory") 17)
  (global $top (mut i32) (i32.const 0x10000))
  (global $free (mut i32) (i32.const 0))
  (func $take (param $size i32) (result i32)
    (if (i32.gt_u (i32.add (global.get $top) (local.get $size)) (i32.const 0x110000))
      (then (return (i32.const 0))))
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get $size))))
  (func (export "malloc") (param $size i32) (result i32) (local $at i32)
    (local.set $at (global.get $free))
    (if (local.get $at) (then (global.set $free (i32.const 0)) (return (local.get $at))))
    (call $take (local.get $size)))
  (func (export "free") (param i32) (global.set $free (local.get 0)))
  (func (export "same") (param $at i32) (param $size i32) (result i64) (local $copy i32)
    (local.set $copy (call $take (local.get $size)))
    (if (i32.eqz (local.get $copy)) (then ${whenFull}))
    (memory.copy (local.get $copy) (local.get $at) (local.get $size))
    (i64.or (i64.extend_i32_u (local.get $size))
      (i64.shl (i64.extend_i32_u (local.get $copy)) (i64.const 32))))
  (func (export "none") (param i32 i32) (result i64) (i64.const 0))
  (func (export "length") (param i32 i32) (result i32) (local.get 1)))`;

const options = (more: object): LoadOptions => ({
  convention: allocator({ allocate: "malloc", result: "packedPointerHigh", ...more }),
  symbols: { length: { parameters: ["string"], result: "u32" } },
});

/** Passes a text until that fails, and returns how often it worked, and the error. */
const untilFull =
  (byteLength: number, use: (guest: never, text: string) => unknown): Row["ask"] => (guest) => {
    const text = "x".repeat(byteLength);
    for (let passed = 0; passed < 2000; passed++) {
      const message = messageOf(() => use(guest as never, text));
      if (typeof message === "string" && message.startsWith("Cannot")) return [passed, message];
    }
    return "never full";
  };

// deno-lint-ignore no-explicit-any -- of any guest
const same = (guest: any, text: string) => guest.passString(text, "same");
// deno-lint-ignore no-explicit-any -- of any guest
const length = (guest: any, text: string) => guest.symbols.length(text);

const NULL = "(return (i64.const 0))";

/** The argument takes one block, the results take the others. */
const rows = [[65536, 15, 983040], [1024, 1023, 1047552]] as const;

testRows([
  ...rows.flatMap(([byteLength, passed, lost]): Row[] => [
    {
      name: `a null pointer after ${passed} results is explained by what was never freed`,
      guest: guest(NULL),
      options: options({ free: "free" }),
      ask: untilFull(byteLength, same),
      gives: [
        passed,
        'Cannot lift the result of "same": the guest gave a null pointer, expected text; ' +
        `${passed} results of ${lost} bytes in all were never freed, expected ` +
        'resultsFreedBy: "host" of the convention where the host has to free them',
      ],
    },
    {
      name: `a trap after ${passed} results is explained by what was never freed`,
      guest: guest("unreachable"),
      options: options({ free: "free" }),
      ask: untilFull(byteLength, same),
      gives: [
        passed,
        `Cannot complete "same": the guest trapped: unreachable; ${passed} results of ${lost} ` +
        'bytes in all were never freed, expected resultsFreedBy: "host" of the convention where ' +
        "the host has to free them",
      ],
    },
  ]),
  {
    name: "the error of a full allocator shows which arguments were never freed",
    guest: guest(NULL),
    options: options({}),
    ask: untilFull(65536, length),
    gives: [
      16,
      'Cannot allocate 65536 bytes for "length": "malloc" returned 0, expected a pointer; ' +
      '16 arguments of 1048576 bytes in all were never freed, expected free: "…" of the ' +
      "convention where the host has to free them",
    ],
  },
  {
    name: "arguments and results that were never freed are reported together, after many calls too",
    guest: guest(NULL),
    options: options({}),
    ask: untilFull(1024, same),
    gives: [
      512,
      'Cannot allocate 1024 bytes for "same": "malloc" returned 0, expected a pointer; ' +
      "512 results and 512 arguments of 1048576 bytes in all were never freed, expected " +
      'resultsFreedBy: "host" and free: "…" of the convention where the host has to free them',
    ],
  },
  {
    name: "a null pointer of a guest whose memory is not full is not explained by that",
    guest: guest(NULL),
    options: options({ free: "free" }),
    ask(guest) {
      guest.passString("x", "same");
      return messageOf(() => guest.passString("x", "none"));
    },
    gives: 'Cannot lift the result of "none": the guest gave a null pointer, expected text',
  },
  {
    name: "the count of blocks that were never freed starts again after a reset",
    guest: guest(NULL),
    options: options({ free: "free" }),
    ask(guest) {
      for (let count = 0; count < 500; count++) guest.passString("x".repeat(1024), "same");
      guest.reset();
      return untilFull(1024, same)(guest);
    },
    gives: [
      1023,
      'Cannot lift the result of "same": the guest gave a null pointer, expected text; ' +
      "1023 results of 1047552 bytes in all were never freed, expected " +
      'resultsFreedBy: "host" of the convention where the host has to free them',
    ],
  },
]);
