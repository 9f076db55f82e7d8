import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { GuestError, LoadError, MemoryRangeError, WasmFormatError } from "../../mod.ts";
import { hex, list, quote } from "../../src/base/show.ts";
import { ComponentError, messageOf, Problem, problemOf } from "../../src/base/errors.ts";

const cause = new Error("the cause");

Deno.test("a LoadError has its code, its source, its problems and its cause", () => {
  const error = new LoadError("imports", "words", { source: "a.wasm", problems: ["one"], cause });
  assertInstanceOf(error, Error);
  assertEquals(
    [error.name, error.code, error.message, error.source, error.problems, error.cause],
    ["LoadError", "imports", "words", "a.wasm", ["one"], cause],
  );
  const bare = new LoadError("memory", "words");
  assertEquals([bare.source, bare.problems, "cause" in bare], [undefined, [], false]);
});

Deno.test("a WasmFormatError is the engine's CompileError, with an offset", () => {
  const error = new WasmFormatError("words", 0x1f, { cause });
  assertInstanceOf(error, WebAssembly.CompileError);
  assertInstanceOf(error, Error);
  assertEquals(
    [error.name, error.code, error.message, error.offset, error.cause],
    ["WasmFormatError", "format", "words", 0x1f, cause],
  );
  assertStrictEquals("cause" in new WasmFormatError("words", 0), false);
});

Deno.test("a MemoryRangeError is a RangeError with the range and the size", () => {
  const rows: [error: MemoryRangeError, message: string][] = [
    [
      new MemoryRangeError("read", 0xfffc, 12, 65536),
      "Cannot read 12 bytes at pointer 0xfffc: memory is 65536 bytes",
    ],
    [
      new MemoryRangeError("write", 2n ** 64n - 1n, 1, 65536),
      "Cannot write 1 bytes at pointer 0xffffffffffffffff: memory is 65536 bytes",
    ],
  ];
  for (const [error, message] of rows) {
    assertInstanceOf(error, RangeError);
    assertStrictEquals(error.message, message);
  }
  const [error] = rows[0]!;
  assertEquals(
    [error.name, error.code, error.pointer, error.byteLength, error.memorySize],
    ["MemoryRangeError", "memory-range", 0xfffc, 12, 65536],
  );
});

Deno.test("a GuestError has details as fields", () => {
  const error = new GuestError("trap", "words", {
    export: "f",
    status: -1,
    frames: ["f"],
    offset: 3,
    cause,
  });
  assertInstanceOf(error, Error);
  assertEquals(
    [error.name, error.code, error.export, error.status, error.frames, error.offset, error.cause],
    ["GuestError", "trap", "f", -1, ["f"], 3, cause],
  );
  const bare = new GuestError("disposed", "words");
  assertEquals([bare.export, bare.status, bare.frames, bare.offset], [
    undefined,
    undefined,
    [],
    undefined,
  ]);
});

Deno.test("an uncaught error begins with its class", () => {
  for (
    const error of [
      new LoadError("source", "words"),
      new WasmFormatError("words", 0),
      new MemoryRangeError("read", 0, 1, 0),
      new GuestError("trap", "words"),
    ]
  ) {
    assertStrictEquals(String(error), `${error.constructor.name}: ${error.message}`);
    assertStrictEquals(error.stack?.split(":")[0], error.constructor.name);
  }
});

Deno.test("hex() shows addresses unsigned and negative numbers with a sign", () => {
  const rows: [value: number | bigint, shown: string][] = [
    [0, "0x0"],
    [0xfffc, "0xfffc"],
    [2 ** 53 - 1, "0x1fffffffffffff"],
    [2n ** 64n - 1n, "0xffffffffffffffff"],
    [-1, "-0x1"],
    [-(2n ** 63n), "-0x8000000000000000"],
  ];
  for (const [value, shown] of rows) assertStrictEquals(hex(value), shown);
});

Deno.test("quote() shows any name of a binary on one line", () => {
  assertStrictEquals(quote("env.log"), '"env.log"');
  assertStrictEquals(quote('a"b\n\0\u001b[31m'), '"a\\"b\\n\\u0000\\u001b[31m"');
  assertStrictEquals(quote("\ud800"), '"\\ud800"');
});

Deno.test("list() names a few and counts the rest", () => {
  assertStrictEquals(list([]), "none");
  assertStrictEquals(list(["a"]), '"a"');
  assertStrictEquals(list(["a", "b", "c"], 2), '"a", "b" and 1 more');
  const names = Array.from({ length: 21 }, (_, index) => `n${index}`);
  assertStrictEquals(list(names.slice(0, 20)).endsWith('"n19"'), true);
  assertStrictEquals(list(new Set(names)).endsWith('"n19" and 1 more'), true);
});

Deno.test("messageOf() describes any thrown value", () => {
  assertStrictEquals(messageOf(cause), "the cause");
  assertStrictEquals(messageOf("text"), "text");
  assertStrictEquals(messageOf(undefined), "undefined");
});

Deno.test("the problem from which an error was made can be found", () => {
  const problem = new Problem({
    code: "signature",
    part: "type",
    cannot: "Cannot",
    found: "it is",
  });
  assertStrictEquals(problemOf(problem.error()), problem);
  assertEquals(problemOf(new GuestError("trap", "words")), undefined);
  assertEquals(problemOf("a text"), undefined);
});

Deno.test("an error case of a component is an error with its value", () => {
  const error = new ComponentError({ code: 5 }, { cause });
  assertEquals([error.name, error.payload, error.cause], ["ComponentError", { code: 5 }, cause]);
  for (
    const [payload, shown] of [
      ["gone", '"gone"'],
      [{ tag: "gone", val: 5 }, '"gone"'],
      [{ kind: "gone" }, '"gone"'],
      [{ code: 5 }, "an object of class Object"],
      [undefined, "undefined"],
    ] as const
  ) assertEquals(new ComponentError(payload).message, `The result is an error: ${shown}`);
});
