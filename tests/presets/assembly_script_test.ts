import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { assemblyScript, GuestError, load, LoadError } from "../../mod.ts";
import { holdsObjects } from "../../src/presets/assembly_script.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const u8 = { type: "array", element: "u8" } as const;
const u16 = { type: "array", element: "u16" } as const;
const f64 = { type: "array", element: "f64" } as const;

/** The functions of the guests with buffers. */
const BYTES = {
  reverseBuffer: { parameters: [{ type: "bytes", class: "ArrayBuffer" }], result: "bytes" },
  reverse: { parameters: [u8], result: u8 },
  tail: { parameters: [u8], result: u8 },
  swap: { parameters: [u16], result: u16 },
  sum: { parameters: [f64], result: "f64" },
} as const;

Deno.test("bytes and arrays are objects that have the guest's classes", async () => {
  using guest = await load(guestPath("assemblyscript/bytes"), { symbols: BYTES });
  const { reverseBuffer, reverse, tail, swap, sum } = guest.symbols;
  assertEquals(reverseBuffer(Uint8Array.of(1, 2, 3)), Uint8Array.of(3, 2, 1));
  assertEquals(reverse(Uint8Array.of(1, 2, 3)), Uint8Array.of(3, 2, 1));
  assertEquals(reverse(new Uint8Array()), new Uint8Array());
  // A view that does not begin at the start of its buffer.
  assertEquals(tail(Uint8Array.of(1, 2, 3)), Uint8Array.of(2, 3));
  assertEquals(swap(Uint16Array.of(0x1234, 0xff00)), Uint16Array.of(0x3412, 0x00ff));
  assertStrictEquals(sum(Float64Array.of(0.5, 1.25, -3)), -1.25);
});

Deno.test("bytes are a Uint8Array if the option is set", async () => {
  using guest = await load(guestPath("assemblyscript/bytes"), {
    convention: assemblyScript({ bytes: "Uint8Array" }),
  });
  assertEquals(guest.passBytes(Uint8Array.of(1, 2, 3), "reverse"), Uint8Array.of(3, 2, 1));
  assertEquals(guest.passBytes(Uint8Array.of(1, 2, 3), "tail"), Uint8Array.of(2, 3));
});

Deno.test("bytes are an ArrayBuffer if the option is set", async () => {
  using guest = await load(guestPath("assemblyscript/bytes"), {
    convention: assemblyScript({ bytes: "ArrayBuffer" }),
  });
  const bytes = Uint8Array.of(1, 2, 3);
  // The calls suffice for the compiled form, which leaves all but an ArrayBuffer to the other one.
  for (let call = 0; call < 120; call++) {
    assertEquals(guest.passBytes(bytes, "reverseBuffer"), Uint8Array.of(3, 2, 1));
  }
});

for (
  const [bytes, name] of [["Array<u8>", "reverse"], ["StaticArray<u8>", "reverseStatic"]] as const
) {
  Deno.test(`bytes are of the class ${bytes} if the option is set`, async () => {
    using guest = await load(guestPath("assemblyscript/byte_arrays"), {
      convention: assemblyScript({ bytes }),
    });
    for (let call = 0; call < 120; call++) {
      assertEquals(guest.passBytes(Uint8Array.of(1, 2, 3), name), Uint8Array.of(3, 2, 1));
    }
    assertEquals(`${guest.convention}`, `convention: assemblyScript({ bytes: "${bytes}" })`);
  });
}

Deno.test("classes that are not exported are found in the guest's own table", async () => {
  using guest = await load(guestPath("assemblyscript/bytes_without_ids"), { symbols: BYTES });
  assertEquals(guest.symbols.reverse(Uint8Array.of(1, 2)), Uint8Array.of(2, 1));
  assertStrictEquals(guest.symbols.sum(Float64Array.of(1, 2)), 3);
});

Deno.test("an object of another class is not taken for text or bytes", async () => {
  using guest = await load(guestPath("assemblyscript/bytes"), {
    symbols: {
      text: { name: "reverse", parameters: [u8], result: "string" },
      bytes: { name: "swap", parameters: [u16], result: "bytes" },
    },
  });
  const bytes = (guest.exports.Uint8Array_ID as WebAssembly.Global).value;
  assertEquals(guestErrorOf(() => guest.symbols.text(Uint8Array.of(1, 2))), [
    "signature",
    'Cannot lift the result of "reverse": its class id of String is ' +
    `${bytes} (Uint8Array), expected 2`,
  ]);
  const words = (guest.exports.Uint16Array_ID as WebAssembly.Global).value;
  assertEquals(guestErrorOf(() => guest.symbols.bytes(Uint16Array.of(1, 2))), [
    "signature",
    `Cannot lift the result of "swap": its class is Uint16Array (id ${words}), expected bytes`,
  ]);
});

const STRINGS = {
  join: { parameters: ["string", "string"], result: "string" },
  repeat: { parameters: ["string", "i32"], result: "string" },
  units: { parameters: ["string"], result: "i32" },
  echoOrNull: { parameters: ["string"], result: { type: "string", nullable: true } },
  version: { parameters: [], result: "string" },
  collect: { name: "__collect", parameters: [], result: "void" },
} as const;

for (const variant of ["", "_minimal", "_imported_memory"]) {
  Deno.test(`strings${variant}: every argument is pinned until the call ends`, async () => {
    using guest = await load(guestPath(`assemblyscript/strings${variant}`), { symbols: STRINGS });
    const { join, repeat, units, echoOrNull, version, collect } = guest.symbols;
    const halves = ["\ud83d", "\ude80"] as const;
    // `join` allocates so much that the collector frees every object that is not pinned.
    for (let call = 0; call < 50; call++) {
      assertStrictEquals(join(...halves), "🚀");
      if (call % 10 === 0) collect();
    }
    assertEquals([repeat("ab", 3), units("a🚀"), version()], ["ababab", 3, "1.0.0"]);
    assertEquals([echoOrNull("a"), echoOrNull("")], ["a", null]);
  });
}

