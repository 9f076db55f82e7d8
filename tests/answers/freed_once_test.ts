import { allocator, type GuestError, hostFunction, type LoadOptions } from "../../mod.ts";
import { counting, noted, unbalanced } from "./_counting.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

const AS_A_WHOLE = { call: { export: "free_result", pass: ["result"] } } as const;

/** A guest whose result is a block of its own, as a packed pointer and length. */
const packed = counting(`
  (func (export "same") (param i32 i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (call $text (local.get 0) (local.get 1))) (i64.const 32))
      (i64.extend_i32_u (local.get 1))))
  (func (export "bad") (param i32 i32) (result i64) (local $at i32)
    (local.set $at (call $text (local.get 0) (local.get 1)))
    (i32.store8 (local.get $at) (i32.const 255))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get 1))))
  (func (export "fails") (param i32 i32) (result i32) (i32.const -3))
  (func (export "points") (param i32 i32) (result i32)
    (call $text (local.get 0) (local.get 1)))`);

const freeing = {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  }),
} as const;

/** A call that always fails. */
const FAILS = { value: 1, fails: "nonzero" } as const;

const balanced = (
  name: string,
  ask: Row["ask"],
  gives: unknown,
  options: LoadOptions = freeing,
): Row => ({
  name: `every block is freed exactly once: ${name}`,
  guest: packed,
  options,
  ask: (guest) => [outcomeOf(() => ask(guest)), unbalanced(guest)],
  gives: [gives, []],
  warmUp: 120,
});

const onceEach: Row[] = [
  balanced("a text comes back", (guest) => guest.passString("abc", "same"), "abc"),
  balanced(
    "the guest reports an error",
    (guest) => guest.symbols.fails!("abc"),
    'GuestError: Cannot complete "fails": the guest returned -3',
    {
      ...freeing,
      symbols: {
        fails: {
          parameters: ["string"],
          result: { type: "string", pointer: "result", length: "result" },
          status: { value: "result", fails: "negative" },
        },
      },
    },
  ),
  balanced(
    "the result is not valid text",
    (guest) => guest.passString("abc", "bad").length,
    "GuestError: Cannot decode 3 bytes at pointer 0x20010 as UTF-8: byte 0xff at offset 0, " +
      "expected valid UTF-8",
  ),
];

/** Lists of calls that free one block more than once. */
const SEVERAL = [
  ["free", "free"],
  ["free", { export: "free", pass: ["pointer"] }],
  ["free", { export: "free", pass: ["result"] }],
  [{ export: "free", pass: ["result"] }, { export: "free", pass: ["result"] }],
] as const;

const severalRows = SEVERAL.flatMap((calls) => {
  const text = { pointer: "result", length: 3, freedBy: { calls } } as const;
  const shown = Deno.inspect(calls, { compact: true, breakLength: Infinity });
  const symbol = { name: "points", parameters: ["string"] } as const;
  return [
    balanced(`a text by ${shown}`, (guest) => guest.symbols.points!("abc"), "abc", {
      ...freeing,
      symbols: { points: { ...symbol, result: { type: "string", ...text } } },
    }),
    balanced(
      `the text of an error by ${shown}`,
      (guest) => guest.symbols.points!("abc"),
      'GuestError: Cannot complete "points": abc (the guest returned 1)',
      {
        ...freeing,
        symbols: {
          points: { ...symbol, result: "void", status: { ...FAILS, message: text } },
        },
      },
    ),
  ];
});

/** Calls the host with its argument, and then copies the argument. */
const calling = counting(`
  (global (export "__stack_pointer") (mut i32) (i32.const 0x8000))
  (func (export "tell") (param i32 i32) (result i64)
    (call $tell (local.get 0) (local.get 1))
    (i64.or
      (i64.shl (i64.extend_i32_u (call $text (local.get 0) (local.get 1))) (i64.const 32))
      (i64.extend_i32_u (local.get 1))))`)
  .replace("(module", '(module (import "env" "tell" (func $tell (param i32 i32)))');

const told = (tell: (text: string) => unknown, isAsync = false): LoadOptions => ({
  ...freeing,
  imports: {
    env: {
      tell: hostFunction(
        { parameters: ["string"], result: "void", ...(isAsync && { async: true }) } as const,
        tell as (text: string) => undefined,
      ),
    },
  },
  symbols: {
    tell: { parameters: ["string"], result: "string", ...(isAsync && { async: true }) },
  },
});

const throws = (text: string) => {
  throw new RangeError(text);
};

