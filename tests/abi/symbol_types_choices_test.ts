import { assertEquals } from "@std/assert";
import type { ResultValue, SymbolFunction } from "../../mod.ts";

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Is accepted by the compiler only if the type argument is `true`. */
function holds<T extends true>(proof: T): void {
  assertEquals(proof, true);
}

const WHEN = { value: "result", is: 0 } as const;

interface Text {
  readonly type: "string";
  readonly pointer: "result";
  readonly when: typeof WHEN;
}

interface NullableText extends Text {
  readonly nullable: true;
}

interface Shape {
  readonly type: "variant";
  readonly tag: "result";
  readonly cases: {
    readonly none: { readonly is: 0 };
    readonly circle: {
      readonly is: 1;
      readonly value: { readonly type: "f64"; readonly value: 8 };
    };
    readonly name: { readonly is: 2; readonly value: Text };
  };
}

Deno.test("a result that exists only in some cases may be undefined, in addition to null", () => {
  holds<Same<ResultValue<Text>, string | undefined>>(true);
  holds<Same<ResultValue<NullableText>, string | null | undefined>>(true);
  holds<Same<ResultValue<{ type: "u64"; value: "result"; when: typeof WHEN }>, bigint | undefined>>(
    true,
  );
});

Deno.test("a variant is a union that its tag distinguishes", () => {
  type Found = ReturnType<SymbolFunction<{ parameters: []; result: Shape }>>;
  const nameOf = (found: Found): string => {
    if (found.tag === "circle") return found.value.toFixed(1);
    return found.tag === "name" ? found.value ?? "no name" : found.tag;
  };
  assertEquals(nameOf({ tag: "circle", value: 2 }), "2.0");
  assertEquals(nameOf({ tag: "name", value: undefined }), "no name");
  assertEquals(nameOf({ tag: "none" }), "none");
});

Deno.test("a list of items that differ in size is a list of their values", () => {
  type Found = ResultValue<{
    type: "list";
    pointer: "result";
    count: 3;
    stride: { load: "u16"; at: "result" };
    item: { type: "u8"; value: { load: "u8"; at: "result" } };
  }>;
  holds<Same<Found, number[]>>(true);
});
