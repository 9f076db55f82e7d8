import { assertEquals, assertThrows, fail } from "@std/assert";
import { GuestError, type GuestLimits, load } from "../../mod.ts";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readModule } from "../../src/binary/module.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { rewrite } from "../../src/limits/rewrite.ts";
import {
  build,
  CODE,
  EXPORT,
  FUNCTION,
  MEMORY,
  type Part,
  section,
  TYPE,
  VOID_TYPE,
} from "../binary/_build.ts";
import { npmSamples, ownSamples } from "../binary/_samples.ts";
import { assemble } from "../_wat.ts";

/** Describes exports; another function can take the place of one. */
const described = ({ exports }: ModuleInfo) =>
  exports.map(({ name, kind, type, index }) => ({
    ...{ name, kind, type },
    index: kind === "function" ? undefined : index,
  }));

Deno.test("every module of our guests and of npm packages is valid once it is rewritten", async () => {
  let count = 0;
  for (const { name, bytes } of [...await ownSamples(), ...await npmSamples()]) {
    if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) continue;
    const info = readModule(bytes);
    const { bytes: rewritten, fuel, table, start } = rewrite(bytes, info, false);
    if (!WebAssembly.validate(rewritten)) fail(`${name} is invalid`);
    const found = readModule(rewritten);
    // Only what was appended is new.
    assertEquals(found.imports, info.imports, name);
    assertEquals(described(found).slice(0, info.exports.length), described(info), name);
    assertEquals(found.functions.slice(0, info.functions.length), info.functions, name);
    assertEquals(found.tables.slice(0, info.tables.length), info.tables, name);
    assertEquals(found.globals.slice(0, info.globals.length), info.globals, name);
    assertEquals(
      found.exports.slice(info.exports.length).map(({ name }) => name),
      [fuel, table, start].filter((name) => name !== undefined),
      name,
    );
    count++;
  }
  if (count < 300) fail(`${count} modules were rewritten`);
});

Deno.test("names of the appended exports are not those of the module", () => {
  const text = `(module (func $s) (start $s) (func (export "passage:fuel"))
    (func (export "passage:start")) (func (export "passage:start'")))`;
  const bytes = assemble(text);
  const { fuel, start, bytes: rewritten } = rewrite(bytes, readModule(bytes), true);
  assertEquals([fuel, start], ["passage:fuel'", "passage:start''"]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten));
  assertEquals(exports[fuel] instanceof WebAssembly.Global, true);
  assertEquals(typeof exports[start!], "function");
});

Deno.test("the start function does not run by itself any more", () => {
  const bytes = assemble('(module (import "m" "f" (func $f)) (start $f))');
  const { bytes: rewritten } = rewrite(bytes, readModule(bytes), true);
  let calls = 0;
  new WebAssembly.Instance(new WebAssembly.Module(rewritten), { m: { f: () => void calls++ } });
  assertEquals(calls, 0);
});

Deno.test("sections with offsets of code are left out, and others stay", () => {
  const named = [
    ...["name", "producers", "target_features", "linking", ".debug_info", ".debug_line"],
    ...["metadata.code.branch_hint", "reloc.CODE", "sourceMappingURL", "external_debug_info"],
  ];
  const bytes = build(
    VOID_TYPE,
    section(FUNCTION, 1, 0),
    section(CODE, 1, [2, 0, 0x0b]),
    ...named.map((name) => section(0, name)),
  );
  const found = readModule(rewrite(bytes, readModule(bytes), true).bytes);
  assertEquals(
    found.customSections.map(({ name }) => name),
    ["name", "producers", "target_features", "linking"],
  );
});

/** `inner` fills memory, and `outer`, which is exported as `fill`, calls it. */
const FILLING = [
  section(TYPE, 1, [0x60, 2, 0x7f, 0x7f, 0]),
  section(FUNCTION, 2, 0, 0),
  section(MEMORY, 1, 0, 1),
  section(EXPORT, 1, "fill", 0, 1),
  section(CODE, 2, [11, 0, 0x20, 0, 0x41, 7, 0x20, 1, 0xfc, 0x0b, 0, 0x0b], [
    ...[8, 0, 0x20, 0, 0x20, 1, 0x10, 0, 0x0b],
  ]),
];

const FUNCTION_NAMES = section(1, 2, 0, "inner", 1, "outer");

/** The contents of name sections, and whether the engine takes names from them. */
const NAMINGS: readonly (readonly [what: string, contents: readonly Part[], isNamed: boolean])[] = [
  ["functions alone", [FUNCTION_NAMES], true],
  [
    "more than functions",
    [section(0, "module"), FUNCTION_NAMES, section(2, 1, 0, 1, 0, "at")],
    true,
  ],
  ["locals alone", [section(2, 1, 0, 1, 0, "at")], false],
  ["a part that is cut off", [2, 9, 1], false],
  ["functions without a number of them", [1, 0], false],
];

for (const [what, contents, isNamed] of NAMINGS) {
  Deno.test(`a trap in a replaced operator has the frames that it had, with names of ${what}`, async () => {
    const bytes = build(...FILLING, section(0, "name", contents));
    const framesOf = async (limits: GuestLimits) => {
      using guest = await load(bytes, {
        limits,
        symbols: { fill: { parameters: ["u32", "u32"], result: "void" } },
      });
      const { frames, cause } = assertThrows(() => guest.symbols.fill(65_530, 7), GuestError);
      assertEquals((cause as Error).stack?.includes("passage:"), false);
      return frames.map((frame) => /^(?:(\w+) \()?wasm:/.exec(frame)?.[1]);
    };
    const before = await framesOf({});
    assertEquals(before, isNamed ? ["inner", "outer"] : [undefined, undefined]);
    assertEquals(await framesOf({ deadline: 1000 }), before);
    assertEquals(await framesOf({ fuel: 1e6 }), before);
  });
}

Deno.test("the error for a limit has the frames in which the guest was", async () => {
  const bytes = build(
    VOID_TYPE,
    section(FUNCTION, 2, 0, 0),
    section(EXPORT, 1, "run", 0, 1),
    section(CODE, 2, [7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b], [4, 0, 0x10, 0, 0x0b]),
    section(0, "name", FUNCTION_NAMES),
  );
  for (const limits of [{ fuel: 1e6 }, { deadline: 20 }]) {
    using guest = await load(bytes, {
      limits,
      symbols: { run: { parameters: [], result: "void" } },
    });
    const { frames } = assertThrows(() => guest.symbols.run(), GuestError);
    assertEquals(frames.map((frame) => frame.split(" ")[0]), ["inner", "outer"]);
  }
});

Deno.test("an unknown operator is an error with its offset", () => {
  const bytes = build(VOID_TYPE, section(FUNCTION, 1, 0), section(CODE, 1, [3, 0, 0xff, 0x0b]));
  const error = assertThrows(() => rewrite(bytes, readModule(bytes), true), WasmFormatError);
  assertEquals(bytes[error.offset], 0xff);
});

Deno.test("a module without anything is rewritten", () => {
  const bytes = build();
  assertEquals(WebAssembly.validate(rewrite(bytes, readModule(bytes), true).bytes), true);
});
