import { readImports, readModule } from "../../src/binary/module.ts";
import { WasmFormatError } from "../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";

const TESTDATA = new URL("../../testdata/", import.meta.url);
const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A section with its size. */
function section(id: number, ...bytes: number[]): number[] {
  return [id, bytes.length, ...bytes];
}

Deno.test("what is read of the imports alone is what is read of them with all else", async () => {
  let guests = 0;
  for await (const { name, isDirectory } of Deno.readDir(TESTDATA)) {
    if (!isDirectory) continue;
    for await (const file of Deno.readDir(new URL(`${name}/`, TESTDATA))) {
      if (!file.name.endsWith(".wasm")) continue;
      const bytes = await Deno.readFile(new URL(`${name}/${file.name}`, TESTDATA));
      assertEquals(readImports(bytes), readModule(bytes).imports, `${name}/${file.name}`);
      guests++;
    }
  }
  assert(guests > 150, `${guests} guests`);
});

Deno.test("imports are read with the types before them, behind other sections, and no further", () => {
  const bytes = new Uint8Array([
    ...MAGIC,
    ...section(0, 1, 0x78, 9, 9), // a custom section "x"
    ...section(1, 1, 0x60, 1, 0x7f, 0), // (i32) -> ()
    ...section(0, 0xff), // a custom section without a name
    ...section(2, 1, 1, 0x65, 1, 0x66, 0, 0), // "e" "f", a function of type 0
    ...section(3, 0xff), // functions without an end
  ]);
  assertEquals(readImports(bytes), [
    { module: "e", name: "f", kind: "function", type: { parameters: ["i32"], results: [] } },
  ]);
  assertThrows(() => readModule(bytes), WasmFormatError);
});

Deno.test("a module without imports has none, and malformed ones are refused", () => {
  assertEquals(readImports(new Uint8Array(MAGIC)), []);
  assertEquals(readImports(new Uint8Array([...MAGIC, ...section(5, 1, 0, 1)])), []);
  for (
    const bytes of [
      [...MAGIC, ...section(2, 1, 1, 0x65, 1, 0x66, 0, 7)], // there is no type 7
      [...MAGIC, 2, 50, 1],
      [...MAGIC, 0, 50, 1],
    ]
  ) {
    assertThrows(() => readImports(new Uint8Array(bytes)), WasmFormatError);
  }
});
