import {
  allocator,
  assemblyScript,
  canonicalAbi,
  type Convention,
  type Guest,
  GuestError,
  hostFunction,
  type HostFunctionDeclaration,
  load,
  staticBuffer,
} from "../../../mod.ts";
import { reportCapacity } from "../../../src/detect/capacity.ts";
import { HostForms } from "../../../src/call/host/host_forms.ts";
import { forcedTier, forceTier, type Tier } from "../../../src/call/call.ts";
import type { CoreFunction } from "../../../src/abi/core_value.ts";
import { GuestInstance } from "../../../src/instance/guest_instance.ts";
import { PACKED } from "../../_callbacks.ts";
import { guestUrl } from "../../_guests.ts";
import { BOXED, PERSON, POINT } from "../../_struct_guests.ts";
import { onOneLine } from "../../_on_one_line.ts";
import { assemble } from "../../_wat.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

/** Each way has a guest of its own, so that both find memory in the same state. */
interface Way {
  readonly guest: Guest;
  readonly instance: GuestInstance;
  readonly call: CoreFunction;
}

const UTF16 = allocator({
  allocate: "malloc",
  encoding: "utf-16",
  result: "packedPointerLow",
});
const LATIN1 = allocator({ allocate: "malloc", encoding: "latin1", result: "packedPointerHigh" });

const F64 = { type: "array", element: "f64" } as const;
const AREA = { type: "string", form: "areaAfter" } as const;

/** The core arguments of an import whose result goes into the guest's buffer. */
const FILLS = [{ parameter: 0 }, "output", "capacity"] as const;

const OUT = { type: "out", name: "x", value: "i32" } as const;

