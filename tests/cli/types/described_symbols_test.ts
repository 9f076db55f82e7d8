import { assertEquals, assertRejects } from "@std/assert";
import { LoadError, type SymbolDeclarations } from "../../../mod.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { describeSymbols } from "../../../src/cli/types/described_symbols.ts";
import { assemble } from "../../_wat.ts";
import { BUFFER_GUEST, readGuest, sourceOf } from "../inspect/_guests.ts";

async function describe(name: string, given: SymbolDeclarations = {}) {
  return await describeSymbols(await loadIdle(await readGuest(name)), given);
}

Deno.test("each function of AssemblyScript has the types that its binary shows", async () => {
  const { symbols } = await describe("assemblyscript/strings");
  const types = symbols.map(({ name, declaration }) => [name, declaration]);
  assertEquals(Object.fromEntries(types), {
    version: { parameters: [], result: "string" },
    greet: { parameters: ["string"], result: "string" },
    echo: { parameters: ["string"], result: "string" },
    repeat: { parameters: ["string", "i32"], result: "string" },
    join: { parameters: ["string", "string"], result: "string" },
    units: { parameters: ["string"], result: "string" }, // in truth an i32, which nothing shows
    echoOrNull: { parameters: ["string"], result: "string" },
  });
  assertEquals(symbols.find(({ name }) => name === "units")?.words, [
    "It keeps argument 0 from the collector: an object, taken as a string. " +
    "Its result is a number or the address of an object, taken as a string.",
  ]);
});

Deno.test("texts, numbers and types without a declaration are distinguished", async () => {
  const { symbols, serving, missing, convention } = await describeSymbols(
    await loadIdle(sourceOf(BUFFER_GUEST)),
    {},
  );
  assertEquals(symbols, [{
    name: "echo",
    type: "(i32) -> i32",
    declaration: { parameters: ["string"], result: "string" },
    words: ["Taken to pass one text and return one, which its type allows."],
  }]);
  assertEquals(serving, ["get_buffer_pointer", "get_buffer_capacity"]);
  assertEquals(missing, ['import[0] "env.log" (i32, i32) -> (): missing']);
  assertEquals(
    convention,
    'Text passes by convention: staticBuffer({ pointer: "get_buffer_pointer" }), because ' +
      '"get_buffer_pointer" takes nothing and returns a pointer.',
  );
  const bytes = assemble(`(module
    (func (export "two") (result i32 i32) (i32.const 1) (i32.const 2))
    (func (export "half") (param f32) (result f32) (local.get 0)))`);
  const other = await describeSymbols(await loadIdle(sourceOf(bytes)), {});
  assertEquals(other.symbols.map(({ name, declaration }) => [name, declaration]), [
    ["two", undefined],
    ["half", { parameters: ["f32"], result: "f32" }],
  ]);
  assertEquals(other.convention, "No convention for text is detected.");
});

Deno.test("the caller's declarations come first, and have to fit", async () => {
  const units = { parameters: ["string"], result: "i32" } as const;
  const { symbols } = await describe("assemblyscript/strings", { units });
  assertEquals(symbols[0], {
    name: "units",
    type: "",
    declaration: units,
    words: ["Declared by the caller."],
  });
  assertEquals(symbols.filter(({ name }) => name === "units").length, 1);
  const wrong = { units: { parameters: ["string", "f64"], result: "i32" } } as const;
  await assertRejects(() => describe("assemblyscript/strings", wrong), LoadError, '"units"');
});
