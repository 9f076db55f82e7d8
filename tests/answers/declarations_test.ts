import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  allocator,
  cString,
  jsStrings,
  load,
  LoadError,
  type LoadOptions,
  RESULT_FORMS,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";

// Mistakes in the declaration of a symbol, and their errors, which come before any call.

const GUEST = assemble(`(module
  (memory (export "memory") 2)
  (global (export "limit") i32 (i32.const 64))
  (global (export "share") f64 (f64.const 1))
  (global (export "reference") externref (ref.null extern))
  (global $next (mut i32) (i32.const 4096))
  (func (export "malloc") (param i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get 0))))
  (func (export "free") (param i32))
  (func (export "f") (param i32) (result i32) (local.get 0))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "nothing") (param i32 i32))
  (func (export "ratio") (result f64) (f64.const 0.5))
  (func (export "half") (param i32) (result f64) (f64.const 0.5))
  (func (export "size") (result i32) (i32.const 4))
  (func (export "two") (param i32) (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "update") (param f64))
  (func (export "init"))
  (func (export "begin") (param i32 i32))
  (func (export "none") (param i32))
  (func (export "several") (param i32) (result i32 i32) (i32.const 64) (i32.const 64))
  (func (export "wide") (param i32) (result i64) (i64.const 300))
  (func (export "final") (result i32) (i32.const 7)))`);

const convention = allocator({ allocate: "malloc", free: "free", result: "terminated" });

/** The names of the forms of results, as errors list them. */
const FORMS = Object.keys(RESULT_FORMS).map((name) => `"${name}"`).join(", ")
  .replace(/, ("\w+")$/, " or $1");

/** Returns the lines of the error for one symbol, without its name. */
async function problemsOf(declaration: unknown, options: LoadOptions = { convention }) {
  const symbols = { f: declaration } as unknown as LoadOptions["symbols"];
  const error = await assertRejects(() => load(GUEST, { ...options, symbols }), LoadError);
  assertStrictEquals(error.code, "symbols");
  assertStrictEquals(
    error.message,
    `Cannot bind the declared symbols:\n${error.problems.join("\n")}`,
  );
  return error.problems.map((line) => line.replace(/^symbol "f": /, ""));
}

/** The possible values of a fixed address. */
const ADDRESS = "an integer from -2147483648 to 9007199254740991";

const TYPES = '"i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64", "bool", ' +
  '"pointer", "string", "bytes", "externref"';

/** A type in the place of a parameter, and of a result. */
const WORDS: readonly [type: unknown, parameter: string, result: string][] = [
  ["strng", 'is "strng", did you mean "string"?', 'is "strng", did you mean "string"?'],
  ["i23", 'is "i23", did you mean "i32"?', 'is "i23", did you mean "i32"?'],
  ["buffer", 'is "buffer", did you mean "bytes"?', 'is "buffer", did you mean "bytes"?'],
  [
    "usize",
    'is "usize", did you mean "pointer" or "u32"?',
    'is "usize", did you mean "pointer" or "u32"?',
  ],
  [
    "isize",
    'is "isize", did you mean "pointer" or "u32"?',
    'is "isize", did you mean "pointer" or "u32"?',
  ],
  [
    "function",
    'is "function", expected an object: { type: "function", … }',
    'is "function", expected an object: { type: "function", … }',
  ],
  [
    "number",
    'is "number", did you mean "f64" or "i32"?',
    'is "number", did you mean "f64" or "i32"?',
  ],
  ["int", 'is "int", did you mean "i32"?', 'is "int", did you mean "i32"?'],
  ["float", 'is "float", did you mean "f32"?', 'is "float", did you mean "f32"?'],
  ["double", 'is "double", did you mean "f64"?', 'is "double", did you mean "f64"?'],
  ["boolean", 'is "boolean", did you mean "bool"?', 'is "boolean", did you mean "bool"?'],
  ["str", 'is "str", did you mean "string"?', 'is "str", did you mean "string"?'],
  ["text", 'is "text", did you mean "string"?', 'is "text", did you mean "string"?'],
  [
    "Uint8Array",
    'is "Uint8Array", did you mean "bytes"?',
    'is "Uint8Array", did you mean "bytes"?',
  ],
  ["uint8", 'is "uint8", did you mean "u8"?', 'is "uint8", did you mean "u8"?'],
  ["bigint", 'is "bigint", did you mean "i64"?', 'is "bigint", did you mean "i64"?'],
  [
    "undefined",
    `is "undefined", expected ${TYPES}, "array", "strings", "function", "struct", "list", "object", ` +
    '"objects", "reference", "out" or "inout"',
    'is "undefined", did you mean "void"?',
  ],
  [
    "record",
    'is "record", which only a result can be',
    'is "record", expected an object: { type: "record", … }',
  ],
  [
    "array",
    'is "array", expected an object: { type: "array", … }',
    'is "array", expected an object: { type: "array", … }',
  ],
  [
    "strings",
    'is "strings", expected an object: { type: "strings", … }',
    'is "strings", expected an object: { type: "strings", … }',
  ],
  [5, "is 5, expected a type", "is 5, expected a type"],
  [null, "is null, expected a type", "is null, expected a type"],
  [
    ["i32"],
    "is an object of class Array, expected a type",
    "is an object of class Array, expected a type",
  ],
];

