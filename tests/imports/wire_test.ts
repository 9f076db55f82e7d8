import { GuestError, type Imports, load, LoadError } from "../../mod.ts";
import { loadErrorOf, missingAdvice } from "../_errors.ts";
import { guestBytes, guestUrl } from "../_guests.ts";
import { build, leb, section } from "../binary/_build.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";

/** Makes imports that satisfy `wat/imports_all_kinds`, with one part replaced. */
function allKinds(part: Record<string, unknown> = {}): { env: Record<string, unknown> } {
  return {
    env: {
      log() {},
      clock: () => 0,
      table: new WebAssembly.Table({ initial: 2, maximum: 8, element: "anyfunc" }),
      references: new WebAssembly.Table({ initial: 1, element: "externref" as "anyfunc" }),
      base: 1,
      pointer: new WebAssembly.Global({ value: "i32", mutable: true }, 0),
      big: 1n,
      ratio: 0.5,
      reference: null,
      error: makeTag(),
      ...part,
    },
  };
}

/** Makes a tag, which Deno's own declarations do not have. */
function makeTag(): unknown {
  const { Tag } = WebAssembly as unknown as {
    Tag: new (type: { parameters: string[] }) => unknown;
  };
  return new Tag({ parameters: ["i32"] });
}

Deno.test("all missing imports are reported at once, a line for each", async () => {
  const error = await loadErrorOf(() => load(guestUrl("wat/imports_all_kinds")));
  assertStrictEquals(error.code, "imports");
  const problems = [
    'import[0] "env.log" (i32, i32) -> (): missing',
    'import[1] "env.clock" (i64, f64) -> f32: missing',
    'import[2] "env.base" global i32: missing',
    'import[3] "env.pointer" global mut i32: missing',
    'import[4] "env.big" global i64: missing',
    'import[5] "env.ratio" global f64: missing',
    'import[6] "env.reference" global externref: missing',
    'import[7] "env.error" tag (i32) -> (): missing',
    'import[9] "env.table" table 2 to 8 funcref: missing',
    'import[10] "env.references" table 1 or more externref: missing',
  ];
  assertEquals(error.problems, problems);
  assertStrictEquals(
    error.message,
    [
      "Cannot satisfy the guest's imports:",
      ...problems,
      missingAdvice("{ env: { log: (...args) => console.log(args) } }"),
    ].join("\n"),
  );
});

Deno.test("all imports of a wrong kind are reported at once, with their kinds", async () => {
  const wrong = {
    log: 1,
    clock: {},
    table: [],
    references: null,
    memory: "memory",
    base: "5",
    pointer: 5,
    big: 5,
    ratio: 5n,
    error: null,
  };
  const error = await loadErrorOf(() =>
    load(guestUrl("wat/imports_all_kinds"), { imports: allKinds(wrong) })
  );
  assertEquals(error.problems, [
    'import[0] "env.log" (i32, i32) -> (): it is 1, expected a function',
    'import[1] "env.clock" (i64, f64) -> f32: it is an object of class Object, expected a function',
    'import[2] "env.base" global i32: it is "5", expected a number',
    'import[3] "env.pointer" global mut i32: it is 5, expected a WebAssembly.Global',
    'import[4] "env.big" global i64: it is 5, expected a bigint',
    'import[5] "env.ratio" global f64: it is 5n, expected a number',
    'import[7] "env.error" tag (i32) -> (): it is null, expected a WebAssembly.Tag',
    'import[8] "env.memory" memory 1 to 2: it is "memory", expected a WebAssembly.Memory',
    'import[9] "env.table" table 2 to 8 funcref: it is an object of class Array, ' +
    "expected a WebAssembly.Table",
    'import[10] "env.references" table 1 or more externref: it is null, ' +
    "expected a WebAssembly.Table",
  ]);
});

Deno.test("imports of every kind are accepted, and surplus ones are ignored", async () => {
  using guest = await load(guestUrl("wat/imports_all_kinds"), {
    imports: { ...allKinds({ unasked: 5 }), other: { log: "no function" } },
  });
  assertStrictEquals(guest.passString("x"), "x");
});

