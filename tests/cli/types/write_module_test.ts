import { assertEquals, assertStringIncludes } from "@std/assert";
import { staticBuffer } from "../../../mod.ts";
import { type ModuleOptions, writeModule } from "../../../src/cli/types/write_module.ts";

const OPTIONS: ModuleOptions = {
  name: "guest.wasm",
  from: "@passage/wasm",
  source: "./guest.wasm",
  convention: undefined,
  memoryName: undefined,
};

const TEXT = { parameters: ["string"], result: "string" } as const;

Deno.test("a module has the symbols with the reason for each type, and a function that loads the guest", () => {
  const guest = {
    symbols: [
      { name: "greet", type: "(i32) -> i32", declaration: TEXT, words: ["Taken as a text."] },
      { name: "two", type: "() -> (i32, i32)", words: ["It is not declared."] },
    ],
    serving: ["malloc", "free"],
    missing: [],
    convention: "Text passes somehow.",
  };
  assertEquals(
    writeModule(guest, OPTIONS),
    `// Written by passage types for guest.wasm: write it anew if the guest changes.
import { type Guest, load, type LoadOptions } from "@passage/wasm";

/** Text passes somehow. */
export const symbols = {
  /** \`(i32) -> i32\`. Taken as a text. */
  greet: { parameters: ["string"], result: "string" },
} as const;

// two \`() -> (i32, i32)\`. It is not declared.

// These exports serve the others: malloc, free.

/** The guest, with its functions in \`symbols\`. */
export type TypedGuest = Guest<typeof symbols>;

/** The options of \`load\` that the caller can set. */
export type GuestOptions = Omit<LoadOptions, "symbols">;

/**
 * Loads guest.wasm.
 * @param options Further options of \`load\`.
 * @param source Where it is: beside this module unless set.
 */
export function loadGuest(
  options: GuestOptions = {},
  source: string | URL | Uint8Array = new URL("./guest.wasm", import.meta.url),
): Promise<TypedGuest> {
  return load(source, { ...options, symbols });
}
`,
  );
});

const EMPTY = { symbols: [], serving: [], missing: [], convention: "None." };

Deno.test("imports that are missing have to be given, and are listed", () => {
  const missing = ['import[0] "env.log" (i32) -> (): missing'];
  const text = writeModule({ ...EMPTY, missing }, OPTIONS);
  assertStringIncludes(
    text,
    `/**
 * The options of \`load\` that the caller can set.
 * It needs import[0] "env.log" (i32) -> ().
 */
export type GuestOptions = Omit<LoadOptions, "symbols"> & Pick<Required<LoadOptions>, "imports">;
`,
  );
  assertStringIncludes(text, "  options: GuestOptions,\n");
});

Deno.test("a convention that was set is written", () => {
  const convention = { toString: () => `convention: ${staticBuffer({ pointer: "b" }).expression}` };
  const text = writeModule(EMPTY, { ...OPTIONS, convention });
  assertStringIncludes(
    text,
    'import { staticBuffer, type Guest, load, type LoadOptions } from "@passage/wasm";\n',
  );
  assertStringIncludes(
    text,
    '  return load(source, { convention: staticBuffer({ pointer: "b" }), ...options, symbols });\n',
  );
});

Deno.test("no name in a guest becomes code", () => {
  const named = (name: string) => ({ name, type: "() -> ()", declaration: TEXT, words: [name] });
  const names = [
    "a-b",
    "class",
    "*/ alert(1) /*",
    "__proto__",
    'a"b',
    "a\nb",
    "größe",
    "1",
    "\u202e",
  ];
  const text = writeModule({ ...EMPTY, symbols: names.map(named), serving: ["x\ny"] }, OPTIONS);
  // The expected object is the one that JavaScript evaluates.
  const [, source = ""] = /export const symbols = (\{.*?\n\}) as const;/s.exec(text) ?? [];
  const symbols = new Function(`return ${source}`)() as object;
  assertEquals(Object.keys(symbols).sort(), names.toSorted());
  assertStringIncludes(text, "// These exports serve the others: x\\ny.\n");
});
