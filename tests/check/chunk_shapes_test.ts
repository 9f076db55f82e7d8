import { assertEquals } from "@std/assert";
import { symbolShape } from "../../src/check/declaration_shapes.ts";
import { Problems } from "../../src/check/shape.ts";

/** Returns the problems of a declaration with chunked input. */
function problemsOf(chunked: unknown, more: object = {}): readonly string[] {
  const problems = new Problems("the declaration");
  problems.read(symbolShape, { parameters: ["bytes"], result: "bytes", chunked, ...more }, "");
  return problems.lines;
}

const parts = { update: "u", parts: true };
const handle = { export: "u", arguments: ["handle"] };

/** Declarations, and their problems. */
const ROWS: readonly [chunked: unknown, problems: readonly string[], more?: object][] = [
  [parts, []],
  [{ ...parts, init: "i", handle: "pointer", update: handle, destroy: handle }, []],
  [{ update: "u" }, [
    "chunked.final is missing, expected the name of an export or { export, arguments }, or parts: " +
    "true beside update",
  ]],
  [{ ...parts, handle: "pointer" }, [
    'chunked.handle is "pointer", expected "init" beside it, which returns it',
  ]],
  [{ ...parts, update: handle }, [
    'chunked.update.arguments[0] is "handle", expected the type of the handle in "handle"',
  ]],
  [{ update: "u", final: "f", drain: "d", repeat: ["update"], taken: "result" }, [
    "chunked.drain has no effect alone, expected parts: true beside it",
    "chunked.repeat has no effect alone, expected parts: true beside it",
    "chunked.taken has no effect alone, expected parts: true beside it",
  ]],
  [{ ...parts, repeat: ["final"] }, [
    'chunked.repeat has "final", expected "final" to be declared beside it',
  ]],
  [{ ...parts, repeat: "final" }, [
    'chunked.repeat is "final", expected an array such as ["update", "final"]',
  ]],
  [{ ...parts, init: "i", handle: "f64" }, [
    'chunked.handle is "f64", did you mean "i64"?',
  ]],
  [parts, [
    'chunked.parts is true, but the result is "u32", expected text, bytes or an array',
  ], { result: "u32" }],
  [parts, [
    'result.as is "ArrayBuffer", but parts are joined as a Uint8Array, expected no class',
  ], { result: { type: "bytes", as: "ArrayBuffer" } }],
  [{ ...parts, taken: "result" }, [
    'chunked.taken is set for a parameter of type "string", expected "bytes"',
  ], { parameters: ["string"] }],
];

for (const [chunked, problems, more] of ROWS) {
  Deno.test(`chunked ${JSON.stringify(chunked)}: ${problems[0] ?? "is accepted"}`, () => {
    assertEquals(problemsOf(chunked, more), problems);
  });
}
