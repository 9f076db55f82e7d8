// Mistakes in the shape of a declaration of a symbol, which are found before any call.
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { cString, jsStrings, load, LoadError } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { convention, FORMS, GUEST, problemsOf, testDeclarations, text } from "./_declarations.ts";

testDeclarations([
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
  ["parameters that are not an array", { parameters: "i32", result: "i32" }, [
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
  ["numbers that are not counts", {
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
]);

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
