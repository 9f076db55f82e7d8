// Random guests and declarations, made from a seed, each with the values that a comparison of both
// forms of a call needs.
import type {
  BlockSource,
  FreedBy,
  Parameter,
  Result,
  Status,
  SymbolDeclaration,
  Value,
} from "../../mod.ts";

/** A random number generator with a seed: xorshift32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** Returns a whole number below `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  /** Returns one of several; an item that is listed more than once is more likely. */
  of<T>(...items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** A guest in the text format and the declaration of its export `call`. */
export interface Made {
  readonly text: string;
  readonly declaration: SymbolDeclaration;
  /** The arguments of the calls; the first ones are valid. */
  readonly calls: readonly (readonly unknown[])[];
}

/** The `mode` of the guest in each of the following calls, which selects a fault; 0 is none. */
export const MODES = 13;

/** The mode in which the guest grows its memory. */
export const GROWS = 7;

/** The address of the buffer, or of the only block of the allocator. */
const AT = 4096;

/** The values to pass: the first of each kind is valid. */
export const BYTES: readonly unknown[] = [
  Uint8Array.of(1, 2, 3),
  new Uint8Array(),
  Uint8Array.of(0xff, 0, 1, 2, 3, 4, 5, 6, 7),
];
export const TEXTS: readonly unknown[] = [
  ...["abc", "", "Grüße", "a\0", "漢", "eleven text", "\ud800"],
  null,
];

type Encoding = "utf-8" | "utf-16" | "latin1";

/** All results of a call: their types, and the places of pointer and length. */
interface Form {
  readonly types: string;
  /** The export's result from \`$p\` and \`$n\`, a pointer and a length. */
  readonly code: string;
  readonly pointer: Value;
  readonly length: Extract<Result, { length?: unknown }>["length"];
  readonly usesArea?: boolean;
}

const LOOKUP = `(i32.store (i32.const 768) (local.get $p))
    (i32.store (i32.const 772) (local.get $n)) (i32.const 768)`;

function formsOf(inBlock: Value): readonly Form[] {
  const packed = (high: string, low: string) =>
    `(i64.or (i64.shl (i64.extend_i32_u (local.get ${high})) (i64.const 32))
      (i64.extend_i32_u (local.get ${low})))`;
  return [
    { types: "i32", code: "(local.get $n)", pointer: inBlock, length: "result" },
    { types: "i32", code: "(local.get $n)", pointer: { argument: 0 }, length: "result" },
    { types: "i32", code: "(local.get $n)", pointer: AT, length: "result" },
    { types: "i32", code: "(local.get $n)", pointer: inBlock, length: 3 },
    { types: "i32", code: "(local.get $n)", pointer: inBlock, length: "nul" },
    { types: "i32", code: "(local.get $p)", pointer: "result", length: "nul" },
    { types: "i32", code: "(local.get $p)", pointer: "result", length: 2 },
    { types: "i32", code: "(local.get $p)", pointer: "result", length: { prefix: "u8" } },
    {
      types: "i32",
      code: LOOKUP,
      pointer: { word: 0, at: "result" },
      length: { word: 1, at: "result" },
    },
    { types: "i32", code: LOOKUP, pointer: inBlock, length: { word: 1, at: "result" } },
    {
      types: "i32",
      code: LOOKUP,
      pointer: { word: 0, at: "result" },
      length: { load: "u16", at: "result", offset: 4 },
    },
    {
      types: "i64",
      code: packed("$p", "$n"),
      pointer: { high: "result" },
      length: { low: "result" },
    },
    {
      types: "i64",
      code: packed("$n", "$p"),
      pointer: { low: "result" },
      length: { high: "result" },
    },
    {
      types: "i32 i32",
      code: "(local.get $p) (local.get $n)",
      pointer: { result: 0 },
      length: { result: 1 },
    },
    {
      types: "i32 i32",
      code: "(local.get $p) (local.get $n)",
      pointer: inBlock,
      length: { result: 1 },
    },
    {
      types: "i32 i32 i32",
      code: "(local.get $p) (local.get $n) (local.get $flag)",
      pointer: { result: 0 },
      length: { result: 1 },
    },
    {
      types: "",
      code:
        "(i32.store (local.get $area) (local.get $p)) (i32.store offset=4 (local.get $area) (local.get $n))",
      pointer: { word: 0 },
      length: { word: 1 },
      usesArea: true,
    },
  ];
}

/** The ways to find the address of the buffer. */
const ADDRESSES: readonly string[] = [
  `(func (export "buffer") (result i32) (call $asked) (call $where))`,
  `(func (export "buffer") (result i32) (call $asked) (call $where))`,
  `(func (export "buffer") (result i64) (call $asked) (i64.extend_i32_u (call $where)))`,
  `(func (export "buffer") (param i32) (result i32) (call $asked) (call $where))`,
  `(global (export "buffer") i32 (i32.const ${AT}))`,
  `(global (export "buffer") (mut i64) (i64.const ${AT}))`,
];

/** The block sources, and the core arguments that an export gets with each. */
function makePlace(random: Random): { place: BlockSource; exports: string; inBlock: Value } {
  const capacity = random.of<number | undefined>(undefined, 8, 64, 64);
  switch (random.of("getter", "getter", "address", "allocator", "allocator", "stack")) {
    case "getter":
      return {
        place: { kind: "buffer", pointer: "buffer", ...(capacity && { capacity }) },
        exports: random.of(...ADDRESSES),
        inBlock: { export: "buffer" },
      };
    case "address":
      return {
        place: { kind: "buffer", pointer: AT, ...(capacity && { capacity }) },
        exports: "",
        inBlock: AT,
      };
    case "stack":
      return { place: { kind: "stack" }, exports: "", inBlock: { argument: 0 } };
    default: {
      const align = random.of("", "(param i32)");
      const free = random.of<string | undefined>("free", "free", undefined);
      const empty = random.of<"none" | "block">("block", "none");
      return {
        place: { kind: "allocator", allocate: "malloc", empty, ...(free && { free }) },
        exports: `(func (export "malloc") (param i32) ${align} (result i32)
          (call $asked) (call $where))`,
        inBlock: { argument: 0 },
      };
    }
  }
}

/** Makes a guest and a declaration for it, which need not fit. */
export function makeGuest(random: Random): Made {
  const content = random.of<"string" | "bytes">("string", "string", "bytes");
  const encoding: Encoding = random.of("utf-8", "utf-8", "utf-16", "latin1");
  const { place, exports, inBlock } = makePlace(random);
  const pass = random.of<("pointer" | "byteLength" | "codeUnits")[]>(
    ["pointer", "byteLength"],
    ["pointer", "byteLength"],
    ["pointer", "codeUnits"],
    ["byteLength"],
    ["pointer"],
    [],
  );
  const terminated = random.of<boolean | undefined>(undefined, undefined, true, false);
  const form = random.of(...formsOf(inBlock));
  const isFlagged = form.types === "i32 i32 i32";
  const freedBy = place.kind === "allocator"
    ? random.of<FreedBy>(
      "host",
      "guest",
      { call: "drop" },
      {
        call: { export: "drop", pass: ["result"] },
      },
    )
    : "guest";
  const status: Status | undefined = isFlagged
    ? { value: { result: 2 }, fails: "nonzero" }
    : random.of<Status | undefined>(undefined, undefined, { value: "result", fails: "negative" });
  const check = random.of(undefined, undefined, undefined, {
    value: random.of<Value>("result", { word: 0, at: "result" }),
    is: random.of(AT, 768, -1),
    what: "mark",
  });
  const unit = random.of<"bytes" | "codeUnits">("bytes", "bytes", "codeUnits");
  const parts = {
    nullable: random.of(false, false, true),
    freedBy,
    ...(content === "string" && { encoding, trailingNul: random.of("keep", "trim") }),
  } as const;
  const text = { pointer: form.pointer, length: form.length ?? "nul", unit };
  const result = {
    type: content,
    ...parts,
    ...(check === undefined ? text : { form: { text: { ...text, check } } }),
  } as Result;
  const parameter = {
    type: content,
    place,
    pass,
    nullable: random.of(false, false, false, true),
    ...(content === "string" && { encoding }),
    ...(terminated !== undefined && { terminated }),
    freedBy: random.of<FreedBy>("host", "guest"),
  } as Parameter;
  const coreArguments = pass.map((as) => ({ text: 0, as }));
  const declaration: SymbolDeclaration = {
    parameters: [parameter],
    result,
    arguments: form.usesArea ? [...coreArguments, { area: 0 }] : coreArguments,
    ...(status && { status }),
  };
  return {
    text: textOf(exports, pass, form),
    declaration,
    calls: (content === "bytes" ? BYTES : TEXTS).map((value) => [value]),
  };
}

function textOf(exports: string, pass: readonly string[], form: Form): string {
  const names: string[] = pass.map((as) => as === "pointer" ? "$at" : "$length");
  const parameters = [...names, ...(form.usesArea ? ["$area"] : [])]
    .map((name) => `(param ${name} i32)`);
  const locals = ["$at", "$length", "$p", "$n", "$flag"].filter((name) => !names.includes(name))
    .map((name) => `(local ${name} i32)`);
  const is = (mode: number) => `(i32.eq (global.get $mode) (i32.const ${mode}))`;
  const when = (mode: number, code: string) => `(if ${is(mode)} (then ${code}))`;
  return `(module
  (memory (export "memory") 1 4)
  (global $mode (mut i32) (i32.const 0))
  (global $at (mut i32) (i32.const ${AT}))
  (global $count (mut i32) (i32.const 0))
  (global $freed (mut i32) (i32.const 0))
  (global (export "__stack_pointer") (mut i32) (i32.const 60000))
  (func $asked (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func $where (result i32)
    ${when(10, "(return (i32.const 0))")}
    ${when(11, "(return (i32.const 65533))")}
    (global.get $at))
  (func (export "mode") (param i32)
    (global.set $mode (local.get 0))
    (global.set $at (i32.const ${AT}))
    (global.set $count (i32.const 0))
    (global.set $freed (i32.const 0)))
  (func (export "counted") (result i32)
    (i32.add (global.get $count) (i32.mul (global.get $freed) (i32.const 1000))))
  (func (export "free") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 1))))
  (func (export "drop") (param i32)
    (global.set $freed (i32.add (global.get $freed) (i32.const 100))))
  ${exports}
  (func (export "call") ${parameters.join(" ")} ${form.types && `(result ${form.types})`}
    ${locals.join(" ")}
    ${names.includes("$at") ? "" : `(local.set $at (i32.const ${AT}))`}
    ${names.includes("$length") ? "" : "(local.set $length (i32.const 3))"}
    (local.set $p (local.get $at))
    (local.set $n (local.get $length))
    ${when(1, "(local.set $n (i32.const -1))")}
    ${when(2, "(local.set $n (i32.const 0x7fffffff))")}
    ${when(3, "(local.set $p (i32.const 0))")}
    ${when(4, "(local.set $p (i32.const 65534))")}
    ${when(5, "(local.set $p (i32.const 0)) (local.set $n (i32.const 0))")}
    ${when(6, "(unreachable)")}
    ${when(GROWS, "(drop (memory.grow (i32.const 1)))")}
    ${when(8, "(i32.store (local.get $at) (i32.const 0x80ff80ff))")}
    ${when(9, "(local.set $n (i32.add (local.get $n) (i32.const 9)))")}
    ${when(12, "(local.set $flag (i32.const 5)) (global.set $at (i32.const 8192))")}
    ${form.code}))`;
}
