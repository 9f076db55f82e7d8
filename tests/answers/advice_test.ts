import { assertEquals, assertStrictEquals } from "@std/assert";
import { cString, type Guest, inPlace, load, type LoadOptions } from "../../mod.ts";
import { evaluate, linesIn, optionsIn } from "../conventions/_evaluate.ts";
import { assemble } from "../_wat.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";

// The advice in errors: each option and each line to paste is evaluated and must work.

/** Makes a module with one page of memory that it exports. */
const module = (fields: string) => `(module (memory (export "memory") 1) ${fields})`;

/** An allocator that never reuses a block, and that counts the freed ones. */
const HEAP = `(global $next (mut i32) (i32.const 4096))
  (global $last (mut i32) (i32.const 0))
  (global $live (export "live") (mut i32) (i32.const 0))
  (func $malloc (export "malloc") (param i32) (result i32)
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (global.set $last (local.get 0))
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get 0))))
  (func (export "free") (param i32)
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))`;

/** A message, and the outcome of its advice. */
interface Advised {
  readonly name: string;
  readonly guest: string;
  readonly options?: LoadOptions;
  /** The error of a pass without the advice. */
  readonly error: Thrown;
  readonly follow: readonly Following[];
}

/** The advice to follow: an option, or a line to paste, by its index. */
interface Following {
  readonly option?: number;
  readonly line?: number;
  /** The declared symbol to call: with a text, or without arguments if "()" follows. */
  readonly symbol?: string;
  readonly gives: unknown;
}

// deno-lint-ignore no-explicit-any
const pass = (guest: Guest<any>) => guest.passString("Hello");

function testAdvice(rows: readonly Advised[]): void {
  for (const { name, guest: source, options, error, follow } of rows) {
    Deno.test(name, async () => {
      const bytes = assemble(source);
      const found = await outcome(async () => pass(await load(bytes, options)));
      assertEquals(found, error);
      for (const { option, line, symbol, gives } of follow) {
        const advised = option !== undefined
          ? { convention: evaluate(optionsIn(error.message)[option]!) }
          : linesIn(error.message)[line!]!;
        using guest = await load(bytes, { ...options, ...advised });
        const symbols = guest.symbols as Record<string, (text?: string) => unknown>;
        const answer = symbol === undefined
          ? pass(guest)
          : symbol.endsWith("()")
          ? symbols[symbol.slice(0, -2)]!()
          : symbols[symbol]!("Hello");
        assertEquals(answer, gives);
      }
    });
  }
}

const ambiguous = (message: string) => new Thrown("GuestError", "ambiguous-convention", message);
const missing = (message: string) => new Thrown("GuestError", "missing-export", message);
const unrecognised = (functions: string, expected: string) =>
  new Thrown(
    "GuestError",
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
      `exported functions are ${functions}, expected ${expected}`,
  );
const MORE = '(resultsFreedBy: "guest" instead if the guest keeps what it returns)';
const ADDED = "(memory that is added, for a guest that has no allocator of its own)";
const RESERVED = 'convention: inPlace({ pointer: "reserve", byteLength: 65536 })';
const forms = (pass: string) =>
  ["terminated", "pointedTo", "prefixed", "inPlace"].map((form) =>
    `convention: allocator({ allocate: "malloc", free: "free"${pass}, result: "${form}"` +
    `${form === "inPlace" ? "" : ', resultsFreedBy: "host"'} })`
  ).join(" or ");
const KEEPS = '(freedBy: "guest" instead if the guest keeps that)';
const ofSameLength = (name: string) =>
  `symbols: { ${name}: { parameters: ["string"], result: { type: "string", pointer: "result", ` +
  'length: { byteLengthOf: 0 }, freedBy: "host" } } } if it returns the address of a text of the ' +
  `same length ${KEEPS}`;
