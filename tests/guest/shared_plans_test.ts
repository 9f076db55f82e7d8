import { assert, assertEquals } from "@std/assert";
import { load, type LoadOptions, staticBuffer } from "../../mod.ts";
import { isAlike } from "../../src/guest/shared_plans.ts";
import { runDeno } from "../_deno.ts";

const PATH = "testdata/c/shout_length.wasm";

/** Counts how often source is compiled while `act` runs. */
function countCompiled(act: () => void): number {
  const { Function: original } = globalThis;
  let count = 0;
  globalThis.Function = new Proxy(original, {
    construct(target, args, newTarget) {
      count++;
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    act();
  } finally {
    globalThis.Function = original;
  }
  return count;
}

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
    assert(countCompiled(() => call((text) => first.passString(text, "shout"), 120)) > 0);
    using second = await load(first.module, options);
    assertEquals(countCompiled(() => call((text) => second.passString(text, "shout"), 120)), 0);
  });
}

Deno.test("a symbol that is declared alike is not compiled again, one that is declared otherwise is", async () => {
  const loadSymbols = async (source: string | WebAssembly.Module, type: "string" | "bytes") =>
    await load(source, { symbols: { shout: { parameters: [type], result: "string" } } });
  using first = await loadSymbols(PATH, "string");
  const { shout } = first.symbols as { shout: (text: string) => string };
  assert(countCompiled(() => call(shout, 120)) > 0);
  using alike = await loadSymbols(first.module, "string");
  assertEquals(
    countCompiled(() => call(alike.symbols.shout as (text: string) => string, 120)),
    0,
  );
  using other = await loadSymbols(first.module, "bytes");
  const bytes = new TextEncoder().encode("hello");
  const pass = () => (other.symbols.shout as (bytes: Uint8Array) => string)(bytes);
  assert(countCompiled(() => call(pass, 120)) > 0);
});

Deno.test("a module in use does not keep its guests that are gone", async () => {
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
