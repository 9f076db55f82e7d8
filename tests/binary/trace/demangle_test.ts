import { assertEquals } from "@std/assert";
import { findManglings, loadDemangler } from "../../../src/binary/trace/demangle.ts";

const NAMES: readonly (readonly [mangled: string, name: string])[] = [
  ["_ZN5Shape4areaEv", "Shape::area()"],
  ["_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic"],
  ["_RNvCs1234_7mycrate3foo", "mycrate::foo"],
  // macOS puts another underscore before each name.
  ["__ZN5Shape4areaEv", "Shape::area()"],
  ["plain_name", "plain_name"],
  ["_ZN", "_ZN"],
  ["_R", "_R"],
  ["_Zfoo", "_Zfoo"],
  ["_RNvC3foo", "_RNvC3foo"],
  [
    "_ZN4util6detail7convertIjEENSt9enable_ifIXsr3std8is_sameIT_jEE5valueES3_E4typeES3_",
    "_ZN4util6detail7convertIjEENSt9enable_ifIXsr3std8is_sameIT_jEE5valueES3_E4typeES3_",
  ],
  ["_ZNK3Foo3getEvO", "_ZNK3Foo3getEvO"],
  ["", ""],
  ["~lib/rt/itcms/__new", "~lib/rt/itcms/__new"],
  ["_ZN5Shape4area", "_ZN5Shape4area"],
  ["_Z4baseIXsr1AE1bEvv", "_Z4baseIXsr1AE1bEvv"], // an expression is not read
];

/** Encodes a section of names: one of the module, then those of functions. */
function sectionOf(names: readonly string[]): Uint8Array {
  const text = (value: string) => {
    const bytes = [...new TextEncoder().encode(value)];
    return [...leb(bytes.length), ...bytes];
  };
  const functions = names.flatMap((name, index) => [...leb(300 * index), ...text(name)]);
  const contents = [...leb(names.length), ...functions];
  return Uint8Array.from([0, 5, ...text("_ZRm"), 1, ...leb(contents.length), ...contents]);
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

const demangle = await loadDemangler(sectionOf(NAMES.map(([mangled]) => mangled)));

for (const [mangled, name] of NAMES) {
  Deno.test(`${JSON.stringify(mangled)} is shown as ${JSON.stringify(name)}`, () => {
    assertEquals(demangle(mangled), name);
  });
}

Deno.test("the languages of a module are found by the names of its functions", () => {
  const rows: readonly (readonly [names: string[], cpp: boolean, rust: boolean])[] = [
    [["add", "__wasm_call_ctors", "Z", "_start", "my_Zebra"], false, false],
    [["add", "_ZN5Shape4areaEv"], true, false],
    [["_ZN4core9panicking5panic17h0123456789abcdefE", "add"], false, true],
    [["a".repeat(200), "_RNvCs1234_7mycrate3foo"], false, true],
    [["_Z3addii", "_ZN4core9panicking5panic17h0123456789abcdefE"], true, true],
    [["__Z3addii"], true, false],
    [[], false, false],
  ];
  for (const [names, cpp, rust] of rows) {
    assertEquals(findManglings(sectionOf(names)), { cpp, rust }, names.join());
  }
});

Deno.test("a section of names that is cut off anywhere is read to its end", () => {
  const section = sectionOf(NAMES.map(([mangled]) => mangled));
  for (let length = 0; length < section.length; length++) {
    findManglings(section.subarray(0, length));
  }
  assertEquals(findManglings(Uint8Array.of(1, 255, 255, 255, 255, 15)), {
    cpp: false,
    rust: false,
  });
});

Deno.test("demanglers that a module does not need are not loaded, and its other names do not change", async () => {
  const cpp = await loadDemangler(sectionOf(["_Z3addii"]));
  const hashed = "_ZN4core9panicking5panic17h0123456789abcdefE";
  assertEquals([cpp("_Z3addii"), cpp("_RNvC3foo")], ["add(int, int)", "_RNvC3foo"]);
  const rust = await loadDemangler(sectionOf([hashed]));
  assertEquals([rust(hashed), rust("_Z3addii")], ["core::panicking::panic", "_Z3addii"]);
});

Deno.test("a very long name is shown as it is", () => {
  const long = `_ZN${"1a".repeat(2000)}Ev`;
  assertEquals(demangle(long), long);
});
