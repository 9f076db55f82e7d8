import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Loader, writeHead, writeLoader } from "../../../src/cli/types/write_loader.ts";

const LOADER: Loader = {
  name: "guest.wasm",
  source: "./guest.wasm",
  missing: [],
  options: "LoadOptions",
  given: "options",
};

Deno.test("the function that loads a guest takes its URL, or uses the file next to the module", () => {
  const defaults = ["./guest.wasm", "https://example.com/guest.wasm"].map((source) =>
    writeLoader({ ...LOADER, source }).find((line) => line.startsWith("  source:"))
  );
  assertEquals(defaults, [
    '  source: string | URL | Uint8Array = new URL("./guest.wasm", import.meta.url),',
    '  source: string | URL | Uint8Array = new URL("https://example.com/guest.wasm"),',
  ]);
});

Deno.test("options may be left out unless something is missing, which is listed", () => {
  assertStringIncludes(writeLoader(LOADER).join("\n"), "\n  options: GuestOptions = {},\n");
  const lines = writeLoader({ ...LOADER, missing: ["`imports`"] });
  assertStringIncludes(lines.join("\n"), " * It needs `imports`.\n");
  assertStringIncludes(lines.join("\n"), "\n  options: GuestOptions,\n");
});

Deno.test("the first line of a module has the name of the guest, with special characters escaped", () => {
  assertEquals(
    writeHead("a\nb"),
    "// Written by passage types for a\\nb: write it anew if the guest changes.",
  );
});
