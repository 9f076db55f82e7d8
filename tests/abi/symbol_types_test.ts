import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  type BytesInput,
  type ElementsInput,
  type GuestObject,
  hostFunction,
  load,
  type PointerValue,
} from "../../mod.ts";
import { guestPath } from "../_guests.ts";

// Most of this file is tested by the compiler: `deno check` fails if a line after
// `@ts-expect-error` has no error, or if a type differs from the stated one.

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles only if `Check` is true. */
function holds<Check extends true>(check: Check): void {
  assertStrictEquals(check, true);
}

const text = { type: "string", pointer: "result", length: "nul" } as const;

/** Declares symbols that are never called; none of their exports has another type. */
function declared() {
  return load(guestPath("c/c_string"), {
    symbols: {
      greet: { parameters: ["string"], result: "string" },
      orNull: { name: "echo", parameters: ["string"], result: { ...text, nullable: true } },
      bytes: { name: "echo", parameters: ["bytes"], result: { ...text, type: "bytes" } },
      buffer: {
        name: "echo",
        parameters: ["bytes"],
        result: { ...text, type: "bytes", as: "ArrayBuffer" },
      },
      clamped: {
        name: "echo",
        parameters: ["bytes"],
        result: { ...text, type: "bytes", as: "Uint8ClampedArray", nullable: true },
      },
      numbers: {
        name: "echo",
        parameters: [{ type: "array", element: "i64" }],
        result: { type: "array", element: "f32", pointer: "result", length: 4 },
      },
      optional: {
        name: "echo",
        parameters: [{ type: "string", nullable: true }],
        result: { ...text, nullable: false },
      },
      record: {
        name: "echo",
        parameters: ["string"],
        result: {
          type: "record",
          fields: {
            text: { ...text, freedBy: "guest" },
            address: { type: "pointer", value: "result" },
            wide: { type: "u64", value: { load: "u64", at: "result" } },
            flag: { type: "bool", value: { load: "u8", at: "result" } },
          },
        },
      },
      malloc: { parameters: ["pointer"], result: "u32" },
      free: { parameters: ["i32"], result: "void" },
      later: { name: "echo", parameters: ["string"], result: "string", async: true },
    },
  });
}

Deno.test("the type of each symbol follows from its declaration", async () => {
  using guest = await declared();
  const { symbols } = guest;
  holds<Same<typeof symbols.greet, (text: string) => string>>(true);
  holds<Same<typeof symbols.orNull, (text: string) => string | null>>(true);
  holds<Same<typeof symbols.bytes, (bytes: BytesInput) => Uint8Array<ArrayBuffer>>>(true);
  holds<Same<ReturnType<typeof symbols.buffer>, ArrayBuffer>>(true);
  holds<Same<ReturnType<typeof symbols.clamped>, Uint8ClampedArray<ArrayBuffer> | null>>(true);
  holds<Same<Parameters<typeof symbols.numbers>, [ElementsInput<"i64">]>>(true);
  holds<Same<typeof symbols.optional, (text: string | null) => string>>(true);
  holds<Same<typeof symbols.malloc, (size: PointerValue) => number>>(true);
  holds<Same<typeof symbols.free, (pointer: number) => void>>(true);
  holds<Same<typeof symbols.later, (text: string) => Promise<string>>>(true);
  const record: Same<
    ReturnType<typeof symbols.record>,
    {
      readonly text: string;
      readonly address: number;
      readonly wide: bigint;
      readonly flag: boolean;
    }
  > = true;
  holds<typeof record>(true);
  assertEquals(Object.keys(symbols).length, 11);
});

