import { assertEquals } from "@std/assert";
import { demangleCpp } from "../../../src/binary/trace/demangle_cpp.ts";

/** Names, and the output of `c++filt -i` of binutils 2.40 for them. */
const NAMES: readonly (readonly [mangled: string, name: string])[] = [
  ["_Z3addii", "add(int, int)"],
  ["_ZN5Shape4areaEv", "Shape::area()"],
  ["_ZNK5Shape4areaEdPKc", "Shape::area(double, char const*) const"],
  ["_ZN5ShapeC1Ei", "Shape::Shape(int)"],
  ["_ZN5ShapeC2ERKS_", "Shape::Shape(Shape const&)"],
  ["_ZN5ShapeD0Ev", "Shape::~Shape()"],
  ["_Z4sortIiEvPT_iPFbRKS0_S3_E", "void sort<int>(int*, int, bool (*)(int const&, int const&))"],
  ["_ZN12_GLOBAL__N_16hiddenEv", "(anonymous namespace)::hidden()"],
  [
    "_ZNSt6vectorIiSaIiEE9push_backERKi",
    "std::vector<int, std::allocator<int> >::push_back(int const&)",
  ],
  [
    "_ZNSt3__26vectorIiNS_9allocatorIiEEE9push_backEOi",
    "std::__2::vector<int, std::__2::allocator<int> >::push_back(int&&)",
  ],
  [
    "_ZNSt3__212basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKcm",
    "std::__2::basic_string<char, std::__2::char_traits<char>, std::__2::allocator<char> >::append(char const*, unsigned long)",
  ],
  [
    "_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc",
    "std::basic_ostream<char, std::char_traits<char> >& std::operator<< <std::char_traits<char> >(std::basic_ostream<char, std::char_traits<char> >&, char const*)",
  ],
  ["_ZN3foo3barEPFvPKcE", "foo::bar(void (*)(char const*))"],
  ["_Z1fIiEPFvvET_", "void (*f<int>(int))()"],
  ["_ZNK3VecixEj", "Vec::operator[](unsigned int) const"],
  ["_ZN3VecpLERKS_", "Vec::operator+=(Vec const&)"],
  ["_ZNK3VeccvbEv", "Vec::operator bool() const"],
  ["_Z3sumIJiidEEdDpT_", "double sum<int, int, double>(int, int, double)"],
  ["_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()() const"],
  ["_ZZ4mainENKUliE0_clEi", "main::{lambda(int)#2}::operator()(int) const"],
  ["_ZTV5Shape", "vtable for Shape"],
  ["_ZTI5Shape", "typeinfo for Shape"],
  ["_ZThn8_N1B1fEv", "non-virtual thunk to B::f()"],
  ["_Z3fooRA10_i", "foo(int (&) [10])"],
  ["_Z3fooM3BarFivE", "foo(int (Bar::*)())"],
  ["_Znwm", "operator new(unsigned long)"],
  ["_ZdlPv", "operator delete(void*)"],
  ["_ZN1AIiLi5EE1gEv", "A<int, 5>::g()"],
  ["_Z1fILb1EEvv", "void f<true>()"],
  ["_ZGVZ3foovE1x", "guard variable for foo()::x"],
  ["_ZNSs6appendEPKc", "std::string::append(char const*)"],
  [
    "_ZNSsC1ERKSs",
    "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(std::string const&)",
  ],
  [
    "_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_",
    "std::remove_reference<int&>::type&& std::move<int&>(int&)",
  ],
  ["_Z1fPA2_A3_i", "f(int (*) [2][3])"],
  ["_Z1gPKcz", "g(char const*, ...)"],
  [
    "_ZNSt8functionIFivEEC2IZ4mainEUlvE_vEEOT_",
    "std::function<int ()>::function<main::{lambda()#1}, void>(main::{lambda()#1}&&)",
  ],
  ["_ZN5boost6system14error_categoryD2Ev", "boost::system::error_category::~error_category()"],
  [
    "_ZNKSt6vectorIPFviESaIS1_EE4sizeEv",
    "std::vector<void (*)(int), std::allocator<void (*)(int)> >::size() const",
  ],
  [
    "_Z4callIPFiiiEJiiEEDaT_DpOT0_",
    "auto call<int (*)(int, int), int, int>(int (*)(int, int), int&&, int&&)",
  ],
  [
    "_ZNSt10unique_ptrI3FooSt14default_deleteIS0_EE5resetEPS0_",
    "std::unique_ptr<Foo, std::default_delete<Foo> >::reset(Foo*)",
  ],
  ["_ZN3FooaSEOS_", "Foo::operator=(Foo&&)"],
  ["_ZNKR3Foo3getEv", "Foo::get() const &"],
  [
    "_ZN9__gnu_cxx13new_allocatorIcE8allocateEjPKv",
    "__gnu_cxx::new_allocator<char>::allocate(unsigned int, void const*)",
  ],
  ["_Z3barN2ns4EnumE", "bar(ns::Enum)"],
  [
    "_Z3runRSt3mapISsiSt4lessISsESaISt4pairIKSsiEEE",
    "run(std::map<std::string, int, std::less<std::string>, std::allocator<std::pair<std::string const, int> > >&)",
  ],
  ["_ZL6hiddeni", "hidden(int)"],
  ["_ZN12_GLOBAL__N_15InnerC2Ev", "(anonymous namespace)::Inner::Inner()"],
  ["_ZSt9terminatev", "std::terminate()"],
  [
    "_ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEED1Ev",
    "std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >::~basic_string()",
  ],
  [
    "_ZN4absl12lts_2023012513DeadlockCheckEPNS0_5MutexE",
    "absl::lts_20230125::DeadlockCheck(absl::lts_20230125::Mutex*)",
  ],
  ["_Z5firstI3FooET_RKS1_", "Foo first<Foo>(Foo const&)"],
  ["_Zrm3VecS_", "operator%(Vec, Vec)"],
  ["_Zli3_kmy", 'operator"" _km(unsigned long long)'],
  ["_Z3fooB5cxx11v", "foo[abi:cxx11]()"],
  ["_ZN3foo3barEi.isra.0", "foo::bar(int) [clone .isra.0]"],
];

for (const [mangled, name] of NAMES) {
  Deno.test(`${mangled} is ${name}`, () => assertEquals(demangleCpp(mangled), name));
}

Deno.test("a cut name is refused or shorter, and never throws", () => {
  for (const [mangled] of NAMES) {
    for (let length = 0; length < mangled.length; length++) {
      const found = demangleCpp(mangled.slice(0, length));
      assertEquals(found === undefined || typeof found === "string", true);
    }
  }
});

Deno.test("a name that would be endless is refused", () => {
  // Each function type has the one before as two parameters.
  const reference = (index: number) =>
    index === 0 ? "S_" : `S${(index - 1).toString(36).toUpperCase()}_`;
  const doubled = Array.from({ length: 34 }, (_, index) => `Fv${reference(index).repeat(2)}E`);
  const doubledTo = (count: number) => demangleCpp(`_Z1f1A${doubled.slice(0, count).join("")}`);
  assertEquals(doubledTo(2), "f(A, void (A, A), void (void (A, A), void (A, A)))");
  assertEquals(doubledTo(34), undefined);
  assertEquals(demangleCpp(`_Z1f${"P".repeat(5000)}i`), undefined);
  assertEquals(demangleCpp(`_ZN${"1a".repeat(5000)}E`), undefined);
});
