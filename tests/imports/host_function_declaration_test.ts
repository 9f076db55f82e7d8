import { assertEquals, assertThrows } from "@std/assert";
import { hostFunction } from "../../mod.ts";

const messageOf = (check: () => unknown) => assertThrows(check, TypeError).message;

/** Declarations of a host function, and the error. */
const DECLARATIONS: readonly (readonly [declaration: unknown, message: string])[] = [
  [undefined, "the declaration is missing, expected { parameters, result }"],
  [{ result: "void" }, "parameters is missing, expected an array of types"],
  [
    { params: [], result: "void" },
    'params is unknown, did you mean "parameters"?',
  ],
  [{ parameters: ["int"], result: "void" }, 'parameters[0] is "int", did you mean "i32"?'],
  [{ parameters: ["void"], result: "void" }, 'parameters[0] is "void", expected'],
  [
    { parameters: [{ type: "u32" }], result: "void" },
    'parameters[0] has the type "u32", expected "u32" alone',
  ],
  [
    { parameters: [{}], result: "void" },
    'parameters[0] has no type, expected { type } with "string", "bytes", "array", "struct", ' +
    '"variant", "list", "out", "inout", "object", "objects", "reference" or "function"',
  ],
  [{ parameters: [] }, "result is missing, expected a type"],
  [{ parameters: [], result: "void", async: 1 }, "async is 1, expected a boolean"],
  [{ parameters: [], result: "void", arguments: "a" }, 'arguments is "a", expected an array'],
];

for (const [declaration, message] of DECLARATIONS) {
  Deno.test(`hostFunction() refuses ${Deno.inspect(declaration)}`, () => {
    const found = messageOf(() => hostFunction(declaration as never, (() => {}) as never));
    const expected = `Cannot make a host function: ${message}`;
    assertEquals(found.slice(0, expected.length), expected);
    assertEquals(found.includes("\n"), false);
  });
}

Deno.test("hostFunction() accepts types by their names and as objects", () => {
  hostFunction({
    parameters: ["u32", "string", { type: "array", element: "u8" }, "externref"],
    result: { type: "bytes" },
    async: true,
  }, () => Promise.resolve(new Uint8Array()));
});

Deno.test("hostFunction() reports a declaration that cannot be read", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const message = messageOf(() => hostFunction(proxy as never, (() => {}) as never));
  assertEquals(
    message.startsWith("Cannot make a host function: the declaration cannot be read: "),
    true,
  );
});
