import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  type GuestStruct,
  type HostCallback,
  hostFunction,
  type PointerValue,
  type SymbolDeclaration,
  type SymbolFunction,
  type TypedArray,
} from "../../mod.ts";
import { PERSON, POINT, SERIES, TEAM } from "../_struct_guests.ts";

// Most of this file is tested by the compiler: `deno check` fails if a line after
// `@ts-expect-error` has no error, or if a type differs from the stated one.

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles only if `Check` is true. */
function holds<Check extends true>(check: Check): void {
  assertStrictEquals(check, true);
}

/** The callback of a declaration. */
type Of<D extends Parameters<typeof hostFunction>[0]> = HostCallback<D>;

type Point = { x: number; y: number };

Deno.test("host functions have the types of the structs and lists that they get", () => {
  const given = {
    parameters: [
      POINT,
      { ...POINT, nullable: true },
      SERIES,
      { type: "list", item: PERSON },
      { type: "list", item: "i64", count: 2 },
    ],
    result: "void",
  } as const;
  type Given = Parameters<Of<typeof given>>;
  holds<Same<Given[0], Point>>(true);
  holds<Same<Given[1], Point | null>>(true);
  // The value has no fields that only contain the counts of others.
  holds<Same<keyof Given[2], "numbers" | "points">>(true);
  holds<Same<Given[2]["numbers"], TypedArray<"f64">>>(true);
  holds<Same<Given[2]["points"], Point[]>>(true);
  holds<Same<Given[3], { name: string; age: number }[]>>(true);
  holds<Same<Given[4], bigint[]>>(true);
});

Deno.test("host functions return what is declared", () => {
  const list = {
    parameters: [],
    result: { type: "list", item: POINT, pointer: "result", count: 2 },
  } as const;
  holds<Same<ReturnType<Of<typeof list>>, readonly Readonly<Point>[]>>(true);
  const struct = { parameters: [], result: { ...TEAM, nullable: true } } as const;
  type Team = NonNullable<ReturnType<Of<typeof struct>>>;
  holds<Same<Team["name"], string | null>>(true);
  holds<Same<Team["leader"], Readonly<{ name: string; age: number }> | null>>(true);
  const right = [
    hostFunction(list, () => [{ x: 1, y: 2 }]),
    hostFunction(struct, () => null),
  ];
  const wrong = [
    // @ts-expect-error: a field is missing
    hostFunction(list, () => [{ x: 1 }]),
    // @ts-expect-error: null is for nullable structs alone
    hostFunction({ parameters: [], result: POINT }, () => null),
    // @ts-expect-error: a struct has fields
    hostFunction({ parameters: [{ type: "struct" }], result: "void" }, () => {}),
  ];
  assertEquals(right.length + wrong.length, 5);
});

Deno.test("out-parameters take no argument, and are a part of the result", () => {
  const parse = {
    parameters: [
      { type: "out", name: "code", value: "i32" },
      "string",
      { type: "out", name: "where", value: POINT },
      { type: "out", name: "rest", value: { type: "string", length: { field: "size" } } },
      { type: "out", name: "size", value: "u32" },
      "f64",
    ],
    result: "bool",
  } as const satisfies SymbolDeclaration;
  type Parse = SymbolFunction<typeof parse>;
  holds<Same<Parameters<Parse>, [string, number]>>(true);
  holds<
    Same<ReturnType<Parse>, { result: boolean; code: number; where: Point; rest: string }>
  >(true);
  const none = {
    parameters: [{ type: "out", name: "only", value: "i64" }],
    result: "void",
  } as const;
  holds<Same<SymbolFunction<typeof none>, () => { only: bigint }>>(true);
  const plain = { parameters: ["i32"], result: "i32" } as const;
  holds<Same<SymbolFunction<typeof plain>, (...args: [number]) => number>>(true);
});

Deno.test("in-out parameters take an argument, and are a part of the result", () => {
  const change = {
    parameters: [
      { type: "inout", name: "point", value: POINT },
      { type: "inout", name: "items", value: { type: "list", item: POINT } },
      { type: "inout", name: "numbers", value: { type: "array", element: "f64" } },
      { type: "inout", name: "bytes", value: "bytes" },
    ],
    result: "void",
    async: true,
  } as const;
  type Change = SymbolFunction<typeof change>;
  type Given = Parameters<Change>;
  holds<Same<Given[0], Readonly<Point>>>(true);
  holds<Same<Given[1], readonly Readonly<Point>[]>>(true);
  type Changed = Awaited<ReturnType<Change>>;
  holds<Same<Changed["items"], Point[]>>(true);
  holds<Same<Changed["numbers"], TypedArray<"f64">>>(true);
  holds<Same<Changed["bytes"], Uint8Array<ArrayBuffer>>>(true);
  holds<Same<keyof Changed, "point" | "items" | "numbers" | "bytes">>(true);
});

