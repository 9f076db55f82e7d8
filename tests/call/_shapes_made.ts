// Guests and declarations of other shapes, made at random: several arguments, numbers, records,
// lists.
import type {
  BlockSource,
  CoreArgument,
  FieldDeclaration,
  FreedBy,
  Length,
  NumericType,
  Output,
  Parameter,
  Result,
  Value,
} from "../../mod.ts";
import { BYTES, type Made, type Random, TEXTS } from "./_guests_made.ts";

/** A parameter, the core types of its arguments, and the values to pass; the first is valid. */
interface Argument {
  readonly parameter: Parameter;
  readonly types: readonly string[];
  readonly coreArguments: (index: number) => CoreArgument[];
  readonly values: readonly unknown[];
}

const WRONG: readonly unknown[] = [-1, 1.5, 2 ** 32, 1n, "1", null, undefined, NaN];

function numberOf(
  type: NumericType | "bool" | "pointer",
  core: string,
  values: unknown[],
): Argument {
  return {
    parameter: type,
    types: [core],
    coreArguments: (index) => [{ parameter: index }],
    values: [...values, ...WRONG],
  };
}

const NUMBERS: readonly Argument[] = [
  numberOf("i8", "i32", [1, -128, 127, 128]),
  numberOf("u8", "i32", [1, 255, 256]),
  numberOf("i16", "i32", [1, -32768, 32768]),
  numberOf("u16", "i32", [1, 65535, 65536]),
  numberOf("i32", "i32", [1, -(2 ** 31), 2 ** 31]),
  numberOf("u32", "i32", [1, 2 ** 32 - 1, -0]),
  numberOf("i64", "i64", [1n, -(2n ** 63n), 2n ** 63n]),
  numberOf("u64", "i64", [1n, 2n ** 64n - 1n, -1n]),
  numberOf("f32", "f32", [1, 0.1, Infinity]),
  numberOf("f64", "f64", [1, 0.1, -Infinity]),
  numberOf("bool", "i32", [true, false]),
  numberOf("pointer", "i32", [16, 2 ** 32 - 1, 16n, { pointer: 32 }]),
];

/** Makes a text, bytes or an array, in a block of its own allocator or in a buffer of its own. */
function makeData(random: Random): Argument {
  const content = random.of("string", "bytes", "array");
  const place = random.of<Extract<Parameter, { readonly place?: BlockSource }>>(
    { type: "bytes", place: { kind: "allocator", allocate: "malloc", free: "free" } },
    { type: "bytes", place: { kind: "allocator", allocate: "malloc" } },
    { type: "bytes", place: { kind: "buffer", pointer: "buffer", capacity: 16 } },
    { type: "bytes", place: { kind: "buffer", pointer: "other", capacity: 16 } },
  ).place!;
  const pass = random.of<("pointer" | "byteLength" | "codeUnits")[]>(
    ["pointer", "byteLength"],
    ["pointer", "codeUnits"],
    ["pointer"],
  );
  const more = { place, pass, nullable: random.of(false, false, true) } as const;
  return {
    parameter:
      (content === "array"
        ? { type: "array", element: "u16", ...more }
        : { type: content, ...more }) as Parameter,
    types: pass.map(() => "i32"),
    coreArguments: (index) => pass.map((as) => ({ text: index, as })),
    values: content === "string"
      ? TEXTS
      : content === "bytes"
      ? BYTES
      : [Uint16Array.of(1, 2), new Uint16Array(), new Uint8Array(2), null],
  };
}

const LOADS: readonly NumericType[] = [
  "u8",
  "i8",
  "u16",
  "i16",
  "u32",
  "i32",
  "i64",
  "u64",
  "f32",
  "f64",
];

function makeField(random: Random, depth: number): FieldDeclaration {
  if (depth > 0 && random.below(4) === 0) return makeRecord(random, depth - 1);
  if (random.below(3) === 0) return makeTextField(random);
  const load = random.of(...LOADS);
  const offset = random.below(40);
  return {
    type: random.of(load, load, load, "f64" as const),
    value: { load, at: random.of<Value>("result", "result", "result", 600), offset },
  } as FieldDeclaration;
}