/** The outcomes, by declaration, type, guest and convention. */
const ROWS: readonly (readonly [
  declaration: HostFunctionDeclaration,
  type: string,
  convention?: Convention,
  guest?: string,
])[] = [
  [{ parameters: [], result: "void" }, "() ->"],
  [{ parameters: ["u8", "i64", "bool"], result: "f64" }, "(i32, i64, i32) -> f64"],
  [{ parameters: ["u32"], result: "u32" }, "(i32) -> i32"],
  [{ parameters: ["i32", "f32", "u64"], result: "bool" }, "(i32, f32, i64) -> i32"],
  [{ parameters: ["externref"], result: "externref" }, "(externref) -> externref"],
  [{ parameters: ["string"], result: "void" }, "(i32, i32) ->"],
  [{ parameters: ["string"], result: "string" }, "(i32, i32) -> i64"],
  [{ parameters: ["string", "u32"], result: "string" }, "(i32, i32, i32) -> i64", UTF16],
  [{ parameters: ["string"], result: "string" }, "(i32, i32) -> i64", LATIN1],
  [
    { parameters: [{ type: "string", pass: ["pointer", "codeUnits"] }], result: "void" },
    "(i32, i32) ->",
    UTF16,
  ],
  [
    { parameters: [], result: { type: "string", form: "areaAfter" } },
    "(i32) ->",
  ],
  [
    { parameters: [{ type: "string", length: { prefix: "u8" } }], result: "void" },
    "(i32) ->",
  ],
  [
    { parameters: [{ type: "string", length: { prefix: "u32", offset: -4 } }], result: "void" },
    "(i32) ->",
  ],
  [{ parameters: [], result: { type: "string", form: "multiValue" } }, "() -> (i32, i32)"],
  [{ parameters: [], result: { type: "string", form: "terminated" } }, "() -> i32"],
  [
    { parameters: ["string"], result: "string" },
    "(i32, i32, i32) ->",
    canonicalAbi(),
    "c/canonical_imports_utf8",
  ],
  [
    { parameters: ["string"], result: "void" },
    "(i32, i32) ->",
    canonicalAbi({ encoding: "utf-16" }),
    "c/canonical_imports_utf16",
  ],
  [
    { parameters: ["string"], result: "string" },
    "(i32) -> i32",
    assemblyScript(),
    "assemblyscript/host_strings",
  ],
  [{ parameters: ["bytes"], result: "bytes" }, "(i32, i32) -> i64"],
  [{ parameters: [F64], result: F64 }, "(i32, i32) -> i64"],
  [{ parameters: ["string"], result: "void" }, "(i32) ->"],
  [{ parameters: ["string"], result: "void" }, "(i32, i64) ->"],
  [{ parameters: [{ type: "string", nullable: true }], result: "void" }, "(i32, i32) ->"],
  [{ parameters: [{ type: "string", pass: ["packedPointerHigh"] }], result: "void" }, "(i64) ->"],
  [{ parameters: [{ type: "string", pass: ["packedPointerLow"] }], result: "i64" }, "(i64) -> i64"],
  [{ parameters: ["string", "bool", "string"], result: "u8" }, "(i32, i32, i32, i32, i32) -> i32"],
  [{ parameters: ["bytes", "string"], result: "pointer" }, "(i32, i32, i32, i32) -> i32"],
  [{ parameters: ["pointer", "i16", "f32"], result: "u64" }, "(i32, i32, f32) -> i64"],
  [{ parameters: ["string"], result: { type: "string", nullable: true } }, "(i32, i32) -> i64"],
  [{ parameters: [], result: { type: "string", form: "prefixed" } }, "() -> i32"],
  [{ parameters: [], result: { type: "bytes", form: "areaBefore" } }, "(i32) ->"],
  [{ parameters: ["i32"], result: "string", arguments: FILLS }, "(i32, i32, i32) -> i32"],
  [{ parameters: ["i32"], result: "string", arguments: FILLS }, "(i32, i32, i32) ->"],
  [{ parameters: ["i32"], result: "bytes", arguments: FILLS }, "(i32, i32, i32) -> i64"],
  [{ parameters: ["i32"], result: F64, arguments: FILLS }, "(i32, i32, i32) -> i32", UTF16],
  [
    { parameters: ["i32"], result: { type: "string", unit: "codeUnits" }, arguments: FILLS },
    "(i32, i32, i32) -> i32",
    UTF16,
  ],
  [{ parameters: ["string"], result: "void" }, "(i32, i32) ->", staticBuffer({ pointer: 1024 })],
  [
    { parameters: ["string"], result: "string" },
    "(i32, i32, i32) ->",
    canonicalAbi({ encoding: "latin1+utf16" }),
    "c/canonical_latin1_utf16",
  ],
  [{ parameters: ["string"], result: "void" }, "(i64, i64) ->", PACKED, "c/callbacks_64"],
  [{ parameters: [], result: AREA }, "(i64) ->", PACKED, "c/callbacks_64"],
  [
    {
      parameters: [{ type: "string", pass: ["pointer", "byteLength"] }],
      result: { type: "string", form: "packedPointerHigh" },
    },
    "unknown",
  ],
  [{ parameters: ["u32", "f64"], result: "i32" }, "unknown"],
  [{ parameters: [POINT], result: "void" }, "(i32) ->"],
  [{ parameters: [{ ...POINT, nullable: true }], result: "void" }, "(i32) ->"],
  [{ parameters: [{ ...BOXED, by: "value" }], result: "void" }, "(f32) ->"],
  [{ parameters: [PERSON, "string"], result: "void" }, "(i32, i32, i32) ->"],
  [{ parameters: ["bytes", { ...POINT, by: "value" }], result: "i32" }, "(i32, i32, i32) -> i32"],
  [{ parameters: [{ type: "list", item: "u16" }], result: "void" }, "(i32, i32) ->"],
  [{ parameters: [{ type: "list", item: PERSON, count: 2 }], result: "void" }, "(i32) ->"],
  [{ parameters: [POINT], result: "i32" }, "(i64) -> i32", PACKED, "c/callbacks_64"],
  [{ parameters: [OUT, "i32"], result: "i32" }, "(i32, i32) -> i32"],
  [{ parameters: [OUT, { ...OUT, name: "y", value: POINT }], result: "void" }, "(i32, i32) ->"],
  [{ parameters: [{ ...OUT, type: "inout" }, "i32"], result: "void" }, "(i32, i32) ->"],
  [{ parameters: [{ ...OUT, type: "inout", value: PERSON }], result: "bool" }, "(i32) -> i32"],
  [{ parameters: [OUT], result: "i64" }, "(i64) -> i64", PACKED, "c/callbacks_64"],
  [{ parameters: ["i32"], result: POINT }, "(i32) -> i32"],
  [{ parameters: ["i32"], result: { ...POINT, by: "value" } }, "(i32, i32) ->"],
  [{ parameters: [], result: { ...POINT, by: "value" } }, "(i64) ->", PACKED, "c/callbacks_64"],
  [{ parameters: ["i32"], result: { ...PERSON, nullable: true } }, "(i32) -> i32"],
  [{ parameters: [], result: { ...BOXED, by: "value" } }, "() -> f32"],
  [
    {
      parameters: [],
      result: { type: "list", item: POINT, pointer: "result", count: { word: 0 } },
      arguments: [{ area: 0 }],
    },
    "(i32) -> i32",
  ],
  [
    {
      parameters: [],
      result: { type: "list", item: "u8", pointer: { high: "result" }, count: { low: "result" } },
    },
    "() -> i64",
  ],
  [
    {
      parameters: [],
      result: {
        type: "string",
        form: { results: ["p"], area: "after", text: { pointer: "result", length: { word: 0 } } },
      },
    },
    "(i32) -> i32",
  ],
];

