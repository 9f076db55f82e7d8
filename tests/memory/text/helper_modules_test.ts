import { assertEquals } from "@std/assert";
import { UTF16_MODULE } from "../../../src/memory/text/fast_utf16.ts";
import { UTF8_DECODE_MODULE, UTF8_ENCODE_MODULE } from "../../../src/memory/text/helper_modules.ts";
import { checkHelper } from "../../../testdata/helper.ts";

Deno.test("the helpers agree with their sources byte by byte", async () => {
  assertEquals(await checkHelper(), []);
});

Deno.test("the helpers import only memories and the engine's builtins for strings", () => {
  const builtin = (name: string) => `wasm:js-string ${name} function`;
  const into = builtin("intoCharCodeArray"), from = builtin("fromCharCodeArray");
  const substring = builtin("substring");
  const guest = "passage guest memory", staging = "passage staging memory";
  const rows: [base64: string, imports: string[]][] = [
    [UTF8_ENCODE_MODULE, [into, substring, staging, guest]],
    [UTF8_DECODE_MODULE, [from, guest]],
    [UTF16_MODULE, [into, from, substring, guest, staging]],
  ];
  for (const [base64, expected] of rows) {
    const module = new WebAssembly.Module(Uint8Array.fromBase64(base64));
    const imports = WebAssembly.Module.imports(module);
    assertEquals(imports.map(({ module, name, kind }) => `${module} ${name} ${kind}`), expected);
  }
});
