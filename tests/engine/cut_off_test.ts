import { assertEquals, assertStrictEquals } from "@std/assert";
import { reportCapacity } from "../../src/conventions/capacity.ts";
import { resolveRecipe } from "../../src/conventions/resolve.ts";
import { compileAsyncCall, compileCall } from "../../src/engine/call.ts";
import { compileDirect } from "../../src/engine/direct.ts";
import { compileSteps } from "../../src/engine/steps.ts";
import type { GuestError } from "../../src/errors.ts";
import { GuestRealm } from "../../src/guest_realm.ts";
import { compileSource } from "../../src/source.ts";
import { allocator, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

// Where the host's stack ends within a call, what would put it right can't be called either.

const STACK_END = new RangeError("Maximum call stack size exceeded");

/** Traps where the text begins with "t", and hands the text back otherwise. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "run") (param i32 i32) (result i64)
    (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 116)) (then unreachable))
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
      (i64.extend_i32_u (local.get 1)))))`);

const CONVENTION = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
});

/** A realm that can't say why it is poisoned, and its symbol in each form. */
async function compileForms() {
  const { module, info } = await compileSource(GUEST);
  const { exports } = new WebAssembly.Instance(module);
  const realm = new GuestRealm({
    exports,
    info: () => info,
    memory: exports.memory as WebAssembly.Memory,
    address64: () => false,
    reported: () => reportCapacity(CONVENTION, info),
  });
  realm.poison = () => {
    throw STACK_END;
  };
  const recipe = resolveRecipe("run", { parameters: ["string"], result: "string" }, {
    convention: CONVENTION,
    address64: false,
    hasStack: false,
    leastArguments: () => undefined,
    functionType: (name) => realm.functionType(name),
  });
  const call = compileCall(recipe, realm);
  const steps = (text: string) => call([text]);
  const direct = compileDirect(recipe, realm, compileSteps(recipe, realm), () => {
    throw new Error("it is for the direct form");
  })!;
  const asynchronous = compileAsyncCall(recipe, realm);
  return { realm, steps, direct, later: (text: string) => asynchronous([text]) };
}

for (const form of ["steps", "direct", "later"] as const) {
  Deno.test(`a call that can't be put right ends the guest, and is in progress no more: ${form}`, async () => {
    const { realm, [form]: call } = await compileForms();
    assertEquals([await call("fine"), realm.state], ["fine", "ready"]);
    let thrown: unknown;
    try {
      await call("trap");
    } catch (error) {
      thrown = error;
    }
    assertStrictEquals(thrown, STACK_END);
    assertEquals([realm.state, realm.busy, realm.pending], ["poisoned", false, undefined]);
    assertEquals(guestErrorOf(() => realm.enter("run")), [
      "poisoned",
      'Cannot call "run": the guest is poisoned, expected reset() first; it was: a call was cut off, ' +
      "and what it left behind is not known: Maximum call stack size exceeded",
    ]);
    const { cause } = realm.refuse("look", "run");
    assertStrictEquals(cause, STACK_END);
  });
}

Deno.test("a stack that ends while blocks are taken ends the guest, whose blocks nobody knows then", async () => {
  const endStack = (): number => endStack() + 1;
  const output = {
    result: { type: "string", pointer: "output", length: "result" },
    output: { capacity: endStack },
  } as const;
  using holds = await load(guestUrl("c/result_output_needed"), {
    symbols: {
      greet: {
        ...output,
        parameters: ["string"],
        arguments: [
          "output",
          "capacity",
          { text: 0, as: "pointer" },
          { text: 0, as: "byteLength" },
        ],
      },
    },
  });
  let thrown: unknown;
  try {
    holds.symbols.greet("Bob");
  } catch (error) {
    thrown = error;
  }
  assertEquals([thrown instanceof RangeError, holds.state], [true, "poisoned"]);
  const { code, cause } = (() => {
    try {
      return holds.symbols.greet("Bob") as never;
    } catch (error) {
      return error as GuestError;
    }
  })();
  assertEquals([code, cause], ["poisoned", thrown]);
  holds.reset();
  assertEquals(holds.state, "ready");
});
