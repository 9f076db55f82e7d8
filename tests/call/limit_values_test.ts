import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { allocator, GuestError, hostFunction, load, type SymbolDeclaration } from "../../mod.ts";
import { guestPath } from "../_guests.ts";
import { assembleWith } from "../_binaryen.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

/** Counts its allocations, and asks the host for a text whose pointer and length it drops. */
const COUNTS = assemble(`(module
  (import "env" "answer" (func $answer (result i32 i32)))
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "alloc") (param i32) (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.add (i32.const 1024) (i32.mul (i32.const 256) (global.get $count))))
  (func (export "one") (param i32 i32))
  (func (export "record") (param i32))
  (func (export "two") (param i32 i32 i32 i32))
  (func (export "ask") (call $answer) (drop) (drop))
  (func (export "count") (result i32) (global.get $count)))`);

const bytes = (length: number) => new Uint8Array(length);

type Parameter = SymbolDeclaration["parameters"][number];

const x = (length: number) => "x".repeat(length);

const texts = { type: "list", item: "string" } as const;

const point = { type: "struct", fields: { x: "f64", name: "string" } } as const;

/** Has its fields as accessors, like objects of some classes. */
class Point {
  readonly x = 1;
  readonly #name: string;
  constructor(length: number) {
    this.#name = x(length);
  }
  get name(): string {
    return this.#name;
  }
}

const shape = {
  type: "variant",
  tag: "u32",
  cases: { named: { is: 1, value: point }, none: { is: 0 } },
} as const;

/**
 * An export, its parameters, arguments within the limit, arguments beyond it, and the bytes that
 * those take.
 */
const ROWS: [
  name: string,
  parameters: Parameter[],
  within: unknown[],
  beyond: unknown[],
  bytes: number,
][] = [
  ["one", ["string"], [x(20)], [x(21)], 21],
  ["one", ["string"], ["\xff".repeat(20)], ["\u0100".repeat(11)], 22],
  ["one", ["bytes"], [bytes(20)], [bytes(21)], 21],
  ["one", ["bytes"], [bytes(20).buffer], [new DataView(bytes(30).buffer, 9)], 21],
  ["one", ["bytes"], [[1, 2]], [[1, 2, 3]], 24],
  ["one", [{ type: "array", element: "f32" }], [new Float32Array(5)], [new Float32Array(6)], 24],
  ["one", [texts], [[x(12)]], [[x(13)]], 21],
  ["two", ["string", "bytes"], [x(10), bytes(10)], [x(10), bytes(11)], 21],
  ["record", [point], [{ x: 1, name: x(4) }], [{ x: 1, name: x(5) }], 21],
  ["record", [point], [new Point(4)], [new Point(5)], 21],
  ["one", [{ type: "list", item: point }], [[]], [[new Point(0)]], 24],
  [
    "record",
    [shape],
    [{ tag: "named", value: new Point(4) }],
    [{ tag: "named", value: new Point(5) }],
    21,
  ],
];

for (const [name, parameters, within, beyond, taken] of ROWS) {
  Deno.test(`limits.input ends ${Deno.inspect(parameters)} of ${taken} bytes`, async () => {
    using guest = await load(COUNTS, {
      limits: { input: 20 },
      missing: "trap",
      symbols: {
        [name]: { parameters, result: "void" },
        count: { parameters: [], result: "u32" },
      },
      convention: allocator({ allocate: "alloc" }),
    });
    const call = guest.symbols[name] as (...args: unknown[]) => void;
    call(...within);
    const count = guest.symbols.count!();
    const error = assertThrows(() => call(...beyond), GuestError);
    assertEquals([error.code, error.export, error.message], [
      "input-too-large",
      name,
      `Cannot pass arguments to "${name}": it takes at least ${taken} bytes, expected at most 20 ` +
      "or a higher limits: { input }",
    ]);
    // Nothing of the guest was called.
    assertEquals([guest.state, guest.symbols.count!()], ["ready", count]);
    call(...within);
  });
}

