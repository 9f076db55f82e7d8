import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  allocator,
  assemblyScript,
  canonicalAbi,
  cString,
  type GuestLimits,
  type HostFunction,
  hostFunction,
  inPlace,
  jsStrings,
  load,
  LoadError,
  type LoadOptions,
  RESULT_FORMS,
  staticBuffer,
  wasmBindgen,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";

// Mistakes in options, and their errors, which come before the guest is made.

const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (func (export "size") (result i32) (i32.const 4)))`);

const declaration = { parameters: [], result: "i32" };
const log = () => {};

/** Options, with all lines of their errors. */
const ROWS: readonly [name: string, options: unknown, problems: readonly string[]][] = [
  ["null", null, ["the second argument is null, expected an object of options"]],
  ["text", "cString", ['the second argument is "cString", expected an object of options']],
  ["a convention", cString(), ["the second argument is a convention, expected { convention }"]],
  ["misspelt options", { simbols: {}, memoryname: "m", convension: cString() }, [
    'option simbols is unknown, did you mean "symbols"?',
    'option memoryname is unknown, did you mean "memoryName"?',
    'option convension is unknown, did you mean "convention"?',
  ]],
  ["another option", { threads: 4 }, [
    'option threads is unknown, expected "convention", "symbols", "memoryName", "onInvalid", ' +
    '"layout", "limits", "wasi", ' +
    '"imports", "memory", "missing", "componentShapes", "initialize", "integrity", "onProgress" or "signal"',
  ]],
  ["imports as the options", { env: { log } }, [
    "option env is unknown, expected imports: { env: … }",
  ]],
  ["parts of options as the options", {
    args: ["a"],
    env: { HOME: "/" },
    stdout: "capture",
    output: 5,
    maximum: 2,
  }, [
    "option args is unknown, expected wasi: { args: … }",
    "option env is unknown, expected wasi: { env: … }",
    "option stdout is unknown, expected wasi: { stdout: … }",
    "option output is unknown, expected limits: { output: … }",
    "option maximum is unknown, expected memory: { maximum: … }",
  ]],
  ["symbols as the options", { size: declaration }, [
    "option size is unknown, expected symbols: { size: … }",
  ]],
  ["values of another type", { missing: "stub", memoryName: 5, symbols: [declaration] }, [
    "option symbols is an object of class Array, expected an object of declarations by name",
    "option memoryName is 5, expected a string",
    'option missing is "stub", did you mean "trap"?',
  ]],
  ["options that are null", {
    convention: null,
    symbols: null,
    memoryName: null,
    wasi: null,
    imports: null,
    memory: null,
    missing: null,
  }, [
    "option convention is null, expected a convention such as cString()",
    "option symbols is null, expected an object of declarations by name",
    "option memoryName is null, expected a string",
    "option wasi is null, expected an object of grants",
    "option imports is null, expected an object such as { env: { … } } or a function",
    "option memory is null, expected a WebAssembly.Memory or { initial, maximum }",
    'option missing is null, expected "error", "trap" or "ignore"',
  ]],
  ["the name of a convention", { convention: "cString" }, [
    'option convention is "cString", expected a convention such as cString()',
  ]],
  ["a preset that is not called", { convention: cString }, [
    "option convention is a function, expected what it returns: cString(…)",
  ]],
  ["no convention at all", { convention: {} }, [
    "option convention is an object without a place, expected a convention such as cString()",
  ]],
  ["half of a custom convention", { convention: { lower: () => ({ args: [] }) } }, [
    "option convention.name is missing, expected what errors call it",
    "option convention.lift is missing, expected a function",
  ]],
  ["a convention with wrong parts", {
    convention: {
      ...cString(),
      encoding: "utf8",
      place: { kind: "alocator", allocate: "malloc" },
      results: [{ name: "custom", text: { pointer: "reslt", length: "nul" } }],
      terminated: true,
      status: { value: { word: -1 }, fails: "never" },
    },
  }, [
    'option convention.encoding is "utf8", did you mean "utf-8"?',
    'option convention.place.kind is "alocator", did you mean "allocator"?',
    'option convention.terminated is true, expected "always", "without length" or "never"',
    'option convention.results[0].text.pointer is "reslt", did you mean "result"?',
    "option convention.status.value.word is -1, expected an integer, 0 or more",
    'option convention.status.fails is "never", expected "negative", "zero" or "nonzero" or { except }',
  ]],
  ["grants", {
    wasi: {
      stdOut: "capture",
      args: "x",
      env: ["A=1"],
      preopens: "/",
      stdout: "show",
      stdin: 5,
      arg: [],
    },
  }, [
    'option wasi.stdOut is unknown, did you mean "stdout"?',
    'option wasi.arg is unknown, did you mean "args"?',
    'option wasi.args is "x", expected an array of strings',
    "option wasi.env is an object of class Array, expected an object of variables",
    `option wasi.preopens is "/", expected an object of directories by the guest's paths`,
    "option wasi.stdin is 5, expected a string, a Uint8Array, a function, an iterable or a stream",
    'option wasi.stdout is "show", expected "discard", "capture" or "inherit" or a function',
  ]],
  ["a directory that is granted by halves", {
    wasi: { preopens: { "/a": { path: 5, readonly: true }, "/b": { readOnly: true }, "/c": null } },
  }, [
    'option wasi.preopens["/a"].readonly is unknown, did you mean "readOnly"?',
    'option wasi.preopens["/a"].path is 5, expected a path or a file: URL',
    'option wasi.preopens["/b"].path is missing, expected a path or a file: URL',
    'option wasi.preopens["/c"] is null, expected a path, a file: URL, { path, readOnly } or an object of files',
  ]],
  ["folders in memory", {
    wasi: { preopens: { "/a": { "b.txt": "text", sub: { c: 5, d: new URL("file:///x") } } } },
  }, [
    'option wasi.preopens["/a"]["b.txt"] is "text", expected a Uint8Array or an object of files',
    'option wasi.preopens["/a"].sub.c is 5, expected a Uint8Array or an object of files',
    'option wasi.preopens["/a"].sub.d is an object of class URL, expected a Uint8Array or an ' +
    "object of files",
  ]],
  ["limits", { simbols: {}, limits: { outptu: 5, speed: 5, results: "1", output: null } }, [
    'option simbols is unknown, did you mean "symbols"?',
    'option limits.outptu is unknown, did you mean "output"?',
    'option limits.speed is unknown, expected "results", "output", "input", "fuel", "deadline", "files", "memory" or "tableElements"',
    'option limits.results is "1", expected a number of bytes',
    "option limits.output is null, expected a number of bytes",
  ]],
  ["one number as the limits", { limits: 5 }, [
    "option limits is 5, expected an object with results, output, input, fuel, deadline, files, memory or tableElements",
  ]],
  ["maps and promises, whose properties are not what they hold", {
    symbols: new Map([["size", declaration]]),
    wasi: { env: new Map([["A", "b"]]), preopens: new Map([["/", "."]]) },
    imports: { env: new Map([["log", log]]), other: Promise.resolve({ log }) },
    memory: Promise.resolve({ initial: 1 }),
  }, [
    "option symbols is an object of class Map, expected an object of declarations by name",
    "option wasi.env is an object of class Map, expected an object of variables",
    "option wasi.preopens is an object of class Map, expected an object of directories by the " +
    "guest's paths",
    "option imports.env is an object of class Map, expected an object of imports by name",
    "option imports.other is an object of class Promise, expected an object of imports by name",
    "option memory is an object of class Promise, expected { initial, maximum }",
  ]],
  ["all options in a map", new Map([["symbols", {}]]), [
    "the second argument is an object of class Map, expected an object of options",
  ]],
  ["all imports in a map", { imports: new Map([["env", { log }]]) }, [
    "option imports is an object of class Map, expected an object such as { env: { … } } or a function",
  ]],
  ["a function as an option, and WebAssembly's name of imports", { log, importObject: {} }, [
    "option log is unknown, expected imports: { …: { log } }",
    'option importObject is unknown, did you mean "imports"?',
  ]],
  ["a preset as a misspelt option", { convension: cString }, [
    'option convension is unknown, did you mean "convention"?',
  ]],
  ["a name that is too long to be shown", { ["x".repeat(100_000)]: 1, ["y\u202e"]: { log } }, [
    `option ["${"x".repeat(150)}…${
      "x".repeat(50)
    }"] is unknown, expected "convention", "symbols", ` +
    '"memoryName", "onInvalid", "layout", "limits", "wasi", "imports", "memory", "missing", "componentShapes", "initialize", "integrity", "onProgress" or "signal"',
    'option ["y\\u202e"] is unknown, expected imports: { "y\\u202e": … }',
  ]],
  ["limits of memory", { memory: { minimum: 1, max: 5, initial: -1 } }, [
    'option memory.minimum is unknown, did you mean "initial"?',
    'option memory.max is unknown, did you mean "maximum"?',
    "option memory.initial is -1, expected an integer, 0 or more",
  ]],
  [
    "symbols beside options",
    { simbols: {}, symbols: { size: { ...declaration, result: "int" } } },
    [
      'option simbols is unknown, did you mean "symbols"?',
      'symbol "size": result is "int", did you mean "i32"?',
    ],
  ],
  ["a getter that throws", {
    get missing() {
      throw new Error("not today");
    },
  }, ["option missing cannot be read: not today"]],
];

