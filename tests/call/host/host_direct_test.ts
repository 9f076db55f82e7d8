import {
  allocator,
  assemblyScript,
  canonicalAbi,
  type Convention,
  type Guest,
  type HostFunctionDeclaration,
  load,
  staticBuffer,
} from "../../../mod.ts";
import { reportCapacity } from "../../../src/detect/capacity.ts";
import { answerNow, lowerAnswer } from "../../../src/call/host/answer.ts";
import { compileHostSteps } from "../../../src/call/host/host_call.ts";
import { HostFrame } from "../../../src/call/host/host_steps.ts";
import { compileDirectHostCall } from "../../../src/call/host/direct.ts";
import type { CoreFunction } from "../../../src/abi/core_value.ts";
import { GuestRealm } from "../../../src/instance/instance.ts";
import { PACKED } from "../../_callbacks.ts";
import { guestUrl } from "../../_guests.ts";
import { onOneLine } from "../../_on_one_line.ts";
import { hostRecipe } from "../../conventions/_host_recipe.ts";
import { assert, assertEquals } from "@std/assert";

/** Each way has a guest of its own, so that both find memory in the same state. */
interface Way {
  readonly guest: Guest;
  readonly realm: GuestRealm;
  readonly call: CoreFunction | undefined;
}

const UTF16 = allocator({
  allocate: "malloc",
  encoding: "utf-16",
  result: "packedPointerLow",
});
const LATIN1 = allocator({ allocate: "malloc", encoding: "latin1", result: "packedPointerHigh" });

/** The outcomes, by declaration, type, guest and convention. */
const RECIPES: readonly (readonly [
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
];

/** Core arguments at every edge: null, aligned and not, the end of memory, negative, huge. */
const NUMBERS = [0, 1, 1028, 1032, 65535, 131071, 131072, -1, -16, 0x7fffffff];
const WIDE = [0n, -1n, -(1n << 63n), 5n];

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
];

async function makeWay(
  isDirect: boolean,
  [declaration, type, convention = PACKED, name = "c/callbacks"]: (typeof RECIPES)[number],
  callback: CoreFunction,
): Promise<Way> {
  const guest = await load(guestUrl(name), { missing: "trap", convention });
  const { exports, info, memory } = guest;
  const realm = new GuestRealm({
    exports,
    info: () => info,
    memory: memory.memory,
    address64: () => false,
    reported: () => reportCapacity(convention, info),
  });
  // Text at two places: after its length as a byte and as a word, with a NUL at its end, of class
  // 2.
  memory.write("u8", 1028, 4);
  memory.write("u32", 1024, 2);
  memory.writeBytes(1029, new Uint8Array([0, 0, 0, 0x61, 0x62, 0x63, 0x64, 0]));
  const recipe = hostRecipe(declaration, type, convention);
  const steps = compileHostSteps(recipe, callback, realm);
  const slow: CoreFunction = (...args) => answerNow(new HostFrame(args), steps, realm);
  if (!isDirect) return { guest, realm, call: slow };
  const answer = (value: unknown, args: unknown[]) =>
    lowerAnswer(value, new HostFrame(args), steps, realm);
  return {
    guest,
    realm,
    call: compileDirectHostCall({ recipe, callback, realm, steps, slow, answer }),
  };
}

/** Everything that is visible of a call. */
function outcomeOf({ realm, guest, call }: Way, args: readonly unknown[]): unknown {
  realm.thrown = undefined;
  const seen = () => ({
    noted: realm.thrown instanceof Error ? realm.thrown.message : realm.thrown,
    busy: realm.busy,
    memory: guest.memory.readBytes(0, guest.memory.size),
  });
  try {
    return { result: call!(...args), ...seen() };
  } catch (error) {
    return { error: String(error), ...seen() };
  }
}

/** Returns every combination of arguments for the core types, each type's edges in turn. */
function argumentsOf(type: string): unknown[][] {
  const types = type.split("->")[0]!.match(/\w+/g) ?? [];
  const edges: unknown[][] = types.map((core) =>
    core === "i64" ? WIDE : core === "externref" ? ["text", {}, null, undefined] : NUMBERS
  );
  return edges.reduce<unknown[][]>(
    (all, values) => all.flatMap((rest) => values.map((value) => [...rest, value])),
    [[]],
  );
}

for (const row of RECIPES) {
  const [declaration, type, convention] = row;
  const name = `${onOneLine(declaration)} in ${type} of ${convention?.expression ?? "PACKED"}`;
  Deno.test(`the direct form does what the steps do: ${name}`, async () => {
    let value: unknown;
    let taken: unknown[] = [];
    const callback: CoreFunction = (...values) => {
      taken.push(values);
      return value;
    };
    const direct = await makeWay(true, row, callback);
    const steps = await makeWay(false, row, callback);
    assert(direct.call !== undefined, "there is no direct form");
    const outcomes = new Set<string>();
    const compare = (args: unknown[]) => {
      taken = [];
      const expected = outcomeOf(steps, args);
      const expectedTaken = taken;
      taken = [];
      assertEquals(outcomeOf(direct, args), expected, onOneLine({ args, value }));
      assertEquals(taken, expectedTaken);
      outcomes.add("error" in (expected as object) ? "failed" : "done");
    };
    const all = argumentsOf(type);
    value = declaration.result === "void" ? undefined : 5;
    for (const args of all) compare(args);
    // If the last arguments are wrong as well, the same fault is found first.
    for (value of ANSWERS) {
      for (const args of [all[Math.floor(all.length / 3)]!, all.at(-1)!]) compare(args);
    }
    assert(outcomes.has("done"));
  });
}

/** Declarations without a direct form. */
const OTHERS: readonly (readonly [HostFunctionDeclaration, string, Convention?, string?])[] = [
  [{ parameters: ["bytes"], result: "void" }, "(i32, i32) ->"],
  [{ parameters: [{ type: "string", freedBy: "host" }], result: "void" }, "(i32, i32) ->"],
  [{ parameters: ["string"], result: "void" }, "(i32) ->"],
  [{ parameters: ["string"], result: "void" }, "(i32, i64) ->"],
  [{ parameters: ["string"], result: "void" }, "(i32, i32) ->", staticBuffer({ pointer: 1024 })],
  [
    { parameters: ["string"], result: "void" },
    "(i32, i32) ->",
    canonicalAbi({ encoding: "latin1+utf16" }),
    "c/canonical_latin1_utf16",
  ],
];

for (const row of OTHERS) {
  Deno.test(`there is no direct form for ${onOneLine(row[0])} in ${row[1]}`, async () => {
    const { call } = await makeWay(true, row, () => undefined);
    assertEquals(call, undefined);
  });
}
