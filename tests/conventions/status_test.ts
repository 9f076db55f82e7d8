import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, load, type SymbolDeclaration } from "../../mod.ts";
import { guestPath } from "../_guests.ts";

const malloc = { allocate: "malloc", free: "free", resultsFreedBy: "host" } as const;
const live = { name: "live_allocations", parameters: [], result: "u32" } as const;
const pair = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;

const REFUSAL = "a name does not begin with an exclamation mark";

/** Guests that refuse "!Bob", and their errors. */
const FAILURES: [guest: string, status: number, greet: SymbolDeclaration, message: string][] = [
  [
    "c/result_status_area",
    1,
    {
      parameters: ["string"],
      arguments: [{ area: 0 }, ...pair],
      result: { type: "string", pointer: { word: 1 }, length: { word: 2 } },
      status: {
        value: { word: 0 },
        fails: "nonzero",
        message: { pointer: { word: 1 }, length: { word: 2 }, freedBy: "host" },
      },
    },
    `${REFUSAL} (the guest returned 1)`,
  ],
  [
    "c/result_out_parameters",
    -2,
    {
      parameters: ["string"],
      arguments: [...pair, { area: 0 }, { area: 1 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: {
        value: "result",
        fails: "negative",
        message: { call: "last_error", pointer: "result", length: "nul" },
      },
    },
    `${REFUSAL} (the guest returned -2)`,
  ],
  [
    "c/result_out_parameters",
    -2,
    {
      parameters: ["string"],
      arguments: [...pair, { area: 0 }, { area: 1 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: {
        value: "result",
        fails: { except: [0] },
        message: { [-2]: "no such name" },
      },
    },
    "no such name (the guest returned -2)",
  ],
  [
    "c/result_out_parameters",
    -2,
    {
      parameters: ["string"],
      arguments: [...pair, { area: 0 }, { area: 1 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: { value: "result", fails: "nonzero", message: { [-1]: "no memory" } },
    },
    "the guest returned -2",
  ],
  [
    "c/result_getters_status",
    7,
    {
      parameters: ["string"],
      result: {
        type: "string",
        pointer: { export: "result_pointer" },
        length: { export: "result_length" },
        freedBy: "guest",
      },
      status: {
        value: "result",
        fails: "nonzero",
        message: { pointer: { export: "error_text" }, length: { export: "error_length" } },
      },
    },
    `${REFUSAL} (the guest returned 7)`,
  ],
];

for (const [guest, status, greet, message] of FAILURES) {
  Deno.test(`${guest} fails with ${status}: ${message}`, async () => {
    using refusing = await load(guestPath(guest), {
      convention: allocator(malloc),
      symbols: { greet, live },
    });
    const call = refusing.symbols.greet as unknown as (name: string) => string;
    const before = refusing.symbols.live();
    const error = assertThrows(() => call("!Bob"), GuestError);
    assertEquals([error.code, error.status, error.export, error.message], [
      "guest-error",
      status,
      "greet",
      `Cannot complete "greet": ${message}`,
    ]);
    assertEquals([refusing.state, refusing.symbols.live()], ["ready", before]);
    assertStrictEquals(call("Bob"), "Hello, Bob!");
  });
}
