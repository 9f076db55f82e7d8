import { assertEquals, assertThrows } from "@std/assert";
import { hostFunction, load, type SymbolDeclaration, type SymbolDeclarations } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

// The bindings that AssemblyScript's own compiler makes are the oracle: the same guest is called
// through both, and the expected value is what its bindings return.

const source = await Deno.readTextFile(
  new URL("../../testdata/assemblyscript/bindings.as", import.meta.url),
);

// deno-lint-ignore no-explicit-any -- the bindings have no types here
type Bindings = Record<string, any>;

const host = {
  text: (text: string, number: bigint) => `${text}${number}`,
  point: (at: { x: number; y: number }, by: readonly number[]) => ({
    x: at.x + by[0]!,
    y: at.y + by[1]!,
  }),
  node: (node: unknown) => node,
  buf: (bytes: ArrayBuffer) => Array.from(new Uint8Array(bytes), (byte) => byte !== 0),
  ext: (value: unknown) => value,
};

/** Instantiates the guest with the bindings of its compiler. */
async function instantiate(): Promise<Bindings> {
  const { default: asc } = await import("npm:assemblyscript@0.28.20/asc");
  const files = new Map<string, string | Uint8Array>();
  const flags = ["--optimize", "--exportRuntime", "--enable", "reference-types"];
  const { error } = await asc.main(
    ["guest.ts", "-o", "guest.wasm", "--bindings", "raw", ...flags],
    {
      readFile: (name) => name === "guest.ts" ? source : null,
      writeFile: (name, contents) => void files.set(name, contents),
      listFiles: () => null,
    },
  );
  if (error !== null) throw error;
  const bindings = await import(
    `data:text/javascript,${encodeURIComponent(files.get("guest.js") as string)}`
  );
  const module = await WebAssembly.compile(files.get("guest.wasm") as Uint8Array<ArrayBuffer>);
  return bindings.instantiate(module, { host });
}

const theirs = await instantiate();

const bytes = await guestBytes("assemblyscript/bindings");

const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;
const node = {
  type: "object",
  class: "Node",
  fields: { value: "i32", next: { type: "object", class: "Node", nullable: true } },
} as const;
const tree = {
  type: "object",
  class: "Tree",
  fields: {
    name: "string",
    children: { type: "objects", item: { type: "object", class: "Tree" }, class: "Array<Tree>" },
  },
} as const;
const odd = {
  type: "object",
  class: "Odd",
  nullable: true,
  fields: {
    even: {
      type: "object",
      class: "Even",
      nullable: true,
      fields: { odd: { type: "object", class: "Odd", nullable: true }, m: "i64" },
    },
    n: "i32",
  },
} as const;
const numbers = {
  type: "object",
  class: "Numbers",
  fields: {
    a: "i8",
    b: "u16",
    c: "i64",
    d: "u64",
    e: "f32",
    f: "bool",
    g: "i32",
    h: "u32",
    i: "i32",
    j: "u32",
  },
} as const;
const rows = {
  type: "objects",
  item: { type: "objects", item: "i32" },
  class: "Array<Array<i32>>",
} as const;
const nullableStrings = {
  type: "objects",
  item: { type: "string", nullable: true },
  class: "Array<string|null>",
} as const;
const counter = { type: "reference", class: "Counter", nullable: true } as const;
const bag = {
  type: "object",
  class: "Bag",
  fields: {
    buffer: { type: "bytes", class: "ArrayBuffer" },
    clamped: { type: "bytes", class: "Uint8ClampedArray" },
    bytes: { type: "bytes", class: "Uint8Array" },
    flags: { type: "objects", item: "bool" },
    longs: { type: "objects", item: "i64" },
    text: { type: "string", nullable: true },
    fixed: { type: "objects", item: "f32" },
    points: { type: "objects", item: point },
    rows,
    names: nullableStrings,
    counter,
    when: { type: "reference", nullable: true },
    map: { type: "reference", nullable: true },
  },
} as const;

/** A function of the guest that returns its argument, which is passed and returned as one type. */
type Feature = readonly [name: string, type: unknown, ...values: unknown[]];

const strings = { type: "objects", item: "string", class: "Array<string>" } as const;