const inItsPlace = (name: string) =>
  `symbols: { ${name}: { parameters: ["string"], result: { type: "string", pointer: ` +
  "{ argument: 0 }, length: { byteLengthOf: 0 } } } } if it changes the text where it is or " +
  `symbols: { ${name}: { parameters: ["string"], result: "void" } } if it returns nothing`;

/** "Hello" at 64, with a NUL after it. */
const HELLO = '(data (i32.const 64) "Hello\\00")';
/** Getters of a buffer for the text, and of one for the result. */
const IN = '(func (export "getInStr") (result i32) (i32.const 16))';
const OUT = '(func (export "getOutStr") (result i32) (i32.const 48))';
/** Sets the first letter of the text at an address to "J". */
const CHANGE = "(i32.store8 (local.get 0) (i32.const 0x4a))";

testAdvice([
  {
    name:
      "a function that changes a buffer and returns nothing: the error offers both declarations",
    guest: module(`(func (export "getBuffer") (result i32) (i32.const 4096))
      (func (export "reverse") (param i32) (i32.store8 (i32.const 4096) (i32.const 0x4a)))`),
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "reverse" is (i32) -> (), ' +
        "and one that fits is () -> i32 or (i32) -> i32 or (i32, i32) -> i32, expected " +
        inItsPlace("reverse"),
    ),
    follow: [
      { line: 0, symbol: "reverse", gives: "Jello" },
      { line: 1, symbol: "reverse", gives: undefined },
    ],
  },
  ...[
    {
      getters: IN + OUT,
      place: '{ export: "getOutStr" }',
      where: 'writes the text where "getOutStr" says',
    },
    { getters: IN, place: "{ argument: 0 }", where: "changes the text where it is" },
  ].map(({ getters, place, where }): Advised => ({
    name: `a function of nothing that ${where}: the error offers how its text ends`,
    guest: module(`${getters}
      (func (export "shout") (memory.copy (i32.const 48) (i32.const 16) (i32.const 20))
        (i32.store8 (i32.const 16) (i32.const 0x4a)) (i32.store8 (i32.const 48) (i32.const 0x4a)))`),
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "shout" is () -> (), and ' +
        "one that fits is () -> i32 or (i32) -> i32 or (i32, i32) -> i32, expected " +
        [
          `{ type: "string", pointer: ${place}, length: "nul" } } } if it ${where}, and a NUL ends it`,
          `{ type: "string", pointer: ${place}, length: { byteLengthOf: 0 } } } } if it ${where}, ` +
          "and its length stays",
          '"void" } } if it returns nothing',
        ].map((result) => `symbols: { shout: { parameters: ["string"], result: ${result}`).join(
          " or ",
        ) +
        ' or symbols: { shout: { parameters: [], result: "void" } } if it takes and gives nothing',
    ),
    follow: [
      { line: 0, symbol: "shout", gives: "Jello" },
      { line: 1, symbol: "shout", gives: "Jello" },
      { line: 2, symbol: "shout", gives: undefined },
      { line: 3, symbol: "shout()", gives: undefined },
    ],
  })),
  {
    name: "a function that counts has four wrong readings as text, and a right one as a number",
    guest: module(`${HEAP}
      (func (export "vowels") (param i32 i32) (result i32) (i32.const 2))`),
    error: ambiguous(
      'Cannot tell how "vowels" passes text: it is (i32, i32) -> i32, which 4 forms of the ' +
        `convention "allocator" fit, expected ${forms("")} ${MORE} or ` +
        'symbols: { vowels: { parameters: ["string"], result: "i32" } } if it returns a number or ' +
        ofSameLength("vowels"),
    ),
    follow: [{ line: 0, symbol: "vowels", gives: 2 }],
  },
  {
    name: "a function of pointer and length without an allocator gets the host's memory",
    guest: module(`(func (export "change") (param i32 i32) (result i32) ${CHANGE} (local.get 1))`),
    error: unrecognised('"change"', `an option such as ${RESERVED} ${ADDED}`),
    follow: [{ option: 0, gives: "Jello" }],
  },
  {
    name: "and has to be declared if it returns nothing",
    guest: module(`(func (export "change") (param i32 i32) ${CHANGE})`),
    options: { convention: inPlace({ pointer: "reserve", byteLength: 65536 }) },
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "change" is (i32, i32) -> ' +
        "(), and one that fits is () -> i32 or (i32) -> i32 or (i32, i32) -> i32, expected " +
        inItsPlace("change"),
    ),
    follow: [{ line: 0, symbol: "change", gives: "Jello" }],
  },
  {
    name: "C strings without allocator and stack are put into the host's memory",
    guest: module(`(func (export "change") (param i32) (result i32) ${CHANGE} (local.get 0))`),
    error: unrecognised(
      '"change"',
      'an option such as convention: allocator({ allocate: "…", free: "…" }) (by type "change" ' +
        'could allocate) or convention: inPlace({ pointer: "reserve", byteLength: 65536, ' +
        `pass: ["pointer"], result: "terminated" }) ${ADDED}`,
    ),
    follow: [{ option: 1, gives: "Jello" }],
  },
  ...["hello", "getAMessage", "get_string", "message_ptr"].map((name): Advised => ({
    name: `${name}, which only returns a text, is read as a C string`,
    guest: module(`${HELLO} (func (export "${name}") (result i32) (i32.const 64))`),
    error: unrecognised(
      `"${name}"`,
      `convention: cString(), symbols: { ${name}: { parameters: [], result: "string" } } if ` +
        `"${name}" returns a text`,
    ),
    follow: [{ line: 0, symbol: `${name}()`, gives: "Hello" }],
  })),
  {
    name: "a text whose length has a getter of its own is read by both",
    guest: module(`${HELLO} (func (export "get_message_ptr") (result i32) (i32.const 64))
      (func (export "get_message_len") (result i32) (i32.const 4))`),
    error: unrecognised(
      '"get_message_ptr", "get_message_len"',
      'symbols: { get_message_ptr: { parameters: [], result: { type: "string", pointer: ' +
        '"result", length: { export: "get_message_len" } } } } if "get_message_ptr" returns a text',
    ),
    follow: [{ line: 0, symbol: "get_message_ptr()", gives: "Hell" }],
  },
  {
    name: "a text that is returned beside functions with parameters is offered too",
    guest: module(`${HELLO} (func (export "hello") (result i32) (i32.const 64))
      (func (export "add") (param f64 f64) (result f64) (local.get 0))`),
    error: unrecognised(
      '"hello", "add"',
      "an option such as convention: cString(), symbols: { hello: { parameters: [], " +
        'result: "string" } } if "hello" returns a text',
    ),
    follow: [{ line: 0, symbol: "hello()", gives: "Hello" }],
  },
  {
    name: "a length that a getter returns after the call is offered",
    guest: module(`${HEAP} ${HELLO}
      (func (export "process") (param i32 i32) (result i32) (i32.const 64))
      (func (export "get_text_len") (result i32) (i32.const 4))`),
    error: ambiguous(
      'Cannot tell how "process" passes text: it is (i32, i32) -> i32, which 4 forms of the ' +
        `convention "allocator" fit, expected ${forms("")} ${MORE} or ` +
        'symbols: { process: { parameters: ["string"], result: { type: "string", pointer: ' +
        '"result", length: { export: "get_text_len" }, freedBy: "host" } } } if "get_text_len" ' +
        `returns the length of that result ${KEEPS} or symbols: { process: { parameters: ` +
        '["string"], result: "i32" } } if it returns a number or ' + ofSameLength("process"),
    ),
    follow: [
      { line: 0, symbol: "process", gives: "Hell" },
      { line: 2, symbol: "process", gives: "Hello" },
    ],
  },
  {
    name: "a length that is written to the last argument's address is offered",
    guest: module(`${HEAP} ${HELLO} (global (export "__stack_pointer") (mut i32) (i32.const 2048))
      (func (export "process") (param i32 i32 i32) (result i32)
        (i32.store (local.get 2) (i32.const 4)) (i32.const 64))`),
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "process" is (i32, i32, ' +
        "i32) -> i32, and one that fits is (i32, i32) -> i64 or (i32, i32) -> (i32, i32) or (i32, " +
        "i32) -> (i32, i32, i32, i32) or (i32, i32, i32) -> () or …, expected " +
        'symbols: { process: { parameters: ["string"], arguments: [{ text: 0, as: "pointer" }, ' +
        '{ text: 0, as: "byteLength" }, { area: 0 }], result: { type: "string", pointer: ' +
        '"result", length: { word: 0 }, freedBy: "host" } } } if it writes the length of what it ' +
        `returns where its last argument points ${KEEPS}`,
    ),
    follow: [{ line: 0, symbol: "process", gives: "Hell" }],
  },
  {
    name: "a buffer for the result with its size is offered",
    guest: module(`${HEAP} ${HELLO}
      (func (export "process") (param i32 i32 i32 i32) (result i32)
        (i32.store8 (local.get 2) (i32.load8_u (local.get 0))) (i32.const 1))`),
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "process" is (i32, i32, ' +
        "i32, i32) -> i32, and one that fits is (i32, i32) -> i64 or (i32, i32) -> (i32, i32) or " +
        "(i32, i32) -> (i32, i32, i32, i32) or (i32, i32, i32) -> () or …, expected " +
        'symbols: { process: { parameters: ["string"], output: { capacity: 4096 }, arguments: ' +
        '[{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output", "capacity"], ' +
        'result: { type: "string", pointer: "output", length: "result" } } } if it writes the ' +
        "text into a buffer that it is given with its size, and returns the length",
    ),
    follow: [{ line: 0, symbol: "process", gives: "H" }],
  },
  {
    name: "an export that got the length with the block needs no argument",
    guest: module(`${HEAP}
      (func (export "shout") (result i32)
        (i32.store8 (i32.const 4096) (i32.const 0x4a)) (global.get $last))`),
    error: missing(
      'Cannot choose an export for ("string") -> "string": none fits: "shout" is () -> i32, and ' +
        "one that fits is (i32, i32) -> i64 or (i32, i32) -> (i32, i32) or (i32, i32) -> (i32, " +
        "i32, i32, i32) or (i32, i32, i32) -> () or …, expected " +
        `${
          forms(", pass: []")
        } ${MORE} if the guest learns from "malloc" how long the text is or ` +
        'symbols: { shout: { parameters: [], result: { type: "string", form: "terminated" } } } ' +
        "if it returns the address of a text or " +
        'symbols: { shout: { parameters: [], result: "i32" } } if it returns a number',
    ),
    follow: [{ option: 3, gives: "Jello" }, { line: 1, symbol: "shout()", gives: 0 }],
  },
]);

