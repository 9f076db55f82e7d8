import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError } from "../../../mod.ts";
import { declaredName } from "../../../src/component/link/declared_functions.ts";
import type { ValueType } from "../../../src/component/types.ts";
import { guestPath } from "../../_guests.ts";
import { primitive } from "../values/_place.ts";

const LINKED = guestPath("component/linked");

const TEXT = { parameters: ["string"], result: "string" } as const;

Deno.test("declared symbols are functions with the types of the compiler", async () => {
  const symbols = {
    echo: TEXT,
    "test:linked/texts@1.2.0#twice": { ...TEXT, async: true },
    freed: COUNT,
  } as const;
  using guest = await load(LINKED, { missing: "trap", symbols });
  const text: string = guest.symbols.echo("Ada");
  const count: number = guest.symbols.freed();
  assertEquals([text, count], ["Ada", 0]);
  const twice: Promise<string> = guest.symbols["test:linked/texts@1.2.0#twice"]("b");
  assertEquals(await twice, "bb");
  assertEquals(Object.keys(guest.symbols), Object.keys(symbols));
  const { echo } = guest.symbols;
  guest.reset();
  assertEquals(echo("after"), "after");
});

const COUNT = { parameters: [], result: "u32" } as const;

Deno.test("each declaration that does not fit is reported", async () => {
  const loading = load(LINKED, {
    missing: "trap",
    symbols: {
      ecko: TEXT,
      echo: { parameters: ["u32"], result: "bytes" },
      freed: { parameters: ["u32"], result: "i32" },
    },
  });
  const error = await assertRejects(() => loading, LoadError);
  assertEquals([error.code, error.problems], ["symbols", [
    'symbol "ecko": the component has no such function, did you mean "echo"?',
    'symbol "echo": parameters[0] is "u32", expected "string"',
    'symbol "echo": result is "bytes", expected "string"',
    'symbol "freed": it has 1 parameters, expected 0',
    'symbol "freed": result is "i32", expected "u32"',
  ]]);
});

Deno.test("a type that no declaration has is left to the interfaces", async () => {
  const imports = { "test:files/files": { File: class {} } };
  const symbols = { giveBack: TEXT, "give-back": { parameters: [], result: "u32" } } as const;
  const loading = load(guestPath("component/resources"), { imports, missing: "trap", symbols });
  const error = await assertRejects(() => loading, LoadError);
  assertEquals(error.problems, [
    'symbol "giveBack": the component has no such function, did you mean "give-back"?',
    'symbol "give-back": result is resource in the component, expected a call by guest.interfaces',
  ]);
});

/** Types with their names in declarations. */
const NAMES: readonly (readonly [ValueType, string | undefined])[] = [
  [primitive("s8"), "i8"],
  [primitive("u64"), "u64"],
  [primitive("string"), "string"],
  [primitive("char"), undefined],
  [{ kind: "list", type: primitive("u8") }, "bytes"],
  [{ kind: "list", type: primitive("u16") }, undefined],
  [{ kind: "named", name: "n", owner: undefined, type: primitive("bool") }, "bool"],
  [{ kind: "tuple", types: [primitive("u8")] }, undefined],
];

for (const [type, name] of NAMES) {
  Deno.test(`${JSON.stringify(type)} is ${name} in declarations`, () => {
    assertEquals(declaredName(type), name);
  });
}
