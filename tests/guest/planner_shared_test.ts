import { assert, assertEquals } from "@std/assert";
import { type Guest, load, type LoadOptions, staticBuffer } from "../../mod.ts";
import { isAlike } from "../../src/guest/planner.ts";
import { countCompiled } from "../_count_compiled.ts";
import { runDeno } from "../_deno.ts";

const PATH = "testdata/c/shout_length.wasm";

const call = (pass: (text: string) => string, times: number) => {
  for (let index = 0; index < times; index++) assertEquals(pass("hello"), "HELLO");
};

for (
  const [name, options] of [
    ["that was recognised", {}],
    ["that was set", { convention: staticBuffer({ pointer: "get_buffer_pointer" }) }],
  ] as [name: string, options: LoadOptions][]
) {
  Deno.test(`the second guest of a module calls what the first one compiled, by a convention ${name}`, async () => {
    using first = await load(PATH, options);
    const pass = (guest: Guest) => () => call((text) => guest.passString(text, "shout"), 120);
    assert(await countCompiled(pass(first)) > 0);
    using second = await load(first.module, options);
    assertEquals(await countCompiled(pass(second)), 0);
  });
}

Deno.test("a symbol with an equal declaration is not compiled again, one with another declaration is", async () => {
  /** Counts the functions that are compiled for a guest, possibly as soon as it is loaded. */
  const countFor = async (
    source: string | WebAssembly.Module,
    type: "string" | "bytes",
    value: unknown,
  ) => {
    let module: WebAssembly.Module | undefined;
    const count = await countCompiled(async () => {
      const symbols = { shout: { parameters: [type], result: "string" } } as const;
      using guest = await load(source, { symbols });
      call(() => (guest.symbols.shout as (value: unknown) => string)(value), 120);
      ({ module } = guest);
    });
    return { count, module: module! };
  };
  const { count, module } = await countFor(PATH, "string", "hello");
  assert(count > 0);
  assertEquals((await countFor(module, "string", "hello")).count, 0);
  assert((await countFor(module, "bytes", new TextEncoder().encode("hello"))).count > 0);
});

Deno.test("a module in use does not keep its former guests in memory", async () => {
  const { code, stdout, stderr } = await runDeno(
    ["run", "--no-check", "--allow-read=testdata", "--v8-flags=--expose-gc", "-"],
    `
import { load } from "./mod.ts";
let memory;
async function use() {
  const guest = await load("${PATH}");
  memory = new WeakRef(guest.exports.memory);
  for (let index = 0; index < 200; index++) guest.passString("hello", "shout");
  return guest.module;
}
const module = await use();
for (let turn = 0; turn < 10 && memory.deref() !== undefined; turn++) {
  await new Promise((resolve) => setTimeout(resolve, 1));
  gc();
}
console.log(memory.deref() === undefined, WebAssembly.Module.exports(module).length > 0);`,
  );
  assertEquals({ code, stdout: stdout.trim(), stderr }, {
    code: 0,
    stdout: "true true",
    stderr: "",
  });
});

Deno.test("declarations are alike if all of their parts are", () => {
  const count = () => 1;
  class Named {}
  const rows: [one: unknown, other: unknown, isSame: boolean][] = [
    [{ a: ["u32", { b: 1 }] }, { a: ["u32", { b: 1 }] }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: undefined }, { b: undefined }, false],
    [[1], { 0: 1 }, false],
    [[], {}, false],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [{ count }, { count }, true],
    [{ count }, { count: () => 1 }, false],
    [new Named(), new Named(), false],
    [undefined, null, false],
  ];
  for (const [one, other, isSame] of rows) {
    assertEquals([isAlike(one, other), isAlike(other, one)], [isSame, isSame], Deno.inspect(one));
  }
});