Deno.test("a value that does not fit a declaration is a compile error", async () => {
  using guest = await declared();
  const { greet, orNull, bytes, numbers, malloc, free, record } = guest.symbols;
  const wrong = [
    // @ts-expect-error: a number is no string
    () => greet(1),
    // @ts-expect-error: one argument is missing
    () => greet(),
    // @ts-expect-error: one argument is too many
    () => greet("a", "b"),
    // @ts-expect-error: the result is a string
    (): number => greet("a"),
    // @ts-expect-error: the result may be null
    (): string => orNull("a"),
    // @ts-expect-error: a string is no bytes
    () => bytes("a"),
    // @ts-expect-error: elements are 64 bits wide
    () => numbers(new Int32Array()),
    // @ts-expect-error: a boolean is no pointer
    () => malloc(true),
    // @ts-expect-error: an i32 is no bigint
    () => free(1n),
    // @ts-expect-error: there is no such field
    () => record("a").missing,
    // @ts-expect-error: there is no such symbol
    () => guest.symbols.missing("a"),
    // @ts-expect-error: null is for nullable parameters alone
    () => greet(null),
  ];
  assertEquals(wrong.every((call) => typeof call === "function"), true);
});

Deno.test("the compiler checks declarations, too", async () => {
  const wrong = [
    // @ts-expect-error: there is no such type
    () => load("x.wasm", { symbols: { f: { parameters: ["int"], result: "void" } } }),
    // @ts-expect-error: a result is missing
    () => load("x.wasm", { symbols: { f: { parameters: [] } } }),
    // @ts-expect-error: nothing has a void argument
    () => load("x.wasm", { symbols: { f: { parameters: ["void"], result: "void" } } }),
    () =>
      load("x.wasm", {
        // @ts-expect-error: an array says what its elements are
        symbols: { f: { parameters: [{ type: "array" }], result: "void" } },
      }),
  ];
  assertEquals(wrong.length, 4);
  using plain = await load(guestPath("c/c_string"));
  // @ts-expect-error: without a declaration there is no symbol
  assertStrictEquals(plain.symbols.greet, undefined);
});

Deno.test("functions have the types of their declarations", async () => {
  using guest = await load(guestPath("c/function_pointers"), {
    symbols: {
      apply: {
        parameters: [
          { type: "function", parameters: ["i32", "i32"], result: "i32" },
          "i32",
          "i32",
        ],
        result: "i32",
      },
      map_i64: {
        parameters: [
          { type: "function", parameters: ["i64"], result: "i64", nullable: true },
          "i64",
        ],
        result: "i64",
      },
    },
  });
  const { apply, map_i64 } = guest.symbols;
  type Op = (left: number, right: number) => number;
  holds<Same<Parameters<typeof apply>[0], Op | { readonly pointer: number }>>(true);
  holds<
    Same<
      Parameters<typeof map_i64>[0],
      ((value: bigint) => bigint) | { readonly pointer: number } | null
    >
  >(true);
  const functions = await guest.functions();
  const typed = () => functions.get(1, { parameters: ["string", "u64"], result: "string" });
  holds<Same<ReturnType<typeof typed>, (text: string, count: bigint) => string>>(true);
  const wrong = [
    // @ts-expect-error: a function must return what is declared
    () => apply(() => "a", 1, 2),
    // @ts-expect-error: an i64 is a bigint
    () => map_i64((value: number) => value, 1n),
    // @ts-expect-error: null is for nullable parameters alone
    () => apply(null, 1, 2),
    // @ts-expect-error: a callback is made of a host function
    () => functions.add(() => 1),
    // @ts-expect-error: exports have names, and functions of the table have none
    () => functions.get(1, { parameters: [], result: "void", name: "f" }),
  ];
  assertEquals(wrong.length, 5);
});