for (const [name, options, problems] of ROWS) {
  Deno.test(`wrong options: ${name}`, async () => {
    const { message } = await assertRejects(() => load(GUEST, options as LoadOptions), TypeError);
    const separator = problems.length === 1 ? " " : "\n";
    assertStrictEquals(message, `Cannot load the guest:${separator}${problems.join("\n")}`);
  });
}

Deno.test("wrong options are reported before the source is read", async () => {
  const options = { simbols: {} } as LoadOptions;
  await assertRejects(() => load("no/such.wasm", options), TypeError, "simbols is unknown");
  await assertRejects(() => load("no/such.wasm", { limits: { out: 1 } as GuestLimits }), TypeError);
});

const IMPORTING = assemble(`(module
  (import "env" "log" (func (param i32)))
  (import "env" "print" (func (param i32)))
  (import "other" "run" (func)))`);

Deno.test("the error for a missing import shows where else it was given", async () => {
  const problems = async (imports: unknown) => {
    const options = { imports } as unknown as LoadOptions;
    return (await assertRejects(() => load(IMPORTING, options), LoadError)).problems;
  };
  assertEquals(await problems({ log, env: { prnt: log }, env2: { run: log } }), [
    'import[0] "env.log" (i32) -> (): missing: "log" was given, at the wrong level, ' +
    "expected imports: { env: { log } }",
    'import[1] "env.print" (i32) -> (): missing: did you mean "prnt", which was given?',
    'import[2] "other.run" () -> (): missing: "run" was given in "env2", expected it in "other"',
  ]);
});

