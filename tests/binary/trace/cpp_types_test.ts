import { assertEquals } from "@std/assert";
import { plain, resultOf, textOf, withArguments } from "../../../src/binary/trace/cpp_types.ts";
import { demangleCpp } from "../../../src/binary/trace/demangle_cpp.ts";

// The declarations are those that `c++filt` shows.
const PARAMETERS: readonly (readonly [mangled: string, type: string])[] = [
  ["i", "int"],
  ["PKc", "char const*"],
  ["RA3_i", "int (&) [3]"],
  ["PFivE", "int (*)()"],
  ["PFPFvicEiE", "void (*(*)(int))(int, char)"],
  ["PFPivE", "int* (*)()"],
  ["PFRA3_ivE", "int (& (*)()) [3]"],
  ["PA3_Pi", "int* (*) [3]"],
  ["M1AFviE", "void (A::*)(int)"],
  ["OSt6vectorIiSaIiEE", "std::vector<int, std::allocator<int> >&&"],
  ["PFM1AFviEcE", "void (A::*(*)(char))(int)"],
  ["Dn", "decltype(nullptr)"],
];

for (const [mangled, type] of PARAMETERS) {
  Deno.test(`the type ${mangled} is shown as ${type}`, () => {
    assertEquals(demangleCpp(`_Z1f${mangled}`), `f(${type})`);
  });
}

Deno.test("types and templates are put together", () => {
  assertEquals(textOf({ left: "int (*", right: ")(char)" }), "int (*)(char)");
  assertEquals(textOf(plain("int")), "int");
  assertEquals([withArguments("f", "<int>"), withArguments("operator<", "<int>")], [
    "f<int>",
    "operator< <int>",
  ]);
  assertEquals([resultOf(plain("int")), resultOf(plain("int*"))], ["int ", "int* "]);
  assertEquals(resultOf({ left: "void (*", right: ")()" }), "void (*");
});
