import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { allocator, load, LoadError } from "../../../mod.ts";
import { guestErrorOf } from "../../_errors.ts";
import { guestPath } from "../../_guests.ts";

const pair = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;

/** The stack has room for Emscripten's out-parameters. */
const GREET = {
  parameters: ["string"],
  arguments: [...pair, { area: 0 }, { area: 1 }],
  result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
  status: { value: "result", fails: "nonzero" },
} as const;

Deno.test("a return area on the stack is released, even after a failure", async () => {
  using guest = await load(guestPath("emscripten/bytes"), {
    convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
    symbols: {
      greet: GREET,
      stack: { name: "stackSave", parameters: [], result: "pointer" },
    },
  });
  const { greet, stack } = guest.symbols;
  const before = stack();
  assertEquals([greet("Bob"), stack()], ["Hello, Bob!", before]);
  assertEquals([guestErrorOf(() => greet("a".repeat(9_000_000)))[0], stack()], [
    "guest-error",
    before,
  ]);
});

/** Text on the stack, by the parameter's own block source. */
const ON_STACK = {
  parameters: [{ type: "string", place: { kind: "stack" }, pass: ["pointer"], terminated: true }],
  result: { type: "string", pointer: "result", length: "nul", freedBy: { call: "free" } },
} as const;

Deno.test("text can be put on the stack, with a NUL after it, aligned to 16 bytes", async () => {
  using guest = await load(guestPath("emscripten/c_string_growth"), {
    symbols: {
      greet: ON_STACK,
      stack: { name: "stackSave", parameters: [], result: "pointer" },
    },
  });
  const { greet, stack } = guest.symbols;
  const before = stack();
  for (const text of ["", "Bøb", "x".repeat(1000)]) {
    assertEquals([greet(text), stack()], [`Hello, ${text}!`, before]);
  }
  // There is room down to address 100, but static data lies there.
  const [code, message] = guestErrorOf(() => greet("x".repeat(before - 100)));
  assertEquals([code, stack(), guest.state], ["out-of-memory", before, "ready"]);
  assertStrictEquals(
    message.replaceAll(/0x[0-9a-f]+/g, "0x…"),
    `Cannot take ${before - 99} bytes from the guest's stack: its pointer is at 0x…, ` +
      "and static data ends at 0x…",
  );
});

Deno.test("the error for a guest that cannot move its stack says to put blocks elsewhere", async () => {
  const error = await assertRejects(
    () => load(guestPath("c/c_string"), { symbols: { greet: ON_STACK } }),
    LoadError,
  );
  assertEquals(error.problems, [
    'symbol "greet": Cannot put a block on the stack for "greet": the guest exports neither ' +
    '"__stack_pointer" nor a function that moves it, expected an "areaPlace" elsewhere',
  ]);
});

Deno.test("return areas can be put elsewhere by an option", async () => {
  const convention = allocator({
    allocate: "malloc",
    free: "free",
    resultsFreedBy: "host",
    areaPlace: { kind: "allocator", allocate: "malloc", free: "free" },
  });
  using guest = await load(guestPath("c/result_out_parameters"), {
    convention,
    symbols: {
      greet: GREET,
      live: { name: "live_allocations", parameters: [], result: "u32" },
    },
  });
  assertEquals([guest.symbols.greet("Bob"), guest.symbols.live()], ["Hello, Bob!", 0]);
});