Deno.test("objects have the types of their fields, and references those of their classes", async () => {
  const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;
  const counter = { type: "reference", class: "Counter" } as const;
  using guest = await load(guestPath("assemblyscript/objects"), {
    symbols: {
      middle: { parameters: [point, { ...point, nullable: true }], result: point },
      shape: {
        name: "makeShape",
        parameters: ["i32"],
        result: {
          type: "object",
          fields: {
            text: "string",
            note: { type: "string", nullable: true },
            at: point,
            size: "i32",
            sides: { type: "array", element: "f64" },
            bytes: "bytes",
            tags: { type: "strings" },
            corners: { type: "objects", item: point },
            next: { type: "reference", nullable: true },
          },
        },
      },
      makeCounter: { parameters: ["i32"], result: counter },
      valueOf: { parameters: [counter], result: "i32" },
      countWords: { parameters: ["string"], result: { type: "reference" } },
      words: { name: "countWords", parameters: ["string"], result: { ...counter, class: "Words" } },
    },
  });
  const { middle, shape, makeCounter, valueOf, countWords, words } = guest.symbols;
  type Point = { x: number; y: number };
  holds<Same<ReturnType<typeof middle>, Point>>(true);
  holds<Same<Parameters<typeof middle>[1], Readonly<Point> | null>>(true);
  holds<
    Same<ReturnType<typeof shape>, {
      text: string;
      note: string | null;
      at: Point;
      size: number;
      sides: Float64Array;
      bytes: Uint8Array<ArrayBuffer>;
      tags: string[];
      corners: Point[];
      next: GuestObject | null;
    }>
  >(true);
  holds<Same<ReturnType<typeof makeCounter>, GuestObject<"Counter">>>(true);
  holds<Same<ReturnType<typeof countWords>, GuestObject>>(true);
  const wrong = [
    // @ts-expect-error: an object of another class
    () => valueOf(words("a")),
    // @ts-expect-error: an object without a declared class could be any
    () => valueOf(countWords("a")),
    // @ts-expect-error: null is for nullable parameters alone
    () => middle(null, null),
    // @ts-expect-error: a field is missing
    () => middle({ x: 1 }, null),
  ];
  assertEquals(wrong.length, 4);
});

Deno.test("functions that the guest passes and returns have the types of their declarations", async () => {
  const OP = { type: "function", parameters: ["i32", "i32"], result: "i32" } as const;
  type Op = (left: number, right: number) => number;
  using guest = await load(guestPath("c/function_values"), {
    imports: {
      env: {
        on_click: hostFunction(
          {
            parameters: [
              {
                type: "function",
                parameters: ["i32", "i32", "pointer"],
                result: "void",
                nullable: true,
              },
              "pointer",
            ],
            result: "void",
          },
          (handler, data) => {
            type Handler = (x: number, y: number, data: PointerValue) => void;
            holds<Same<typeof handler, Handler | null>>(true);
            handler?.(1, 2, data);
          },
        ),
        find_op: hostFunction({ parameters: ["i32"], result: OP }, () => (left, right) => {
          holds<Same<typeof left, number>>(true);
          return left - right;
        }),
        with_counter: hostFunction(
          {
            parameters: [
              {
                type: "function",
                parameters: [{ type: "function", parameters: ["i32"], result: "i32" }, "i32"],
                result: "i32",
              },
              "i32",
            ],
            result: "i32",
          },
          (body, by) => {
            type Count = ((by: number) => number) | { readonly pointer: number };
            holds<Same<Parameters<typeof body>, [count: Count, by: number]>>(true);
            return body((step) => step, by);
          },
        ),
      },
    },
    symbols: {
      get_op: { parameters: ["i32"], result: OP },
      run_twice: { parameters: ["i32"], result: "i32" },
      call_op: { parameters: [OP, "i32", "i32"], result: "i32" },
    },
  });
  const { get_op, run_twice } = guest.symbols;
  holds<Same<ReturnType<typeof get_op>, Op>>(true);
  assertEquals([get_op("+".charCodeAt(0))(1, 2), run_twice(4)], [3, 8]);
  const maybe = { ...OP, nullable: true } as const;
  const wrong = [
    // @ts-expect-error: a host function must return a function
    () => hostFunction({ parameters: [], result: OP }, () => 1),
    // @ts-expect-error: null is for nullable results alone
    () => hostFunction({ parameters: [], result: OP }, () => null),
    () => hostFunction({ parameters: [], result: maybe }, () => null),
    // @ts-expect-error: the function can be null
    () => hostFunction({ parameters: [maybe], result: "i32" }, (op) => op(1, 2)),
    // @ts-expect-error: a function of the guest takes what it declares
    () => get_op(1)("a", 2),
  ];
  assertEquals(wrong.length, 5);
});