/** Text, bytes or an array whose address is in the record: at 0 or at 8 for the usual result. */
function makeTextField(random: Random): FieldDeclaration {
  const type = random.of("string", "string", "bytes", "array");
  return {
    ...(type === "array" ? { type, element: "u16" } : { type }),
    pointer: random.of<Value>(
      { word: 0, at: "result" },
      { word: 0, at: "result" },
      { load: "u32", at: "result", offset: 8 },
      { load: "u32", at: "result", offset: 60 },
      "result",
    ),
    length: random.of<Length>(
      { word: 1, at: "result" },
      { load: "u8", at: "result", offset: 4 },
      { load: "i16", at: "result", offset: 4 },
      { word: 3, at: "result" },
      "nul",
      { prefix: "u8" },
      { prefix: "u16", offset: -2 },
      2,
    ),
    nullable: random.below(3) === 0,
    freedBy: random.of<FreedBy>("guest", "guest", "guest", { call: "free" }),
  } as FieldDeclaration;
}

function makeRecord(random: Random, depth = 1): FieldDeclaration & { type: "record" } {
  const fields: Record<string, FieldDeclaration> = {};
  for (let count = 1 + random.below(4); count > 0; count--) {
    fields[random.of("a", "b", "c", "__proto__", "d e")] = makeField(random, depth);
  }
  return { type: "record", fields, nullable: random.below(6) === 0 };
}

/** A result, the core types of the export's results, and the source code that returns them. */
function makeResult(random: Random): { result: Result; types: string; code: string } {
  const pointer = "(local.get $r)";
  switch (random.of("number", "number", "void", "record", "record", "list", "list", "found")) {
    case "void":
      return { result: "void", types: "", code: "" };
    case "number": {
      const [result, types, code] = random.of<[Result, string, string]>(
        ["i8", "i32", pointer],
        ["u8", "i32", pointer],
        ["u16", "i32", pointer],
        ["i32", "i32", pointer],
        ["u32", "i32", pointer],
        ["bool", "i32", pointer],
        ["pointer", "i32", pointer],
        ["i64", "i64", `(i64.extend_i32_s ${pointer})`],
        ["u64", "i64", `(i64.extend_i32_s ${pointer})`],
        ["f32", "f32", `(f32.convert_i32_s ${pointer})`],
        ["f64", "f64", `(f64.convert_i32_u ${pointer})`],
      );
      return { result, types, code };
    }
    case "found": {
      const value = random.of<Value>(
        { export: "buffer" },
        { export: "half" },
        { load: "u16", at: { export: "buffer" }, offset: 2 },
        { word: 1, at: "result" },
        { word: 0, at: { word: 0, at: "result" } },
        { product: ["result", 3] },
        { sum: ["result", { export: "buffer" }] },
        { difference: ["result", 7] },
        { call: "twice", with: ["result"] },
        600,
      );
      const type = random.of<NumericType>("u32", "i32", "f64", "u8");
      return { result: { type, value }, types: "i32", code: pointer };
    }
    case "record":
      return { result: makeRecord(random), types: "i32", code: pointer };
    default: {
      const item = random.of<FieldDeclaration>(
        makeRecord(random, 0),
        makeTextField(random),
        { type: "u16", value: { load: "u16", at: "result" } },
        { type: "f64", value: { load: "f64", at: "result", offset: 1 } },
      );
      const isWords = random.below(2) === 0;
      return {
        result: {
          type: "list",
          item,
          pointer: isWords ? { word: 0, at: "result" } : "result",
          count: isWords ? { word: 1, at: "result" } : random.below(4),
          stride: random.of(0, 1, 4, 8),
        } as Result,
        types: "i32",
        code: pointer,
      };
    }
  }
}

/** A result in a block that the call takes for it: an output buffer, or a return area. */
interface InBlock {
  readonly result: Result;
  readonly types: string;
  readonly code: string;
  readonly core: readonly string[];
  readonly coreArguments: readonly CoreArgument[];
  readonly output?: Output;
}

