import { assert, assertEquals, assertThrows } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import { reportCapacity } from "../../src/conventions/capacity.ts";
import type { Convention } from "../../src/conventions/convention.ts";
import { detectConvention } from "../../src/conventions/detect.ts";
import { resolveRecipe } from "../../src/conventions/resolve.ts";
import { type Call, compileCall } from "../../src/engine/call.ts";
import { compileDirect } from "../../src/engine/direct.ts";
import { compileSteps } from "../../src/engine/steps.ts";
import { GuestError } from "../../src/errors.ts";
import { GuestRealm } from "../../src/guest_realm.ts";
import { allocator, canonicalAbi, cString, load } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { strings } from "../_strings.ts";

/** The same symbol of two fresh instances: as the steps call it, and in its direct form. */
interface Pair {
  readonly steps: (value: unknown) => unknown;
  readonly direct: (value: unknown) => unknown;
  /** How often the direct form handed a call to the steps. */
  readonly handed: { count: number };
}

const owned = { allocate: "malloc", free: "free", resultsFreedBy: "host" } as const;

/** Guests whose passes have a direct form, each with a convention where none is recognised. */
const GUESTS: readonly (readonly [guest: string, name: string, convention?: Convention])[] = [
  ["c/echo_length", "echo"],
  ["c/echo_pointer", "echo"],
  ["c/passing_data_length", "add_wasm_is_cool"],
  ["c/passing_data_pointer_symbol", "add_wasm_is_cool"],
  ["c/moves_buffer", "transform"],
  ["c/grows_memory", "transform"],
  ["c/counts_nul", "transform"],
  ["c/answers_minus_one", "transform"],
  ["c/claims_more", "transform"],
  ["c/claims_pointer_outside", "transform"],
  ["c/overruns", "triple"],
  ["c/traps", "trap_unreachable"],
  ["c/bindgen_multi_value", "greet"],
  ["c/bindgen_old", "greet"],
  ["c/canonical_utf8", "example:text/greeter@1.0.0#greet"],
  [
    "c/canonical_utf16",
    "example:text/greeter@1.0.0#greet",
    canonicalAbi({ encoding: "utf-16" }),
  ],
  ["c/c_string", "greet", cString(owned)],
  ["c/result_packed_pointer_high", "greet", allocator({ ...owned, result: "packedPointerHigh" })],
  ["c/result_packed_pointer_low", "greet", allocator({ ...owned, result: "packedPointerLow" })],
  ["c/result_multi_value", "greet", allocator(owned)],
  ["c/result_struct", "greet", allocator({ ...owned, result: "pointedTo" })],
  ["c/result_prefix_u32", "greet", allocator({ ...owned, result: "prefixed" })],
  ["c/result_in_place", "shout", allocator({ ...owned, result: "inPlace" })],
  ["assemblyscript/strings", "greet"],
  ["assemblyscript_arc/strings", "greet"],
  ["emscripten/c_string", "greet"],
];

