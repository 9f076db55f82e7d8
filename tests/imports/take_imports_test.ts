import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { hostFunction, type ImportsFunction, type ImportType, load } from "../../mod.ts";
import { lookUp, takeImports } from "../../src/imports/take_imports.ts";
import { loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

/** Imports with names as wasm-bindgen's have them, and one of each other kind. */
const HASHED = `(module
  (import "./guest_bg.js" "__wbg_now_2d3ae0273d8f4f8a" (func $now (result f64)))
  (import "./guest_bg.js" "__wbg_log_9e1f7c0a" (func $log (param i32 i32)))
  (import "env" "memory" (memory 1 2))
  (import "env" "table" (table 1 funcref))
  (import "env" "base" (global (mut i64)))
  (import "env" "add" (func $add (param i32 i32) (result i32)))
  (data (i32.const 8) "hello")
  (func (export "now") (result f64) (call $now))
  (func (export "greet") (call $log (i32.const 8) (i32.const 5)))
  (func (export "sum") (result i32) (call $add (i32.const 2) (i32.const 3))))`;

const lines: string[] = [];

/** Returns an import by the part of its name before the hash, or by its type. */
const answer: ImportsFunction = (module, name, type) => {
  if (module === "./guest_bg.js" && name.startsWith("__wbg_now_")) return () => 12.5;
  if (name.startsWith("__wbg_log_")) {
    const text = { type: "string", encoding: "utf-8", pass: ["pointer", "byteLength"] } as const;
    return hostFunction({ parameters: [text], result: "void" }, (line) => {
      lines.push(line);
    });
  }
  if (type.kind === "table") {
    return new WebAssembly.Table({ element: "anyfunc", initial: Number(type.minimum) });
  }
  if (type.kind === "global") return new WebAssembly.Global({ value: "i64", mutable: true }, 7n);
  if (type.kind === "function" && type.parameters?.length === 2) {
    return (a: number, b: number) => a + b;
  }
  return undefined;
};

Deno.test("a function provides imports of every kind, and declared ones", async () => {
  using guest = await load(assemble(HASHED), { imports: answer });
  assertEquals((guest.exports.now as () => number)(), 12.5);
  assertEquals((guest.exports.sum as () => number)(), 5);
  (guest.exports.greet as () => void)();
  // It is called once for each import, and not again for a fresh instance.
  guest.reset();
  (guest.exports.greet as () => void)();
  assertEquals(lines, ["hello", "hello"]);
});

Deno.test("a function is called once for each import, with its kind and its type", async () => {
  const asked: unknown[] = [];
  const ask = (module: string, name: string, type: ImportType) => {
    asked.push([module, name, type]);
    return answer(module, name, type);
  };
  const I32 = { address: "i32", shared: false } as const;
  const own = [
    ["env", "memory", { kind: "memory", minimum: 1, maximum: 2, pageSize: 65536, ...I32 }],
    ["env", "table", { kind: "table", minimum: 1, element: "funcref", ...I32 }],
    ["env", "base", { kind: "global", type: "i64", mutable: true }],
    ["env", "add", { kind: "function", parameters: ["i32", "i32"], results: ["i32"] }],
  ];
  const hashed = [
    ["./guest_bg.js", "__wbg_now_2d3ae0273d8f4f8a", {
      kind: "function",
      parameters: [],
      results: ["f64"],
    }],
    ["./guest_bg.js", "__wbg_log_9e1f7c0a", {
      kind: "function",
      parameters: ["i32", "i32"],
      results: [],
    }],
  ];
  using _guest = await load(assemble(HASHED), { imports: ask });
  assertEquals(asked, [...hashed, ...own]);

  // A function in the place of a module is asked for that module alone.
  asked.length = 0;
  const env = { add: answer("env", "add", own[3]![2] as ImportType), table: undefined };
  const { problems } = await loadErrorOf(() =>
    load(assemble(HASHED), { imports: { "./guest_bg.js": ask, env } })
  );
  assertEquals(asked, hashed);
  assertEquals(problems, [
    'import[3] "env.table" table 1 or more funcref: missing: "table" was given, but it is undefined',
    'import[4] "env.base" global mut i64: missing',
  ]);
});

Deno.test("an import for which a function returns undefined is missing, unless Passage provides it", async () => {
  const { problems } = await loadErrorOf(() =>
    load(assemble(HASHED), { imports: (_module, name) => name === "add" ? 5 : undefined })
  );
  assertEquals(problems, [
    'import[0] "./guest_bg.js.__wbg_now_2d3ae0273d8f4f8a" () -> f64: missing: the function imports ' +
    "returned undefined for it",
    'import[1] "./guest_bg.js.__wbg_log_9e1f7c0a" (i32, i32) -> (): missing: the function imports ' +
    "returned undefined for it",
    'import[3] "env.table" table 1 or more funcref: missing: the function imports returned ' +
    "undefined for it",
    'import[4] "env.base" global mut i64: missing: the function imports returned undefined for it',
    'import[5] "env.add" (i32, i32) -> i32: it is 5, expected a function',
  ]);
  const wrong = await loadErrorOf(() =>
    load(guestUrl("c/imports_twenty"), { imports: { env: () => undefined } })
  );
  assertEquals(
    wrong.problems[0],
    'import[0] "env.log" (i32, i32) -> (): missing: the function in the place of "env" returned ' +
      "undefined for it",
  );
  using guest = await load(guestUrl("c/imports_twenty"), {
    imports: () => undefined,
    missing: "ignore",
  });
  assertEquals(guest.passString("callb"), "\0allbWASM is cool!"); // the guest writes what it got
  // The function is not called for the engine's builtins and WASI.
  using wasi = await load(guestUrl("wasi/hello"), { imports: () => undefined });
  assertEquals(wasi.run(), 0);
});

Deno.test("an error of the function reaches the caller, and for a compiled module it gets only kinds", async () => {
  const mine = new Error("mine");
  const throwing = () => {
    throw mine;
  };
  assertStrictEquals(
    await assertRejects(() => load(assemble(HASHED), { imports: throwing })),
    mine,
  );
  const module = new WebAssembly.Module(assemble(HASHED) as BufferSource);
  const types: ImportType[] = [];
  await loadErrorOf(() =>
    load(module, { imports: (_module, _name, type) => void types.push(type) })
  );
  assertEquals(types.slice(0, 4), [
    { kind: "function" },
    { kind: "function" },
    { kind: "memory" },
    { kind: "table" },
  ]);
});

Deno.test("objects are read once, without the properties of Object.prototype", () => {
  let reads = 0;
  const env = {
    get log() {
      reads++;
      return reads;
    },
  };
  const wanted = ["log", "log", "toString"].map((name) => ({
    module: "env",
    name,
    kind: "function",
  }));
  const taken = takeImports(wanted, { env }, true);
  assertEquals(wanted.map((item) => lookUp(taken, item)), [1, 1, undefined]);
  assertEquals(reads, 1);
  const builtin = { module: "wasm:js-string", name: "length", kind: "function" };
  const asked: string[] = [];
  const ask: ImportsFunction = (module) => asked.push(module);
  takeImports([builtin], ask, true);
  assertEquals(asked, []);
  takeImports([builtin], ask, false);
  assertEquals(asked, ["wasm:js-string"]);
});
