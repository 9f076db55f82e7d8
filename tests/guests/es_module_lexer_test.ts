import { assertEquals, assertThrows } from "@std/assert";
import * as full from "npm:es-module-lexer@3.0.5";
import * as minimal from "npm:es-module-lexer@3.0.5/minimal";
import { allocator, GuestError, load } from "../../mod.ts";
import { esModuleLexer, esModuleLexerMinimal } from "./_bytes.ts";

const FULL = await esModuleLexer();
const MINIMAL = await esModuleLexerMinimal();

/**
 * `sa` takes the memory above `__heap_base` without a check: the results are stored there as well.
 */
const convention = (bytesPerByte: number) =>
  allocator({
    encoding: "utf-16",
    allocate: { export: "sa", pass: ["codeUnits"] },
    room: { above: "__heap_base", perByte: bytesPerByte, plus: 64 },
    pass: [],
  });

const index = <Name extends string>(name: Name) =>
  ({ type: "i32", value: { export: name } }) as const;

const slice = <From extends string, To extends string>(from: From, to: To) =>
  ({ type: "slice", of: 0, from: { export: from }, to: { export: to } }) as const;

/** A pointer into the source, at an offset in the struct that the result points at. */
const pointedAt = <Offset extends number>(offset: Offset) =>
  ({ type: "i32", value: { indexIn: 0, of: { load: "u32", at: "result", offset } } }) as const;

const status = { value: "result", fails: "zero", details: { index: index("e") } } as const;

const SOURCES = [
  "",
  'import { x } from "./ä🌍.js";',
  'import("dyn"); import.meta.url; export const y = 1; export { y as z };',
  'import j from "./d.json" with { type: "json" }; import d from "e"',
  "export * from 'w'; export * as ns from \"v\"; export { q as default } from 'u'",
  "export default function f() {}",
  "export const a = 1;export{a as b};".repeat(20_000),
];

Deno.test("es-module-lexer: imports, attributes and exports agree with the package's own glue", async () => {
  using guest = await load(FULL, {
    convention: convention(2),
    symbols: {
      parse: {
        parameters: ["string"],
        status,
        result: {
          type: "record",
          fields: {
            imports: {
              type: "list",
              next: { export: "ri" },
              item: {
                type: "record",
                fields: {
                  specifier: slice("is", "ie"),
                  statement: slice("ss", "se"),
                  attributesStart: index("ai"),
                  attributes: {
                    type: "list",
                    call: "rsa",
                    next: { export: "ra" },
                    item: {
                      type: "record",
                      fields: { key: slice("aks", "ake"), value: slice("avs", "ave") },
                    },
                  },
                },
              },
            },
            exports: {
              type: "list",
              next: { export: "re" },
              item: {
                type: "record",
                fields: {
                  name: {
                    type: "string",
                    pointer: { word: 0, at: "result" },
                    length: { end: { word: 1, at: "result" } },
                  },
                  start: pointedAt(0),
                  localStart: pointedAt(8),
                },
              },
            },
            isFacade: { type: "bool", value: { export: "f" } },
            hasModuleSyntax: { type: "bool", value: { export: "ms" } },
          },
        },
      },
    },
  });
  for (const source of SOURCES) {
    const [imports, exports, isFacade, hasModuleSyntax] = full.parse(source);
    assertEquals(guest.symbols.parse(source), {
      imports: imports.map((item) => ({
        specifier: source.slice(item.start, item.end),
        statement: source.slice(item.importStart, item.importEnd),
        attributesStart: "attributesStart" in item ? item.attributesStart : -1,
        attributes: "attributes" in item && item.attributes !== null
          ? item.attributes.map(([key, value]) => ({ key, value: JSON.stringify(value) }))
          : [],
      })),
      exports: exports.map((item) => ({
        name: source.slice(item.start, item.end),
        start: item.start,
        localStart: "localStart" in item
          ? item.localStart
          : "importNameStart" in item
          ? item.importNameStart
          : -1,
      })),
      isFacade,
      hasModuleSyntax,
    });
  }
});

Deno.test("es-module-lexer: the build that finds less returns indices for names, -1 if there is none", async () => {
  using guest = await load(MINIMAL, {
    convention: convention(6),
    symbols: {
      parse: {
        parameters: ["string"],
        status,
        result: {
          type: "record",
          fields: {
            imports: { type: "list", next: { export: "ri" }, item: slice("is", "ie") },
            exports: {
              type: "list",
              next: { export: "re" },
              item: {
                type: "record",
                fields: {
                  name: slice("es", "ee"),
                  local: { ...slice("els", "ele"), nullable: true },
                },
              },
            },
          },
        },
      },
    },
  });
  for (const source of SOURCES) {
    const [imports, exports] = minimal.parse(source);
    assertEquals(guest.symbols.parse(source), {
      imports: imports.map(({ s, e }) => source.slice(s, e)),
      exports: exports.map(({ n, ln }) => ({ name: n, local: ln ?? null })),
    });
  }
});

Deno.test("es-module-lexer: the error has the offset of the fault in the source", async () => {
  const symbols = { parse: { parameters: ["string"], status, result: "void" } } as const;
  using guest = await load(FULL, { convention: convention(2), symbols });
  using other = await load(MINIMAL, { convention: convention(6), symbols });
  for (const source of ["import { from;", "let x = 'a\n'; b", "`", "export { ä"]) {
    for (const [{ symbols }, glue] of [[guest, full], [other, minimal]] as const) {
      const { idx } = assertThrows(() => glue.parse(source)) as Error & { idx: number };
      const error = assertThrows(
        () => symbols.parse(source),
        GuestError,
        `Cannot complete "parse": the guest returned 0, index is ${idx}`,
      );
      assertEquals(error.details, { index: idx });
    }
  }
  assertEquals(guest.symbols.parse("export {}"), undefined);
});