const hostRows: Row[] = [
  {
    name: "every block is freed exactly once: the host throws",
    guest: calling,
    options: told(throws),
    ask: (guest) => [outcomeOf(() => guest.passString("abc", "tell")), unbalanced(guest)],
    gives: ["RangeError: abc", []],
    warmUp: 120,
  },
  {
    name: "every block is freed exactly once: the host throws after a wait",
    guest: calling,
    options: told((text) => Promise.reject(new RangeError(text)), true),
    async ask(guest) {
      const told = guest.symbols.tell!("abc") as Promise<unknown>;
      return [await told.catch(String), unbalanced(guest)];
    },
    gives: ["RangeError: abc", []],
  },
  {
    name: "every block is freed exactly once: a text comes back after a wait",
    guest: calling,
    options: told(() => Promise.resolve(), true),
    ask: async (guest) => [await guest.symbols.tell!("abc"), unbalanced(guest)],
    gives: ["abc", []],
  },
];

/** Makes a guest whose `free` traps, for the argument or for the result. */
const trapping = counting(`
  (func (export "same") (param i32 i32) (result i32 i32)
    (call $note (i32.const 4) (i32.const 0))
    (i32.const 1024) (local.get 1))
  (data (i32.const 1024) "result")`);

const trapRows = (["argument", "result"] as const).flatMap((what) =>
  [0, 120].map((warmUp): Row => {
    let calls = 0;
    return {
      name:
        `a trap in freeing the ${what} names the freeing export, and the result is in the error` +
        (warmUp > 0 ? ", after many calls" : ""),
      guest: trapping,
      options: {
        convention: allocator({
          allocate: "malloc",
          free: "free",
          ...(what === "result" && { resultsFreedBy: { call: "free_result" } }),
        }),
      },
      ask(guest) {
        if (calls++ < warmUp) return guest.passString("abc", "same");
        const trapAt = guest.exports.trap_at as WebAssembly.Global;
        // The next block begins at the last one, plus its 3 bytes, rounded up.
        trapAt.value = 0x20000 + warmUp * 16;
        try {
          return guest.passString("abc", "same");
        } catch (error) {
          const { name, code, message, export: from, result } = error as Error & {
            code: string;
            export: string;
            result: unknown;
          };
          return [new Thrown(name, code, message), from, result, guest.state];
        }
      },
      gives: [
        new Thrown(
          "GuestError",
          "trap",
          `Cannot free a block of "same": the guest trapped in ` +
            `"${what === "result" ? "free_result" : "free"}": unreachable; what the call ` +
            'returned is in "result" of this error, expected ' +
            'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
        ),
        what === "result" ? "free_result" : "free",
        "res",
        "poisoned",
      ],
      warmUp,
    };
  })
);

const whole: Row = {
  name:
    "a trap in freeing a record as a whole names the freeing export, and the record is in the error",
  guest: counting(`
    (data (i32.const 16) "\\00\\04\\00\\00\\04\\04\\00\\00")
    (data (i32.const 1024) "abc\\00def\\00")
    (func (export "both") (result i32) (global.set $trap_at (i32.const 1)) (i32.const 16))`),
  options: {
    symbols: {
      both: {
        parameters: [],
        result: {
          type: "record",
          fields: {
            a: { type: "string", pointer: { word: 0, at: "result" }, freedBy: AS_A_WHOLE },
            b: { type: "string", pointer: { word: 1, at: "result" }, freedBy: AS_A_WHOLE },
          },
        },
      },
    },
  },
  ask(guest) {
    try {
      return guest.symbols.both!();
    } catch (error) {
      const { message, result } = error as GuestError;
      return [message, result, noted(guest)];
    }
  },
  gives: [
    'Cannot free a block of "both": the guest trapped in "free_result": unreachable; what the ' +
    'call returned is in "result" of this error, expected ' +
    'argumentsFreedBy or resultsFreedBy: "guest" of the convention if it has freed that',
    { a: "abc", b: "def" },
    [["free_result", 16]],
  ],
};

function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return `${error}`.replace(/pointer 0x\w+/, "pointer 0x20010");
  }
}

/** A guest that returns the array of its texts. */
const array: Row = {
  name: "every block is freed exactly once: the array of several texts comes back",
  guest: counting(`
  (func (export "array") (param i32 i32) (result i32 i32) (local.get 0) (i32.const 4))`),
  options: {
    convention: freeing.convention,
    symbols: {
      array: {
        parameters: [{ type: "strings", pass: ["pointer", "count"], terminated: true }],
        result: { type: "bytes", pointer: { result: 0 }, length: { result: 1 } },
      },
    },
  },
  ask: (guest) => [(guest.symbols.array!(["a"]) as Uint8Array).length, unbalanced(guest)],
  gives: [4, []],
  warmUp: 120,
};

testRows([array, ...onceEach, ...severalRows, ...hostRows, ...trapRows, whole]);
