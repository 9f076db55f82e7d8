import { assertEquals, assertThrows } from "@std/assert";
import {
  checkHostDeclaration,
  checkPreset,
  isCount,
  isObject,
} from "../../src/base/early_checks.ts";

const messageOf = (check: () => unknown) => assertThrows(check, TypeError).message;

const preset = (options: object) =>
  checkPreset("made", options, ["terminated", "prefixed"], { allocate: "blockCall" }, ["allocate"]);

Deno.test("checkPreset() returns a copy, for which each option was read once", () => {
  let reads = 0;
  const given = {
    get allocate() {
      return `malloc${++reads}`;
    },
  };
  const options = preset(given) as typeof given;
  assertEquals([options.allocate, options.allocate, reads], ["malloc1", "malloc1", 1]);
});

/** Options of a preset, and the error. */
const PRESETS: readonly (readonly [options: unknown, message: string])[] = [
  [{}, "option allocate is missing, expected the name of an export or { export, pass }"],
  [{ allocate: "" }, 'option allocate is "", expected the name of an export or { export, pass }'],
  [{ allocate: "a", alocate: "b" }, 'option alocate is unknown, did you mean "allocate"?'],
  [{ allocate: "a", malloc: "b" }, 'option malloc is unknown, did you mean "allocate"?'],
  [
    { allocate: "a", result: "prefix" },
    'option result is "prefix", did you mean "prefixed"?',
  ],
  [
    { allocate: "a", result: 5 },
    'option result is 5, expected "terminated" or "prefixed" or { text }',
  ],
  [
    { allocate: "a", encoding: "utf8" },
    'option encoding is "utf8", did you mean "utf-8"?',
  ],
  [null, "the options are null, expected an object"],
  [[], "the options are an object of class Array, expected an object"],
];

for (const [options, message] of PRESETS) {
  Deno.test(`checkPreset() refuses ${Deno.inspect(options)}`, () => {
    assertEquals(
      messageOf(() => preset(options as object)),
      `Cannot make the convention made(): ${message}`,
    );
  });
}

Deno.test("checkPreset() lists all problems, a line for each", () => {
  assertEquals(
    messageOf(() => preset({ terminated: 1, nullIs: "empty" })),
    "Cannot make the convention made():\n" +
      "option terminated is 1, expected a boolean\n" +
      "option allocate is missing, expected the name of an export or { export, pass }",
  );
});

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
    'parameters[0] has no type, expected { type } with "string", "bytes" or "array"',
  ],
  [{ parameters: [] }, "result is missing, expected a type"],
  [{ parameters: [], result: "void", async: 1 }, "async is 1, expected a boolean"],
  [{ parameters: [], result: "void", arguments: "a" }, 'arguments is "a", expected an array'],
];

for (const [declaration, message] of DECLARATIONS) {
  Deno.test(`checkHostDeclaration() refuses ${Deno.inspect(declaration)}`, () => {
    const found = messageOf(() => checkHostDeclaration(declaration));
    const expected = `Cannot make a host function: ${message}`;
    assertEquals(found.slice(0, expected.length), expected);
    assertEquals(found.includes("\n"), false);
  });
}

Deno.test("checkHostDeclaration() accepts types by their names and as objects", () => {
  checkHostDeclaration({
    parameters: ["u32", "string", { type: "array", element: "u8" }, "externref"],
    result: { type: "bytes" },
    async: true,
  });
});

Deno.test("checkHostDeclaration() reports a declaration that cannot be read", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const message = messageOf(() => checkHostDeclaration(proxy));
  assertEquals(
    message.startsWith("Cannot make a host function: the declaration cannot be read: "),
    true,
  );
});

Deno.test("an array is no object, and neither is null", () => {
  assertEquals([isObject({}), isObject([]), isObject(null)], [true, false, false]);
});

Deno.test("a count is an integer that a number holds exactly, 0 or more", () => {
  const values = [0, 2 ** 53 - 1, -1, 0.5, 2 ** 53, NaN, "1", 1n];
  assertEquals(values.filter(isCount), [0, 2 ** 53 - 1]);
});
