import { assertEquals } from "@std/assert";
import { GuestError } from "../../src/base/errors.ts";
import { busyError, refusalError, stateOf } from "../../src/instance/refusal.ts";

const OVERFLOW = new RangeError("Maximum call stack size exceeded");

const ROWS: readonly [refusal: unknown, state: string, message: string][] = [
  [new GuestError("disposed", "the guest is disposed"), "disposed", "the guest is disposed"],
  [
    new GuestError("exited", "the guest called proc_exit", { status: 3 }),
    "exited",
    "the guest exited with code 3, expected reset() first",
  ],
  [
    new GuestError("trap", 'Cannot call "f": the guest trapped'),
    "poisoned",
    'the guest is poisoned, expected reset() first; it was: Cannot call "f": the guest trapped',
  ],
  [
    OVERFLOW,
    "poisoned",
    "the guest is poisoned, expected reset() first; it was: a call was interrupted, and its effects " +
    "are unknown: Maximum call stack size exceeded",
  ],
];

for (const [refusal, state, message] of ROWS) {
  Deno.test(`refusalError() describes ${refusal}`, () => {
    assertEquals(stateOf(refusal), state);
    const error = refusalError('call "g"', "g", refusal);
    assertEquals(
      { code: error.code, message: error.message, export: error.export, cause: error.cause },
      { code: state, message: `Cannot call "g": ${message}`, export: "g", cause: refusal },
    );
  });
}

Deno.test("busyError() names the symbol and the reason", () => {
  const { code, message, export: symbol } = busyError("g", '"f" is being waited for');
  assertEquals([code, symbol], ["busy", "g"]);
  assertEquals(
    message,
    'Cannot call "g": "f" is being waited for, expected one asynchronous call of an instance at a time',
  );
});
