import { assertEquals, assertThrows } from "@std/assert";
import * as glue from "npm:cjs-module-lexer@2.3.0";
import { allocator, GuestError, load } from "../../mod.ts";
import { cjsModuleLexer } from "./_bytes.ts";

const BYTES = await cjsModuleLexer();

const slices = <Next extends string, From extends string, To extends string>(
  next: Next,
  from: From,
  to: To,
) =>
  ({
    type: "list",
    next: { export: next },
    item: { type: "slice", of: 0, from: { export: from }, to: { export: to } },
  }) as const;

async function loadLexer() {
  return await load(BYTES, {
    convention: allocator({
      encoding: "utf-16",
      allocate: { export: "sa", pass: ["codeUnits"] },
      room: { above: "__heap_base", perByte: 2, plus: 64 },
    }),
    symbols: {
      parse: {
        name: "parseCJS",
        parameters: ["string"],
        arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "codeUnits" }, 0, 0, 0, 0],
        status: {
          value: "result",
          fails: "nonzero",
          message: { 5: "import.meta", 6: "an import statement", 7: "an export statement" },
          details: { index: { type: "u32", value: { export: "e" } } },
        },
        result: {
          type: "record",
          fields: {
            reexports: slices("rre", "res", "ree"),
            unsafe: slices("ru", "us", "ue"),
            exports: slices("re", "es", "ee"),
          },
        },
      },
    },
  });
}

const SOURCE = `
  exports.a = 1;
  Object.defineProperty(exports, 'b', { enumerable: true, get: function () { return q.p; } });
  Object.defineProperty(exports, 'c', { enumerable: true, get: function () { return 'ä🌍'; } });
  exports.zoë = 2;
  __exportStar(require('./dep1.js'));
`;

Deno.test("cjs-module-lexer: exports and reexports agree with the package's own glue", async () => {
  using guest = await loadLexer();
  const sources = ["", SOURCE, "module.exports = { a, b, 'c': c }", "exports.x = 1;".repeat(5000)];
  for (const source of sources) {
    const { exports, reexports, unsafe } = guest.symbols.parse(source);
    const plain = (name: string) => name.replace(/^'(.*)'$/, "$1");
    const safe = new Set(exports.map(plain));
    for (const name of unsafe) safe.delete(plain(name));
    const found = { exports: [...safe], reexports: [...new Set(reexports.map(plain))] };
    assertEquals(found, glue.parse(source));
  }
});

Deno.test("cjs-module-lexer: an ECMAScript module is refused with its place", async () => {
  using guest = await loadLexer();
  const rows: [source: string, message: string][] = [
    ["import x from 'y'", "an import statement (the guest returned 6, index is 7)"],
    ["export var p = 1", "an export statement (the guest returned 7, index is 7)"],
    ["a; import.meta.url", "import.meta (the guest returned 5, index is 9)"],
    ["a;\n`", "the guest returned 8, index is 4"],
  ];
  for (const [source, message] of rows) {
    const { idx } = assertThrows(() => glue.parse(source)) as Error & { idx: number };
    const error = assertThrows(() => guest.symbols.parse(source), GuestError);
    assertEquals(error.message, `Cannot complete "parseCJS": ${message}`);
    assertEquals(error.details, { index: idx });
  }
  assertEquals(guest.symbols.parse("exports.a = 1").exports, ["a"]);
});