Deno.test("the error for a missing import shows one that was given too deep, under both names, or as undefined", async () => {
  const problems = async (imports: unknown) => {
    const options = { imports } as unknown as LoadOptions;
    return (await assertRejects(() => load(IMPORTING, options), LoadError)).problems
      .map((line) => line.replace(/^import\[\d\] "([\w.]+)" .*: missing/, "$1"));
  };
  const expected = "expected imports: { env: { log } }";
  for (
    const [imports, said] of [
      [{ imports: { env: { log } } }, `"log" was given in imports.imports.env, ${expected}`],
      [{ env: { default: { log } } }, `"log" was given in imports.env.default, ${expected}`],
      [{ "my env": { env: { log } } }, `"log" was given in imports["my env"].env, ${expected}`],
      [{ "env.log": log }, `"env.log" was given, ${expected}`],
      [{ env: { "env.log": log } }, `"env.log" was given, ${expected}`],
      [{ env: { log: undefined } }, '"log" was given, but it is undefined'],
      [{
        a: new Proxy({}, {
          ownKeys() {
            throw new Error("not today");
          },
        }),
      }, undefined],
      [{
        a: {
          get env() {
            throw new Error("not today");
          },
        },
      }, undefined],
    ] as const
  ) {
    assertEquals(await problems(imports), [
      `env.log${said === undefined ? "" : `: ${said}`}`,
      "env.print",
      "other.run",
    ]);
  }
});

/** The names of the forms of results, as errors list them. */
const FORMS = Object.keys(RESULT_FORMS).map((name) => `"${name}"`).join(", ")
  .replace(/, ("\w+")$/, " or $1");

