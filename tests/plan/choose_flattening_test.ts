import { assertEquals } from "@std/assert";
import { allocator, cString, type SymbolDeclaration } from "../../mod.ts";
import { orThrow } from "../../src/base/errors.ts";
import { chooseFlattening, listOptions, typesOf } from "../../src/plan/choose_flattening.ts";
import { typeOf } from "../conventions/_host_plan.ts";
import { makeContext, problemOf } from "./_context.ts";

const TEXT: SymbolDeclaration = { parameters: ["string"], result: "string" };
const C = cString({ allocate: "malloc", free: "free" });
const OPEN = allocator({ allocate: "malloc", free: "free" });

function choose(
  type: string,
  declaration = TEXT,
  convention = OPEN,
  leastArguments?: number,
) {
  const context = makeContext({}, convention, { leastArguments: () => leastArguments });
  return chooseFlattening("f", declaration, typeOf(type), convention, context);
}

Deno.test("the export's type settles what the convention leaves open", () => {
  const arealess = orThrow(choose("(i32) -> i32", TEXT, C));
  assertEquals([arealess.coreArguments, arealess.form?.name], [
    [{ text: 0, as: "pointer" }],
    "terminated",
  ]);
  assertEquals(orThrow(choose("(i32, i32) -> (i32, i32)")).form?.name, "multiValue");
});

Deno.test("a type that no form has is a problem with the types that would fit", () => {
  assertEquals(problemOf(choose("(f32) -> ()", TEXT, C)), [
    "signature",
    "type",
    'Cannot pass ("string") -> "string" to "f": it is (f32) -> (), expected (i32) -> i32',
  ]);
  assertEquals(typesOf(TEXT, C, true), ["(i64) -> i64"]);
  const ofData = { parameters: ["bytes"], result: "u32" } as const;
  assertEquals(
    problemOf(choose("(i32, i32) -> i32", ofData, C)).at(-1),
    'Cannot pass ("bytes") -> ' +
      '"u32" to "f": it is (i32, i32) -> i32, expected (i32) -> i32 or parameters with pass: ' +
      '["pointer", "byteLength"]',
  );
});

Deno.test("forms that fit equally well are a problem with the option for each", () => {
  assertEquals(problemOf(choose("(i32, i32) -> i64")), [
    "ambiguous-convention",
    "type",
    'Cannot tell how "f" passes text: it is (i32, i32) -> i64, which 2 forms of the convention ' +
    '"allocator" fit, expected convention: allocator({ allocate: "malloc", free: "free", result: ' +
    '"packedPointerHigh", resultsFreedBy: "host" }) or convention: allocator({ allocate: ' +
    '"malloc", free: "free", result: "packedPointerLow", resultsFreedBy: "host" }) ' +
    '(resultsFreedBy: "guest" instead if the guest keeps what it returns)',
  ]);
});

Deno.test("an unknown type settles nothing that the convention leaves open", () => {
  assertEquals(problemOf(choose("unknown")).slice(0, 2), ["ambiguous-convention", "type"]);
  assertEquals(orThrow(choose("unknown", TEXT, C)).form?.name, "terminated");
});

Deno.test("additional core arguments are allowed only at the end", () => {
  const scale: SymbolDeclaration = { parameters: ["f64"], result: "f64" };
  const { coreArguments, passed } = orThrow(choose("(f64, f64, i32) -> f64", scale, C, 1));
  assertEquals([coreArguments, passed], [[{ parameter: 0 }, 0, 0], 1]);
  assertEquals(
    problemOf(choose("(f64, f64, i32) -> f64", scale, C, 2))[2].includes(
      "it is (f64, f64, i32) -> f64, of which the first 2 have to be passed",
    ),
    true,
  );
});

Deno.test("listOptions() offers the forms that fit a type, and nothing if none does", () => {
  const context = makeContext({ greet: "(i32, i32) -> i64", add: "(f32) -> ()" }, OPEN);
  const options = listOptions("greet", TEXT, OPEN, context)!;
  assertEquals(options.match(/result: "\w+"/g), [
    'result: "packedPointerHigh"',
    'result: "packedPointerLow"',
  ]);
  assertEquals(listOptions("add", TEXT, OPEN, context), undefined);
});