/** Core arguments at every edge: null, aligned and not, the end of memory, negative, huge. */
const NUMBERS = [0, 1, 1028, 1032, 65535, 131071, 131072, -1, -16, 0x7fffffff];
const WIDE = [
  0n,
  -1n,
  -(1n << 63n),
  5n,
  4n << 32n,
  (4n << 32n) + 1032n,
  (1032n << 32n) + 4n,
  1032n,
];

/** Values that a callback can return. */
const ANSWERS: readonly unknown[] = [
  "",
  "four",
  "äöü, 世界 🌍".repeat(20),
  "a\0b",
  "\ud800",
  5,
  -1,
  true,
  5n,
  null,
  undefined,
  Promise.resolve("later"),
  { then: 5 },
  Uint8Array.of(1, 0, 2),
  new Uint8Array(),
  Float64Array.of(1.5, -0),
  { x: 1, y: -2 },
  { x: 1 },
  { result: 5, x: 7 },
  { result: 5n, x: 7 },
  { result: true, x: { name: "Ana", age: 5 } },
  { x: 1, y: { x: 2, y: 3 } },
  { x: 1, y: 0.5 },
  { x: 1, y: 2, z: 3 },
  { name: "Mária", age: 5 },
  { name: "a\0", age: 5 },
  { inner: { value: 1.5 } },
  [{ x: 1, y: 2 }, { x: 3, y: 4 }],
  [],
  [1, 2, 255],
];

async function makeWay(
  tier: Tier,
  [declaration, type, convention = PACKED, name = "c/callbacks"]: (typeof ROWS)[number],
  callback: CoreFunction,
  resultLimit?: number,
): Promise<Way> {
  const guest = await load(guestUrl(name), { missing: "trap", convention });
  const { exports, info, memory } = guest;
  const address64 = name.endsWith("_64");
  const instance = new GuestInstance({
    exports,
    compiled: { info },
    memory: memory.memory,
    address64: () => address64,
    reported: () => reportCapacity(convention, info),
    limits: { results: resultLimit },
  });
  // Text at two places: after its length as a byte and as a word, with a NUL at its end, of class
  // 2.
  memory.write("u8", 1028, 4);
  memory.write("u32", 1024, 2);
  memory.writeBytes(1029, new Uint8Array([0, 0, 0, 0x61, 0x62, 0x63, 0x64, 0]));
  // Two structs that begin with the address of that text. They lie where the allocator's state was.
  if (onOneLine(declaration.parameters).includes("name")) {
    for (const at of [1032, 1040]) memory.write("u32", at, 1032);
  }
  const hostPlan = makeHostPlan(declaration, type, convention, address64);
  const fn = new HostForms(hostPlan, false).on(callback, { instance });
  const call: CoreFunction = (...args) => {
    // The tier is chosen at the first call.
    const before = forcedTier();
    forceTier(tier);
    try {
      return fn(...args);
    } finally {
      forceTier(before);
    }
  };
  return { guest, instance, call };
}

