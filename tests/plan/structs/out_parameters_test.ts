import { assertEquals } from "@std/assert";
import type { SymbolDeclaration } from "../../../mod.ts";
import { Problem } from "../../../src/base/errors.ts";
import { expandOuts, type Outs } from "../../../src/plan/structs/out_parameters.ts";
import { POINT } from "../../_struct_guests.ts";

const CODE = { type: "out", name: "code", value: "u8" } as const;
const RATIO = { type: "out", name: "ratio", value: "f64" } as const;

function expand(declaration: SymbolDeclaration, address64 = false): Outs {
  const outs = expandOuts(declaration, "f", { address64 });
  if (outs === undefined || outs instanceof Problem) throw new Error(outs?.message);
  return outs;
}

Deno.test("out-parameters lie in the return area, each at a word of its own", () => {
  const parameters = [CODE, "string", RATIO, { ...CODE, name: "last" }] as const;
  for (const [address64, last] of [[false, 16], [true, 16]] as const) {
    const { values, areaSize, moveFlattening } = expand({ parameters, result: "i32" }, address64);
    assertEquals<unknown>(values.fields, {
      code: { type: "u8", value: { load: "u8", offset: 0, at: "area" } },
      ratio: { type: "f64", value: { load: "f64", offset: 8, at: "area" } },
      last: { type: "u8", value: { load: "u8", offset: last, at: "area" } },
    });
    assertEquals(areaSize, 24);
    const word = address64 ? 8 : 4;
    const coreArguments = [0, 1, 2, 3].map((text) => ({ text, as: "pointer" }) as const);
    assertEquals<unknown>(moveFlattening({ pass: [], coreArguments }, false).coreArguments, [
      { area: 0 },
      { text: 0, as: "pointer" },
      { area: 8 / word },
      { area: last / word },
    ]);
  }
});

Deno.test("out-parameters follow the words that the declaration itself has in the return area", () => {
  const own = (rest: Omit<SymbolDeclaration, "parameters">) =>
    expand({ parameters: [RATIO], ...rest }).values.fields.ratio;
  const at = (offset: number) => ({ type: "f64", value: { load: "f64", offset, at: "area" } });
  assertEquals<unknown>(own({ result: "void" }), at(0));
  assertEquals<unknown>(own({ result: "string" }), at(16));
  assertEquals<unknown>(own({ result: { ...POINT, by: "value" } }), at(8));
  assertEquals<unknown>(own({ result: "void", area: [0, 0, 0] }), at(16));
});

Deno.test("only parameters that take an argument are counted", () => {
  const { settle } = expand({ parameters: [CODE, "bytes", "u32"], result: "void" });
  const settled = settle({
    parameters: [CODE, "bytes", "u32"],
    result: { type: "list", item: "u8", pointer: { argument: 1 }, count: { parameter: 0 } },
    status: { value: { sum: [{ parameter: 2 }, { argument: 0 }] }, fails: "zero" },
  });
  assertEquals<unknown>(settled, {
    parameters: ["bytes", "u32"],
    result: {
      type: "list",
      item: "u8",
      pointer: { argument: 0 },
      count: { load: "u8", offset: 0 },
    },
    status: { value: { sum: [{ parameter: 1 }, { sum: ["area", 0] }] }, fails: "zero" },
  });
});

Deno.test("the number of elements at a pointer can be in an out-parameter", () => {
  const { values } = expand({
    parameters: [
      { type: "out", name: "items", value: { type: "list", item: "u16", length: { field: "n" } } },
      { type: "out", name: "n", value: "u32" },
    ],
    result: "void",
  });
  assertEquals(Object.keys(values.fields), ["items"]);
  assertEquals<unknown>((values.fields.items as { count: unknown }).count, {
    load: "u32",
    offset: 4,
    at: "area",
  });
});

Deno.test("out-parameters beside chunked input are refused", () => {
  const declaration = {
    parameters: ["string", CODE],
    result: "void",
    chunked: { update: "update", final: "final" },
  } as const;
  const problem = expandOuts(declaration, "f", { address64: false });
  assertEquals(
    problem instanceof Problem && problem.message,
    'Cannot pass out-parameters to "f": its text is passed in chunks, expected no parameters with ' +
      "a name",
  );
});