/** A fresh instance of a guest, as `load` makes it. */
async function realmOf(guest: string, given?: Convention) {
  const bytes = await guestBytes(guest);
  const info = readModule(bytes);
  const module = new WebAssembly.Module(bytes);
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  let memory: WebAssembly.Memory | undefined;
  for (const item of info.imports) {
    const named = imports[item.module] ??= {};
    if (item.kind === "memory") {
      const { minimum, maximum } = item.type;
      memory = new WebAssembly.Memory({ initial: Number(minimum), maximum: Number(maximum) });
      named[item.name] = memory;
    } else named[item.name] = () => 0;
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  const own = Object.values(exports).find((item) => item instanceof WebAssembly.Memory);
  const detected = given === undefined ? detectConvention(info) : { convention: given };
  assert(!(detected instanceof GuestError), `${guest}: ${detected}`);
  const { convention } = detected;
  const realm = new GuestRealm({
    exports,
    info: () => info,
    memory: own ?? memory,
    address64: () => false,
    reported: () => reportCapacity(convention, info),
  });
  return { realm, convention };
}

async function compilePair(guest: string, name: string, given?: Convention): Promise<Pair> {
  const compile = async () => {
    const { realm, convention } = await realmOf(guest, given);
    const recipe = resolveRecipe(name, { parameters: ["string"], result: "string" }, {
      convention,
      address64: false,
      hasStack: realm.stack !== undefined,
      leastArguments: () => undefined,
      functionType: (name) => realm.functionType(name),
    });
    return { realm, recipe, call: compileCall(recipe, realm) as Call };
  };
  const first = await compile();
  const second = await compile();
  const handed = { count: 0 };
  const direct = compileDirect(
    second.recipe,
    second.realm,
    compileSteps(second.recipe, second.realm),
    (value) => {
      handed.count++;
      return second.call([value]);
    },
  );
  assert(direct !== undefined, `${guest} has no direct form`);
  return { steps: (value) => first.call([value]), direct, handed };
}

/** What a call gave or threw, so that two can be compared. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    assert(error instanceof Error);
    return { name: error.name, message: error.message, code: (error as GuestError).code };
  }
}

for (const [guest, name, convention] of GUESTS) {
  Deno.test(`the direct form and the steps agree on every string: ${guest}`, async () => {
    const { steps, direct } = await compilePair(guest, name, convention);
    for (const { name, text } of strings) {
      assertEquals(outcome(() => direct(text)), outcome(() => steps(text)), name);
    }
  });
}

Deno.test("the direct form is what passes text that is in order", async () => {
  for (const [guest, name, convention] of GUESTS.slice(0, 2)) {
    const { direct, handed } = await compilePair(guest, name, convention);
    assertEquals(direct("Grüße, 日本"), "Grüße, 日本");
    assertEquals(handed.count, 0, guest);
  }
});

Deno.test("what is no text is refused as the steps refuse it", async () => {
  const { steps, direct } = await compilePair("c/echo_length", "echo");
  for (const value of [undefined, null, 7, new Uint8Array(1), ["a"]]) {
    assertEquals(outcome(() => direct(value)), outcome(() => steps(value)));
  }
});

Deno.test("bytes of a view that went stale are refused, and others are passed", async () => {
  using guest = await load(await guestBytes("c/echo_length"));
  for (let times = 0; times < 150; times++) {
    assertEquals(guest.passBytes(Uint8Array.of(1, 0, times), "echo"), Uint8Array.of(1, 0, times));
  }
  const stale = guest.memory.view(0, 10);
  assertEquals(guest.passBytes(stale, "echo").length, 10);
  guest.memory.grow(1);
  assertThrows(() => guest.passBytes(stale, "echo"), TypeError, "their buffer is detached");
  assertEquals(guest.passBytes(new Uint8Array(), "echo"), new Uint8Array());
});

Deno.test("a guest that broke in a call within the call is not gone on with", async () => {
  let calm = true;
  const log = () => {
    if (calm) return;
    try {
      // This guest exports nothing to put its stack back with: what passes through it poisons it.
      guest.passString("inner", "announce");
    } catch {
      // The host goes on as if nothing had happened, and so does the guest.
    }
  };
  let depth = 0;
  const imports = {
    env: {
      log: () => {
        if (!calm && ++depth > 1) throw new Error("thrown within");
        log();
      },
      answer: () => 0n,
      print: () => {},
    },
  };
  const convention = allocator({ ...owned, result: "packedPointerHigh" });
  using guest = await load(await guestBytes("c/callbacks"), { convention, imports });
  for (let times = 0; times < 150; times++) guest.passString("calm", "announce");
  calm = false;
  const error = assertThrows(() => guest.passString("outer", "announce"), GuestError);
  assertEquals(error.code, "poisoned");
  assertEquals(guest.state, "poisoned");
});

Deno.test("nothing of a guest becomes source", async () => {
  // The name of an export is the guest's, and here it would end a string and call a function.
  const name = '"); globalThis.broken = true; ("';
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
  const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
  const bytes = new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [3, ...text("memory"), 2, 0, ...text("buffer"), 0, 0, ...text(name), 0, 1]),
    ...section(10, [2, 4, 0, 0x41, 16, 0x0b, 4, 0, 0x20, 0, 0x0b]),
  ]);
  using guest = await load(bytes);
  for (let times = 0; times < 150; times++) assertEquals(guest.passString("ab", name), "ab");
  assertEquals("broken" in globalThis, false);
});
