import { cString, type LoadOptions } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Results that the guest has allocated, if neither the caller nor the binary says who frees them.

/**
 * Gives a text of its data for an empty one, and otherwise the first letter, in a block of its own.
 * Its heap begins at 4096, and to free a block frees all of them.
 */
const guest = (...frees: string[]) =>
  `(module (memory (export "memory") 1)
    (data (i32.const 1024) "fixed\\00")
    (global $next (mut i32) (i32.const 4096))
    (func $take (export "malloc") (param i32) (result i32)
      (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 0))))
    ${
    frees.map((name) => `(func (export "${name}") (param i32) (global.set $next (i32.const 4096)))`)
      .join(" ")
  }
    (func (export "choose") (param $text i32) (result i32) (local $made i32)
      (if (i32.eqz (i32.load8_u (local.get $text))) (then (return (i32.const 1024))))
      (local.set $made (call $take (i32.const 2)))
      (i32.store8 (local.get $made) (i32.load8_u (local.get $text)))
      (i32.store8 offset=1 (local.get $made) (i32.const 0))
      (local.get $made)))`;

/** The error for a block that lies behind that of the argument, which has 4 bytes. */
const open = (options: string) =>
  new Thrown(
    "GuestError",
    "ambiguous-convention",
    'Cannot lift the result of "choose": it lies at 0x1004, in memory that the guest allocates, ' +
      `and nothing shows who frees it, expected ${options} (resultsFreedBy: "guest" instead if ` +
      "the guest keeps what it returns)",
  );

const HOST = 'convention: cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" })';

const choose: Row["ask"] = (guest) => guest.passString("abc", "choose");

const declared: LoadOptions = { symbols: { choose: { parameters: ["string"], result: "string" } } };

const pass = (frees: string[], text: string, gives: unknown, options?: LoadOptions): Row => ({
  name: `${JSON.stringify(text)} for a guest that exports ${frees.join(" and ")}`,
  guest: guest(...frees),
  options,
  ask: (guest) => guest.passString(text, "choose"),
  gives,
});

const both = (row: Row): Row[] => [row, { ...row, name: `${row.name}, often`, warmUp: 120 }];

const rows: Row[] = [
  pass(["free"], "", "fixed"),
  pass(["free"], "abc", open(HOST)),
  pass(
    ["free", "free_string"],
    "abc",
    open(
      'convention: cString({ allocate: "malloc", free: "free", resultsFreedBy: { call: ' +
        `"free_string" } }) or ${HOST}`,
    ),
  ),
  ...["host", "guest"].map((resultsFreedBy) => ({
    ...pass(["free"], "abc", "a", {
      convention: cString({
        allocate: "malloc",
        free: "free",
        resultsFreedBy: resultsFreedBy as "host",
      }),
    }),
    name: `results are freed by the ${resultsFreedBy}`,
  })),
  {
    ...pass(["free"], "abc", "a", {
      convention: cString({ allocate: "malloc", free: "free" }),
    }),
    name: "a convention that is set by hand is as documented: the guest frees",
  },
  {
    name: "a declared symbol whose result the convention places is refused too",
    guest: guest("free"),
    options: declared,
    // deno-lint-ignore no-explicit-any -- the declared symbol
    ask: (guest: any) => guest.symbols.choose("abc"),
    gives: open(HOST),
  },
  {
    name: "a text of the data does not settle who frees the next one",
    guest: guest("free"),
    ask: (guest) => [...Array(200).fill(""), "abc"].map((text) => guest.passString(text)).at(-1),
    gives: open(HOST),
  },
  {
    name: "after the refusal the block of the argument is free, and the guest can be called",
    guest: guest("free"),
    ask: (guest) => {
      try {
        choose(guest);
      } catch { /* The rows above hold the error. */ }
      return [guest.passString(""), guest.state];
    },
    gives: ["fixed", "ready"],
  },
];

testRows(rows.flatMap(both));

testRows(both({
  name: "without an export that frees blocks, the one that takes a pointer alone is listed",
  guest: guest("free_string"),
  ask: (guest) => {
    // Nothing frees arguments here, so the heap is put back to its beginning.
    (guest.exports.free_string as CallableFunction)(0);
    return choose(guest);
  },
  gives: open(
    'convention: cString({ allocate: "malloc", resultsFreedBy: { call: "free_string" } })',
  ),
}));

testRows(both({
  name: "without an export that frees anything, nothing can be settled",
  guest: guest(),
  ask: choose,
  gives: "a",
}));
