import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { chooseMemory } from "../../src/imports/memories.ts";
import { assemble } from "../_wat.ts";
import { makeMemory64 } from "../_memories.ts";

/** Chooses the memory of a guest; `undefined` for `info` stands for a compiled module. */
function choose(
  text: string,
  offered: Readonly<Record<string, WebAssembly.Memory>> = {},
  wanted?: string,
  isKnown = true,
): ReturnType<typeof chooseMemory> & { readonly exports: WebAssembly.Exports } {
  const bytes = assemble(`(module ${text})`);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: offered });
  const imported = new Map(
    Object.entries(offered).map(([name, memory]) => [`env.${name}`, memory]),
  );
  const info = isKnown ? readModule(bytes) : undefined;
  return { ...chooseMemory(instance, imported, { info }, wanted), exports: instance.exports };
}

const IMPORT = '(import "env" "memory" (memory 1))';

Deno.test("the exported memory is the guest's, even if the host offered another one", () => {
  const offered = new WebAssembly.Memory({ initial: 1 });
  const { memory, exports } = choose(`${IMPORT} (memory $own 2) (export "own" (memory $own))`, {
    memory: offered,
  });
  assertStrictEquals(memory, exports.own);
});

Deno.test("the imported memory is the guest's if it exports none, and a guest may have no memory", () => {
  const offered = new WebAssembly.Memory({ initial: 1 });
  assertStrictEquals(choose(IMPORT, { memory: offered }).memory, offered);
  const none = choose("");
  assertEquals([none.memory, none.address64()], [undefined, false]);
});

Deno.test("one memory under two names is one", () => {
  const { memory, exports } = choose('(memory (export "a") (export "b") 1)');
  assertStrictEquals(memory, exports.a);
});

const TWO = '(memory (export "first") 1) (memory (export "second") 1)';

Deno.test("of several memories the caller has to name one, by either kind of name", () => {
  const { code, message } = assertThrows(() => choose(TWO), LoadError);
  assertEquals([code, message], [
    "memory",
    'Cannot choose the guest\'s memory: it has "first", "second", expected the option memoryName',
  ]);
  const second = choose(TWO, {}, "second");
  assertStrictEquals(second.memory, second.exports.second);
  const offered = new WebAssembly.Memory({ initial: 1 });
  const text = `${IMPORT} (memory $own 2) (export "own" (memory $own))`;
  assertStrictEquals(choose(text, { memory: offered }, "env.memory").memory, offered);
});

Deno.test("a name that no memory has is an error with those that there are", () => {
  const near = assertThrows(() => choose(TWO, {}, "secnd"), LoadError);
  assertEquals(
    near.message,
    'Cannot find memory "secnd": did you mean "second"? The guest has "first", "second"',
  );
  const none = assertThrows(() => choose("", {}, "memory"), LoadError);
  assertEquals(none.message, 'Cannot find memory "memory": The guest has none');
});

Deno.test("the width of addresses comes from the binary, or else from the memory itself", () => {
  const text = '(memory (export "memory") i64 1 2)';
  for (const isKnown of [true, false]) {
    assertEquals(choose(text, {}, undefined, isKnown).address64(), true);
    assertEquals(
      choose('(memory (export "memory") 1 2)', {}, undefined, isKnown).address64(),
      false,
    );
  }
  const memory = makeMemory64(1n, 2n);
  assertEquals(choose('(import "env" "memory" (memory i64 1 2))', { memory }).address64(), true);
});