Deno.test("limits.input counts the fields of objects within objects of their class", async () => {
  class Node {
    readonly #next: Node | null;
    constructor(next: Node | null) {
      this.#next = next;
    }
    get value(): number {
      return 1;
    }
    get next(): Node | null {
      return this.#next;
    }
  }
  const node = {
    type: "object",
    class: "Node",
    fields: { value: "i32", next: { type: "object", class: "Node", nullable: true } },
  } as const;
  using guest = await load(guestPath("assemblyscript/bindings"), {
    limits: { input: 32 },
    missing: "trap",
    symbols: { node: { parameters: [node], result: node } },
  });
  const two = new Node(new Node(null));
  assertEquals(guest.symbols.node(two), { value: 1, next: { value: 1, next: null } });
  assertThrows(() => guest.symbols.node(new Node(two)), GuestError, "at least 48 bytes");
});

Deno.test("limits.input applies to passes", async () => {
  using guest = await load(guestPath("c/passing_data"), { limits: { input: 13 } });
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
  assertThrows(() => guest.passString("Hello there,  "), GuestError, "at least 14 bytes");
  assertThrows(() => guest.passBytes(bytes(14)), GuestError, "at least 14 bytes");
});

Deno.test("limits.input applies to a call that waits", async () => {
  using guest = await load(COUNTS, {
    limits: { input: 20 },
    missing: "trap",
    symbols: {
      one: { parameters: ["string"], result: "void", async: true },
    },
    convention: allocator({ allocate: "alloc" }),
  });
  await guest.symbols.one(x(20));
  const call = guest.symbols.one(x(21));
  await assertRejects(() => call, GuestError, "at least 21 bytes");
});

for (const isAsync of [false, true]) {
  Deno.test(`limits.input ends what ${isAsync ? "an asynchronous" : "a"} host function returns`, async () => {
    let length = 20;
    const declaration = { parameters: [], result: "string", async: isAsync } as const;
    using guest = await load(COUNTS, {
      limits: { input: 20 },
      imports: {
        env: {
          answer: hostFunction(
            declaration,
            (() => {
              const text = x(length);
              return isAsync ? Promise.resolve(text) : text;
            }) as () => string,
          ),
        },
      },
      symbols: { ask: { parameters: [], result: "void", async: true } },
      convention: allocator({ allocate: "alloc" }),
    });
    await guest.symbols.ask();
    length = 21;
    const error = await assertRejects(() => guest.symbols.ask(), GuestError);
    assertEquals([error.code, error.export, error.message], [
      "input-too-large",
      "env.answer",
      'Cannot return a value from import "env.answer": it takes at least 21 bytes, expected at ' +
      "most 20 or a higher limits: { input }",
    ]);
    guest.reset();
    length = 20;
    await guest.symbols.ask();
  });
}

/** Joins a text with itself, and returns the result or passes it to the host twice. */
const JOINS = assembleWith(`(module
  (import "wasm:js-string" "concat"
    (func $concat (param externref externref) (result (ref extern))))
  (import "env" "take" (func $take (param externref externref)))
  (func $join (export "join") (param externref) (result externref)
    (call $concat (local.get 0) (local.get 0)))
  (func (export "give") (param externref)
    (call $take (call $join (local.get 0)) (call $join (local.get 0)))))`);

testTiers("limits.results ends strings that cross as references", async () => {
  using guest = await load(JOINS, {
    limits: { results: 20 },
    symbols: {
      join: { parameters: ["string"], result: "string" },
      give: { parameters: ["string"], result: "void" },
    },
    imports: {
      env: { take: hostFunction({ parameters: ["string", "string"], result: "void" }, () => {}) },
    },
  });
  const { join, give } = guest.symbols;
  give("abcde");
  assertEquals([join("abcdefghij"), join("\u2603abcd")], [
    "abcdefghijabcdefghij",
    "\u2603abcd\u2603abcd",
  ]);
  const tooMuch = (subject: string, taken: number) =>
    `Cannot lift ${subject}: it takes at least ${taken} bytes of host memory, expected at most 20 ` +
    "or a higher limits: { results }";
  for (
    const [call, message] of [
      [() => join("abcdefghijk"), tooMuch('the result of "join"', 22)],
      [() => join("\u2603abcde"), tooMuch('the result of "join"', 24)],
      [() => give("abcdef"), tooMuch('argument 1 of import "env.take"', 24)],
    ] as const
  ) {
    const error = assertThrows(call, GuestError);
    assertEquals([error.code, error.message], ["result-too-large", message]);
  }
  assertEquals([guest.state, join("a")], ["ready", "aa"]);
  const less = await guest.within({ results: 4 });
  assertEquals(less.symbols.join("ab"), "abab");
  assertThrows(() => less.symbols.join("abc"), GuestError, "expected at most 4");
});
