import { assertEquals } from "@std/assert";
import { demangle } from "../../../src/binary/trace/demangle.ts";

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

for (const [mangled, name] of NAMES) {
  Deno.test(`${JSON.stringify(mangled)} is shown as ${JSON.stringify(name)}`, () => {
    assertEquals(demangle(mangled), name);
  });
}

Deno.test("a very long name is shown as it is", () => {
  const long = `_ZN${"1a".repeat(2000)}Ev`;
  assertEquals(demangle(long), long);
});
