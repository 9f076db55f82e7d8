import { assertEquals, assertStrictEquals } from "@std/assert";
import { LoadError } from "../../mod.ts";
import type { FunctionType, ValueType } from "../../src/binary/types.ts";
import { describeImport } from "../../src/imports/import_problem.ts";
import { adviseOnImports } from "../../src/imports/import_advice.ts";
import type { WantedImport } from "../../src/source/wanted_import.ts";
import { missingAdvice } from "../_errors.ts";
import { build, section } from "../binary/_build.ts";

/** Missing imports, written `module.name`, and the beginning of the advice. */
const ORIGINS: readonly (readonly [missing: string[], advice: string, sections?: string])[] = [
  [["env.log"], "Expected missing: "],
  [["env.log"], "It is a dynamic library: link it as a program of its own", "dylink.0"],
  [["env.log"], "It is an object file: link it first", "linking"],
  [
    ["__wbindgen_placeholder__.f"],
    "It was compiled with the crate wasm-bindgen and was not",
    "__wasm_bindgen_unstable",
  ],
  [["__wbindgen_placeholder__.f"], "It was made by wasm-bindgen to be used with the JavaScript"],
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
    return { module: name.slice(0, at), name: name.slice(at + 1), kind: "function" };
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

const A = { module: "env", name: "a", kind: "function" } as const;
const C = { module: "env-b", name: "c", kind: "function" } as const;

const returning = (...results: ValueType[]): FunctionType => ({ parameters: ["i32"], results });

/** Missing imports, and the option that provides one. */
const FUNCTIONS: readonly (readonly [missing: WantedImport[], option: string | undefined])[] = [
  [[A], "{ env: { a: (...args) => console.log(args) } }"],
  [[{ ...A, type: returning() }], "{ env: { a: (...args) => console.log(args) } }"],
  [[{ ...A, type: returning("i32") }], "{ env: { a: (...args) => 0 } }"],
  [[{ ...A, type: returning("i64") }], "{ env: { a: (...args) => 0n } }"],
  [
    [{ ...A, kind: "global" }, { ...C, type: returning("f64") }],
    '{ "env-b": { c: (...args) => 0 } }',
  ],
  [[{ ...A, type: returning("i32", "i32") }], undefined],
  [[{ ...A, kind: "tag" }], undefined],
];

for (const [missing, option] of FUNCTIONS) {
  const lines = missing.map(describeImport);
  Deno.test(`the option for ${lines.join(" and ")}: ${option ?? "none"}`, () => {
    const problems = lines.map((line) => `${line}: missing`);
    const error = new LoadError("imports", "Cannot satisfy", { problems });
    const { message } = adviseOnImports(error, missing, new WebAssembly.Module(build())) as Error;
    const advice = option === undefined ? "" : `\n${missingAdvice(option)}`;
    assertEquals(message, `Cannot satisfy${advice}`);
  });
}

Deno.test("imports that are given but do not fit lead to no advice about the guest's origin", () => {
  const problems = ['import[0] "gojs.f" function: it is 5, expected a function'];
  const error = new LoadError("imports", "Cannot satisfy", { problems });
  const module = new WebAssembly.Module(build());
  const wanted = [{ module: "gojs", name: "f", kind: "function" }];
  assertStrictEquals(adviseOnImports(error, wanted, module), error);
  const library = new WebAssembly.Module(build(section(0, "dylink.0")));
  assertStrictEquals(adviseOnImports(error, wanted, library), error);
});

Deno.test("other errors stay as they are", () => {
  const module = new WebAssembly.Module(build());
  for (const error of [new Error("other"), new LoadError("memory", "other"), undefined]) {
    assertStrictEquals(adviseOnImports(error, [], module), error);
  }
});