testRows([0, 120].map((warmUp): Row => ({
  name: `a small number is not text${warmUp > 0 ? ", in a hot call" : ""}`,
  guest: `(module (memory (export "memory") 1) (global (export "__data_end") i32 (i32.const 2048))
    (func (export "malloc") (param i32) (result i32) (i32.const 4096))
    (func (export "free") (param i32))
    (data (i32.const 4000) "ok")
    (func (export "measure") (param i32) (result i32)
      (select (i32.const 4000) (i32.const 5) (i32.eqz (i32.load8_u (local.get 0))))))`,
  options: { convention: cString({ allocate: "malloc", free: "free" }) },
  ask: (guest) => [guest.passString("", "measure"), guest.passString("Hello", "measure")],
  gives: new Thrown(
    "GuestError",
    "null-pointer",
    'Cannot lift the result of "measure": the guest gave 0x5, which is below its data, expected ' +
      'text or symbols: { measure: { parameters: ["string"], result: "i32" } } if it returns a ' +
      "number",
  ),
  warmUp,
})));

testRows([
  {
    name: "a trap of a command that has not run is explained",
    guest: module(`(func (export "_start"))
      (func (export "get_buffer") (result i32) (i32.const 64))
      (func (export "f") (param i32) (result i32) unreachable)`),
    ask: pass,
    gives: new Thrown(
      "GuestError",
      "trap",
      'Cannot complete "f": the guest trapped: unreachable; its "_start" has not run, expected ' +
        "guest.run() first if the export needs what that sets up",
    ),
  },
  {
    name: "a trap of a command that has run is not",
    guest: module(`(func (export "_start"))
      (func (export "get_buffer") (result i32) (i32.const 64))
      (func (export "f") (param i32) (result i32) unreachable)`),
    ask: (guest) => [guest.run(), pass(guest)],
    gives: new Thrown(
      "GuestError",
      "trap",
      'Cannot complete "f": the guest trapped: unreachable',
    ),
  },
  {
    name: "a trap of the command itself is not",
    guest: module('(func (export "_start") unreachable)'),
    ask: (guest) => guest.run(),
    gives: new Thrown(
      "GuestError",
      "trap",
      'Cannot complete "_start": the guest trapped: unreachable',
    ),
  },
  {
    name: "a memory that is not exported is distinguished from none",
    guest: `(module (memory 1) (func (export "get_buffer") (result i32) (i32.const 64))
      (func (export "f") (param i32) (result i32) (local.get 0)))`,
    ask: pass,
    gives: missing(
      "Cannot use the guest's memory: it has one that it does not export, expected an export " +
        'such as (memory (export "memory") 1) in the text format; linkers make one unless told ' +
        "otherwise",
    ),
  },
]);

