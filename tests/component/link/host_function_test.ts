import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ComponentError } from "../../../mod.ts";
import { hostFunction, throwing } from "../../../src/component/link/host_function.ts";
import type { FunctionType } from "../../../src/component/types.ts";
import { JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { primitive } from "../values/_place.ts";

const FAILING: FunctionType = {
  kind: "function",
  isAsync: false,
  parameters: [],
  result: { kind: "result", ok: primitive("u8"), error: primitive("string") },
};

function bind(type: FunctionType, call: () => unknown) {
  return hostFunction("f", type, call).bind(undefined, JCO_SHAPES);
}

Deno.test("a host function returns the success of a result, and throws its error case", () => {
  assertEquals(bind(FAILING, () => 5)([]), { tag: "ok", val: 5 });
  const call = bind(FAILING, () => {
    throw new ComponentError("gone");
  });
  assertEquals(call([]), { tag: "err", val: "gone" });
});

Deno.test("other errors, and those of a function without such a result, pass", () => {
  const error = new Error("other");
  const fail = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(() => bind(FAILING, fail)([])), error);
  const plain = bind({ ...FAILING, result: undefined }, () => {
    throw new ComponentError("gone");
  });
  assertThrows(() => plain([]), ComponentError);
});

Deno.test("the error case of an export is thrown", () => {
  assertEquals(throwing(() => ({ tag: "ok", val: 1 }))([]), 1);
  const call = throwing(() => ({ tag: "err", val: "gone" }));
  assertEquals(assertThrows(() => call([]), ComponentError).payload, "gone");
});