/** Presets with wrong options, with all lines of their errors. */
const PRESETS: readonly [
  name: string,
  // deno-lint-ignore no-explicit-any
  make: (options: any) => unknown,
  told: unknown,
  problems: readonly string[],
][] = [
  ["cString", cString, { alocate: "malloc" }, [
    'option alocate is unknown, did you mean "allocate"?',
  ]],
  ["cString", cString, { allocate: 5, empty: "nothing", encoding: "utf8" }, [
    'option encoding is "utf8", did you mean "utf-8"?',
    "option allocate is 5, expected the name of an export or { export, pass }",
    'option empty is "nothing", expected "block" or "none"',
  ]],
  ["cString", cString, null, ["the options are null, expected an object"]],
  ["cString", cString, "malloc", ['the options are "malloc", expected an object']],
  ["allocator", allocator, {}, [
    "option allocate is missing, expected the name of an export or { export, pass }",
  ]],
  ["allocator", allocator, { allocate: "malloc", result: "packed", resultsFreedBy: "me" }, [
    'option resultsFreedBy is "me", expected "host" or "guest" or { call } or { calls }',
    `option result is "packed", expected ${FORMS} or { text }`,
  ]],
  ["staticBuffer", staticBuffer, { pointer: -1, capasity: 4 }, [
    'option capasity is unknown, did you mean "capacity"?',
    "option pointer is -1, expected the name of an export, an address or { layout }",
  ]],
  ["staticBuffer", staticBuffer, { pointer: "p", capacity: 1.5, trailingNul: "drop" }, [
    'option trailingNul is "drop", expected "keep" or "trim"',
    "option capacity is 1.5, expected a number of bytes or { export }",
  ]],
  ["inPlace", inPlace, { pointer: "reserv" }, [
    'option pointer is "reserv", did you mean "reserve"?',
    "option byteLength is missing, expected a number of bytes",
  ]],
  ["wasmBindgen", wasmBindgen, { malloc: "__wbindgen_export_0" }, [
    'option malloc is unknown, did you mean "allocate"?',
  ]],
  ["assemblyScript", assemblyScript, { runtime: "stub", bytes: "Uint8array", classIds: [5] }, [
    'option runtime is "stub", expected "arc"',
    'option bytes is "Uint8array", did you mean "Uint8Array"?',
    "option classIds is an object of class Array, expected class ids by name, such as { Float64Array: 5 }",
  ]],
  ["canonicalAbi", canonicalAbi, { encodng: "utf-16" }, [
    'option encodng is unknown, did you mean "encoding"?',
  ]],
  ["jsStrings", jsStrings, { terminated: "yes" }, [
    'option terminated is "yes", expected a boolean',
  ]],
];

for (const [name, make, told, problems] of PRESETS) {
  Deno.test(`${name}(${Deno.inspect(told)}) is refused at once`, () => {
    const { message } = assertThrows(() => make(told), TypeError);
    const separator = problems.length === 1 ? " " : "\n";
    assertStrictEquals(
      message,
      `Cannot make the convention ${name}():${separator}${problems.join("\n")}`,
    );
  });
}

/** Makes a host function from a declaration that the compiler would not accept. */
function makeHostFunction(declaration: unknown): HostFunction {
  return hostFunction(declaration as { parameters: []; result: "void" }, log);
}

/** Declarations of host functions, with all lines of their errors. */
const HOST_FUNCTIONS: readonly [declaration: unknown, problems: readonly string[]][] = [
  [null, ["the declaration is null, expected { parameters, result }"]],
  [{ params: ["i32"], returns: "void" }, [
    'params is unknown, did you mean "parameters"?',
    'returns is unknown, did you mean "result"?',
  ]],
  [{ parameters: ["buffer", { type: "strin" }, {}, 5], result: "int", async: 1 }, [
    'parameters[0] is "buffer", did you mean "bytes"?',
    'parameters[1] has the type "strin", did you mean "string"?',
    'parameters[2] has no type, expected { type } with "string", "bytes", "array", "struct", "variant", ' +
    '"list", "out", "inout", "object", "objects", "reference" or "function"',
    "parameters[3] is 5, expected a type",
    'result is "int", did you mean "i32"?',
    "async is 1, expected a boolean",
  ]],
  [{ parameters: "i32", result: { type: "u32" } }, [
    'parameters is "i32", expected an array of types',
    'result has the type "u32", expected "u32" alone',
  ]],
];

for (const [declaration, problems] of HOST_FUNCTIONS) {
  Deno.test(`hostFunction(${Deno.inspect(declaration)}) is refused at once`, () => {
    const { message } = assertThrows(() => makeHostFunction(declaration), TypeError);
    const separator = problems.length === 1 ? " " : "\n";
    assertStrictEquals(message, `Cannot make a host function:${separator}${problems.join("\n")}`);
  });
}

