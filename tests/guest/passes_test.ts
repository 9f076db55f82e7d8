import { assertEquals, assertStrictEquals } from "@std/assert";
import { allocator, cString, staticBuffer } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { readModule } from "../../src/binary/module.ts";
import type { Call } from "../../src/call/call.ts";
import {
  adviseSymbols,
  findSoleExport,
  PassCalls,
  type PassedTo,
  PASSES,
} from "../../src/guest/passes.ts";
import { planParts } from "../../src/plan/resolve.ts";
import { makeContext } from "../plan/_context.ts";
import { assemble } from "../_wat.ts";

const C = cString({ allocate: "malloc", free: "free" });

/** Finds the name of the export of a guest with an allocator and functions of these types. */
function findSole(
  types: Readonly<Record<string, string>>,
  convention: Parameters<typeof makeContext>[1] = C,
) {
  const all = { malloc: "(i32) -> i32", free: "(i32) -> ()", ...types };
  const functions = Object.entries(all).map(([name, type]) => {
    const [parameters = "", results = ""] = type.split("->").map((part) =>
      part.replace(/[(),]/g, " ").trim()
    );
    const values = results.split(" ").filter((part) => part !== "").map((part) =>
      `(${part}.const 0)`
    );
    return `(func (export "${name}") (param ${parameters}) (result ${results}) ${
      values.join(" ")
    })`;
  });
  const info = readModule(
    assemble(`(module (memory (export "memory") 1) ${functions.join("\n")})`),
  );
  const found = findSoleExport("string", info, makeContext(all, convention));
  return found instanceof Problem ? found : found.name;
}

const messageOf = (found: unknown) => (found as Problem).message;
const CANNOT = 'Cannot choose an export for ("string") -> "string": ';

Deno.test("the only export that fits is called, and exports that the convention uses do not count", () => {
  assertEquals(
    findSole({ greet: "(i32) -> i32", version: "() -> i32", log: "(i32) -> ()" }),
    "greet",
  );
});

Deno.test("if several exports fit, the caller has to name one", () => {
  assertEquals(
    messageOf(findSole({ greet: "(i32) -> i32", shout: "(i32) -> i32" })),
    `${CANNOT}"greet", "shout" fit, expected its name as the second argument`,
  );
});

Deno.test("an export whose name suggests a number is called only by its name", () => {
  const message = messageOf(findSole({ count_words: "(i32) -> i32" }));
  assertEquals(
    message.startsWith(
      `${CANNOT}only "count_words" fits, which may return something else, expected its name as ` +
        "the second argument or symbols: { count_words: ",
    ),
    true,
    message,
  );
});

Deno.test("if none fits, the nearest one is shown with its type and the one that would", () => {
  const message = messageOf(findSole({ scale: "(f64) -> f64", print: "(i32) -> ()" }));
  assertEquals(
    message.startsWith(
      `${CANNOT}none fits: "print" is (i32) -> (), and one that fits is (i32) -> i32, `,
    ),
    true,
    message,
  );
  assertEquals(
    messageOf(findSole({})),
    `${CANNOT}the guest exports no function but those that its convention uses, expected one ` +
      "that takes a text and returns one",
  );
});

Deno.test("without a convention or types no export is chosen, and the error has that reason", () => {
  const none = new Problem({
    code: "no-convention",
    part: "convention",
    cannot: "Cannot",
    found: "x",
  });
  assertStrictEquals(findSole({}, none), none);
  assertEquals(
    messageOf(findSoleExport("string", undefined, makeContext({}, C))),
    "Cannot choose an export: the guest's types are unknown, expected its name",
  );
});

Deno.test("the one export that fits comes with the parts of its plan, which are not made again", () => {
  const func = (name: string, rest: string) => `(func (export "${name}") ${rest})`;
  const info = readModule(
    assemble(`(module ${func("malloc", "(param i32) (result i32) unreachable")}
    ${func("free", "(param i32)")} ${func("greet", "(param i32) (result i32) local.get 0")})`),
  );
  const context = makeContext({ greet: "(i32) -> i32" }, C);
  const { name, parts } = findSoleExport("string", info, context) as PassedTo;
  assertEquals(name, "greet");
  assertEquals(parts, planParts("greet", PASSES.string, context));
});

Deno.test("a call is kept for its name, and for no name", () => {
  const calls = new PassCalls();
  const call = (): Call => ({ call: () => {}, compiled: undefined }) as unknown as Call;
  const [greet, sole, later] = [call(), call(), call()];
  assertEquals([calls.get("greet"), calls.get(undefined)], [undefined, undefined]);
  assertStrictEquals(calls.keep("greet", greet), greet);
  assertEquals([calls.get("greet") === greet, calls.get(undefined)], [true, undefined]);
  calls.keep(undefined, sole);
  assertEquals([calls.get(undefined) === sole, calls.get("greet") === greet], [true, true]);
  calls.keep("other", later);
  assertStrictEquals(calls.get("other"), later);
});

Deno.test("the error for an export whose type does not suit a pass suggests the option symbols", () => {
  const problem = new Problem({
    code: "signature",
    part: "type",
    cannot: "Cannot pass",
    found: "it is (f32, f32, f32) -> ()",
    expected: "(i32) -> i32",
  });
  const context = makeContext({ f: "(f32, f32, f32) -> ()" }, allocator({ allocate: "malloc" }));
  assertEquals(
    adviseSymbols(problem, "f", "string", context, undefined).message,
    "Cannot pass: it is (f32, f32, f32) -> (), expected (i32) -> i32; passString and passBytes are " +
      "for one value in and one out: declare anything else with the option symbols",
  );
  const other = problem.with({ part: "place" });
  assertStrictEquals(adviseSymbols(other, "f", "string", context, undefined), other);
});

Deno.test("an export that reads one byte of a buffer does not compete with one that changes the whole buffer", () => {
  const byteAt = `(func (export "byte_at") (param i32) (result i32) (i32.load8_u (local.get 0)))`;
  const count = `(func (export "last_of") (param i32) (result i32) (local.get 0))`;
  const upper = `(func (export "upper") (param i32) (result i32)
    (loop (i32.store8 (local.get 0) (i32.load8_u (local.get 0)))) (local.get 0))`;
  const sole = (...functions: string[]) => {
    const info = readModule(assemble(`(module (memory 1) ${functions.join("")})`));
    const types = { byte_at: "(i32) -> i32", last_of: "(i32) -> i32", upper: "(i32) -> i32" };
    const convention = staticBuffer({ pointer: 1024, capacity: 64 });
    const found = findSoleExport("string", info, makeContext(types, convention));
    return found instanceof Problem ? found : found.name;
  };
  assertEquals(sole(byteAt, upper), "upper");
  assertEquals(
    messageOf(sole(count, upper)),
    `${CANNOT}"last_of", "upper" fit, expected its name as the second argument`,
  );
});