for (
  const [fields, line] of [
    [
      '(func (export "add") (param i32 i64) (result f64) (f64.const 2.5))',
      'symbols: { add: { parameters: ["i32", "i64"], result: "f64" } }',
    ],
    ['(func (export "nothing"))', 'symbols: { nothing: { parameters: [], result: "void" } }'],
  ] as const
) {
  Deno.test(`a guest without a memory takes numbers: ${line}`, async () => {
    const bytes = assemble(`(module ${fields})`);
    const { message } = await outcome(async () => pass(await load(bytes))) as Thrown;
    const [name] = /\w+(?=": )|(?<=are ")\w+/.exec(message)!;
    assertEquals(
      message,
      "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
        `exported functions are "${name}", expected a memory that it exports or imports: it has ` +
        `none, so it takes only numbers, as in ${line}`,
    );
    using guest = await load(bytes, linesIn(message)[0]!);
    const symbol = (guest.symbols as Record<string, (...numbers: unknown[]) => unknown>)[name]!;
    assertEquals(name === "add" ? symbol(1, 2n) : symbol(), name === "add" ? 2.5 : undefined);
  });
}

Deno.test("following the advice leaves nothing allocated, and the error names the other owner", async () => {
  const bytes = assemble(module(`${HEAP}
    (func (export "greet") (param i32 i32) (result i64)
      (i64.or
        (i64.shl (i64.extend_i32_u (call $malloc (i32.const 5))) (i64.const 32))
        (i64.extend_i32_u (local.get 1))))`));
  using guest = await load(bytes);
  const error = await outcome(() => guest.passString("Hello")) as Thrown;
  const [high] = optionsIn(error.message);
  using host = await load(bytes, { convention: evaluate(high!) });
  using kept = await load(bytes, { convention: evaluate(high!.replace('"host"', '"guest"')) });
  for (const [freeing, live] of [[host, 0], [kept, 120]] as const) {
    for (let pass = 0; pass < 120; pass++) freeing.passString("Hello");
    assertStrictEquals((freeing.exports.live as WebAssembly.Global).value, live);
  }
});
