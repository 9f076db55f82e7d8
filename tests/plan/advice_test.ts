import { assertEquals } from "@std/assert";
import { allocator, assemblyScript, cString, staticBuffer } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { adviseUse } from "../../src/plan/advice.ts";
import { assemble } from "../_wat.ts";
import { makeContext } from "./_context.ts";

const C = cString({ allocate: "malloc", free: "free" });
const OPEN = allocator({ allocate: "malloc", free: "free" });

/** Advice on an export of a type. */
function advise(type: string, convention = OPEN, content: "string" | "bytes" = "string") {
  return adviseUse("f", content, makeContext({ f: type }, convention), undefined);
}

const symbol = (declaration: string) => `symbols: { f: { ${declaration} } }`;

Deno.test("for an export of type () -> (), the advice declares a void result", () => {
  assertEquals(
    advise("() -> ()", C),
    `${symbol('parameters: [], result: "void"')} if it takes and gives nothing`,
  );
});

Deno.test("for a getter, the advice is a text or a number", () => {
  assertEquals(
    advise("() -> i32", C),
    `${symbol('parameters: [], result: "string"')} if it returns the address of a text or ` +
      `${symbol('parameters: [], result: "i32"')} if it returns a number`,
  );
  // No address has this type, and bytes have no end.
  assertEquals(
    advise("() -> f64", C),
    `${symbol('parameters: [], result: "f64"')} if it returns a number`,
  );
  assertEquals(advise("() -> i32", C, "bytes")?.includes("address of a text"), false);
});

Deno.test("a guest that learns the length from its allocator needs no argument", () => {
  const found = advise("() -> i64", OPEN);
  assertEquals(found?.includes("pass: []"), true);
  assertEquals(found?.includes('if the guest learns from "malloc" how long the text is'), true);
  assertEquals(advise("() -> i64", assemblyScript())?.includes("learns from"), false);
});

Deno.test("an export that takes a text and returns nothing may change it where it is", () => {
  assertEquals(
    advise("(i32, i32) -> ()"),
    `${
      symbol(
        'parameters: ["string"], result: { type: "string", pointer: { argument: 0 }, ' +
          "length: { byteLengthOf: 0 } }",
      )
    } if it changes the text where it is or ` +
      `${symbol('parameters: ["string"], result: "void"')} if it returns nothing`,
  );
});

Deno.test("for an export that takes a text and returns a number, the advice includes a number", () => {
  const found = advise("(i32, i32) -> f32");
  assertEquals(
    found,
    `${symbol('parameters: ["string"], result: "f32"')} if it returns a number`,
  );
});

Deno.test("a getter of a length is offered as the length of another export's result", () => {
  const bytes = assemble(`(module (memory (export "memory") 1)
    (func (export "f") (param i32) (result i32) (i32.const 0))
    (func (export "result_length") (result i32) (i32.const 0)))`);
  const info = readModule(bytes);
  const context = makeContext({ f: "(i32) -> i32", result_length: "() -> i32" }, C);
  const found = adviseUse("f", "string", context, info);
  assertEquals(
    found?.startsWith(
      symbol(
        'parameters: ["string"], result: { type: "string", pointer: "result", length: { export: ' +
          '"result_length" }, freedBy: "host" }',
      ) + ' if "result_length" returns the length of that result (freedBy: "guest" instead if ',
    ),
    true,
    found,
  );
  // Beside a buffer, a size is that of the buffer.
  const beside = makeContext({ f: "(i32) -> i32" }, staticBuffer({ pointer: "buffer" }));
  assertEquals(adviseUse("f", "string", beside, info)?.includes("result_length"), false);
});

Deno.test("an export that takes nothing and loops may go through the text in the buffer", () => {
  const declared = symbol('parameters: ["string"], result: "i32"');
  for (const [body, expected] of [["(loop (br 0))", true], ["", false]] as const) {
    const info = readModule(assemble(`(module (memory (export "memory") 1)
      (func (export "f") (result i32) ${body} (i32.const 0)))`));
    const context = makeContext({ f: "() -> i32" }, staticBuffer({ pointer: "buffer" }));
    assertEquals(adviseUse("f", "string", context, info)?.includes(declared), expected);
  }
});

Deno.test("there is no advice on what cannot be pasted, is unknown, or returns several values", () => {
  const name = "f".repeat(201);
  assertEquals(
    adviseUse(name, "string", makeContext({ [name]: "() -> ()" }, C), undefined),
    undefined,
  );
  assertEquals(advise("unknown"), undefined);
  assertEquals(advise("(i32) -> (i32, i32)", C), undefined);
});
