import { type Row, testRows, Thrown } from "./_rows.ts";

// A function that only counts bytes in a buffer: the number that it returns is not the length of a
// text.

/** Counts the bytes of the text in the buffer at 1024 that are an "a". */
const counting = (name: string, more = "") =>
  `(module (memory (export "memory") 1)
    (func (export "get_buffer") (result i32) (i32.const 1024))
    (func (export "${name}") (param $at i32) (param $length i32) (result i32)
      (local $count i32) (local $end i32)
      (local.set $end (i32.add (local.get $at) (local.get $length)))
      (block $done (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $count (i32.add (local.get $count)
          (i32.eq (i32.load8_u (local.get $at)) (i32.const 97))))
        ${more}
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
      (local.get $count)))`;

const refused = (text: string) =>
  new Thrown(
    "GuestError",
    "signature",
    `Cannot pass ${text} to "count_letters": it writes none, and its name is that of a number, ` +
      'expected symbols: { count_letters: { parameters: ["string"], result: "i32" } } if it ' +
      "returns a number or another export",
  );

const rows: Row[] = [
  {
    name: "a count is not the length of a text that the function has left as it was",
    guest: counting("count_letters"),
    ask: (guest) => guest.passString("banana", "count_letters"),
    gives: refused("text"),
  },
  {
    name: "the line of the error gives the count",
    guest: counting("count_letters"),
    options: { symbols: { count_letters: { parameters: ["string"], result: "i32" } } },
    // deno-lint-ignore no-explicit-any -- the declared symbol
    ask: (guest: any) => guest.symbols.count_letters("banana"),
    gives: 3,
  },
  {
    name: "a function that writes can return the length of what it has written",
    guest: counting("count_letters", "(i32.store8 (local.get $at) (i32.const 98))"),
    ask: (guest) => guest.passString("banana", "count_letters"),
    gives: "bbb",
  },
  {
    name: "a function that only finds where the text ends is passed to by its name",
    guest: counting("trim"),
    ask: (guest) => guest.passString("banana", "trim"),
    gives: "ban",
  },
];

testRows(rows.flatMap((row) => [row, { ...row, name: `${row.name}, often`, warmUp: 120 }]));
