import { assertEquals } from "@std/assert";
import { readWorld } from "../../../src/cli/inspect/read_world.ts";
import { readModule } from "../../../src/binary/module.ts";
import { section } from "../../binary/_build.ts";
import { build, TYPE } from "../../component/_build.ts";
import { assemble } from "../../_wat.ts";
import { MANY_TYPES, withWorld } from "./_worlds.ts";

const EMPTY = assemble("(module)");

/** Reads the functions of a world, each as text. */
function read(bytes: Uint8Array<ArrayBuffer>): Record<string, string> {
  const functions = [...readWorld(bytes, readModule(bytes))];
  return Object.fromEntries(functions.map(([name, { wit }]) => [name, wit]));
}

Deno.test("the functions of a world have the types of their WIT", () => {
  assertEquals(read(withWorld(EMPTY, MANY_TYPES)), {
    "version": "func() -> string",
    "scale": "func(by: s16, exact: bool) -> s64",
    "example:text/greeter#greet": "func(name: string) -> string",
    "example:text/greeter#repeat": "func(text: string, times: u32) -> string",
    "example:text/greeter#length-of": "func(text: string) -> u32",
    "example:text/greeter#digest": "func(data: list<u8>) -> list<u8>",
    "example:text/greeter#sum": "func(values: list<f64>) -> f64",
    "example:text/greeter#area": "func(at: point) -> f64",
    "example:text/greeter#maybe": "func(text: option<string>) -> result<string, string>",
    "example:text/greeter#log": "func(line: string)",
  });
});

Deno.test("wit-bindgen's sections have the world in their names", () => {
  const bytes = withWorld(EMPTY, MANY_TYPES, "component-type:wit-bindgen:0.41:example:guest");
  assertEquals(Object.keys(read(bytes)).length, 10);
});

Deno.test("a section that is cut off or malformed is ignored, wherever the fault is", () => {
  const whole = Uint8Array.fromBase64(MANY_TYPES);
  for (let end = 0; end < whole.length; end++) read(withWorld(EMPTY, whole.subarray(0, end)));
  for (let at = 0; at < whole.length; at++) {
    const bytes = whole.slice();
    bytes[at] = bytes[at]! ^ 0xff;
    read(withWorld(EMPTY, bytes));
  }
});

Deno.test("deep nesting is ignored, not a stack overflow", () => {
  // Each instance type begins with one declaration, which is a type.
  const nested = Array.from({ length: 100_000 }, () => [0x42, 0x01, 0x01]).flat();
  const types = build(section(TYPE, 1, nested));
  assertEquals(read(withWorld(EMPTY, types)), {});
});

Deno.test("a module without such a section has no world", () => {
  assertEquals(read(EMPTY), {});
});
