// Tagged unions that are parameters and results by themselves, with `tagged_unions.c`. The expected
// values are those that the source of the guest computes.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  allocator,
  GuestError,
  hostFunction,
  load,
  LoadError,
  type SymbolDeclarations,
} from "../../../mod.ts";
import { forceTier } from "../../../src/call/call.ts";
import { guestBytes } from "../../_guests.ts";
import { WHAT } from "../../_struct_guests.ts";

const by = "value";

const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" });

const SYMBOLS = {
  area_of: { parameters: [WHAT], result: "f64" },
  area_by_value: { parameters: [{ ...WHAT, by }], result: "f64" },
  find: { parameters: ["i32"], result: { ...WHAT, nullable: true } },
  by_value: { parameters: ["i32"], result: { ...WHAT, by } },
  new_what: { parameters: ["i32"], result: { ...WHAT, freedBy: "host" } },
  new_by_call: {
    name: "new_what",
    parameters: ["i32"],
    result: { ...WHAT, freedBy: { calls: ["free", { export: "free", pass: ["result"] }] } },
  },
  all: {
    name: "find",
    parameters: ["i32"],
    result: { type: "list", item: WHAT, pointer: "result", count: 1 },
  },
  call_measure: { parameters: ["i32"], result: "f64" },
  call_pick: { parameters: ["i32"], result: "f64" },
  call_make: { parameters: ["i32"], result: "f64" },
  live: { name: "live_allocations", parameters: [], result: "pointer" },
} as const satisfies SymbolDeclarations;

const VALUES = [
  { tag: "none" },
  { tag: "circle", value: 2 },
  { tag: "rect", value: { width: 5, height: 7 } },
  { tag: "named", value: "hexagon" },
] as const;

const AREAS = [0, 12, 35, 7];

/** The values that the guest has for 0, 1, 2 and 200. */
const OWN = [
  { tag: "none" },
  { tag: "circle", value: 1.5 },
  { tag: "rect", value: { width: 3, height: 4 } },
  { tag: "named", value: "square" },
] as const;

const KINDS = [0, 1, 2, 200];

const imports = {
  env: {
    measure: hostFunction(
      { parameters: [{ ...WHAT, nullable: true }], result: "f64" },
      (what) => what === null ? -1 : OWN.findIndex(({ tag }) => tag === what.tag),
    ),
    pick: hostFunction(
      { parameters: ["i32"], result: { ...WHAT, by } },
      (kind) => VALUES[kind]!,
    ),
    make: hostFunction(
      { parameters: ["i32"], result: { ...WHAT, nullable: true } },
      (kind) => VALUES[kind] ?? null,
    ),
  },
};

async function open(name: string) {
  const bytes = await guestBytes(name);
  return await load(bytes, { convention, imports, missing: "trap", symbols: SYMBOLS });
}

for (const name of ["c/tagged_unions", "c/tagged_unions_64"]) {
  for (const tier of ["run", "compiled"] as const) {
    Deno.test(`a variant is a parameter and a result by itself: ${name}, ${tier}`, async () => {
      forceTier(tier);
      try {
        using guest = await open(name);
        const { area_of, area_by_value, find, by_value, new_what, new_by_call, all, live } =
          guest.symbols;
        assertEquals(VALUES.map((what) => area_of(what)), AREAS);
        assertEquals(VALUES.map((what) => area_by_value(what)), AREAS);
        for (const call of [find, by_value, new_what, new_by_call]) {
          assertEquals<unknown>(KINDS.map((kind) => call(kind)), OWN);
        }
        assertEquals(find(-1), null);
        assertEquals(all(200), [OWN[3]]);
        assertEquals(Number(live()), 0);
      } finally {
        forceTier(undefined);
      }
    });

    Deno.test(`host functions get and return a variant by itself: ${name}, ${tier}`, async () => {
      forceTier(tier);
      try {
        using guest = await open(name);
        const { call_measure, call_pick, call_make, live } = guest.symbols;
        assertEquals([...KINDS, -1].map((kind) => call_measure(kind)), [0, 1, 2, 3, -1]);
        assertEquals([0, 1, 2, 3].map((kind) => call_pick(kind)), AREAS);
        assertEquals([0, 1, 2, 3, 4].map((kind) => call_make(kind)), [...AREAS, -1]);
        // The guest keeps the name that `pick` has returned.
        assertEquals(Number(live()), 1);
      } finally {
        forceTier(undefined);
      }
    });
  }
}

Deno.test("a variant that a call cannot take or that a guest cannot have is refused", async () => {
  using guest = await open("c/tagged_unions");
  const { area_of, find } = guest.symbols;
  const names = '"none" or "circle" or "rect" or "named"';
  const wrong = (value: unknown) => assertThrows(() => area_of(value as never), TypeError).message;
  assertEquals(
    wrong({ tag: "square" }),
    `Cannot pass argument 0 .tag to "area_of": it is "square", expected ${names}`,
  );
  assertEquals(
    wrong(null),
    `Cannot pass argument 0 to "area_of": it is null, expected an object with the "tag" ${names}, ` +
      "or nullable: true",
  );
  assertEquals(
    assertThrows(() => find(3), GuestError).message,
    'Cannot lift the result of "find": its tag is 3, expected 0 for "none", 1 for "circle", 2 for ' +
      '"rect", 200 for "named"',
  );
  const bare = await guestBytes("c/passing_data_length");
  const symbols = { f: { name: "add_wasm_is_cool", parameters: [WHAT], result: "i32" } } as const;
  const { problems } = await assertRejects(() => load(bare, { symbols }), LoadError);
  assertEquals(problems, [
    'symbol "f": Cannot pass a variant as argument 0 to "add_wasm_is_cool": the guest has neither ' +
    "a known allocator nor a stack pointer that can be moved, expected convention: " +
    "allocator({ allocate, free }), a place of its own, or a guest that exports __stack_pointer",
  ]);
});

Deno.test("the plan shows the places of a variant, and what frees it", async () => {
  using guest = await open("c/tagged_unions");
  const linesOf = async (symbol: keyof typeof SYMBOLS) =>
    `${await guest.plan(symbol)}`.split("\n").map((line) => line.replace(/^\d+\. /, ""));
  assertEquals((await linesOf("area_of")).slice(0, 4), [
    'check that argument 0 is a variant of "none", "circle", "rect" and "named"',
    'ask "malloc" for a block for argument 0 and what it points to',
    "check that the block lies within memory; 0 is out of memory",
    "write argument 0 there with its C layout: the tag at 0 and its value at 8",
  ]);
  assertEquals((await linesOf("find"))[2], "check the result: 0 is null");
  assertEquals((await linesOf("new_what")).at(-1), 'free what the export returned with "free"');
});
