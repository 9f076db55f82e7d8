// Allocators that return wrong addresses, and freeing functions that trap.
import { allocator } from "../../mod.ts";
import { FREE, MALLOC } from "./_guests.ts";
import { type HostileRow, testHostile } from "./_rows.ts";

const convention = allocator({ allocate: "malloc", free: "free" });
const USE = {
  use: { parameters: ["string"], result: "u32" },
  both: { parameters: ["string", "string"], result: "u32" },
  numbers: { parameters: [{ type: "array", element: "f64" }], result: "u32" },
} as const;
const FUNCTIONS = `
  (func (export "use") (param i32 i32) (result i32) (enter use) (i32.const 1))
  (func (export "both") (param i32 i32 i32 i32) (result i32) (enter both) (i32.const 1))
  (func (export "numbers") (param i32 i32) (result i32) (enter numbers) (i32.const 1))`;
const options = { convention, symbols: USE };

const gives = (answer: string) =>
  `(func (export "malloc") (param i32) (result i32) (enter malloc) ${answer})${FREE}${FUNCTIONS}`;

const rows: readonly HostileRow[] = [
  {
    name: "an allocator answers 0",
    functions: gives("(i32.const 0)"),
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "GuestError",
      "out-of-memory",
      'Cannot allocate 4 bytes for "use": "malloc" returned 0, expected a pointer',
    ],
    state: "ready",
    entered: "malloc",
  },
  {
    name: "an allocator answers an address outside memory",
    functions: gives("(i32.const 0x10000)"),
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "MemoryRangeError",
      "memory-range",
      "Cannot write 4 bytes at pointer 0x10000: memory is 65536 bytes",
    ],
    state: "ready",
    entered: "malloc",
  },
  {
    name: "an allocator answers an address whose block ends outside memory",
    functions: gives("(i32.const 0xfffd)"),
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "MemoryRangeError",
      "memory-range",
      "Cannot write 4 bytes at pointer 0xfffd: memory is 65536 bytes",
    ],
    state: "ready",
    entered: "malloc",
  },
  {
    name: "an allocator answers -1",
    functions: gives("(i32.const -1)"),
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "MemoryRangeError",
      "memory-range",
      "Cannot write 4 bytes at pointer 0xffffffff: memory is 65536 bytes",
    ],
    state: "ready",
    entered: "malloc",
  },
  {
    name: "an allocator answers the same block twice in one call",
    functions: gives("(i32.const 0x1000)"),
    options,
    ask: (guest) => guest.symbols.both!("one", "other"),
    throws: [
      "GuestError",
      "overrun",
      'Cannot allocate 5 bytes for "both": "malloc" returned 0x1000, where the call still uses ' +
      "the block at 0x1000, expected one of its own",
    ],
    state: "ready",
    entered: "malloc malloc free",
  },
  {
    name: "an allocator answers a block within another one of the call",
    functions: `(global $next (mut i32) (i32.const 0x1000))
      (func (export "malloc") (param i32) (result i32) (enter malloc)
        (global.get $next) (global.set $next (i32.add (global.get $next) (i32.const 2))))
      ${FREE}${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.both!("one", "other"),
    throws: [
      "GuestError",
      "overrun",
      'Cannot allocate 5 bytes for "both": "malloc" returned 0x1002, where the call still uses ' +
      "the block at 0x1000, expected one of its own",
    ],
    state: "ready",
    entered: "malloc malloc free",
  },
  {
    name: "an allocator answers an unaligned address for numbers",
    functions: gives("(i32.const 0x1001)"),
    options,
    ask: (guest) => guest.symbols.numbers!(Float64Array.of(1, 2)),
    gives: 1, // WebAssembly loads from any address
    state: "ready",
    entered: "malloc numbers free",
  },
  {
    name: "an allocator traps",
    functions: gives("unreachable"),
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: ["GuestError", "trap", 'Cannot complete "use": the guest trapped: unreachable'],
    entered: "malloc",
  },
  {
    name: "an allocator traps for the second block, so the first one is not freed",
    functions: `(global $count (mut i32) (i32.const 0))
      (func (export "malloc") (param i32) (result i32) (enter malloc)
        (if (global.get $count) (then unreachable))
        (global.set $count (i32.const 1)) (i32.const 0x1000))
      ${FREE}${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.both!("one", "other"),
    throws: ["GuestError", "trap", 'Cannot complete "both": the guest trapped: unreachable'],
    entered: "malloc malloc",
  },
  {
    name: "an allocator calls itself without end",
    functions: `(func $malloc (export "malloc") (param i32) (result i32)
      (i32.add (i32.const 1) (call $malloc (local.get 0))))${FREE}${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "GuestError",
      "trap",
      'Cannot complete "use": the guest trapped: Maximum call stack size exceeded',
    ],
    entered: "",
  },
  {
    name: "an allocator grows memory and answers the new page's end",
    functions: `(func (export "malloc") (param i32) (result i32) (enter malloc)
      (i32.sub (i32.mul (i32.const 65536)
        (i32.add (i32.const 1) (memory.grow (i32.const 1)))) (i32.const 3)))${FREE}${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "MemoryRangeError",
      "memory-range",
      "Cannot write 4 bytes at pointer 0x1fffd: memory is 131072 bytes",
    ],
    state: "ready",
    entered: "malloc",
  },
  {
    name: "what frees traps",
    functions: `${MALLOC}(func (export "free") (param i32) (enter free) unreachable)${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.use!("text"),
    throws: [
      "GuestError",
      "trap",
      'Cannot free a block of "use": the guest trapped in "free": unreachable; what the call ' +
      'returned is in "result" of this error, expected ' +
      'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
    ],
    entered: "malloc use free",
  },
  {
    name: "the freeing function traps at the first of two blocks, so the second one is not freed",
    functions: `${MALLOC}(func (export "free") (param i32) (enter free)
      (drop (i32.div_s (i32.const 1) (i32.const 0))))${FUNCTIONS}`,
    options,
    ask: (guest) => guest.symbols.both!("one", "other"),
    throws: [
      "GuestError",
      "trap",
      'Cannot free a block of "both": the guest trapped in "free": divide by zero; what the call ' +
      'returned is in "result" of this error, expected ' +
      'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
    ],
    entered: "malloc malloc both free",
  },
];

testHostile(rows);
