// A failure that a guest reports together with an empty text is an error, without any option.
import { allocator, type GuestError, hostFunction, type LoadOptions } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

/** The common part of all guests of wasm-bindgen; `imports` come before everything else. */
const bindgen = (imports: string, functions: string) =>
  `(module ${imports}
  (memory (export "memory") 1)
  (data (i32.const 16) "bad digit")
  (global $stack (mut i32) (i32.const 4096))
  (global $live (export "live") (mut i32) (i32.const 0))
  (func $malloc (export "__wbindgen_malloc") (param $size i32) (param i32) (result i32)
    (if (i32.eqz (local.get $size)) (then (return (local.get 1))))
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (i32.add (i32.const 0x2000) (i32.mul (global.get $live) (i32.const 256))))
  (func $free (export "__wbindgen_free") (param i32) (param $size i32) (param i32)
    (if (local.get $size) (then
      (global.set $live (i32.sub (global.get $live) (i32.const 1))))))
  (func $copy (param $from i32) (param $length i32) (result i32) (local $at i32)
    (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
    (local.set $at (call $malloc (local.get $length) (i32.const 1)))
    (memory.copy (local.get $at) (local.get $from) (local.get $length))
    (local.get $at))
  (func $is_bad (param $at i32) (param $length i32) (result i32)
    (i32.and (i32.ne (local.get $length) (i32.const 0))
      (i32.eq (i32.load8_u (local.get $at)) (i32.const 33))))
  ${functions})`;

/** `fn f(text: &str) -> Result<String, JsValue>` in a return area; `$error` gives the index. */
const AREA = `
  (func (export "__wbindgen_add_to_stack_pointer") (param i32) (result i32)
    (global.set $stack (i32.add (global.get $stack) (local.get 0)))
    (global.get $stack))
  (func $write (param $area i32) (param i32 i32 i32 i32)
    (i32.store (local.get $area) (local.get 1))
    (i32.store offset=4 (local.get $area) (local.get 2))
    (i32.store offset=8 (local.get $area) (local.get 3))
    (i32.store offset=12 (local.get $area) (local.get 4)))
  (func (export "f") (param $area i32) (param $at i32) (param $length i32)
    (if (call $is_bad (local.get $at) (local.get $length))
      (then (call $write (local.get $area)
        (i32.const 1) (i32.const 0) (call $error) (i32.const 1)))
      (else (call $write (local.get $area)
        (call $copy (local.get $at) (local.get $length)) (local.get $length)
        (i32.const 0) (i32.const 0))))
    (call $free (local.get $at) (local.get $length) (i32.const 1)))
  (func (export "plain") (param $area i32) (param $at i32) (param $length i32)
    (i32.store (local.get $area) (call $copy (local.get $at) (local.get $length)))
    (i32.store offset=4 (local.get $area) (local.get $length))
    (call $free (local.get $at) (local.get $length) (i32.const 1)))
  (func (export "option") (param $area i32) (param $at i32) (param $length i32)
    (call $free (local.get $at) (local.get $length) (i32.const 1))
    (i32.store (local.get $area) (i32.const 0))
    (i32.store offset=4 (local.get $area) (i32.const 0)))`;

/** The same in four results. */
const VALUES = `
  (func (export "f") (param $at i32) (param $length i32) (result i32 i32 i32 i32)
    (local $bad i32)
    (local.set $bad (call $is_bad (local.get $at) (local.get $length)))
    (call $free (local.get $at) (local.get $length) (i32.const 1))
    (if (result i32 i32 i32 i32) (local.get $bad)
      (then (i32.const 0) (i32.const 0) (call $error) (i32.const 1))
      (else (call $copy (local.get $at) (local.get $length)) (local.get $length)
        (i32.const 0) (i32.const 0))))`;

/** The value is in the importer's JavaScript. */
const HEAP_ERROR = "(func $error (result i32) (i32.const 132))";

/** The value is in the guest's table, which has a free entry at 7. */
const tableError = (table: string, more = "") =>
  `${more}
  (table $values (export "${table}") 16 externref)
  (global $dropped (export "dropped") (mut i32) (i32.const 0))
  (func (export "__externref_table_alloc") (result i32) (i32.const 7))
  (func (export "__externref_table_dealloc") (param i32)
    (global.set $dropped (i32.add (global.get $dropped) (local.get 0)))
    (table.set $values (local.get 0) (ref.null extern)))
  (func $error (result i32)
    (table.set $values (i32.const 7) (call $error_new (i32.const 16) (i32.const 9)))
    (i32.const 7))`;

const ERROR_NEW = `(import "wbg" "__wbindgen_error_new"
    (func $error_new (param i32 i32) (result externref)))`;

const errorNew = (make: (text: string) => unknown): LoadOptions => ({
  imports: {
    wbg: {
      __wbindgen_error_new: hostFunction({ parameters: ["string"], result: "externref" }, make),
    },
  },
});

