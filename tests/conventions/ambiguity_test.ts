import { assertEquals, assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { assemble } from "../_wat.ts";
import { evaluate, optionsIn } from "./_evaluate.ts";

/** A bump allocator under two names. */
const allocatorOf = (allocate: string, free: string, at: number) =>
  `(func (export "${allocate}") (param i32) (result i32) (i32.const ${at}))
   (func (export "${free}") (param i32))`;

/** The advice on who frees results, after the options that leave it open. */
const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

const reason = (name: string) =>
  `"${name}_malloc" and "${name}_free" are an allocator; ${WHO_FREES}`;

/** Guests that two conventions fit, the error, and which of its options work. */
const PAIRS: {
  what: string;
  functions: string;
  message: string;
  works: string[];
}[] = [
  {
    what: "two allocators",
    functions: allocatorOf("a_malloc", "a_free", 1024) + allocatorOf("b_malloc", "b_free", 2048) +
      `(func (export "echo") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))`,
    message:
      "Cannot tell how the guest passes text: 2 conventions fit, expected one of the options " +
      ["a", "b"].map((name) =>
        `convention: allocator({ allocate: "${name}_malloc", free: "${name}_free", ` +
        `resultsFreedBy: "host" }) (${reason(name)})`
      ).join(" or "),
    works: ["a", "b"].map((name) =>
      `allocator({ allocate: "${name}_malloc", free: "${name}_free", resultsFreedBy: "host" })`
    ),
  },
  {
    what: "a buffer and an allocator",
    functions: allocatorOf("malloc", "free", 1024) +
      `(func (export "get_buffer") (result i32) (i32.const 4096))
       (func (export "echo") (param i32 i32) (result i32) (local.get 1))`,
    message:
      "Cannot tell how the guest passes text: 2 conventions fit, expected one of the options " +
      'convention: staticBuffer({ pointer: "get_buffer" }) ' +
      '("get_buffer" takes nothing and returns a pointer) or ' +
      'convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" }) ' +
      `("malloc" and "free" are an allocator; ${WHO_FREES})`,
    works: ['staticBuffer({ pointer: "get_buffer" })'],
  },
  {
    what: "an i64 in and out",
    functions: allocatorOf("malloc", "free", 1024) +
      '(func (export "echo") (param i64) (result i64) (local.get 0))',
    message: 'Cannot tell how "echo" passes text: it is (i64) -> i64, ' +
      'which 4 forms of the convention "allocator" fit, expected ' +
      ["packedPointerHigh", "packedPointerLow"].flatMap((pass) =>
        ["packedPointerHigh", "packedPointerLow"].map((result) =>
          'convention: allocator({ allocate: "malloc", free: "free", ' +
          `pass: ["${pass}"], result: "${result}", resultsFreedBy: "host" })`
        )
      ).join(" or ") +
      ` (${WHO_FREES})`,
    works: ["packedPointerHigh", "packedPointerLow"].map((form) =>
      `allocator({ allocate: "malloc", free: "free", pass: ["${form}"], result: "${form}", ` +
      'resultsFreedBy: "host" })'
    ),
  },
];

for (const { what, functions, message, works } of PAIRS) {
  Deno.test(`${what}: the error shows each option, and following it works`, async () => {
    const module = assemble(`(module (memory (export "memory") 1) ${functions}
      (func (export "other") (param i32 i32)))`);
    using unsettled = await load(module);
    const [code, said] = guestErrorOf(() => unsettled.passString("Grüße", "echo"));
    assertEquals([code, said], ["ambiguous-convention", message]);
    const shown = optionsIn(said);
    for (const option of works) {
      assertStrictEquals(shown.includes(option), true, option);
      using settled = await load(module, { convention: evaluate(option) });
      assertStrictEquals(settled.passString("Grüße", "echo"), "Grüße");
    }
  });
}