Deno.test("a struct in memory has the types of its fields, and each can be left out of a write", () => {
  type Team = GuestStruct<typeof TEAM["fields"]>;
  holds<Same<ReturnType<Team["read"]>["members"], { name: string; age: number }[]>>(true);
  type Written = Parameters<Team["write"]>[0];
  holds<Same<keyof Written, "name" | "leader" | "members">>(true);
  const right: Written[] = [{}, { name: null }, { members: [{ name: "a", age: 1 }] }];
  // @ts-expect-error: a number is no text
  const wrong: Written = { name: 5 };
  assertEquals([right.length, Object.keys(wrong)], [3, ["name"]]);
});

Deno.test("a host function returns the values of out-parameters, and gets those of in-out ones", () => {
  const find = {
    parameters: [
      "u32",
      { type: "out", name: "found", value: { type: "string", length: { field: "size" } } },
      { type: "out", name: "size", value: "u32" },
      { type: "inout", name: "point", value: POINT },
    ],
    result: "bool",
  } as const;
  type Find = Of<typeof find>;
  holds<Same<Parameters<Find>, [number, Point]>>(true);
  holds<Same<keyof ReturnType<Find>, "result" | "found" | "point">>(true);
  holds<Same<ReturnType<Find>["point"], Readonly<Point>>>(true);
  holds<Same<ReturnType<Find>["result"], boolean>>(true);
  const right = hostFunction(find, (_at, point) => ({ result: true, found: "a", point }));
  // @ts-expect-error: a value is missing
  const wrong = hostFunction(find, () => ({ result: true, found: "a" }));
  assertEquals([typeof right.callback, typeof wrong.callback], ["function", "function"]);
});

Deno.test("a function in a struct is a callback when passed, and a function when returned", () => {
  type Table = {
    readonly type: "struct";
    readonly fields: {
      readonly apply: {
        readonly type: "function";
        readonly parameters: readonly ["i32", "i64"];
        readonly result: "bool";
      };
      readonly close: {
        readonly type: "function";
        readonly parameters: readonly ["pointer"];
        readonly result: "void";
        readonly nullable: true;
      };
    };
  };
  type Call = SymbolFunction<{ parameters: readonly [Table]; result: Table }>;
  type Returned = ReturnType<Call>;
  holds<Same<Returned["apply"], (...args: [number, bigint]) => boolean>>(true);
  holds<Same<Returned["close"], ((...args: [PointerValue]) => void) | null>>(true);
  const call = ((table) => table) as Call;
  const apply = (left: number, right: bigint) => left > Number(right);
  call({ apply, close: null });
  call({ apply: { pointer: 7 }, close: (pointer) => void pointer.toFixed() });
  // @ts-expect-error: a text is no number.
  call({ apply: (left: string) => left === "", close: null });
  // @ts-expect-error: it is not nullable.
  call({ apply: null, close: null });
});

Deno.test("a variant is one of its cases, in a struct and alone", () => {
  type What = {
    readonly type: "struct";
    readonly fields: {
      readonly what: {
        readonly type: "variant";
        readonly tag: "u8";
        readonly cases: {
          readonly none: { readonly is: 0 };
          readonly big: { readonly is: 1; readonly value: "u64" };
          readonly bytes: {
            readonly is: 2;
            readonly value: { readonly type: "bytes"; readonly length: "pair" };
          };
        };
      };
    };
  };
  type Call = SymbolFunction<{ parameters: readonly [What]; result: What }>;
  type Case = ReturnType<Call>["what"];
  holds<
    Same<
      Case,
      | { tag: "none" }
      | { tag: "big"; value: bigint }
      | { tag: "bytes"; value: Uint8Array<ArrayBuffer> }
    >
  >(true);
  type Union = What["fields"]["what"];
  type Alone = {
    readonly parameters: readonly [Union];
    readonly result: Union & { nullable: true };
  };
  holds<Same<ReturnType<SymbolFunction<Alone>>, Case | null>>(true);
  holds<Same<ReturnType<HostCallback<Alone>>, Parameters<Call>[0]["what"] | null>>(true);
  holds<Same<Parameters<SymbolFunction<Alone>>[0], Parameters<Call>[0]["what"]>>(true);
  holds<Same<Parameters<HostCallback<Alone>>[0], Case>>(true);
  const call = ((value) => value) as Call;
  call({ what: { tag: "none" } });
  call({ what: { tag: "bytes", value: new DataView(new ArrayBuffer(1)) } });
  // @ts-expect-error: a big number is a bigint.
  call({ what: { tag: "big", value: 1 } });
  // @ts-expect-error: there is no such case.
  call({ what: { tag: "small" } });
});