/** Everything that is visible of a call. */
function outcomeOf({ instance, guest, call }: Way, args: readonly unknown[]): unknown {
  instance.thrown = undefined;
  const seen = () => ({
    noted: instance.thrown instanceof Error ? instance.thrown.message : instance.thrown,
    busy: instance.busy,
    memory: guest.memory.readBytes(0, guest.memory.size),
  });
  try {
    return { result: call(...args), ...seen() };
  } catch (error) {
    return { error: String(error), ...seen() };
  }
}

/** The most combinations of arguments. */
const MOST = 500;

/** Returns combinations of arguments for the core types, each type's edges in turn. */
function argumentsOf(type: string): unknown[][] {
  const types = (type === "unknown" ? "i32, i32" : type.split("->")[0]!).match(/\w+/g) ?? [];
  const edges: unknown[][] = types.map((core) =>
    core === "i64" ? WIDE : core === "externref" ? ["text", {}, null, undefined] : NUMBERS
  );
  const all = edges.reduce<unknown[][]>(
    (all, values) => all.flatMap((rest) => values.map((value) => [...rest, value])),
    [[]],
  );
  // Of many combinations, some are taken at regular steps that do not divide their number.
  const step = Math.ceil(all.length / MOST) * 2 - 1;
  return all.filter((_, index) => index % step === 0);
}

for (const row of ROWS) {
  const [declaration, type, convention] = row;
  const name = `${onOneLine(declaration)} in ${type} of ${convention?.expression ?? "PACKED"}`;
  Deno.test(`both tiers do the same: ${name}`, async () => {
    let value: unknown;
    let taken: unknown[] = [];
    const callback: CoreFunction = (...values) => {
      taken.push(values);
      return value;
    };
    const compiled = await makeWay("compiled", row, callback);
    const run = await makeWay("run", row, callback);
    const outcomes = new Set<string>();
    const compare = (args: unknown[]) => {
      taken = [];
      const expected = outcomeOf(run, args);
      const expectedTaken = taken;
      taken = [];
      assertEquals(outcomeOf(compiled, args), expected, onOneLine({ args, value }));
      assertEquals(taken, expectedTaken);
      outcomes.add("error" in (expected as object) ? "failed" : "done");
    };
    const all = argumentsOf(type);
    const isOut = onOneLine(declaration.parameters).includes("out");
    value = isOut ? { x: 7 } : declaration.result === "void" ? undefined : 5;
    for (const args of all) compare(args);
    // If the last arguments are wrong as well, the same fault is found first.
    for (value of ANSWERS) {
      for (const args of [all[Math.floor(all.length / 3)]!, all.at(-1)!]) compare(args);
    }
    assert(outcomes.has("done"));
    run.guest.close();
    compiled.guest.close();
  });
}

/** Compares what both tiers do in calls with texts of these lengths, and returns the outcomes. */
async function compareTiers(
  declaration: HostFunctionDeclaration,
  type: string,
  rows: readonly (readonly (readonly [text: number, length: number])[])[],
  resultLimit?: number,
): Promise<string[]> {
  let taken: unknown[] = [];
  const callback: CoreFunction = (...values) => void taken.push(values);
  const row = [declaration, type] as const;
  const ways = [
    await makeWay("run", row, callback, resultLimit),
    await makeWay("compiled", row, callback, resultLimit),
  ];
  const outcomes: string[] = [];
  for (const texts of rows) {
    const [expected, found] = ways.map((way) => {
      taken = [];
      const { malloc } = way.guest.exports as { malloc(size: number): number };
      const args = texts.flatMap(([text, length]) => {
        const pointer = malloc(64);
        const bytes = [0x61, 0xff, 0xc3, 0xa4][text] ?? 0;
        way.guest.memory.writeBytes(pointer, new Uint8Array(64).fill(bytes));
        return [pointer, length];
      });
      return { outcome: outcomeOf(way, args), taken };
    });
    assertEquals(found, expected, onOneLine(texts));
    outcomes.push((expected!.outcome as { error?: string }).error ?? "done");
  }
  for (const { guest } of ways) guest.close();
  return outcomes;
}

