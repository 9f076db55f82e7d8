import { assertEquals } from "@std/assert";
import { explainImport } from "../../src/check/imports_shape.ts";

const log = () => {};

/** The given imports if `env.log` is missing, and the place where it was found instead. */
const GIVEN:
  readonly (readonly [imports: Record<string, unknown>, explanation: string | undefined])[] = [
    [{}, undefined],
    [{ env: {} }, undefined],
    [{ log }, '"log" was given, at the wrong level, expected imports: { env: { log } }'],
    [{ env: { log: undefined } }, '"log" was given, but it is undefined'],
    [
      { env: { default: { log } } },
      '"log" was given in imports.env.default, expected imports: { env: { log } }',
    ],
    [
      { imports: { env: { log } } },
      '"log" was given in imports.imports.env, expected imports: { env: { log } }',
    ],
    [{ "env.log": log }, '"env.log" was given, expected imports: { env: { log } }'],
    [{ env: { "env.log": log } }, '"env.log" was given, expected imports: { env: { log } }'],
    [{ host: { log } }, '"log" was given in "host", expected it in "env"'],
    [{ env: { logg: log } }, 'did you mean "logg", which was given?'],
    [{ env: { print: log } }, undefined],
  ];

for (const [imports, explanation] of GIVEN) {
  Deno.test(`a missing import, given ${Deno.inspect(imports, { compact: true })}`, () => {
    assertEquals(explainImport("env", "log", imports as never), explanation);
  });
}

Deno.test("a name of two letters is not taken for a misspelt one", () => {
  assertEquals(explainImport("a", "bc", { a: { bd: log } }), undefined);
});

Deno.test("an object whose properties throw is ignored", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const throwing = {
    get inner(): never {
      throw new Error("no");
    },
  };
  assertEquals(explainImport("env", "log", { env: throwing, other: proxy } as never), undefined);
});
