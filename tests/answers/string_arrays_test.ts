import { allocator, cString, type Guest, type StringsParameter } from "../../mod.ts";
import { type Row, testRows } from "./_rows.ts";

// Several texts as one argument: a guest that gets no lengths finds each end by a NUL.

/** A guest that returns the address of the array; its allocator never reuses memory. */
const GUEST = `(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (func (export "malloc") (param i32) (result i32)
    (global.get $next)
    (global.set $next
      (i32.and (i32.const -8) (i32.add (global.get $next) (i32.add (local.get 0) (i32.const 15))))))
  (func (export "free") (param i32))
  (func (export "array") (param i32) (result i32) (local.get 0))
  (func (export "counted") (param i32 i32) (result i32) (local.get 0))
  (func (export "measured") (param i32 i32 i32) (result i32) (local.get 0)))`;

const ENDED = "ab\0cde\0", MEASURED = "abcde";

/** How the texts are declared, the export that takes them, and how they lie one after another. */
const PASSED: [
  name: string,
  more: Partial<StringsParameter>,
  arguments_: boolean,
  texts: string,
][] = [
  ["array", { pass: ["pointer"] }, false, ENDED],
  ["counted", { pass: ["pointer", "count"] }, false, ENDED],
  ["counted", { pass: ["pointer", "lengths"] }, false, MEASURED],
  ["counted", { pass: ["pointer", "count"], layout: "pairs" }, false, MEASURED],
  ["counted", { pass: ["pointer", "count"], terminated: false }, false, MEASURED],
  ["counted", { layout: "pairs", terminated: true }, false, ENDED],
  ["counted", {}, true, ENDED],
  ["measured", {}, false, MEASURED],
];

const owned = { allocate: "malloc", free: "free" } as const;

testRows(
  PASSED.flatMap(([name, more, isArranged, texts]) =>
    [allocator(owned), cString(owned)].flatMap((convention) =>
      [0, 120].map((warmUp): Row => ({
        name: `${convention.name}, after ${warmUp} calls: texts as ${
          Deno.inspect(more)
        } to "${name}"`,
        guest: GUEST,
        options: {
          convention,
          symbols: {
            call: {
              name,
              parameters: [{ type: "strings", ...more }],
              result: "u32",
              ...(isArranged && {
                arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "count" }] as const,
              }),
            },
          },
        },
        ask(guest: Guest) {
          const { memory, symbols } = guest;
          const { call } = symbols as Record<string, (texts: string[]) => number>;
          const array = call!(["ab", "cde"]);
          return memory.readString(memory.read("u32", array), texts.length);
        },
        gives: texts,
        warmUp,
      }))
    )
  ),
);
