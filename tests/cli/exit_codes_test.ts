import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
} from "../../mod.ts";
import { EXIT, exitKindOf, UsageError, wordsOfError } from "../../src/cli/exit_codes.ts";

const ROWS: readonly (readonly [error: unknown, code: number])[] = [
  [new Error("a fault"), 1],
  ["a thrown text", 1],
  [new UsageError("words"), 2],
  [new LoadError("source", "words"), 3],
  [new WasmFormatError("words", 0), 4],
  [new LoadError("compile", "words"), 4],
  [new LoadError("unsupported", "words"), 4],
  [new LoadError("imports", "words"), 5],
  [new LoadError("instantiation", "words"), 5],
  [new LoadError("memory", "words"), 5],
  [new GuestError("missing-export", "words"), 6],
  [new GuestError("ambiguous-convention", "words"), 6],
  [new TypeError("words"), 6],
  [new RangeError("words"), 6],
  [new GuestError("trap", "words"), 7],
  [new GuestError("guest-error", "words"), 7],
  [new GuestError("invalid-text", "words"), 7],
  [new ComponentError("payload"), 7],
];

for (const [error, code] of ROWS) {
  const { name, code: kind = "" } = Object(error) as { name?: string; code?: string };
  Deno.test(`${name} ${kind} ends the program with ${code}`, () => {
    assertEquals(EXIT[exitKindOf(error)].code, code);
  });
}

Deno.test("a result outside the guest's memory is a failure of the guest", () => {
  assertEquals(exitKindOf(new MemoryRangeError("read", 0, 1, 0)), "guest");
});

Deno.test("no two kinds of exit share a code", () => {
  const codes = Object.values(EXIT).map(({ code }) => code);
  assertEquals(codes, [...new Set(codes)]);
});

Deno.test("a fault of the program shows where it happened, any other error its message", () => {
  assertStringIncludes(wordsOfError(new Error("a fault")), "exit_codes_test.ts");
  assertEquals(wordsOfError(new UsageError("words")), "words");
  assertEquals(wordsOfError(new TypeError("words")), "words");
  assertEquals(wordsOfError("a thrown text"), "a thrown text");
});