Deno.test("the parts of a host function's declaration are checked when the guest is loaded", async () => {
  const bytes = assemble(`(module (import "env" "log" (func (param i32 i32))))`);
  const rows: (readonly [declaration: unknown, problems: string])[] = [
    [
      { parameters: [{ type: "string", lenght: "nul", encoding: "utf8" }], result: "void" },
      'parameters[0].lenght is unknown, did you mean "length"?; ' +
      'parameters[0].encoding is "utf8", did you mean "utf-8"?',
    ],
    [
      {
        parameters: ["i32", "i32"],
        result: "void",
        arguments: [{ parameter: 0 }, { parameter: 2 }],
      },
      "arguments[1] is { parameter: 2 }, expected 0 to 1",
    ],
    [
      { parameters: ["string"], result: "void", arguments: [{ parameter: 0 }, "area"] },
      'arguments[1] is "area", did you mean { area: 0 }?',
    ],
    [
      {
        parameters: ["string"],
        result: "void",
        arguments: [{ parameter: 0 }, { text: 1, as: "pointer" }],
      },
      'arguments[0] is { parameter: 0 }, but parameter 0 is "string", expected { text: 0, as } for a ' +
      'core argument of it; arguments[1] is { text: 1, as: "pointer" }, expected 0, the only parameter',
    ],
    [
      { parameters: ["i32", "i32"], result: { type: "string", unit: "words" } },
      'result.unit is "words", expected "bytes" or "codeUnits"',
    ],
    ...([
      [{ parameter: 1 }, "", "{ parameter: 1 }"],
      [{ result: 1 }, "", "{ result: 1 }"],
      ["result", "", '"result"'],
      ["output", "", '"output"'],
      [{ byteLengthOf: 0 }, "", "{ byteLengthOf: 0 }"],
      [{ argument: 2 }, "", "{ argument: 2 }"],
      [{ end: { sum: [80, { parameter: 1 }] } }, ".end.sum[1]", "{ parameter: 1 }"],
      [{ load: "u8", at: { argument: 0 } }, ".at", "{ argument: 0 }"],
      [{ load: "u8", at: { difference: ["result", 1] } }, ".at.difference[0]", '"result"'],
    ] as const).map(([length, at, found]) =>
      [
        { parameters: [{ type: "string", pass: ["pointer"], length }, "i32"], result: "void" },
        `parameters[0].length${at} is ${found}, which is not known when argument 0 is read, ` +
        'expected pass: ["pointer", "byteLength"] if the guest passes the length, or a place in ' +
        "memory, an export or a fixed number",
      ] as const
    ),
    [
      {
        parameters: [{ type: "string", pass: ["pointer"], length: { word: 0 } }, "i32"],
        result: "void",
      },
      'parameters[0].length is { word: 0 }, expected "at" beside it: a host function is given no ' +
      "return area",
    ],
  ];
  for (const [declaration, problems] of rows) {
    const imports = { env: { log: makeHostFunction(declaration) } };
    const error = await assertRejects(() => load(bytes, { imports }), LoadError);
    assertEquals(error.problems, [
      'import[0] "env.log" (i32, i32) -> (): Cannot bind the host function to import "env.log": ' +
      problems,
    ]);
  }
});

Deno.test("the length of a host function's text can lie before it, and a text can end elsewhere", async () => {
  const bytes = assemble(`(module
    (import "env" "tell" (func $tell (param i32 i32)))
    (memory (export "memory") 1)
    (global (export "end") i32 (i32.const 70))
    (data (i32.const 64) "\\03abcdef")
    (func (export "run") (call $tell (i32.const 65) (i32.const 68))))`);
  const heard: unknown[] = [];
  const text = { type: "string", pass: ["pointer"] } as const;
  const first = { ...text, length: { prefix: "u8", offset: -1 } } as const;
  const second = { ...text, length: { end: { sum: [{ export: "end" }, 1] } } } as const;
  using guest = await load(bytes, {
    imports: {
      env: {
        tell: hostFunction({ parameters: [first, second], result: "void" }, (...texts) => {
          heard.push(...texts);
        }),
      },
    },
  });
  for (let times = 0; times < 120; times++) (guest.exports.run as () => void)();
  assertEquals([heard.length, ...heard.slice(-2)], [240, "abc", "def"]);
});
