import { assertEquals } from "@std/assert";
import { demangleLegacy, demangleV0 } from "../../../src/binary/trace/demangle_rust.ts";

/** Names, and the output of `c++filt -i` of binutils 2.40 for them. */
const NAMES: readonly (readonly [mangled: string, name: string])[] = [
  ["_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic"],
  [
    "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
    "<Test + 'static as foo::Bar<Test>>::bar",
  ],
  [
    "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
    "core::ptr::drop_in_place<alloc::string::String>",
  ],
  [
    "_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
    "std::rt::lang_start::{{closure}}",
  ],
  ["_RNvCs1234_7mycrate3foo", "mycrate::foo"],
  ["_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>"],
  [
    "_RNvMs_Cs4fqI2P2rA04_13const_genericINtB4_8UnsignedKhb_E1f",
    "<const_generic::Unsigned<11>>::f",
  ],
  [
    "_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rpositionNCNgNpB9_6memchr7memrchrs_0E0Bb_",
    "<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::{closure#1}>::{closure#0}",
  ],
  [
    "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
    "utf8_idents::საჭმელად_გემრიელი_სადილი",
  ],
  ["_RINvCsc_3foo3barRL_hFG_RL0_hEuE", "foo::bar::<&u8, for<'a> fn(&'a u8)>"],
  ["_RINvC3foo3barTtaEAlj5_E", "foo::bar::<(u16, i8), [i32; 5]>"],
  ["_RNvYjNtC3foo5Trait3run", "<usize as foo::Trait>::run"],
  ["_RINvC3foo3barDNtC4core5CloneEL_E", "foo::bar::<dyn core::Clone>"],
  ["_RINvC3foo3barKc61_Kb1_Kin5_E", "foo::bar::<'a', true, -5>"],
];

for (const [mangled, name] of NAMES) {
  const demangleRust = mangled.startsWith("_R") ? demangleV0 : demangleLegacy;
  Deno.test(`${mangled} is ${name}`, () => assertEquals(demangleRust(mangled), name));

  Deno.test(`${mangled} may be cut anywhere`, () => {
    for (let length = 3; length < mangled.length; length++) {
      const found = demangleRust(mangled.slice(0, length));
      assertEquals(found === undefined || typeof found === "string", true);
    }
  });
}

Deno.test("a name of C++ is not demangled as one of Rust", () => {
  for (const name of ["_ZN5Shape4areaEv", "_ZN5Shape4areaE", "_ZN5Shape17h0123456789abcdeXE"]) {
    assertEquals(demangleLegacy(name), undefined);
  }
});

Deno.test("back references that multiply or go in a circle are refused", () => {
  assertEquals(demangleV0("_RNvB_1a"), undefined);
  assertEquals(demangleV0(`_RINvC1a1b${"T".repeat(400)}${"E".repeat(400)}E`), undefined);
  const doubled = Array.from({ length: 60 }, () => "TB7_B7_E").join("");
  assertEquals(typeof demangleV0(`_RINvC1a1bTuuE${doubled}E`), "string");
});