const FEATURES: readonly Feature[] = [
  ["not", "bool", true, false],
  ["i8Back", "i8", -128, 127],
  ["u8Back", "u8", 255],
  ["i16Back", "i16", -32768],
  ["u16Back", "u16", 65535],
  ["i32Back", "i32", -2147483648],
  ["u32Back", "u32", 4294967295],
  ["i64Back", "i64", -(2n ** 63n)],
  ["u64Back", "u64", 2n ** 64n - 1n],
  ["isizeBack", "i32", -1],
  ["usizeBack", "u32", 4294967295],
  ["f32Back", "f32", 0.1, NaN],
  ["f64Back", "f64", 0.1, -0],
  ["str", "string", "", "Ada", "🚀", "\ud83d", "a\0b"],
  ["strOrNull", { type: "string", nullable: true }, null, "", "text"],
  ["i8a", { type: "array", element: "i8", class: "Int8Array" }, Int8Array.of(-1)],
  ["u8a", { type: "bytes", class: "Uint8Array" }, Uint8Array.of(), Uint8Array.of(0, 255)],
  ["i16a", { type: "array", element: "i16", class: "Int16Array" }, Int16Array.of(-1)],
  ["u16a", { type: "array", element: "u16", class: "Uint16Array" }, Uint16Array.of(1)],
  ["i32a", { type: "array", element: "i32", class: "Int32Array" }, Int32Array.of(-1)],
  ["u32a", { type: "array", element: "u32", class: "Uint32Array" }, Uint32Array.of(1)],
  ["i64a", { type: "array", element: "i64", class: "Int64Array" }, BigInt64Array.of(-1n)],
  ["u64a", { type: "array", element: "u64", class: "Uint64Array" }, BigUint64Array.of(1n)],
  ["f32a", { type: "array", element: "f32", class: "Float32Array" }, Float32Array.of(0.1)],
  ["f64a", { type: "array", element: "f64", class: "Float64Array" }, Float64Array.of(0.1)],
  ["i32s", { type: "objects", item: "i32" }, [], [1, -2]],
  ["f64s", { type: "objects", item: "f64" }, [0.1, NaN, -0]],
  ["bools", { type: "objects", item: "bool", class: "Array<bool>" }, [], [true, false]],
  ["i64s", { type: "objects", item: "i64" }, [1n, -1n]],
  ["i32s", { type: "objects", class: "Array<i32>" }, [1, -2]],
  ["i64s", { type: "objects", class: "Array<i64>" }, [1n, -1n]],
  ["arrOrNull", { type: "objects", item: "i32", nullable: true }, null, [1]],
  ["strings", strings, [], ["", "🚀"]],
  ["nullStrings", nullableStrings, ["a", null]],
  ["rows", rows, [[], [1, 2]]],
  ["points", { type: "objects", item: point }, [{ x: 1, y: 2 }]],
  ["views", { type: "objects", item: { type: "bytes", class: "Uint8Array" } }, [Uint8Array.of(1)]],
  ["staticF32", { type: "objects", item: "f32" }, [0.5, 0.1]],
  ["staticStr", { ...strings, class: "StaticArray<string>" }, ["a", "b"]],
  ["staticBool", { type: "objects", item: "bool", class: "StaticArray<bool>" }, [true, false]],
  ["point", point, { x: 0.1, y: -0 }],
  ["pointOrNull", { ...point, nullable: true }, null, { x: 1, y: 2 }],
  ["nums", numbers, {
    a: -1,
    b: 65535,
    c: -1n,
    d: 2n ** 64n - 1n,
    e: 0.1,
    f: true,
    g: -1,
    h: 4294967295,
    i: -1,
    j: 4294967295,
  }],
  ["node", node, { value: 1, next: null }, {
    value: 1,
    next: { value: 2, next: { value: 3, next: null } },
  }],
  ["tree", tree, {
    name: "a",
    children: [{ name: "b", children: [] }, { name: "", children: [] }],
  }],
  ["odd", odd, null, { even: { odd: { even: null, n: 1 }, m: 2n }, n: 3 }],
  ["ext", "externref", { a: 1 }, null, "text"],
  ["color", "i32", 5],
];