/** Wrong sizes that JavaScript can see. */
const SIZES: [guest: string, import_: string, part: unknown, problem: string][] = [
  [
    "wat/imports_all_kinds",
    "table",
    new WebAssembly.Table({ initial: 1, maximum: 8, element: "anyfunc" }),
    'import[9] "env.table" table 2 to 8 funcref: it has 1 elements, expected at least 2',
  ],
  [
    "wat/imports_all_kinds",
    "table",
    new WebAssembly.Table({ initial: 9, element: "anyfunc" }),
    'import[9] "env.table" table 2 to 8 funcref: it has 9 elements, expected at most 8',
  ],
  [
    "wat/imports_all_kinds",
    "memory",
    new WebAssembly.Memory({ initial: 0, maximum: 2 }),
    'import[8] "env.memory" memory 1 to 2: it has 0 pages, expected at least 1',
  ],
  [
    "wat/imports_all_kinds",
    "memory",
    new WebAssembly.Memory({ initial: 3 }),
    'import[8] "env.memory" memory 1 to 2: it has 3 pages, expected at most 2',
  ],
  [
    "wat/imports_all_kinds",
    "memory",
    new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }),
    'import[8] "env.memory" memory 1 to 2: it is shared, expected one that is not',
  ],
  [
    "c/memory_shared",
    "memory",
    new WebAssembly.Memory({ initial: 2, maximum: 4 }),
    'import[0] "env.memory" memory 2 to 4 shared: it is not shared, expected a shared one',
  ],
];

for (const [guest, name, value, problem] of SIZES) {
  Deno.test(`a size is reported: ${problem}`, async () => {
    const imports = allKinds({ [name]: value });
    const error = await loadErrorOf(() => load(guestUrl(guest), { imports }));
    assertEquals(error.problems, [problem]);
  });
}

/** Faults that only the engine sees. */
const LINK_ERRORS: [name: string, guest: string, part: Record<string, unknown>][] = [
  [
    "a function of another type",
    "wat/imports_all_kinds",
    { log: new WebAssembly.Instance(addModule()).exports.add },
  ],
  [
    "a memory that may grow beyond the maximum",
    "wat/imports_all_kinds",
    { memory: new WebAssembly.Memory({ initial: 1, maximum: 3 }) },
  ],
  [
    "a memory that may grow for ever",
    "wat/imports_all_kinds",
    { memory: new WebAssembly.Memory({ initial: 1 }) },
  ],
  [
    "a global that cannot change",
    "wat/imports_all_kinds",
    { pointer: new WebAssembly.Global({ value: "i32" }, 0) },
  ],
];

/** `add (i32, i32) -> i32` alone. */
function addModule(): WebAssembly.Module {
  return new WebAssembly.Module(
    build(
      section(1, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f),
      section(3, 1, 0),
      section(7, 1, "add", 0, 0),
      section(10, 1, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b),
    ),
  );
}

for (const [name, guest, part] of LINK_ERRORS) {
  Deno.test(`${name} is the engine's LinkError, wrapped`, async () => {
    const source = guestUrl(guest);
    const error = await loadErrorOf(() => load(source, { imports: allKinds(part) }));
    assertStrictEquals(error.code, "instantiation");
    assertInstanceOf(error.cause, WebAssembly.LinkError);
    assertStrictEquals(
      error.message,
      `Cannot instantiate "${source}": ${(error.cause as Error).message}`,
    );
    assertStrictEquals(error.source, source.href);
  });
}

Deno.test("an import can be inherited, but not from Object.prototype", async () => {
  class Host {
    log() {}
  }
  const bytes = build(
    section(1, 1, 0x60, 0, 0),
    section(2, 3, ["host", "log", 0, 0], ["host", "toString", 0, 0], ["host", "constructor", 0, 0]),
  );
  const imports = { host: new Host() } as unknown as Imports;
  const error = await loadErrorOf(() => load(bytes, { imports }));
  assertEquals(error.problems, ['import[1] "host.toString" () -> (): missing']);
});

Deno.test("names in a guest do not find properties of prototypes", async () => {
  const bytes = build(
    section(1, 1, 0x60, 0, 0),
    section(2, 3, ["__proto__", "polluted", 0, 0], ["toString", "polluted", 0, 0], [
      "env",
      "__proto__",
      0,
      0,
    ]),
  );
  using guest = await load(bytes, { missing: "trap" });
  assertStrictEquals(guest.state, "ready");
  assertStrictEquals("polluted" in {}, false);
  assertStrictEquals("polluted" in Object.prototype.toString, false);
});

Deno.test("a namespace that is undefined is empty, one that is not an object is refused", async () => {
  const attempt = (env: unknown) =>
    load(guestUrl("c/callbacks"), { imports: { env } as unknown as Imports });
  const error = await loadErrorOf(() => attempt(undefined));
  assertEquals(error.problems, [
    'import[0] "env.log" (i32, i32) -> (): missing',
    'import[1] "env.answer" (i32, i32) -> i64: missing',
    'import[2] "env.print" (i32) -> (): missing',
  ]);
  for (const [env, found] of [[null, "null"], [5, "5"], ["text", '"text"']]) {
    const { message } = await assertRejects(() => attempt(env), TypeError);
    assertStrictEquals(
      message,
      `Cannot load the guest: option imports.env is ${found}, expected an object of imports by name`,
    );
  }
});

Deno.test('missing: "trap" lets a guest run that never calls what is missing', async () => {
  using guest = await load(guestUrl("c/imports_twenty"), { missing: "trap" });
  assertStrictEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
});