for (const [type, parameter, result] of WORDS) {
  Deno.test(`a type that does not exist: ${Deno.inspect(type)}`, async () => {
    assertEquals(await problemsOf({ parameters: [type], result: "i32" }), [
      `parameters[0] ${parameter}`,
    ]);
    assertEquals(await problemsOf({ parameters: ["i32"], result: type }), [`result ${result}`]);
  });
}

const text = { type: "string", pointer: "result", length: "nul" };

const FUNCTIONS = 'The guest exports functions "malloc", "free", "f", "add", "nothing", "ratio", ' +
  '"half", "size", "two", "update", "init", "begin", "none", "several", "wide", "final"';
const NO_FREE = `Cannot find export "fre": did you mean "free"? ${FUNCTIONS}`;
const NO_OBJECTS = `Cannot find export "__new": ${FUNCTIONS}`;

/** Declarations, with all lines of their errors. */
const ROWS: readonly (readonly [
  name: string,
  declaration: unknown,
  problems: readonly string[],
])[] = [
  ["no object", 5, ["the declaration is 5, expected { parameters, result }"]],
  ["null", null, ["the declaration is null, expected { parameters, result }"]],
  ["nothing in it", {}, [
    'parameters is missing, expected an array of types such as ["string", "u32"]',
    "result is missing, expected a type",
  ]],
  ["params and returns", { params: ["i32"], returns: "i32" }, [
    'params is unknown, did you mean "parameters"?',
    'returns is unknown, did you mean "result"?',
  ]],
  ["a word of Deno.dlopen", {
    parameters: ["i32"],
    result: "i32",
    nonblocking: true,
    optional: true,
  }, [
    "nonblocking is unknown, expected none: guest code runs on the thread that calls it",
    "optional is unknown, expected none: every declared symbol must exist",
  ]],
  ["a struct of Deno.dlopen", { parameters: [{ struct: ["u32"] }], result: "i32" }, [
    'parameters[0].struct is unknown, expected a struct as "bytes", by its address as a "pointer", ' +
    'or as a result of the type "record"',
  ]],
  ["parameters that are no array", { parameters: "i32", result: "i32" }, [
    'parameters is "i32", expected an array of types such as ["string", "u32"]',
  ]],
  ["a parameter of nothing", { parameters: ["void"], result: "i32" }, [
    'parameters[0] is "void", which only a result can be, expected no parameter',
  ]],
  ["a list without its item", { parameters: [{ type: "list" }], result: "i32" }, [
    "parameters[0].item is missing, expected a type",
  ]],
  ["a number as an object", { parameters: [{ type: "u32" }], result: "i32" }, [
    'parameters[0].type is "u32", expected "u32" alone',
  ]],
  ["a number without its place", { parameters: ["i32"], result: { type: "u32" } }, [
    'result.value is missing, expected "result", a number or its place, such as { word: 0 }',
  ]],
  ["misspelt keys", {
    parameters: [{ type: "string", encodng: "utf-8", termnated: true }],
    result: { type: "string", pointer: "result", lenght: "nul", freedby: "host" },
    staus: { value: "result", fails: "zero" },
  }, [
    'staus is unknown, did you mean "status"?',
    'parameters[0].encodng is unknown, did you mean "encoding"?',
    'parameters[0].termnated is unknown, did you mean "terminated"?',
    'result.lenght is unknown, did you mean "length"?',
    'result.freedby is unknown, did you mean "freedBy"?',
  ]],
  ["words that are not known", {
    parameters: [{ type: "string", encoding: "utf8", place: { kind: "bufer", pointer: 0 } }],
    result: { ...text, unit: "bits", trailingNul: "drop", freedBy: "nobody" },
    status: { value: "result", fails: "never" },
  }, [
    'parameters[0].encoding is "utf8", did you mean "utf-8"?',
    'parameters[0].place.kind is "bufer", did you mean "buffer"?',
    'result.unit is "bits", did you mean "bytes"?',
    'result.freedBy is "nobody", expected "host" or "guest" or { call } or { calls }',
    'result.trailingNul is "drop", did you mean "trim"?',
    'status.fails is "never", expected "negative", "zero" or "nonzero" or { except }',
  ]],
  ["values of the wrong shape", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        misspelt: { type: "u32", value: { reslt: 0 } },
        two: { type: "u32", value: { low: "result", high: "result" } },
        empty: { type: "u32", value: {} },
        argument: { type: "string", pointer: { text: 0, as: "pointer" } },
        word: { type: "u32", value: "reslt" },
        alone: "u32",
      },
    },
  }, [
    'result.fields.misspelt.value.reslt is unknown, did you mean "result"?',
    'result.fields.two.value has "low" and "high", expected one of them',
    "result.fields.empty.value is {}, expected the place of a number, such as { word: 0 }",
    "result.fields.argument.pointer.text is unknown, expected { argument: 0 } for its address or " +
    "{ byteLengthOf: 0 } for its length",
    'result.fields.word.value is "reslt", did you mean "result"?',
    'result.fields.alone is "u32", expected an object: { type: "u32", … }',
  ]],
  ["forms without what makes them one", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        word: { type: "u32", value: { word: undefined, at: "result" } },
        load: { type: "u32", value: { load: undefined, at: "result", offset: 4 } },
        export: { type: "u32", value: { export: undefined } },
        sum: { type: "u32", value: { sum: undefined } },
        prefix: { type: "string", pointer: "result", length: { prefix: undefined } },
        end: { type: "string", pointer: "result", length: { end: undefined } },
      },
    },
    arguments: [{ parameter: undefined }, { text: undefined, as: "pointer" }],
  }, [
    "result.fields.word.value.word is missing, expected an integer, 0 or more",
    "result.fields.load.value.load is missing, expected a type",
    "result.fields.export.value.export is missing, expected the name of an export",
    "result.fields.sum.value.sum is missing, expected an array of numbers or their places",
    'result.fields.prefix.length.prefix is missing, expected "u8", "u16", "u32" or "u64"',
    "result.fields.end.length.end is missing, expected the place of a number",
    "arguments[0].parameter is missing, expected an integer, 0 or more",
    "arguments[1].text is missing, expected an integer, 0 or more",
  ]],
  ["core arguments of the wrong shape", {
    parameters: ["string"],
    result: "i32",
    arguments: [
      "area",
      "pointer",
      { argument: 0 },
      { text: 0 },
      { text: 0, as: "length" },
      "size",
      0.5,
    ],
  }, [
    'arguments[0] is "area", did you mean { area: 0 }?',
    'arguments[1] is "pointer", did you mean { text: 0, as: "pointer" }?',
    'arguments[2].argument is unknown, did you mean { text: 0, as: "pointer" }?',
    'arguments[3].as is missing, expected "pointer", "byteLength", "codeUnits", "count", "lengths", ' +
    '"packedPointerHigh" or "packedPointerLow"',
    'arguments[4].as is "length", did you mean "byteLength"?',
    'arguments[5] is "size", expected "output" or "capacity" or one such as { parameter: 0 }',
    "arguments[6] is 0.5, expected an integer",
  ]],
  ["numbers that are no counts", {
    parameters: ["i32"],
    result: {
      type: "list",
      item: { type: "u32", value: { load: "u32", at: "result" } },
      pointer: "result",
      count: { word: -1, at: "result" },
      stride: NaN,
    },
    output: { capacity: 1.5 },
    chunked: { parameter: -1, update: "update", final: "final" },
  }, [
    "result.count.word is -1, expected an integer, 0 or more",
    "result.stride is NaN, expected an integer, 0 or more",
    "output.capacity is 1.5, expected an integer, 0 or more",
    "chunked.parameter is -1, expected an integer, 0 or more",
  ]],
  ["a length that says nothing", { parameters: ["i32"], result: { type: "string", length: 4 } }, [
    'result.length has no effect alone, expected "pointer" beside it',
  ]],
  ["two places at once", { parameters: ["i32"], result: { ...text, form: "terminated" } }, [
    'result has "form" and "pointer", expected one of them',
  ]],
  ["another form", { parameters: ["i32"], result: { type: "string", form: "packed" } }, [
    `result.form is "packed", expected ${FORMS}`,
  ]],
  ["core arguments of other kinds", {
    parameters: ["u32", "string", { type: "externref" }.type],
    result: "i32",
    arguments: [
      { text: 0, as: "pointer" },
      { parameter: 1 },
      { parameter: 3 },
      { text: 1, as: "count" },
      "output",
      "capacity",
    ],
    area: [{ text: 5, as: "pointer" }],
  }, [
    'arguments[0] is { text: 0, as: "pointer" }, but parameter 0 is "u32", expected { parameter: 0 }',
    'arguments[1] is { parameter: 1 }, but parameter 1 is "string", expected { text: 1, as } for ' +
    "a core argument of it",
    "arguments[2] is { parameter: 3 }, expected 0 to 2",
    'arguments[3] is { text: 1, as: "count" }, but parameter 1 is "string", and only "strings" and lists have that',
    'arguments[4] is "output", expected "output" to be declared beside "arguments"',
    'arguments[5] is "capacity", expected "output" to be declared beside "arguments"',
    'area[0] is { text: 5, as: "pointer" }, expected 0 to 2',
  ]],
  ["indices of other kinds", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        length: { type: "u32", value: { byteLengthOf: 0 } },
        beyond: { type: "u32", value: { parameter: 1 } },
        argument: { type: "u32", value: { argument: 3 } },
        part: { type: "u32", value: { result: 1 } },
        area: { type: "u32", value: { word: 0 } },
        output: { type: "u32", value: "output" },
        index: { type: "i32", value: { indexIn: 0, of: "result" } },
      },
    },
  }, [
    'result.fields.length.value is { byteLengthOf: 0 }, but parameter 0 is "i32", expected ' +
    "{ parameter: 0 }, or text or bytes in memory",
    "result.fields.beyond.value is { parameter: 1 }, expected 0, the only parameter",
    "result.fields.argument.value is { argument: 3 }, expected 0, the only parameter",
    'result.fields.part.value is { result: 1 }, but the export returns one result, expected "result"',
    'result.fields.area.value is { word: 0 }, expected "at" beside it: the export gets no return area',
    'result.fields.output.value is "output", expected "output" to be declared',
    'result.fields.index.value is { indexIn: 0, of: "result" }, but parameter 0 is "i32", expected ' +
    "{ parameter: 0 }, or text or bytes in memory",
  ]],
  ["a text where a number is", {
    name: "add",
    parameters: ["string"],
    result: { type: "u32", value: { sum: [{ parameter: 0 }, 1] } },
  }, [
    "result.value.sum[0] is { parameter: 0 }, but parameter 0 is in memory, expected " +
    "{ argument: 0 } for its address or { byteLengthOf: 0 } for its length",
  ]],
  ["several results", {
    name: "two",
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        whole: { type: "u32", value: "result" },
        third: { type: "u32", value: { result: 2 } },
        second: { type: "u32", value: { result: 1 } },
      },
    },
  }, [
    'result.fields.whole.value is "result", but the export returns 2 results, expected { result: 0 } ' +
    "to { result: 1 }",
    "result.fields.third.value is { result: 2 }, but the export returns 2 results, expected 0 to 1",
  ]],
  ["a result of an export that returns none", {
    name: "nothing",
    parameters: ["i32", "i32"],
    result: "void",
    status: { value: "result", fails: "negative" },
  }, [
    'status.value is "result", but the export returns nothing, expected another value',
  ]],
  ["floating-point numbers as addresses", {
    name: "half",
    parameters: ["i32"],
    result: { type: "string", pointer: "result", length: { export: "ratio" } },
  }, [
    'result.pointer is "result", a floating-point number, expected an integer',
    'result.length is { export: "ratio" }, a floating-point number, expected an integer',
  ]],
  ["globals that hold no integer", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        text: { type: "string", pointer: "result", length: { export: "share" } },
        share: { type: "f64", value: { export: "share" } },
        count: { type: "u32", value: { export: "reference" } },
      },
    },
  }, [
    'result.fields.text.length is { export: "share" }, a floating-point number, expected an integer',
    'result.fields.count.value.export is "reference", a global of externref, expected one of a number',
  ]],
  ["fractions that an export would be given as integers", {
    parameters: ["i32", "f64"],
    arguments: [{ parameter: 0 }],
    result: "i32",
    status: {
      value: { call: "add", with: [1.5, { call: "add", with: [{ export: "ratio" }, 2] }] },
      fails: "zero",
      code: { call: "add", with: [{ parameter: 1 }, { export: "share" }] },
    },
  }, [
    "status.value.with[0] is 1.5, a floating-point number, expected an integer",
    'status.value.with[1].with[0] is { export: "ratio" }, a floating-point number, expected an integer',
    "status.code.with[0] is { parameter: 1 }, a floating-point number, expected an integer",
    'status.code.with[1] is { export: "share" }, a floating-point number, expected an integer',
  ]],
  ["numbers that no address can be", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        pointer: { type: "string", pointer: 2 ** 53, length: "nul" },
        at: { type: "u32", value: { word: 0, at: 1e300 } },
        end: { type: "string", pointer: 8, length: { end: -(2 ** 31) - 1 } },
      },
    },
  }, [
    `result.fields.pointer.pointer is 9007199254740992, expected ${ADDRESS}`,
    `result.fields.at.value.at is 1e+300, expected ${ADDRESS}`,
    `result.fields.end.length.end is -2147483649, expected ${ADDRESS}`,
  ]],
  ["numbers that a parameter would cut off", {
    name: "add",
    parameters: ["i32"],
    arguments: [{ parameter: 0 }, 2 ** 32],
    result: "i32",
  }, ["arguments[1] is 4294967296, expected an integer from -2147483648 to 4294967295"]],
  ["numbers that a word would cut off", {
    name: "begin",
    parameters: ["i32"],
    arguments: [{ area: 0 }, { parameter: 0 }],
    area: [1, -1, 2 ** 40],
    result: "void",
  }, [
    'Cannot put 1099511627776 into word 2 of the area of "begin": a word is an integer of 32 bits',
  ]],
  ["64 bits where 32 are taken", {
    name: "wide",
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        whole: { type: "u32", value: { call: "f", with: ["result"] } },
        loaded: { type: "u32", value: { call: "f", with: [{ load: "u64", at: 8 }] } },
        called: { type: "u32", value: { call: "f", with: [{ call: "wide", with: [1] }] } },
        half: { type: "u32", value: { call: "f", with: [{ low: "result" }] } },
      },
    },
  }, [
    'result.fields.whole.value.with[0] is "result", which is 64 bits wide, expected a number of ' +
    '32 bits, such as { low: "result" }',
    'result.fields.loaded.value.with[0] is { load: "u64", at: 8 }, which is 64 bits wide, expected ' +
    'a number of 32 bits, such as { low: { load: "u64", at: 8 } }',
    'result.fields.called.value.with[0] is { call: "wide", with: [1] }, which is 64 bits wide, ' +
    'expected a number of 32 bits, such as { low: { call: "wide", with: [1] } }',
  ]],
  ["64 bits that a freeing export does not take", {
    name: "wide",
    parameters: ["i32"],
    result: {
      type: "string",
      form: "packedPointerHigh",
      freedBy: { call: { export: "free", pass: ["result"] } },
    },
  }, ['Cannot call "free" to free: pass[0] is "result", which is i64, expected i32']],
  ...([
    [{ export: "none", pass: ["byteLength"] }, '"none" to allocate: it returns nothing'],
    [{ export: "half", pass: ["byteLength"] }, '"half" to allocate: it returns f64'],
    [{ export: "several", pass: ["byteLength"] }, '"several" to allocate: it returns i32, i32'],
  ] as const).map(([allocate, found]) =>
    [`an allocator of another type: ${allocate.export}`, {
      parameters: [{ type: "string", place: { kind: "allocator", allocate }, pass: ["pointer"] }],
      result: "i32",
    }, [`Cannot call ${found}, expected one integer`]] as const
  ),
  ["an allocator that is told what it gives", {
    parameters: [{
      type: "string",
      place: { kind: "allocator", allocate: { export: "malloc", pass: ["pointer"] } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'Cannot call "malloc" to allocate: pass[0] is "pointer", which there is only afterwards, ' +
    'expected "byteLength", "codeUnits", "align" or a number',
  ]],
  ["an allocator that is told what it does not take", {
    parameters: [{
      type: "string",
      place: { kind: "allocator", allocate: { export: "malloc", pass: [2 ** 40] } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'Cannot call "malloc" to allocate: pass[0] is 1099511627776, expected an integer from ' +
    "-2147483648 to 4294967295",
  ]],
  ["a freeing export that is not there", {
    parameters: ["i32"],
    result: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
  }, [NO_FREE]],
  ["freeing exports of the parts of a result", {
    parameters: ["i32"],
    result: {
      type: "record",
      fields: {
        text: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
      },
    },
  }, [NO_FREE]],
  ["a freeing export of the reason for a failure", {
    parameters: ["i32"],
    status: {
      value: "result",
      fails: "zero",
      message: { type: "string", pointer: "result", length: 2, freedBy: { call: "fre" } },
    },
    result: "void",
  }, [NO_FREE]],
  ["a freeing export of an output buffer", {
    parameters: [],
    arguments: ["output"],
    output: { capacity: 8, place: { kind: "allocator", allocate: "malloc", free: "fre" } },
    result: { type: "string", pointer: "output", length: "result" },
  }, [NO_FREE]],
  ["objects of a guest that has none", {
    parameters: [{ type: "bytes", place: { kind: "managedArray" } }],
    result: "i32",
  }, [NO_OBJECTS]],
  ["an object of a guest that has none", {
    parameters: ["i32"],
    result: { type: "bytes", pointer: "result", length: { object: "managed" } },
  }, [NO_OBJECTS]],
  ["exports that are not there", {
    parameters: ["i32"],
    result: {
      type: "string",
      call: "siz",
      pointer: { export: "limt" },
      length: { export: "sise" },
    },
    status: { value: { call: "ad", with: ["result", 1] }, fails: "zero" },
  }, [
    'result.call is "siz", which is no exported function, did you mean "size"?',
    'result.pointer.export is "limt", which is neither a function nor a global, did you mean "limit"?',
    'result.length.export is "sise", which is neither a function nor a global, did you mean "size"?',
    'status.value.call is "ad", which is no exported function, did you mean "add"?',
  ]],
  ["exports of another type", {
    parameters: ["i32"],
    result: {
      type: "string",
      call: "add",
      pointer: { export: "f" },
      length: { export: "nothing" },
    },
    status: { value: { call: "add", with: ["result"] }, fails: "zero" },
  }, [
    'result.call is "add", which is (i32, i32) -> i32, expected no parameter and a result',
    'result.pointer.export is "f", which is (i32) -> i32, expected no parameter and a number as its result',
    'result.length.export is "nothing", which is (i32, i32) -> (), expected no parameter and a number ' +
    "as its result",
    'status.value.call is "add", which is (i32, i32) -> i32, expected 1 number as parameters and one ' +
    "as its result",
  ]],
  ["places of exports of another type", {
    parameters: [{
      type: "bytes",
      place: { kind: "buffer", pointer: "f", capacity: { export: "add" } },
      pass: ["pointer"],
    }],
    result: "i32",
  }, [
    'parameters[0].place.pointer is "f", which is (i32) -> i32, expected no parameter and a number as ' +
    "its result",
    'parameters[0].place.capacity.export is "add", which is (i32, i32) -> i32, expected no parameter ' +
    "and a number as its result",
  ]],
  ["chunked of another type", {
    parameters: ["bytes"],
    result: "i32",
    chunked: { init: "init", update: "update", final: "final" },
  }, [
    'chunked.update is "update", which is (f64) -> (), expected (i32) -> ()',
  ]],
  ["chunked of exports that are not there", {
    parameters: ["bytes"],
    result: "i32",
    chunked: { init: "innit", update: "updat", final: "finale" },
  }, [
    'chunked.init is "innit", which is no exported function, did you mean "init"?',
    'chunked.update is "updat", which is no exported function, did you mean "update"?',
    'chunked.final is "finale", which is no exported function, did you mean "final"?',
  ]],
  ["chunked with arguments of another number", {
    parameters: ["bytes"],
    result: "i32",
    chunked: {
      init: { export: "begin", arguments: [1] },
      update: {
        export: "begin",
        arguments: [{ text: 0, as: "pointer" }, { text: 1, as: "byteLength" }],
      },
      final: "final",
    },
  }, [
    'chunked.update.arguments[1] is { text: 1, as: "byteLength" }, expected 0, the only parameter',
  ]],
];

/** A record that is a field of itself. */
function ring(): unknown {
  const record = { type: "record", fields: {} as Record<string, unknown> };
  record.fields.a = record;
  return { parameters: [], result: record };
}

Deno.test("a declaration that contains itself is refused", async () => {
  const problems = await problemsOf(ring());
  assertEquals(problems.map((line) => line.replace(/^result(?:\.fields\.a)+/, "")), [
    ".type is nested more than 64 levels deep, expected fewer",
    ".fields is nested more than 64 levels deep, expected fewer",
  ]);
});

for (const [name, declaration, problems] of ROWS) {
  Deno.test(`a wrong declaration of a symbol: ${name}`, async () => {
    assertEquals(await problemsOf(declaration), problems);
  });
}

Deno.test("the faults of all symbols are reported at once, with the exports that do not fit", async () => {
  const error = await assertRejects(
    () =>
      load(GUEST, {
        convention,
        symbols: {
          add: { parameters: ["i32", "i32"], result: "strng" as "string" },
          missing: { parameters: [], result: "void" },
          size: { parameters: ["u32"], result: "u32" },
          final: { parameters: [], result: "u32" },
        },
      }),
    LoadError,
  );
  assertEquals(error.problems, [
    'symbol "add": result is "strng", did you mean "string"?',
    'symbol "missing": Cannot find export "missing": The guest exports functions "malloc", "free", ' +
    '"f", "add", "nothing", "ratio", "half", "size", "two", "update", "init", "begin", "none", ' +
    '"several", "wide", "final"',
    'symbol "size": Cannot pass ("u32") -> "u32" to "size": it is () -> i32, expected (i32) -> i32',
  ]);
});

Deno.test("a JavaScript string can be a core argument, and is not in memory", async () => {
  const bytes = assemble(
    `(module (func (export "f") (param externref) (result i32) (i32.const 1)))`,
  );
  using guest = await load(bytes, {
    convention: jsStrings(),
    symbols: { f: { parameters: ["string"], result: "i32", arguments: [{ parameter: 0 }] } },
  });
  assertStrictEquals(guest.symbols.f("text"), 1);
  const error = await assertRejects(
    () =>
      load(bytes, {
        convention: jsStrings(),
        symbols: {
          f: { parameters: ["string"], result: "i32", arguments: [{ text: 0, as: "pointer" }] },
        },
      }),
    LoadError,
  );
  assertEquals(error.problems, [
    'symbol "f": arguments[0] is { text: 0, as: "pointer" }, but parameter 0 is "string", expected ' +
    "{ parameter: 0 }",
  ]);
});

Deno.test("__proto__ is a symbol like any other, or a prototype that is refused", async () => {
  const bytes = assemble(`(module (func (export "__proto__") (result i32) (i32.const 3)))`);
  const declaration = { parameters: [], result: "i32" } as const;
  using guest = await load(bytes, { symbols: { ["__proto__"]: declaration } });
  const found = Object.getOwnPropertyDescriptor(guest.symbols, "__proto__")?.value as () => number;
  assertStrictEquals(found(), 3);
  const { message } = await assertRejects(
    () =>
      load(bytes, { symbols: { __proto__: declaration } as unknown as { x: typeof declaration } }),
    TypeError,
  );
  assertStrictEquals(
    message,
    'Cannot load the guest: option symbols has "parameters" from a prototype, expected keys of its own',
  );
});

Deno.test("a declaration is read once, and not again when the guest is reset", async () => {
  const reads: PropertyKey[] = [];
  const watch = <T extends object>(value: T): T =>
    new Proxy(value, {
      get(target, key) {
        reads.push(key);
        return Reflect.get(target, key);
      },
    });
  const declaration = watch({ parameters: ["i32"], result: "i32" } as const);
  using guest = await load(GUEST, { symbols: { f: declaration } });
  guest.reset();
  assertStrictEquals(guest.symbols.f(4), 4);
  assertEquals(reads.filter((key) => key === "result" || key === "parameters"), [
    "parameters",
    "result",
  ]);
});

Deno.test("a custom convention refuses the parts of a declaration that it cannot use", async () => {
  const own = { name: "custom", lower: () => ({ args: [0] }), lift: () => "" };
  assertEquals(
    await problemsOf(
      { parameters: ["string"], result: "string", arguments: [0], output: { capacity: 1 } },
      { convention: own },
    ),
    [
      'arguments cannot be used: the convention "custom" lowers by itself',
      'output cannot be used: the convention "custom" lowers by itself',
    ],
  );
});

Deno.test("a convention is checked against the called export", async () => {
  using guest = await load(GUEST, {
    convention: cString({
      result: { results: ["p"], text: { pointer: { argument: 2 }, length: "nul" } },
    }),
  });
  let message = "";
  try {
    guest.passString("text", "f");
  } catch (error) {
    ({ message } = error as Error);
  }
  assertStrictEquals(
    message,
    'Cannot call "f": result.pointer is { argument: 2 }, expected 0, the only parameter',
  );
});