for (const [name, type, ...values] of FEATURES) {
  const symbols = { [name]: { parameters: [type], result: type } } as SymbolDeclarations;
  Deno.test(`${name} has the same result as the bindings for ${JSON.stringify(type)}`, async () => {
    using guest = await load(bytes, { symbols, imports: { host } });
    const ours = guest.symbols[name] as (value: unknown) => unknown;
    for (const value of values) {
      assertEquals(ours(value), theirs[name](value));
      assertEquals(ours(value), theirs[name](value)); // what the first call made may be gone
    }
  });
}

/** Loads the guest with one symbol. */
async function one(name: string, declaration: unknown) {
  const symbols = { [name]: declaration as SymbolDeclaration };
  return await load(bytes, { symbols, imports: { host } });
}

interface BytesType {
  readonly as: string;
  readonly class: string;
  readonly nullable?: boolean;
}

const NULLABLE = { class: "ArrayBuffer", as: "ArrayBuffer", nullable: true };

/** Functions that return the bytes that they get, and the results of the bindings. */
const BYTES: readonly (readonly [name: string, type: BytesType, value: unknown])[] = [
  ["buffer", { class: "ArrayBuffer", as: "ArrayBuffer" }, Uint8Array.of(1, 2, 3).buffer],
  ["bufferOrNull", NULLABLE, null],
  ["bufferOrNull", NULLABLE, new ArrayBuffer(0)],
  [
    "u8c",
    { class: "Uint8ClampedArray", as: "Uint8ClampedArray" },
    Uint8ClampedArray.of(0, 255).subarray(1),
  ],
];

Deno.test("bytes come back in the declared class, with the same contents as from the bindings", async () => {
  for (const [name, { as, ...type }, value] of BYTES) {
    const parameter = { type: "bytes", ...type };
    using guest = await one(name, { parameters: [parameter], result: { ...parameter, as } });
    assertEquals(guest.symbols[name]!(value as never) as unknown, theirs[name](value));
  }
});

Deno.test("an object with a field of each kind has the same result as with the bindings", async () => {
  using guest = await load(bytes, {
    symbols: { bag: { parameters: [bag], result: bag }, makeCounter, addTo },
    imports: { host },
  });
  const value = {
    clamped: Uint8ClampedArray.of(255),
    bytes: Uint8Array.of(1),
    flags: [true, false],
    longs: [-1n],
    text: null,
    fixed: [0.5],
    points: [{ x: 1, y: 2 }],
    rows: [[1], []],
    names: ["a", null],
    when: null,
    map: null,
  };
  const { buffer } = Uint8Array.of(7, 8);
  using mine = guest.symbols.makeCounter(40);
  const ours = guest.symbols.bag({ ...value, buffer, counter: mine });
  const expected = theirs.bag({ ...value, buffer, counter: theirs.makeCounter(40) });
  using kept = ours.counter!;
  assertEquals(
    {
      ...ours,
      buffer: ours.buffer.buffer,
      clamped: new Uint8ClampedArray(ours.clamped.buffer),
      counter: guest.symbols.addTo(kept, 2),
    },
    { ...expected, counter: theirs.addTo(expected.counter, 2) },
  );
});

const makeCounter = {
  parameters: ["i32"],
  result: { type: "reference", class: "Counter" },
} as const;
const addTo = {
  parameters: [{ type: "reference", class: "Counter" }, "i32"],
  result: "i32",
} as const;

Deno.test("an object with a constructor, a Map and a function stay in the guest, as with the bindings", async () => {
  const map = { type: "reference" } as const;
  using guest = await load(bytes, {
    symbols: {
      makeCounter,
      addTo,
      counterOrNull: { parameters: [counter], result: counter },
      counters: {
        parameters: [{ type: "objects", item: counter, class: "Array<Counter>" }],
        result: { type: "objects", item: counter },
      },
      mapOf: { parameters: [], result: map },
      mapGet: { parameters: [map, "string"], result: "i32" },
      fn: { parameters: [], result: { type: "reference" } },
      callFn: { parameters: [{ type: "reference" }, "i32"], result: "i32" },
    },
    imports: { host },
  });
  const { symbols } = guest;
  using mine = symbols.makeCounter(1);
  const their = theirs.makeCounter(1);
  assertEquals(symbols.addTo(mine, 4), theirs.addTo(their, 4));
  assertEquals(symbols.counterOrNull(null), theirs.counterOrNull(null));
  const [again] = symbols.counters([mine]);
  assertEquals(symbols.addTo(again!, 1), theirs.addTo(theirs.counters([their])[0], 1));
  using words = symbols.mapOf();
  assertEquals(symbols.mapGet(words, "a"), theirs.mapGet(theirs.mapOf(), "a"));
  using increment = symbols.fn();
  assertEquals(symbols.callFn(increment, 41), theirs.callFn(theirs.fn(), 41));
});

