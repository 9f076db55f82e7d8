import { assertEquals } from "@std/assert";
import * as passage from "../../../mod.ts";
import { exitKindOf } from "../../../src/cli/exit_codes.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import {
  declareNumbers,
  describeProblem,
  inspectFunctions,
} from "../../../src/cli/inspect/inspected_functions.ts";
import { assemble } from "../../_wat.ts";
import { guestUrl } from "../../_guests.ts";
import { BUFFER_GUEST, readGuest, sourceOf } from "./_guests.ts";

/** The roles of the functions of a guest, by their names. */
async function rolesOf(text: string): Promise<Record<string, string>> {
  const functions = await inspectFunctions(await loadIdle(sourceOf(assemble(text))));
  return Object.fromEntries(functions.map(({ name, role }) => [name, role]));
}

Deno.test("each function has the role that its convention, its type and its name give it", async () => {
  const roles = await rolesOf(`(module
    (memory (export "memory") 1)
    (func (export "_initialize"))
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "free") (param i32))
    (func (export "__wasm_call_ctors"))
    (func (export "greet") (param i32 i32) (result i64) (i64.const 0))
    (func (export "count_words") (param i32 i32) (result i32) (i32.const 0))
    (func (export "area") (param f64 f64) (result f64) (f64.const 0))
    (func (export "pair") (result i32 i32) (i32.const 0) (i32.const 0)))`);
  assertEquals(roles, {
    _initialize: "start",
    malloc: "convention",
    free: "convention",
    __wasm_call_ctors: "toolchain",
    greet: "numbers", // which half of the result is the pointer is open
    count_words: "numbers",
    area: "numbers",
    pair: "raw",
  });
});

Deno.test("a function that certainly takes a text and returns one is called with a text", async () => {
  const functions = await inspectFunctions(await loadIdle(sourceOf(BUFFER_GUEST)));
  assertEquals(functions.map(({ name, role, line }) => [name, role, line]).at(-1), [
    "echo",
    "text",
    'guest.passString("text", "echo")',
  ]);
});

Deno.test("an ambiguous function lists the options that would settle it", async () => {
  const functions = await inspectFunctions(await loadIdle(await readGuest("c/symbols")));
  const { textProblem } = functions.find(({ name }) => name === "add_i8")!;
  assertEquals(textProblem?.code, "ambiguous-convention");
  assertEquals(
    textProblem?.settledBy?.startsWith(
      'convention: allocator({ allocate: "malloc", free: "free", result: "terminated", ',
    ),
    true,
  );
});

for (const name of ["c/symbols", "wat/no_memory", "c/passing_data_length"]) {
  Deno.test(`every line for a function of ${name} runs as it is`, async () => {
    const functions = await inspectFunctions(await loadIdle(await readGuest(name)));
    for (const { role, line, needs } of functions) {
      if (role !== "text" && role !== "numbers") continue;
      const options = new Function(`return { ${needs ?? ""} }`)() as passage.LoadOptions;
      using guest = await passage.load(guestUrl(name), options);
      // A guest may refuse the arguments; what counts is that the line reaches it.
      try {
        new Function("guest", line)(guest);
      } catch (error) {
        assertEquals(exitKindOf(error), "guest", `${line} ${error}`);
      }
    }
  });
}

Deno.test("a function is declared with its core types if it has only numbers", () => {
  assertEquals(declareNumbers({ parameters: ["i32", "f64"], results: [] }), {
    parameters: ["i32", "f64"],
    result: "void",
  });
  assertEquals(declareNumbers({ parameters: ["v128"], results: [] }), undefined);
  assertEquals(declareNumbers({ parameters: [], results: ["i32", "i32"] }), undefined);
});

Deno.test("a problem has its code, its message, and its parts if the planner made it", () => {
  assertEquals(describeProblem(new passage.LoadError("imports", "words")), {
    code: "imports",
    message: "words",
  });
  assertEquals(describeProblem(new Error("words")).code, "unknown");
});