/** Returns an error, and the parts of it that a row checks. */
function failure(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    const { name, code, message, status, cause } = error as Error & {
      code: string;
      status: unknown;
    };
    return [new Thrown(name, code, message), status, cause];
  }
}

// deno-lint-ignore no-explicit-any -- of any guest
const global = (guest: any, name: string): number => guest.exports[name].value;

/** Makes rows for a call step by step and for its compiled form. */
const inBothForms = (rows: readonly Row[]): Row[] =>
  rows.flatMap((row) => [
    row,
    { ...row, name: `${row.name}, after many calls`, warmUp: 120 },
  ]);

const CODE = new Thrown(
  "GuestError",
  "guest-error",
  `Cannot complete "f": the guest's code is 132`,
);
const WORDS = new Thrown("GuestError", "guest-error", 'Cannot complete "f": bad digit');
const OBJECT = { reason: "none" };

/** Fails, succeeds and fails again: a call must not see what the call before left in the area. */
const inTurn: Row["ask"] = (guest) => [
  failure(() => guest.passString("!", "f")),
  guest.passString("grüß dich", "f"),
  guest.passString("", "f"),
  failure(() => guest.passBytes(Uint8Array.of(33, 1), "f")),
  guest.passBytes(Uint8Array.of(1, 0), "f"),
  global(guest, "live"),
];

const results: Row[] = ([["a return area", AREA], ["four results", VALUES]] as const).flatMap((
  [what, form],
) => [
  {
    name: `a Result that is an error, in ${what}: the value is the importer's, by its number`,
    guest: bindgen("", HEAP_ERROR + form),
    ask: inTurn,
    gives: [
      [CODE, 132, undefined],
      "grüß dich",
      "",
      [CODE, 132, undefined],
      Uint8Array.of(1, 0),
      0,
    ],
  },
  ...([
    ["__wbindgen_externrefs", "the guest's table", ""],
    ["__wbindgen_export_1", "a table under another name", ""],
    [
      "__wbindgen_export_1",
      "a table beside one of functions",
      '(table (export "__wbindgen_export_0") 16 funcref)',
    ],
  ] as const).map(([table, where, more]): Row => ({
    name: `a Result that is an error, in ${what}: the value is in ${where}`,
    guest: bindgen(ERROR_NEW, tableError(table, more) + form),
    options: errorNew((text) => text),
    ask(guest) {
      const dropped = global(guest, "dropped");
      return [...inTurn(guest) as unknown[], global(guest, "dropped") - dropped];
    },
    gives: [
      [WORDS, undefined, "bad digit"],
      "grüß dich",
      "",
      [WORDS, undefined, "bad digit"],
      Uint8Array.of(1, 0),
      0,
      14,
    ],
  })),
  {
    name: `a Result that is an error, in ${what}: an Error is the cause, and its message is shown`,
    guest: bindgen(ERROR_NEW, tableError("__wbindgen_externrefs") + form),
    options: errorNew((text) => new RangeError(text)),
    ask(guest) {
      const [thrown, status, cause] = failure(() => guest.passString("!", "f")) as unknown[];
      return [thrown, status, `${cause}`, guest.state];
    },
    gives: [WORDS, undefined, "RangeError: bad digit", "ready"],
  },
  {
    name: `a Result that is an error, in ${what}: its message is a field, whole and unescaped`,
    guest: bindgen(ERROR_NEW, tableError("__wbindgen_externrefs") + form),
    options: errorNew((text) => `${text}\n\u202eand more`),
    ask(guest) {
      try {
        return guest.passString("!", "f");
      } catch (error) {
        const { message, guestMessage } = error as GuestError;
        return [message, guestMessage];
      }
    },
    gives: [
      'Cannot complete "f": bad digit\\n\\u202eand more',
      "bad digit\n\u202eand more",
    ],
    warmUp: 120,
  },
  {
    name: `a Result that is an error, in ${what}: any other value is shown`,
    guest: bindgen(ERROR_NEW, tableError("__wbindgen_externrefs") + form),
    options: errorNew(() => OBJECT),
    ask: (guest) => failure(() => guest.passString("!", "f")),
    gives: [
      new Thrown(
        "GuestError",
        "guest-error",
        'Cannot complete "f": the guest threw an object of class Object',
      ),
      undefined,
      OBJECT,
    ],
  },
]);