Deno.test("globals and enumerations are properties with their types", async () => {
  using guest = await load(guestPath("assemblyscript/globals"), {
    symbols: {
      title: { type: "string", mutable: true },
      wide: { type: "u64" },
      origin: { type: { type: "object", fields: { x: "f64" }, nullable: true } },
      Color: { type: "enum", members: ["Red", "Green"] },
      describe: { parameters: [], result: "string" },
    },
  });
  const { symbols } = guest;
  holds<Same<typeof symbols.title, string>>(true);
  holds<Same<typeof symbols.wide, bigint>>(true);
  holds<Same<typeof symbols.origin, { x: number } | null>>(true);
  holds<Same<typeof symbols.Color.Red, number>>(true);
  holds<Same<(typeof symbols.Color)[number], "Red" | "Green">>(true);
  holds<Same<typeof symbols.describe, () => string>>(true);
  symbols.title = "b";
  const wrong = [
    // @ts-expect-error: a global that is not declared mutable cannot be set
    () => symbols.wide = 1n,
    // @ts-expect-error: a string is set to a string
    () => symbols.title = 1,
    // @ts-expect-error: the enumeration has no such member
    () => symbols.Color.Blue,
  ];
  assertEquals(wrong.length, 3);
});

Deno.test("a class has the types of its constructor, methods, properties and static functions", async () => {
  const counter = { type: "reference", class: "Counter" } as const;
  using guest = await load(guestPath("assemblyscript_arc/classes"), {
    symbols: {
      Counter: {
        type: "class",
        parameters: ["i32"],
        methods: { describe: { parameters: ["string"], result: "string" } },
        properties: { value: { type: "i32", mutable: true }, label: { type: "string" } },
        statics: { of: { parameters: ["string"], result: counter } },
      },
      valueOf: { parameters: [counter], result: "i32" },
    },
  });
  const { Counter, valueOf } = guest.symbols;
  using mine = new Counter(1);
  holds<Same<typeof mine.describe, (before: string) => string>>(true);
  holds<Same<typeof mine.value, number>>(true);
  holds<Same<typeof mine.label, string>>(true);
  holds<Same<typeof Counter.of, (text: string) => GuestObject<"Counter">>>(true);
  mine.value = valueOf(mine);
  const wrong = [
    // @ts-expect-error: the constructor takes a number
    () => new Counter("1"),
    // @ts-expect-error: a property that is not declared mutable cannot be set
    () => mine.label = "a",
    // @ts-expect-error: the class has no such method
    () => mine.add(1),
  ];
  assertEquals(wrong.length, 3);
});

Deno.test("an object without fields has the type of the one around it, and plain arrays that of their items", async () => {
  const node = {
    type: "object",
    class: "Node",
    fields: { value: "i32", next: { type: "object", class: "Node", nullable: true } },
  } as const;
  const stub = () => {};
  using guest = await load(guestPath("assemblyscript/bindings"), {
    symbols: {
      node: { parameters: [node], result: node },
      bools: {
        parameters: [{ type: "objects", item: "bool", class: "Array<bool>" }],
        result: { type: "objects", item: "bool" },
      },
      i64s: {
        parameters: [{ type: "objects", class: "Array<i64>" }],
        result: { type: "objects", item: "i64" },
      },
    },
    imports: { host: { text: stub, point: stub, node: stub, ext: stub, buf: stub } },
  });
  const { node: same, bools, i64s } = guest.symbols;
  const found = same({ value: 1, next: { value: 2, next: null } });
  const next: number | undefined = found.next?.next?.value;
  const flags: boolean[] = bools([true]);
  const wide: bigint[] = i64s([1n]);
  assertEquals([next, flags, wide], [undefined, [true], [1n]]);
  const _wrong = () => {
    // @ts-expect-error: the value of the inner object is a number
    same({ value: 1, next: { value: "2", next: null } });
    // @ts-expect-error: the inner object can be null
    void found.next.value;
    // @ts-expect-error: a number is no boolean
    bools([1]);
  };
});
