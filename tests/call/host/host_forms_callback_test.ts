import { assertEquals, assertThrows } from "@std/assert";
import { orThrow } from "../../../src/base/errors.ts";
import { CallbackForms } from "../../../src/call/host/host_forms.ts";
import { planCallback } from "../../../src/plan/plan_callback.ts";
import { cString } from "../../../src/presets/allocator.ts";

function formsOf(count: number): CallbackForms {
  const declaration = { parameters: Array<"i32">(count).fill("i32"), result: "i32" } as const;
  const context = { convention: cString(), address64: false, info: undefined };
  return new CallbackForms(orThrow(planCallback(declaration, context)), false);
}

Deno.test("a dispatcher calls the current function with all arguments", () => {
  for (let count = 0; count < 7; count++) {
    const forms = formsOf(count);
    let current = (...args: unknown[]): unknown => args;
    const dispatch = forms.dispatch(() => current);
    const args = Array.from({ length: count }, (_, index) => index);
    assertEquals(dispatch(...args), args);
    current = (...args) => args.length;
    assertEquals(dispatch(...args), count);
    assertEquals(forms.type.parameters.length, count);
  }
});

Deno.test("the core function lifts its arguments and checks the result", () => {
  const forms = formsOf(2);
  const home = { instance: undefined };
  const core = forms.on(((left: number, right: number) => left / right) as never, home);
  assertEquals(core(6, 3), 2);
  assertThrows(
    () => core(1, 2),
    RangeError,
    'Cannot return a value from the callback ("i32", "i32") -> "i32": it is 0.5',
  );
});