/** `fn f(text: &str) -> Result<T, JsValue>` of a core type, in an area or as results. */
const numbers = (type: string, what: "area" | "results") => {
  const size = /64/.test(type) ? 8 : 4;
  const value = `(${type}.const ${type.startsWith("f") ? "2.5" : "-2"})`;
  const bad = "(call $is_bad (local.get $at) (local.get $length))";
  const free = "(call $free (local.get $at) (local.get $length) (i32.const 1))";
  return bindgen(
    "",
    HEAP_ERROR + AREA.replace('(export "f")', "") +
      (what === "results"
        ? `(func (export "f") (param $at i32) (param $length i32) (result ${type} i32 i32)
          ${free}
          (if (result ${type} i32 i32) ${bad}
            (then (${type}.const 0) (call $error) (i32.const 1))
            (else ${value} (i32.const 0) (i32.const 0))))`
        : `(func (export "f") (param $area i32) (param $at i32) (param $length i32)
          ${free}
          (if ${bad}
            (then
              (i32.store offset=${size} (local.get $area) (call $error))
              (i32.store offset=${size + 4} (local.get $area) (i32.const 1)))
            (else (${type}.store (local.get $area) ${value}))))`),
  );
};

const numberRows: Row[] = (["area", "results"] as const).flatMap((what) =>
  ([
    ["i32", "i32", -2],
    ["u8", "i32", 254],
    ["bool", "i32", true],
    ["pointer", "i32", 0xfffffffe],
    ["i64", "i64", -2n],
    ["u64", "i64", 0xfffffffffffffffen],
    ["f32", "f32", 2.5],
    ["f64", "f64", 2.5],
  ] as const).map(([type, core, value]): Row => ({
    name: `a Result of ${type} that is an error, in ${what}`,
    guest: numbers(core, what),
    options: { symbols: { f: { parameters: ["string"], result: type } } },
    ask: (guest) => [
      failure(() => guest.symbols.f!("!")),
      guest.symbols.f!("x"),
      failure(() => guest.symbols.f!("!")),
    ],
    gives: [[CODE, 132, undefined], value, [CODE, 132, undefined]],
  }))
);

testRows(inBothForms([
  ...([["a return area", AREA], ["four results", VALUES]] as const).map(([what, form]): Row => ({
    name: `a Result is an error by its flag, in ${what}: the value's number can be 0`,
    guest: bindgen("", HEAP_ERROR.replace("132", "0") + form),
    ask: (guest) => failure(() => guest.passString("!", "f")),
    gives: [
      new Thrown("GuestError", "guest-error", `Cannot complete "f": the guest's code is 0`),
      0,
      undefined,
    ],
  })),
  ...results,
  ...numberRows,
  {
    name: "a Result of nothing that is an error, in two results",
    guest: bindgen(
      "",
      HEAP_ERROR + `
        (func (export "f") (param $at i32) (param $length i32) (result i32 i32)
          (call $free (local.get $at) (local.get $length) (i32.const 1))
          (if (result i32 i32) (call $is_bad (local.get $at) (local.get $length))
            (then (call $error) (i32.const 1))
            (else (i32.const 0) (i32.const 0))))`,
    ),
    options: { symbols: { f: { parameters: ["string"], result: "void" } } },
    ask: (guest) => [failure(() => guest.symbols.f!("!")), guest.symbols.f!("x")],
    gives: [[CODE, 132, undefined], undefined],
  },
  {
    name:
      "an export with one more number than declared is not taken for a Result of (), because it can be a method",
    guest: bindgen("", HEAP_ERROR + AREA),
    options: { symbols: { f: { parameters: ["string"], result: "void" } } },
    ask: () => "nothing was refused",
    gives: new Thrown(
      "LoadError",
      "symbols",
      'Cannot bind the declared symbols:\nsymbol "f": Cannot pass ("string") -> "void" to "f": ' +
        "it is (i32, i32, i32) -> (), expected (i32, i32) -> ()",
    ),
  },
  {
    name: "a text that cannot fail writes two words of the four",
    guest: bindgen("", HEAP_ERROR + AREA),
    ask: (guest) => [failure(() => guest.passString("!", "f")), guest.passString("!", "plain")],
    gives: [[CODE, 132, undefined], "!"],
  },
  {
    name: "an absent text is null if that is declared, and an error otherwise",
    guest: bindgen("", HEAP_ERROR + AREA),
    options: {
      symbols: {
        option: {
          parameters: ["string"],
          result: { type: "string", form: "areaBefore", nullable: true },
        },
      },
    },
    ask: (guest) => [guest.symbols.option!("x"), failure(() => guest.passString("x", "option"))],
    gives: [null, [
      new Thrown(
        "GuestError",
        "null-pointer",
        'Cannot lift the result of "option": the guest gave a null pointer, expected text',
      ),
      undefined,
      undefined,
    ]],
  },
  {
    name: "four results are a text and its error, even with an allocator of another name",
    guest: bindgen("", HEAP_ERROR + VALUES).replaceAll("__wbindgen_", "my_"),
    options: {
      convention: allocator({
        allocate: "my_malloc",
        free: "my_free",
        argumentsFreedBy: "guest",
        resultsFreedBy: "host",
      }),
    },
    ask: (guest) => [failure(() => guest.passString("!", "f")), guest.passString("a", "f")],
    gives: [[CODE, 132, undefined], "a"],
  },
]));
