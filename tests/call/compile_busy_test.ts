// During a call, code of the caller can run, which must not reset the guest: in each way that it
// can run, and in both forms of a call.
import { assertEquals, assertThrows } from "@std/assert";
import { allocator, type Guest, GuestError, load, type SymbolDeclaration } from "../../mod.ts";
import { forceTier } from "../../src/call/call.ts";
import { assemble } from "../_wat.ts";
import { MALLOC } from "./_parity.ts";

const GUEST = assemble(`(module (memory (export "memory") 1) ${MALLOC}
  (func (export "take") (param i32) (result i32) (local.get 0))
  (func (export "count") (param i32 i32) (result i32) (local.get 1)))`);

const convention = allocator({ allocate: "malloc", free: "free" });

/** A declaration, the usual argument, and one that calls `act` when it is read. */
interface Way {
  readonly name: string;
  readonly symbol: SymbolDeclaration;
  readonly usual: unknown;
  readonly acting: (act: () => void) => unknown;
}

const POINT = { type: "struct", fields: { x: "i32" } } as const;
const point = (act: () => void) => ({
  get x() {
    act();
    return 1;
  },
});
const items = (act: () => void) =>
  Object.defineProperty([0], 0, {
    get() {
      act();
      return 1;
    },
  });

const WAYS: readonly Way[] = [
  {
    name: "a field of a struct",
    symbol: { name: "take", parameters: [POINT], result: "u32" },
    usual: { x: 1 },
    acting: point,
  },
  {
    name: "a field of a struct in a list",
    symbol: { name: "count", parameters: [{ type: "list", item: POINT }], result: "u32" },
    usual: [{ x: 1 }],
    acting: (act) => [point(act)],
  },
  {
    name: "the value of a variant",
    symbol: {
      name: "take",
      parameters: [{ type: "variant", tag: "u8", cases: { one: { is: 1, value: POINT } } }],
      result: "u32",
    },
    usual: { tag: "one", value: { x: 1 } },
    acting: (act) => ({ tag: "one", value: point(act) }),
  },
  {
    name: "a pointer",
    symbol: { name: "take", parameters: ["pointer"], result: "u32" },
    usual: 1,
    acting: (act) => ({
      get pointer() {
        act();
        return 1;
      },
    }),
  },
  {
    name: "an item of an array of numbers",
    symbol: {
      name: "count",
      parameters: [{ type: "array", element: "u8" }],
      result: "u32",
    },
    usual: Uint8Array.of(1),
    acting: items,
  },
];

for (const tier of ["run", "compiled"] as const) {
  for (const { name, symbol, usual, acting } of WAYS) {
    Deno.test(`the guest is not reset while ${name} is read, ${tier}`, async () => {
      forceTier(tier);
      try {
        using guest: Guest<{ call: SymbolDeclaration }> = await load(GUEST, {
          convention,
          symbols: { call: symbol },
        });
        const call = guest.symbols.call as (value: unknown) => unknown;
        const result = call(usual);
        const { code, message } = assertThrows(() => call(acting(() => guest.reset())), GuestError);
        assertEquals([code, message], ["busy", "Cannot reset the guest: a call is in progress"]);
        assertEquals(guest.state, "ready");
        guest.reset();
        assertEquals(call(acting(() => {})), result);
      } finally {
        forceTier(undefined);
      }
    });
  }

  Deno.test(`the guest is not reset while a function of the declaration runs, ${tier}`, async () => {
    forceTier(tier);
    try {
      let act = () => {};
      using guest = await load(GUEST, {
        convention,
        symbols: {
          take: {
            parameters: ["u32"],
            result: {
              type: "bytes",
              pointer: "result",
              length: (count: number) => {
                act();
                return count;
              },
            },
          },
        },
      });
      const { take } = guest.symbols;
      assertEquals(take(4).length, 4);
      act = () => guest.reset();
      assertEquals(assertThrows(() => take(4), GuestError).code, "busy");
      act = () => {};
      assertEquals(take(4).length, 4);
    } finally {
      forceTier(undefined);
    }
  });
}
