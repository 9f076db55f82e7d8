import { assertEquals, assertThrows } from "@std/assert";
import glue from "npm:vscode-oniguruma@2.0.1";
import { allocator, GuestError, hostFunction, load } from "../../mod.ts";
import { vscodeOniguruma } from "./_bytes.ts";

const BYTES = await vscodeOniguruma();

/** The guest prints its options when it starts. */
async function loadOniguruma() {
  const constants: Record<string, number> = {};
  const _embind_register_constant = hostFunction(
    { parameters: ["string", "u32", "f64"], result: "void" },
    (name, _type, value) => void (constants[name] = value),
  );
  const guest = await load(BYTES, {
    convention: allocator({ allocate: "omalloc", free: "ofree" }),
    imports: { env: { _embind_register_constant } },
    missing: "trap",
    symbols: {
      createOnigScanner: {
        parameters: [{ type: "strings" }, "u32", "pointer"],
        result: "pointer",
        status: {
          value: "result",
          fails: "zero",
          message: { pointer: { export: "getLastOnigError" }, length: "nul" },
        },
      },
      freeOnigScanner: { parameters: ["pointer"], result: "u32" },
      find: {
        name: "findNextOnigScannerMatch",
        parameters: ["pointer", "u32", "string", "u32", "u32"],
        result: {
          type: "record",
          nullable: true,
          fields: {
            index: { type: "u32", value: { word: 0, at: "result" } },
            groups: {
              type: "list",
              pointer: { sum: ["result", 8] },
              count: { word: 1, at: "result" },
              stride: 8,
              item: {
                type: "record",
                fields: {
                  start: { type: "i32", value: { word: 0, at: "result" } },
                  end: { type: "i32", value: { word: 1, at: "result" } },
                },
              },
            },
          },
        },
      },
    },
  });
  let texts = 0;
  const { createOnigScanner, freeOnigScanner, find } = guest.symbols;
  return {
    guest,
    scanner: (...patterns: string[]) =>
      createOnigScanner(
        patterns,
        constants.ONIG_OPTION_CAPTURE_GROUP!,
        constants.ONIG_SYNTAX_DEFAULT!,
      ),
    free: freeOnigScanner,
    // The result for a text is kept under the text's number.
    find: (scanner: number, text: string, from = 0) => find(scanner, ++texts, text, from, 0),
  };
}

Deno.test("vscode-oniguruma: the first pattern that matches is reported with its groups", async () => {
  const { guest, scanner, find, free } = await loadOniguruma();
  using _ = guest;
  const patterns = scanner("(\\d+)-(\\w+)", "ü(x)?");
  // Bytes of UTF-8: "ü" has two.
  assertEquals(find(patterns, "grün 12-ab"), {
    index: 1,
    groups: [{ start: 2, end: 4 }, { start: -1, end: -1 }],
  });
  assertEquals(find(patterns, "grün 12-ab", 4), {
    index: 0,
    groups: [{ start: 6, end: 11 }, { start: 6, end: 8 }, { start: 9, end: 11 }],
  });
  assertEquals(find(patterns, "nothing"), null);
  assertEquals(free(patterns), 0);
});

Deno.test("vscode-oniguruma: matches agree with the package's own glue", async () => {
  const { guest, scanner, find } = await loadOniguruma();
  using _ = guest;
  await glue.loadWASM(BYTES);
  const patterns = ["\\bfunction\\s+(\\w+)", "(?<=\\.)(\\w+)\\(", "//.*$", ""];
  const text = "function add(a, b) { return a.plus(b); } // sum";
  const ours = scanner(...patterns), theirs = new glue.OnigScanner(patterns);
  for (let from = 0; from <= text.length; from++) {
    const expected = theirs.findNextMatchSync(text, from);
    const found = find(ours, text, from);
    assertEquals(
      found,
      expected && {
        index: expected.index,
        groups: expected.captureIndices.map(({ start, end }) => ({ start, end })),
      },
    );
  }
});

Deno.test("vscode-oniguruma: an invalid pattern is an error with the guest's message", async () => {
  const { guest, scanner, find } = await loadOniguruma();
  using _ = guest;
  assertThrows(() => scanner("("), GuestError, "end pattern with unmatched parenthesis");
  assertThrows(() => scanner("ok", "[a"), GuestError, "premature end of char-class");
  assertEquals(find(scanner(), "a"), null);
});

Deno.test("vscode-oniguruma: a long text makes the guest grow through its import", async () => {
  const { guest, scanner, find } = await loadOniguruma();
  using _ = guest;
  const before = guest.memory.size;
  const text = "a".repeat(before) + "z";
  assertEquals(find(scanner("z"), text), {
    index: 0,
    groups: [{ start: before, end: before + 1 }],
  });
  assertEquals(guest.memory.size > before, true);
});
