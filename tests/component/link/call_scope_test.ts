import { assertEquals } from "@std/assert";
import { carriesHandles, createScope, release } from "../../../src/component/link/call_scope.ts";
import type { FunctionType, ValueType } from "../../../src/component/types.ts";
import { primitive } from "../values/_place.ts";

const BORROW: ValueType = {
  kind: "borrow",
  resource: { kind: "resource", offset: 0, destructor: undefined },
};

const U8 = primitive("u8");

/** Types that hold a handle. */
const HOLDING: readonly ValueType[] = [
  BORROW,
  { ...BORROW, kind: "own" },
  { kind: "list", type: BORROW },
  { kind: "map", key: U8, value: BORROW },
  { kind: "tuple", types: [U8, BORROW] },
  { kind: "record", fields: [{ name: "a", type: BORROW }] },
  { kind: "variant", cases: [{ name: "a", type: undefined }, { name: "b", type: BORROW }] },
  { kind: "option", type: BORROW },
  { kind: "result", ok: undefined, error: BORROW },
  { kind: "named", name: "n", owner: undefined, type: BORROW },
];

function taking(type: ValueType, result?: ValueType): FunctionType {
  return { kind: "function", isAsync: false, parameters: [{ name: "a", type }], result };
}

Deno.test("a function carries handles if a type of it holds one at any depth", () => {
  for (const type of HOLDING) {
    assertEquals([carriesHandles(taking(type)), carriesHandles(taking(U8, type))], [true, true]);
  }
  for (const type of [U8, { kind: "enum", names: ["a"] }] satisfies ValueType[]) {
    assertEquals(carriesHandles(taking({ kind: "list", type })), false);
  }
});

Deno.test("what a scope has to give back is given back once", () => {
  const scope = createScope();
  let count = 0;
  scope.release.push(() => count++);
  release(scope);
  release(scope);
  release(undefined);
  assertEquals(count, 1);
});