Deno.test("a null reference is an error unless it is declared", async () => {
  using guest = await load(guestPath("assemblyscript/strings"));
  assertEquals(guestErrorOf(() => guest.passString("", "echoOrNull")), [
    "null-pointer",
    'Cannot lift the result of "echoOrNull": the guest gave a null pointer, expected text',
  ]);
});

/** Returns the calls of `names` that a guest gets, in order. */
function recordCalls(names: readonly string[]): { calls: string[]; restore: () => void } {
  const calls: string[] = [];
  const Original = WebAssembly.Instance;
  WebAssembly.Instance = function (module: WebAssembly.Module, imports: WebAssembly.Imports) {
    const { exports } = new Original(module, imports);
    const recorded = Object.entries(exports).map(([name, value]) =>
      names.includes(name) && typeof value === "function"
        ? [name, (...args: number[]) => {
          calls.push(`${name}(${args.map((arg) => arg > 1000 ? "object" : arg).join()})`);
          return value(...args);
        }]
        : [name, value]
    );
    return { exports: Object.fromEntries(recorded) };
  } as unknown as typeof WebAssembly.Instance;
  return { calls, restore: () => WebAssembly.Instance = Original };
}

Deno.test("pins and unpins are balanced, even if a later argument is refused", async () => {
  const { calls, restore } = recordCalls(["__new", "__pin", "__unpin", "join", "sum"]);
  try {
    using strings = await load(guestPath("assemblyscript/strings"), { symbols: STRINGS });
    strings.symbols.join("a", "b");
    assertEquals(calls.splice(0), [
      "__new(2,2)",
      "__pin(object)",
      "__new(2,2)",
      "__pin(object)",
      "join(object,object)",
      "__unpin(object)",
      "__unpin(object)",
    ]);
    assertThrows(() => strings.symbols.join("a", 1 as never), TypeError);
    assertEquals(calls.splice(0), ["__new(2,2)", "__pin(object)", "__unpin(object)"]);

    using bytes = await load(guestPath("assemblyscript/bytes"), { symbols: BYTES });
    const id = (bytes.exports.Float64Array_ID as WebAssembly.Global).value;
    bytes.symbols.sum(Float64Array.of(1));
    assertEquals(calls.splice(0), [
      "__new(8,1)",
      "__pin(object)",
      `__new(12,${id})`,
      "__pin(object)",
      "sum(object)",
      "__unpin(object)",
      "__unpin(object)",
    ]);
  } finally {
    restore();
  }
});

Deno.test("results are released like arguments in a guest that counts references", async () => {
  const { calls, restore } = recordCalls(["__alloc", "__retain", "__release", "echo"]);
  try {
    using guest = await load(guestPath("assemblyscript_arc/strings"));
    assertStrictEquals(guest.passString("ab", "echo"), "ab");
    assertEquals(calls, [
      "__alloc(4,1)",
      "__retain(object)",
      "echo(object)",
      "__release(object)",
      "__release(object)",
    ]);
  } finally {
    restore();
  }
});

Deno.test("the garbage collector does not free a return area", async () => {
  const error = await assertRejects(() =>
    load(guestPath("assemblyscript/strings"), {
      symbols: {
        repeat: {
          parameters: ["string"],
          arguments: [{ text: 0, as: "pointer" }, { area: 0 }],
          result: { type: "u32", value: { word: 0 } },
        },
      },
    }), LoadError);
  assertStrictEquals(error.problems.length, 1);
  assertMatch(error.problems[0]!, /^symbol "repeat": Cannot put a block on the stack for "repeat"/);
});

Deno.test("an abort is reported with its message and place", async () => {
  using guest = await load(guestPath("assemblyscript/imports"), {
    imports: { env: { "console.log": () => {} } },
    symbols: { outOfRange: { parameters: ["i32"], result: "i32" } },
  });
  const error = assertThrows(() => guest.passString("!Bob", "greet"), GuestError);
  assertStrictEquals(
    error.message.includes("a name does not begin with an exclamation mark"),
    true,
  );
  guest.reset();
  assertStrictEquals(guest.symbols.outOfRange(1), 2);
  assertThrows(() => guest.symbols.outOfRange(3), GuestError, "Index out of range");
});

Deno.test("an abort of another type is not a sign of AssemblyScript", async () => {
  using guest = await load(
    assemble(`(module (import "env" "abort" (func)) (memory (export "memory") 1)
      (func (export "f") (param i32) (result i32) (local.get 0)))`),
    { imports: { env: { abort: () => {} } } },
  );
  assertEquals(guestErrorOf(() => guest.convention), [
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
    'exported functions are "f", expected an option such as ' +
    'convention: allocator({ allocate: "…", free: "…" }) (by type "f" could allocate) or ' +
    'convention: inPlace({ pointer: "reserve", byteLength: 65536, pass: ["pointer"], ' +
    'result: "terminated" }) (memory that is added, for a guest that has no allocator of its own)',
  ]);
});

Deno.test("holdsObjects() recognises the runtime's exports and the option", () => {
  const exported = (name: string) => [{ name, kind: "function" as const }];
  assertEquals(holdsObjects(exported("__new"), undefined), true);
  assertEquals(holdsObjects(exported("__retain"), undefined), true);
  assertEquals(holdsObjects(exported("malloc"), undefined), false);
  assertEquals(holdsObjects(exported("malloc"), assemblyScript()), true);
});
