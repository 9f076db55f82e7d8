import { assertEquals } from "@std/assert";
import { readWorld, type WitType } from "../../../src/cli/inspect/component_types.ts";
import { readModule } from "../../../src/binary/module.ts";
import { flat, leb } from "../../binary/_build.ts";
import { assemble } from "../../_wat.ts";
import { MANY_TYPES, withWorld } from "./_worlds.ts";

/** The magic and the version of a component. */
const COMPONENT = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

const EMPTY = assemble("(module)");

/** Reads the functions of a world, each as text. */
function read(bytes: Uint8Array<ArrayBuffer>): Record<string, string> {
  const text = (type: WitType): string =>
    type.kind === "list" ? `list<${text(type.item)}>` : type.name;
  return Object.fromEntries(
    [...readWorld(bytes, readModule(bytes))].map(([name, { parameters, result }]) => {
      const taken = parameters.map(({ name, type }) => `${name}: ${text(type)}`).join(", ");
      return [name, `(${taken}) -> ${result === undefined ? "()" : text(result)}`];
    }),
  );
}

Deno.test("the functions of a world have the types of their WIT", () => {
  assertEquals(read(withWorld(EMPTY, MANY_TYPES)), {
    "version": "() -> string",
    "scale": "(by: s16, exact: bool) -> s64",
    "example:text/greeter#greet": "(name: string) -> string",
    "example:text/greeter#repeat": "(text: string, times: u32) -> string",
    "example:text/greeter#length-of": "(text: string) -> u32",
    "example:text/greeter#digest": "(data: list<u8>) -> list<u8>",
    "example:text/greeter#sum": "(values: list<f64>) -> f64",
    "example:text/greeter#area": "(at: record) -> f64",
    "example:text/greeter#maybe": "(text: option) -> result",
    "example:text/greeter#log": "(line: string) -> ()",
  });
});

Deno.test("wit-bindgen's sections have the world in their names", () => {
  const bytes = withWorld(EMPTY, MANY_TYPES, "component-type:wit-bindgen:0.41:example:guest");
  assertEquals(Object.keys(read(bytes)).length, 10);
});

Deno.test("a section that is cut off or of another form is ignored, wherever the fault is", () => {
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
  const section = [...flat(1, nested)];
  const types = Uint8Array.from(flat(COMPONENT, 7, leb(section.length), section));
  assertEquals(read(withWorld(EMPTY, types)), {});
});

Deno.test("a module without such a section has no world", () => {
  assertEquals(read(EMPTY), {});
});