Deno.test("optional arguments, globals and an enumeration behave like those of the bindings", async () => {
  using guest = await load(bytes, {
    symbols: {
      optional: { parameters: ["i32"], result: "string" },
      optional2: { name: "optional", parameters: ["i32", "i32"], result: "string" },
      optional3: { name: "optional", parameters: ["i32", "i32", "string"], result: "string" },
      LIMIT: { type: "f64" },
      title: { type: "string", mutable: true },
      big: { type: "i64", mutable: true },
      flag: { type: "bool", mutable: true },
      numbers: { type: { type: "objects", item: "i32" }, mutable: true },
      origin: { type: point, mutable: true },
      Color: { type: "enum", members: ["Red", "Green", "Blue"] },
    },
    imports: { host },
  });
  const { symbols } = guest;
  // The bindings lower the text although it is omitted, and refuse what is left.
  assertThrows(() => theirs.optional(1), TypeError, "value must not be null");
  assertEquals([symbols.optional(1), symbols.optional2(1, 2)], ["110x", "12x"]);
  assertEquals(symbols.optional3(1, 2, "y"), theirs.optional(1, 2, "y"));
  assertEquals(symbols.LIMIT, theirs.LIMIT.valueOf());
  assertEquals({ ...symbols.Color }, theirs.Color);
  const values = { title: "new", big: -5n, flag: false, numbers: [3], origin: { x: 1, y: 2 } };
  for (const name of Object.keys(values) as (keyof typeof values)[]) {
    assertEquals(symbols[name], theirs[name].value);
    Object.assign(symbols, { [name]: values[name] });
    theirs[name].value = values[name];
    assertEquals(symbols[name], theirs[name].value);
  }
});

Deno.test("host functions get and return the same values as with the bindings", async () => {
  const { text, point: move, node: same, ext } = host;
  const flags = { type: "objects", item: "bool", class: "Array<bool>" } as const;
  const buffer = { type: "bytes", class: "ArrayBuffer" } as const;
  using guest = await load(bytes, {
    symbols: {
      callHostText: { parameters: ["string"], result: "string" },
      callHostPoint: { parameters: [point], result: point },
      callHostNode: { parameters: [node], result: node },
      callHostExt: { parameters: ["externref"], result: "externref" },
      callHostBuf: { parameters: [buffer], result: flags },
    },
    imports: {
      host: {
        text: hostFunction({ parameters: ["string", "i64"], result: "string" }, text),
        point: hostFunction({
          parameters: [point, { type: "objects", item: "i32" }],
          result: point,
        }, move),
        node: hostFunction(
          { parameters: [node], result: node },
          (node) => same(node) as typeof node,
        ),
        ext,
        buf: hostFunction(
          { parameters: ["bytes"], result: flags },
          (bytes) => host.buf(bytes.buffer),
        ),
      },
    },
  });
  const { symbols } = guest;
  const list = { value: 1, next: { value: 2, next: null } };
  assertEquals(symbols.callHostText("a"), theirs.callHostText("a"));
  assertEquals(symbols.callHostPoint({ x: 1, y: 2 }), theirs.callHostPoint({ x: 1, y: 2 }));
  assertEquals(symbols.callHostNode(list), theirs.callHostNode(list));
  assertEquals(symbols.callHostExt(list), theirs.callHostExt(list));
  const given = Uint8Array.of(0, 1, 2).buffer;
  assertEquals(symbols.callHostBuf(given), theirs.callHostBuf(given));
});