Deno.test('missing: "trap" throws at the call, naming the import', async () => {
  const called: unknown[] = [];
  using guest = await load(guestUrl("c/imports_twenty"), {
    missing: "trap",
    imports: { env: { log: (...values: unknown[]) => called.push(...values) } },
  });
  assertStrictEquals(guest.passString("calla"), "callaWASM is cool!");
  assertStrictEquals(called[1], 4);
  const error = assertThrows(() => guest.passString("callb"), GuestError);
  assertStrictEquals(error.code, "missing-import");
  assertStrictEquals(
    error.message,
    'Cannot call import[1] "env.now" () -> f64: missing, expected a function in the option imports',
  );
});

Deno.test('missing: "trap" applies only to functions', async () => {
  const error = await loadErrorOf(() =>
    load(guestUrl("wat/imports_all_kinds"), { missing: "trap" })
  );
  assertEquals(error.problems.map((problem) => problem.split(" ")[1]), [
    '"env.base"',
    '"env.pointer"',
    '"env.big"',
    '"env.ratio"',
    '"env.reference"',
    '"env.error"',
    '"env.table"',
    '"env.references"',
  ]);
});

Deno.test("one guest's exports are another's imports", async () => {
  using first = await load(addModule());
  const bytes = build(
    section(1, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f),
    section(2, 1, "math", "add", 0, 0),
    section(7, 1, "sum", 0, 0),
  );
  using second = await load(bytes, { imports: { math: first.exports } });
  assertStrictEquals((second.exports.sum as CallableFunction)(2, 3), 5);
});

Deno.test("the memory that is imported has exactly the limits that the binary declares", async () => {
  const rows: [guest: string, pages: number, maximum: number | undefined][] = [
    ["c/passing_data", 256, 256],
    ["c/memory_2_to_10", 2, 10],
    ["c/memory_3_or_more", 3, undefined],
    ["c/memory_shared", 2, 4],
    ["c/memory_64", 2, 4],
  ];
  for (const [name, pages, maximum] of rows) {
    using guest = await load(guestUrl(name));
    assertStrictEquals(guest.memory.size, pages * 65536, name);
    assertStrictEquals(guest.memory.shared, name === "c/memory_shared", name);
    if (maximum === undefined) guest.memory.grow(100);
    else {
      guest.memory.grow(maximum - pages);
      assertThrows(() => guest.memory.grow(1), RangeError);
    }
  }
});

Deno.test("the caller's memory, or other limits, are accepted if they fit", async () => {
  const memory = new WebAssembly.Memory({ initial: 5, maximum: 7 });
  for (
    const options of [{ memory }, { imports: { env: { memory } } }, {
      imports: { env: { memory } },
      memory: { initial: 3 },
    }]
  ) {
    using guest = await load(guestUrl("c/memory_2_to_10"), options);
    assertStrictEquals(guest.memory.memory, memory);
    assertStrictEquals(guest.passString("x"), "xWASM is cool!");
  }
  using larger = await load(guestUrl("c/memory_2_to_10"), { memory: { initial: 4, maximum: 6 } });
  assertStrictEquals(larger.memory.size, 4 * 65536);
  larger.memory.grow(2);
  assertThrows(() => larger.memory.grow(1), RangeError);
  using large64 = await load(guestUrl("c/memory_64"), { memory: { initial: 3 } });
  assertStrictEquals(large64.memory.size, 3 * 65536);
});

const LIMITS: [memory: { initial?: number; maximum?: number }, problem: string][] = [
  [{ initial: 1 }, "it has 1 pages, expected at least 2"],
  [{ initial: 11 }, "it has 11 pages, expected at most 10"],
  [{ maximum: 11 }, "it may grow to 11 pages, expected at most 10"],
  [{ initial: 5, maximum: 4 }, "it has 5 pages, more than its maximum of 4"],
];

for (const [memory, problem] of LIMITS) {
  Deno.test(`memory: ${Deno.inspect(memory)} is refused`, async () => {
    const error = await loadErrorOf(() => load(guestUrl("c/memory_2_to_10"), { memory }));
    assertEquals(error.problems, [`import[0] "env.memory" memory 2 to 10: ${problem}`]);
  });
}

const NO_COUNTS: [memory: Record<string, unknown>, problem: string][] = [
  [{ initial: 2.5 }, "initial is 2.5"],
  [{ initial: -1 }, "initial is -1"],
  [{ maximum: NaN }, "maximum is NaN"],
  [{ initial: "3" }, 'initial is "3"'],
  [{ initial: null }, "initial is null"],
  [{ maximum: null }, "maximum is null"],
  [{ maximum: {} }, "maximum is an object of class Object"],
];

