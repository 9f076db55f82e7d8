import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import type { CoreFunction } from "../../src/abi/core_value.ts";
import type { FunctionType, ValueType } from "../../src/binary/types.ts";
import type { PlainImport } from "../../src/imports/host_imports.ts";
import { guardImport, isTrusted } from "../../src/imports/plain_import.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { errorOf } from "../../src/instance/refusal.ts";
import { assemble } from "../_wat.ts";

function item(...results: ValueType[]): PlainImport {
  const type: FunctionType = { parameters: [], results };
  return { name: "env.f", label: () => 'import[0] "env.f"', type: () => type };
}

/** An instance that can be called until it is refused. */
function makeInstance() {
  return {
    hostDepth: 0,
    thrown: undefined as unknown,
    refusal: undefined as unknown,
    get callable() {
      return this.refusal === undefined;
    },
    refuse: (action: string) => new GuestError("poisoned", `Cannot ${action}`),
  };
}

/** Guards a function for an instance, or before there is one. */
function guard(
  fn: CoreFunction,
  imported: PlainImport,
  instance: unknown = makeInstance(),
): CoreFunction {
  return guardImport(fn, imported, { instance: instance as Instance | undefined });
}

const AN_I32 = "an integer from -2147483648 to 4294967295, or a boolean";
const AN_I64 = "a bigint from -9223372036854775808 to 18446744073709551615";

/** Results that no type of the kind holds exactly. */
const REFUSED: readonly (readonly [ValueType[], value: unknown, problem: string])[] = [
  [["i32"], "5", `it is "5", expected ${AN_I32}`],
  [["i32"], 1.5, `it is 1.5, expected ${AN_I32}`],
  [["i32"], 2 ** 32, `it is 4294967296, expected ${AN_I32}`],
  [["i32"], -(2 ** 31) - 1, `it is -2147483649, expected ${AN_I32}`],
  [["i32"], undefined, `it is undefined, expected ${AN_I32}`],
  [["i64"], 5, `it is 5, expected ${AN_I64}`],
  [["i64"], 2n ** 64n, `it is 18446744073709551616n, expected ${AN_I64}`],
  [["f64"], null, "it is null, expected a number"],
  [["f32"], 5n, "it is 5n, expected a number"],
  [["funcref"], () => {}, "it is a function, expected null or a function that a guest exports"],
  [["i32", "i64"], [1], "it has 1 values, expected an array of 2 values"],
  [["i32", "i64"], [1, 2n, 3], "it has more than 2 values, expected an array of 2 values"],
  [["i32", "i64"], 5, "it is 5, expected an array of 2 values"],
  [["i32", "i64"], [1, 2], `value 1 is 2, expected ${AN_I64}`],
  [
    ["i32"],
    Promise.resolve(1),
    "it is a promise, expected hostFunction() with async: true in its declaration",
  ],
  [
    [],
    Promise.resolve(),
    "it is a promise, expected hostFunction() with async: true in its declaration",
  ],
];

for (const [results, value, problem] of REFUSED) {
  Deno.test(`a result of (${results}) is refused: ${problem}`, () => {
    const { message } = assertThrows(() => guard(() => value, item(...results))(), TypeError);
    assertEquals(message, `Cannot return a value from import[0] "env.f": ${problem}`);
  });
}

Deno.test("a result that does not fit is refused after others that did", () => {
  const rows: readonly (readonly [result: ValueType[], fits: unknown, unfit: unknown])[] = [
    [["i32"], 1, 1.5],
    [["i32"], 1, undefined],
    [["f64"], 1.5, undefined],
    [["i64"], 1n, 1],
  ];
  for (const [results, fits, unfit] of rows) {
    let value = fits;
    const guarded = guard(() => value, item(...results));
    for (let times = 0; times < 2; times++) assertStrictEquals(guarded(), fits);
    value = unfit;
    assertThrows(() => guarded(), TypeError, `it is ${unfit}, expected`);
  }
});

const ACCEPTED: readonly (readonly [ValueType[], value: unknown])[] = [
  [["i32"], -(2 ** 31)],
  [["i32"], 2 ** 32 - 1],
  [["i32"], true],
  [["i64"], -(2n ** 63n)],
  [["i64"], 2n ** 64n - 1n],
  [["f64"], NaN],
  [["funcref"], null],
  [["externref"], "any"],
  [[], "dropped"],
];

for (const [results, value] of ACCEPTED) {
  Deno.test(`a result of (${results}) is passed on: ${Deno.inspect(value)}`, () => {
    const guarded = guard(() => value, item(...results));
    assertStrictEquals(guarded(), value);
    assertStrictEquals(guarded(), value); // as the first time
  });
}

Deno.test("any number of arguments arrives, before and after there is an instance", () => {
  for (const instance of [undefined, makeInstance()]) {
    for (let count = 0; count <= 6; count++) {
      const args = Array.from({ length: count }, (_, index) => index);
      let seen: unknown[] = [];
      guard((...all) => void (seen = all), item(), instance)(...args);
      assertEquals(seen, args);
    }
  }
});

Deno.test("the call depth is restored after each call, and an error is attributed to the host", () => {
  const instance = makeInstance();
  guard(() => assertEquals(instance.hostDepth, 1), item(), instance)();
  assertEquals([instance.hostDepth, instance.thrown], [0, undefined]);
  const error = new Error("host");
  const fails = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(guard(fails, item(), instance)), error);
  assertEquals([instance.hostDepth, instance.thrown === error], [0, true]);
});

Deno.test("an import of a guest that has ended is not called, and its result is not returned", () => {
  const ended = makeInstance();
  ended.refusal = new Error("trap");
  let calls = 0;
  // A trap carries the error, because the guest could catch the error itself.
  const message = (run: () => unknown) => {
    const error = errorOf(assertThrows(run, WebAssembly.RuntimeError));
    assert(error instanceof GuestError);
    return error.message;
  };
  assertEquals(
    message(() => guard(() => ++calls, item("i32"), ended)()),
    'Cannot call import "env.f"',
  );
  assertEquals(calls, 0);
  const ending = makeInstance();
  const end = () => {
    ending.refusal = new Error("trap");
    return 1;
  };
  assertEquals(
    message(() => guard(end, item("i32"), ending)()),
    'Cannot return from import "env.f"',
  );
});

Deno.test("only exports of other guests, and functions of Math for floats, need no guard", () => {
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(assemble('(module (func (export "f") (result i32) (i32.const 1)))')),
  );
  const named = (name: string) => Object.defineProperty(() => 1, "name", { value: name });
  const trusted = (fn: unknown, result: ValueType, isTimed?: boolean) =>
    isTrusted(fn as CoreFunction, item(result), isTimed);
  assertEquals([trusted(exports.f, "i32"), trusted(Math.sin, "f64")], [true, true]);
  // The engine would convert the result of these.
  assertEquals([trusted(Math.sin, "i32"), trusted(Math.fround, "f32")], [false, false]);
  assertEquals([trusted(named("0"), "i32"), trusted(named("sin"), "f64")], [false, false]);
  // With a deadline, the clock is read after a call of another guest.
  assertEquals([trusted(exports.f, "i32", true), trusted(Math.sin, "f64", true)], [false, true]);
  assertEquals(trusted(exports.f, "v128", true), true);
});