Deno.test("both tiers count what all texts of one call take in host memory", async () => {
  const lengths = [0, 1, 7, 13, 14, 20, 21, 40, 41, 64];
  const declaration = { parameters: ["string", "bytes", "string"], result: "void" } as const;
  const rows = lengths.flatMap((a) =>
    lengths.flatMap((b) => lengths.map((c) => [[0, a], [0, b], [0, c]] as const))
  );
  const type = "(i32, i32, i32, i32, i32, i32) ->";
  const outcomes = await compareTiers(declaration, type, rows, 41);
  assertEquals(
    rows.map((texts) => texts.reduce((sum, [, length]) => sum + length, 0) <= 41),
    outcomes.map((outcome) => outcome === "done"),
  );
});

Deno.test("the host memory that texts take is counted for each call alone, in both tiers", async () => {
  const declaration = { parameters: ["string", "string"], result: "void" } as const;
  const row = [declaration, "(i64, i64, i64, i64) ->", PACKED, "c/callbacks_64"] as const;
  for (const tier of ["run", "compiled"] as const) {
    const way = await makeWay(tier, row, () => undefined, 10);
    const errorOf = (length: bigint) =>
      (outcomeOf(way, [1032n, length, 1032n, 4n]) as { error?: string }).error;
    for (let times = 0; times < 5; times++) assertEquals(errorOf(4n), undefined);
    assert(errorOf(7n)?.startsWith("GuestError: Cannot lift"));
    assertEquals(errorOf(4n), undefined);
    way.guest.close();
  }
});

Deno.test("both tiers free blocks that the host owns, even if another argument cannot be lifted", async () => {
  const owned = { type: "string", freedBy: "host" } as const;
  const declaration = { parameters: [owned, "string", owned], result: "void" } as const;
  const lengths = [0, 5, 64, 200_000];
  const texts = [0, 1].flatMap((text) => lengths.map((length) => [text, length] as const));
  const rows = texts.flatMap((a) => texts.flatMap((b) => texts.map((c) => [a, b, c])));
  const outcomes = await compareTiers(declaration, "(i32, i32, i32, i32, i32, i32) ->", rows);
  assertEquals(new Set(outcomes).size > 3, true);
});

Deno.test("neither tier calls the host once the guest has ended, or takes its result", async () => {
  const row = [{ parameters: ["i32"], result: "i32" }, "(i32) -> i32"] as const;
  for (const tier of ["run", "compiled"] as const) {
    let ends = false;
    let calls = 0;
    const way = await makeWay(tier, row, (value) => {
      calls++;
      if (ends) way.instance.dispose();
      return value;
    });
    const errorOf = () => (outcomeOf(way, [7]) as { error?: string }).error;
    assertEquals(errorOf(), undefined);
    ends = true;
    // A trap carries the error, because the guest could catch the error itself.
    const rest = 'import "env.f": the guest is disposed';
    assertEquals(errorOf(), `RuntimeError: Cannot return from ${rest}`);
    assertEquals(errorOf(), `RuntimeError: Cannot call ${rest}`);
    assertEquals(calls, 2);
    way.guest.close();
  }
});

/** A guest whose allocator traps; it has one import, which answers with a text. */
const NO_ROOM = assemble(`(module
  (import "env" "ask" (func $ask (result i64)))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) unreachable)
  (func (export "free") (param i32))
  (func (export "run") (result i32) (drop (call $ask)) (i32.const 1)))`);

Deno.test("a trap in the allocator is the guest's in both tiers, and what the host throws is not", async () => {
  const before = forcedTier();
  try {
    for (const tier of ["run", "compiled"] as const) {
      forceTier(tier);
      const thrown = new WebAssembly.RuntimeError("the host's own");
      let throws = true;
      using guest = await load(NO_ROOM, {
        convention: PACKED,
        imports: {
          env: {
            ask: hostFunction({ parameters: [], result: "string" }, () => {
              if (throws) throw thrown;
              return "text";
            }),
          },
        },
        symbols: { run: { parameters: [], result: "i32" } },
      });
      const { run } = guest.symbols;
      assertStrictEquals(assertThrows(run), thrown);
      assertEquals(guest.state, "ready");
      throws = false;
      const { code, message } = assertThrows(run, GuestError);
      assertEquals([code, message, guest.state], [
        "trap",
        'Cannot complete "run": the guest trapped: unreachable',
        "poisoned",
      ]);
    }
  } finally {
    forceTier(before);
  }
});