for (const [memory, problem] of NO_COUNTS) {
  Deno.test(`memory: ${Deno.inspect(memory)} is refused for any imports of the guest`, async () => {
    for (const name of ["c/memory_2_to_10", "c/passing_data_symbol"]) {
      const { message } = await assertRejects(() => load(guestUrl(name), { memory }), TypeError);
      assertStrictEquals(
        message,
        `Cannot load the guest: option memory.${problem}, expected an integer, 0 or more`,
      );
    }
  });
}

Deno.test("one memory is not used for two imports", async () => {
  const bytes = build(section(2, 2, ["env", "a", 2, 0, 1], ["env", "b", 2, 0, 1]));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const error = await loadErrorOf(() => load(bytes, { memory }));
  const problem = "the option memory could be meant for 2 imports, " +
    "expected each memory under imports";
  assertEquals(error.problems, [
    `import[0] "env.a" memory 1 or more: ${problem}`,
    `import[1] "env.b" memory 1 or more: ${problem}`,
  ]);
  using guest = await load(bytes, { memory, imports: { env: { b: memory } }, memoryName: "env.a" });
  assertStrictEquals(guest.memory.memory, memory);
});

Deno.test("limits with 64-bit addresses are shown with them", async () => {
  const bytes = build(section(2, 2, ["a", "b", 2, 4, 1], ["a", "c", 1, 0x70, 5, 1, 2]));
  const imports = { a: { b: 5 } };
  const error = await loadErrorOf(() => load(bytes, { imports }));
  assertEquals(error.problems, [
    'import[0] "a.b" memory i64 1 or more: it is 5, expected a WebAssembly.Memory',
    'import[1] "a.c" table i64 1 to 2 funcref: missing',
  ]);
});

Deno.test("a vector can only be given as a WebAssembly.Global", async () => {
  const bytes = build(section(2, 1, "a", "v", 3, 0x7b, 0));
  const error = await loadErrorOf(() => load(bytes, { imports: { a: { v: 5 } } }));
  assertEquals(error.problems, [
    'import[0] "a.v" global v128: it is 5, expected a WebAssembly.Global',
  ]);
});

Deno.test("only the kinds of a compiled module's imports are checked", async () => {
  const module = await WebAssembly.compile(await guestBytes("wat/imports_all_kinds"));
  const error = await loadErrorOf(() => load(module, { imports: { env: { base: 5 } } }));
  assertEquals(error.problems, [
    'import[0] "env.log" function: missing',
    'import[1] "env.clock" function: missing',
    'import[3] "env.pointer" global: missing',
    'import[4] "env.big" global: missing',
    'import[5] "env.ratio" global: missing',
    'import[6] "env.reference" global: missing',
    'import[7] "env.error" tag: missing',
    'import[8] "env.memory" memory: the limits of a compiled module\'s memory are unknown, ' +
    "expected the option memory: { initial, maximum }",
    'import[9] "env.table" table: missing',
    'import[10] "env.references" table: missing',
  ]);
  using guest = await load(module, { imports: allKinds(), memory: { initial: 1, maximum: 2 } });
  assertStrictEquals(guest.memory.size, 65536);
});

Deno.test("string builtins are the engine's, and missing if a module was compiled without them", async () => {
  const bytes = await guestBytes("wat/js_strings");
  using guest = await load(bytes);
  assertStrictEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
  const error = await loadErrorOf(async () => load(await WebAssembly.compile(bytes)));
  assertStrictEquals(error.problems[0], 'import[0] "wasm:js-string.concat" function: missing');
});

Deno.test("string constants are the engine's too, with or without the builtins", async () => {
  const bytes = build(
    section(2, 1, "'", "a constant", 3, 0x64, 0x6f, 0),
    section(7, 1, "text", 3, 0),
  );
  using guest = await load(bytes);
  assertStrictEquals((guest.exports.text as WebAssembly.Global).value, "a constant");
});

Deno.test("the error for imports of wasm-bindgen's JavaScript names it", async () => {
  const error = await loadErrorOf(() => load(guestUrl("c/bindgen_glue")));
  assertInstanceOf(error, LoadError);
  assertStrictEquals(
    error.message,
    [
      "Cannot satisfy the guest's imports:",
      'import[1] "wbg.__wbg_log_1d3ae0273d8f4f8a" (i32) -> (): missing',
      "It was made by wasm-bindgen to be used with the JavaScript that it wrote: import that instead",
    ].join("\n"),
  );
});

Deno.test("hundreds of imports are reported one by one", async () => {
  const count = 300;
  const items = Array.from({ length: count }, (_, index) => ["env", `f${index}`, 0, 0]);
  const bytes = build(section(1, 1, 0x60, 0, 0), section(2, leb(count), items));
  const error = await loadErrorOf(() => load(bytes));
  assertStrictEquals(error.problems.length, count);
  assert(error.problems[299] === 'import[299] "env.f299" () -> (): missing', error.problems[299]);
});
