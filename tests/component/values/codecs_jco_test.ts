// The same component, called through Passage and through the code that jco generates for it.
import { parse, transpile } from "npm:@bytecodealliance/jco@1.35.0";
import { assertEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import type { ValueType } from "../../../src/component/types.ts";
import { randomOf } from "../../limits/_random.ts";
import { randomType, randomValue, writeRelays } from "./_random_types.ts";

const SEED = 20_251_128, TYPES = 80, VALUES = 8;

type Take = (value: unknown) => unknown;

/** The functions `relay` of both, by the numbers of their types. `take` is what they call. */
interface Sides {
  passage(index: number, value: unknown, take: Take): unknown;
  jco(index: number, value: unknown, take: Take): unknown;
}

async function makeSides(types: readonly ValueType[]): Promise<Sides> {
  const bytes = await parse(writeRelays(types)) as Uint8Array<ArrayBuffer>;
  let taking: Take = (value) => value;
  const take = (value: unknown) => taking(value);
  const world = Object.fromEntries(types.map((_, index) => [`take${index}`, take]));
  const { interfaces: { "": passage } } = await load(bytes, { imports: { "": world } });
  const { files } = await transpile(bytes, { name: "relays", instantiation: "sync" });
  const code = new TextDecoder().decode(files["relays.js"]);
  const { instantiate } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const compile = (name: string) => new WebAssembly.Module(Uint8Array.from(files[name]!));
  const imports = Object.fromEntries(types.map((_, index) => [`take-${index}`, { default: take }]));
  const jco = instantiate(compile, imports);
  const calling = (side: Record<string, Take>) => (index: number, value: unknown, take: Take) => {
    taking = take;
    return side[`relay${index}`]!(value);
  };
  return { passage: calling(passage), jco: calling(jco) };
}

Deno.test(`values of random types pass as through the code of jco: seed ${SEED}`, async () => {
  const random = randomOf(SEED);
  // A result that a function returns has another form than one within a value.
  const types = Array.from({ length: TYPES }, (): ValueType => {
    const type = randomType(random, 3);
    return type.kind === "result" ? { kind: "tuple", types: [type] } : type;
  });
  const { passage, jco } = await makeSides(types);
  for (const [index, type] of types.entries()) {
    for (let left = VALUES; left > 0; left--) {
      const [given, answer] = [randomValue(random, type), randomValue(random, type)];
      const seen = [passage, jco].map((call) => {
        let taken: unknown;
        const returned = call(index, given, (value) => {
          taken = value;
          return answer;
        });
        return { taken, returned };
      });
      const shown = `${JSON.stringify(type)} of ${Deno.inspect(given, { depth: 9 })}`;
      assertEquals(seen[0], { taken: given, returned: answer }, `Passage changes ${shown}`);
      assertEquals(seen[1], seen[0], `jco differs in ${shown}`);
    }
  }
});

const U8: ValueType = { kind: "primitive", name: "u8" };
const U64: ValueType = { kind: "primitive", name: "u64" };
const STRING: ValueType = { kind: "primitive", name: "string" };

/** Values of another type or out of range, which jco converts and Passage refuses. */
const STRICTER: readonly (readonly [type: ValueType, given: unknown, jco: unknown])[] = [
  [U8, 256, 0],
  [U8, 1.5, 1],
  [U8, "3", 3],
  [{ kind: "primitive", name: "s8" }, 200, -56],
  [{ kind: "primitive", name: "u32" }, -1, 2 ** 32 - 1],
  [{ kind: "primitive", name: "u32" }, NaN, 0],
  [U64, -1n, 2n ** 64n - 1n],
  [U64, 5, 5n],
  [{ kind: "primitive", name: "bool" }, "no", true],
  [{ kind: "primitive", name: "f64" }, "1.5", 1.5],
  [{ kind: "primitive", name: "char" }, "ab", "a"],
  [STRING, "\ud800", "\ufffd"],
  [{ kind: "list", type: U8 }, "ab", new Uint8Array()],
  [{ kind: "tuple", types: [U8] }, [1, 2], [1]],
  [{ kind: "record", fields: [{ name: "a", type: U8 }] }, {}, { a: 0 }],
  [{ kind: "flags", names: ["a"] }, { a: 1 }, { a: true }],
];

Deno.test("values that jco changes are refused, and a BOM is kept", async () => {
  const { passage, jco } = await makeSides([...STRICTER.map(([type]) => type), STRING]);
  const take: Take = (value) => value;
  for (const [index, [, given, changed]] of STRICTER.entries()) {
    assertEquals(jco(index, given, take), changed);
    const error = assertThrows(() => passage(index, given, take), Error);
    assertEquals([TypeError, RangeError].some((Class) => error instanceof Class), true);
  }
  const last = STRICTER.length;
  assertEquals([jco, passage].map((call) => call(last, "\ufeffa", take)), ["a", "\ufeffa"]);
});
