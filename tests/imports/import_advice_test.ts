import { assertEquals, assertStrictEquals } from "@std/assert";
import { LoadError } from "../../mod.ts";
import { adviseOnImports } from "../../src/imports/import_advice.ts";
import { missingAdvice } from "../_errors.ts";
import { build, section } from "../binary/_build.ts";

/** Missing imports, written `module.name`, and the beginning of the advice. */
const ORIGINS: readonly (readonly [missing: string[], advice: string, sections?: string])[] = [
  [["env.log"], "Expected missing: "],
  [["env.log"], "It is a dynamic library: link it as a program of its own", "dylink.0"],
  [["env.log"], "It is an object file: link it first", "linking"],
  [["__wbindgen_placeholder__.f"], "It was compiled with the crate wasm-bindgen and was not"],
  [["wbg.f"], "It was made by wasm-bindgen to be used with the JavaScript that it wrote"],
  [
    ["./guest_bg.js.f"],
    "It was made by wasm-bindgen to be used with the JavaScript that it wrote",
  ],
  [["gojs.f"], "It was compiled by Go to be used with its wasm_exec.js"],
  [["gojs.f", "wasi_snapshot_preview1.fd_write"], "It was compiled by TinyGo"],
  [["extism:host/env.f"], "It is a plug-in for Extism"],
  [["env.extism_alloc"], "It is a plug-in for Extism"],
  [["wapc.f"], "It is a waPC guest"],
  [["wasi:cli/stdout@0.2.0.f"], "It is a core module of a component"],
  [["javascript_kit.f"], "It was compiled by Swift"],
  [["dart2wasm.f"], "It was compiled to be used with the JavaScript that its compiler wrote"],
  [["env.invoke_vi"], "It was compiled by Emscripten"],
  [["other.invoke_vi"], "Expected missing: "],
  [["a.b", "a.c"], "It looks like Emscripten's output with shortened names"],
  // One long name shows that names are not shortened.
  [["a.b", "a.write"], "Expected missing: "],
];

function advise(missing: readonly string[], customSection?: string): string {
  const wanted = missing.map((name) => {
    const at = name.lastIndexOf(".");
    return { module: name.slice(0, at), name: name.slice(at + 1) };
  });
  const problems = missing.map((name, index) => `import[${index}] "${name}" function: missing`);
  const error = new LoadError("imports", "Cannot satisfy", { problems });
  const bytes = customSection === undefined ? build() : build(section(0, customSection));
  const advised = adviseOnImports(error, wanted, new WebAssembly.Module(bytes));
  const { code, message, problems: kept } = advised as LoadError;
  assertEquals([code, kept], ["imports", problems]);
  return message;
}

for (const [missing, advice, sections] of ORIGINS) {
  const origin = [...missing, ...(sections === undefined ? [] : [`section ${sections}`])].join(
    ", ",
  );
  Deno.test(`advice on ${origin}: ${advice}`, () => {
    const expected = `Cannot satisfy\n${advice}`;
    assertEquals(advise(missing, sections).slice(0, expected.length), expected);
  });
}

/** Problems with the imports "env.a" and "env-b.c", and the option that provides one. */
const FUNCTIONS: readonly (readonly [problems: string[], option: string | undefined])[] = [
  [['"env.a" function: missing'], "{ env: { a: (...args) => console.log(args) } }"],
  [['"env.a" (i32) -> (): missing'], "{ env: { a: (...args) => console.log(args) } }"],
  [['"env.a" () -> i32: missing'], "{ env: { a: (...args) => 0 } }"],
  [['"env.a" () -> i64: missing'], "{ env: { a: (...args) => 0n } }"],
  [
    ['"env.a" global i32: missing', '"env-b.c" () -> f64: missing'],
    '{ "env-b": { c: (...args) => 0 } }',
  ],
  [['"env.a" tag (i32) -> (): missing'], undefined],
];

for (const [lines, option] of FUNCTIONS) {
  Deno.test(`the option for ${lines.join(" and ")}: ${option ?? "none"}`, () => {
    const problems = lines.map((line, index) => `import[${index}] ${line}`);
    const error = new LoadError("imports", "Cannot satisfy", { problems });
    const wanted = [{ module: "env", name: "a" }, { module: "env-b", name: "c" }];
    const { message } = adviseOnImports(error, wanted, new WebAssembly.Module(build())) as Error;
    const advice = option === undefined ? "" : `\n${missingAdvice(option)}`;
    assertEquals(message, `Cannot satisfy${advice}`);
  });
}

Deno.test("imports that are there but do not fit do not show where the guest comes from", () => {
  const problems = ['import[0] "gojs.f" function: it is 5, expected a function'];
  const error = new LoadError("imports", "Cannot satisfy", { problems });
  const module = new WebAssembly.Module(build());
  assertStrictEquals(adviseOnImports(error, [{ module: "gojs", name: "f" }], module), error);
  const library = new WebAssembly.Module(build(section(0, "dylink.0")));
  assertStrictEquals(adviseOnImports(error, [{ module: "gojs", name: "f" }], library), error);
});

Deno.test("other errors stay as they are", () => {
  const module = new WebAssembly.Module(build());
  for (const error of [new Error("other"), new LoadError("memory", "other"), undefined]) {
    assertStrictEquals(adviseOnImports(error, [], module), error);
  }
});
