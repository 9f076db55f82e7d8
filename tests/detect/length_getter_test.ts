import { assertEquals } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import { detectConvention } from "../../src/detect/detect.ts";
import { refine } from "../../src/detect/length_getter.ts";
import { Problem } from "../../src/base/errors.ts";
import { MAY_RETURN_LENGTH } from "../../src/presets/names.ts";
import { PRESETS } from "../../src/presets/list.ts";
import { evaluate } from "../conventions/_evaluate.ts";
import { assemble } from "../_wat.ts";

/** Returns the option of a module's convention, or the number of those that fit. */
function optionOf(fields: string): string | undefined {
  const info = readModule(assemble(`(module ${fields} (memory (export "memory") 1)
    (global $made (mut i32) (i32.const 0)))`));
  const found = detectConvention(info, PRESETS, refine);
  return found instanceof Problem ? found.parts.found : found?.convention.expression;
}

const BUFFER = '(func (export "get_buffer") (result i32) (i32.const 1024))';

const HEAP = `(func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))`;

const VOID = '(func (export "transform") (param i32) (global.set $made (local.get 0)))';

const getter = (name: string, body = "global.get $made") =>
  `(func (export "${name}") (result i32) (${body}))`;

const buffer = (result: string) => `staticBuffer({ pointer: "get_buffer", result: ${result} })`;

const inBuffer = buffer(
  '{ results: [], text: { pointer: { export: "get_buffer" }, length: { export: "output_len" } } }',
);

const OPTIONS: readonly [what: string, fields: string, option: string | undefined][] = [
  ["a function", BUFFER + VOID + getter("output_len"), inBuffer],
  ["a variable", BUFFER + VOID + '(export "output_len" (global $made))', inBuffer],
  [
    "a data symbol",
    `${BUFFER} ${VOID} (global (export "output_len") i32 (i32.const 2048))`,
    inBuffer.replace('{ export: "output_len" }', '{ word: 0, at: { export: "output_len" } }'),
  ],
  [
    "a constant of AssemblyScript",
    `(import "env" "abort" (func (param i32 i32 i32 i32))) ${BUFFER} ${VOID}
      (global (export "output_len") i32 (i32.const 32))`,
    inBuffer,
  ],
  [
    "a getter beside the data symbol that it reads",
    `${BUFFER} ${VOID} ${getter("get_output_len")}
      (global (export "output_len") i32 (i32.const 2048))`,
    inBuffer.replace('"output_len"', '"get_output_len"'),
  ],
  [
    "a result with two getters beside an allocator",
    `${HEAP} (func (export "run") (param i32 i32)) ${getter("get_result")}
      ${getter("get_result_len")}`,
    'allocator({ allocate: "alloc", free: "dealloc", result: { results: [], text: { pointer: ' +
    '{ export: "get_result" }, length: { export: "get_result_len" } } } })',
  ],
  [
    "a status beside two getters",
    `${HEAP} (func (export "run") (param i32 i32) (result i32) (i32.const 0))
      ${getter("result_ptr")} ${getter("result_len")}`,
    'allocator({ allocate: "alloc", free: "dealloc", result: { results: ["n"], text: { pointer: ' +
    '{ export: "result_ptr" }, length: { export: "result_len" } }, status: { value: "result", ' +
    'fails: "negative" } } })',
  ],
  ["two lengths", BUFFER + VOID + getter("output_len") + getter("wlen"), "2 conventions fit"],
  [
    "a capacity",
    BUFFER + VOID + getter("output_capacity"),
    'staticBuffer({ pointer: "get_buffer" })',
  ],
  [
    "a length of an error",
    BUFFER + VOID + getter("last_error_len"),
    'staticBuffer({ pointer: "get_buffer" })',
  ],
  [
    "a size in memory",
    BUFFER + VOID + getter("output_size", "i32.load (i32.const 16)"),
    inBuffer.replace('"output_len"', '"output_size"'),
  ],
  [
    "a constant size",
    BUFFER + VOID + getter("result_size", "i32.const 64"),
    'staticBuffer({ pointer: "get_buffer" })',
  ],
  [
    "no function that it could be of",
    `${HEAP} (func (export "f") (param f64)) ${getter("result_len")}`,
    'allocator({ allocate: "alloc", free: "dealloc" })',
  ],
];

for (const [what, fields, option] of OPTIONS) {
  Deno.test(`detection with ${what}: ${option}`, () => {
    assertEquals(optionOf(fields), option);
    // A printed option has to be valid.
    if (option?.endsWith(")")) assertEquals(evaluate(option).expression, option);
  });
}

Deno.test("rivals for one buffer keep the length of the result", () => {
  const info = readModule(assemble(`(module (memory (export "memory") 1)
    (global $made (mut i32) (i32.const 0)) ${BUFFER} ${VOID} ${getter("output_len")}
    (global (export "text_buffer") i32 (i32.const 2048)))`));
  const found = detectConvention(info, PRESETS, refine);
  if (found === undefined || found instanceof Problem) throw new Error("none is recognised");
  assertEquals(
    found.rivals?.map(({ convention }) => convention.results.map(({ text }) => text.length)),
    [[{ export: "output_len" }], [{ export: "output_len" }]],
  );
});

Deno.test("the code for getters of lengths is loaded for each name that it recognises", () => {
  const lengths = [
    "get_result_len",
    "outputLength",
    "RESPONSE_SIZE",
    "reply_len",
    "wlen",
    "rlen",
    "retlen",
    "bytes_written",
    "answer_length",
  ];
  assertEquals(lengths.filter((name) => !MAY_RETURN_LENGTH.test(name.toLowerCase())), []);
  const others = ["get_buffer_len", "capacity", "result", "malloc", "memory"];
  assertEquals(others.filter((name) => MAY_RETURN_LENGTH.test(name.toLowerCase())), []);
});