function makeBlock(random: Random): InBlock {
  const place = random.of<BlockSource>(
    { kind: "allocator", allocate: "malloc", free: "free" },
    { kind: "allocator", allocate: "malloc", free: "free", empty: "none" },
    { kind: "allocator", allocate: "malloc" },
    { kind: "stack" },
  );
  if (random.below(3) === 0) {
    return {
      result: { type: "i32", value: { word: 1 } },
      types: "",
      code: "(i32.store offset=4 (local.get $last) (local.get $r))",
      core: ["i32"],
      coreArguments: [{ area: 0 }],
    };
  }
  const type = random.of("string", "bytes");
  const length = random.of<Length>("result", "result", 2, "nul");
  return {
    result: { type, pointer: "output", length },
    types: "i32",
    code: `(i32.store16 (local.get $last) (i32.const 0x6261))
    (select (local.get $r) (i32.const 2) (i32.ne (local.get $r) (i32.const 512)))`,
    core: ["i32"],
    coreArguments: ["output"],
    output: { capacity: random.of<number>(8, 8, 2, 0), place },
  };
}

/** Makes a guest and a declaration with several arguments, or with a result that is not text. */
export function makeShapes(random: Random): Made {
  const parts = Array.from(
    { length: random.below(4) },
    () => random.below(3) === 0 ? makeData(random) : random.of(...NUMBERS),
  );
  const block = random.below(5) === 0 ? makeBlock(random) : undefined;
  const { result, types, code } = block ?? makeResult(random);
  const core = [...parts.flatMap((part) => part.types), ...block?.core ?? []];
  const last = core.length - 1;
  const when = (mode: number, code: string) =>
    `(if (i32.eq (global.get $mode) (i32.const ${mode})) (then ${code}))`;
  const returns = [0xffffffff, 0x7fffffff, 0, 65534, 1].map((value, index) =>
    when(index + 1, `(local.set $r (i32.const ${value}))`)
  );
  const text = `(module
  (memory (export "memory") 1 4)
  (global $mode (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  (global $freed (mut i32) (i32.const 0))
  (global $next (mut i32) (i32.const 4096))
  (global (export "__stack_pointer") (mut i32) (i32.const 60000))
  (func $asked (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "mode") (param i32)
    (global.set $mode (local.get 0))
    (global.set $next (i32.const 4096))
    (global.set $count (i32.const 0))
    (global.set $freed (i32.const 0)))
  (func (export "counted") (result i32)
    (i32.add (global.get $count) (i32.mul (global.get $freed) (i32.const 1000))))
  (func (export "malloc") (param i32) (result i32)
    (call $asked)
    ${when(10, "(return (i32.const 0))")}
    ${when(11, "(return (i32.const 4096))")}
    (global.set $next (i32.add (global.get $next) (i32.const 64)))
    (global.get $next))
  (func (export "free") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
  (func (export "buffer") (result i32) (call $asked) (i32.const 1024))
  (func (export "other") (result i32) (call $asked)
    (select (i32.const 1030) (i32.const 2048) (i32.eq (global.get $mode) (i32.const 12))))
  (func (export "half") (result f64) (call $asked) (f64.const 64.5))
  (func (export "twice") (param i32) (result i32) (call $asked)
    (i32.mul (local.get 0) (i32.const 2)))
  (func (export "call") ${core.map((type) => `(param ${type})`).join(" ")}
    ${types && `(result ${types})`} (local $r i32)
    (local.set $r (i32.const 512))
    (i32.store (i32.const 512) (i32.const 600))
    (i32.store (i32.const 516) (i32.const 3))
    (f64.store (i32.const 520) (f64.const 2.5))
    (i64.store (i32.const 600) (i64.const -3))
    (i64.store (i32.const 608) (i64.const 0x123456789))
    ${returns.join("\n    ")}
    ${when(6, "(unreachable)")}
    ${when(7, "(drop (memory.grow (i32.const 1)))")}
    ${when(8, "(i32.store (i32.const 516) (i32.const -1))")}
    ${when(9, "(i32.store (i32.const 512) (i32.const 65535))")}
    ${code.replaceAll("$last", `${last}`)}))`;
  const rows = Array.from(
    { length: 8 },
    (_, row) =>
      parts.map(({ values }) =>
        row === 0 || random.below(2) === 0 ? values[0] : random.of(...values)
      ),
  );
  return {
    text,
    declaration: {
      parameters: parts.map(({ parameter }) => parameter),
      result,
      arguments: [
        ...parts.flatMap(({ coreArguments }, index) => coreArguments(index)),
        ...block?.coreArguments ?? [],
      ],
      ...(block?.output && { output: block.output }),
    },
    calls: random.below(8) === 0 ? [...rows, [1, 2, 3, 4, 5]] : rows,
  };
}
