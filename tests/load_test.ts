import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { GuestError, jsStrings, load, LoadError, type LoadOptions, staticBuffer } from "../mod.ts";
import { build, section } from "./binary/_build.ts";
import { guestErrorOf, loadErrorOf } from "./_errors.ts";
import { guestBytes, guestUrl } from "./_guests.ts";

Deno.test("a string passes through a guest that needs no options", async () => {
  using guest = await load(guestUrl("c/passing_data"));
  assertStrictEquals(
    guest.passString("Hello there, ", "add_wasm_is_cool"),
    "Hello there, WASM is cool!",
  );
});

Deno.test("the main thread of a page instantiates large modules asynchronously, as Chrome wants it", async () => {
  const { Instance } = WebAssembly;
  const refused = "WebAssembly.Instance is disallowed on the main thread, if the buffer size is " +
    "larger than 8MB. Use WebAssembly.instantiate.";
  const location = Object.getOwnPropertyDescriptor(globalThis, "location")!;
  const page = { ...location, value: new URL("http://localhost/") };
  Object.defineProperty(globalThis, "location", page);
  WebAssembly.Instance = function () {
    throw new RangeError(refused);
  } as unknown as typeof Instance;
  try {
    using guest = await load(guestUrl("c/memory_own"));
    const error = assertThrows(() => guest.reset(), LoadError);
    assertEquals([error.code, error.message.replace(/".*?"/, "…")], [
      "instantiation",
      "Cannot instantiate …: the main thread of a page makes no further instance of a module of " +
      "this size, expected to load it again, or to do it in a worker",
    ]);
    assertStrictEquals(guest.memory.size, 131072);
    const trapped = await loadErrorOf(() => load(guestUrl("wat/trap_in_start")));
    assert(trapped.message.endsWith(": unreachable"), trapped.message);
  } finally {
    WebAssembly.Instance = Instance;
    Object.defineProperty(globalThis, "location", location);
  }
});

Deno.test("changing the options after the load has no effect on the convention", async () => {
  const options: LoadOptions = {};
  using guest = await load(guestUrl("c/echo_length"), options);
  Object.assign(options, { convention: jsStrings() });
  assertStrictEquals(guest.convention.name, "static buffer");
  assertStrictEquals(guest.passString("x"), "x");
});

Deno.test("a guest has its module, its instance and the binary's declarations", async () => {
  using guest = await load(guestUrl("c/echo_length"));
  assertInstanceOf(guest.module, WebAssembly.Module);
  assertInstanceOf(guest.instance, WebAssembly.Instance);
  assertStrictEquals(guest.exports, guest.instance.exports);
  assertStrictEquals(guest.memory.memory, guest.exports.memory);
  assertEquals(guest.info?.memories, [
    { minimum: 4, shared: false, address: "i32", pageSize: 65536 },
  ]);
  assertEquals(Object.keys(guest.symbols), []);
});

/**
 * The number of times that the constructors of each guest have run after `load`, as the guest
 * reports it.
 */
const STARTUPS: [guest: string, answer: string][] = [
  ["c/startup_reactor", "x1"],
  ["c/startup_constructors", "x1"],
  ["c/startup_reactor_and_constructors", "x1"],
  ["c/startup_command", "x0"],
];

for (const [name, answer] of STARTUPS) {
  Deno.test(`${name} is started in its own way, once, and once more after reset()`, async () => {
    using guest = await load(guestUrl(name));
    assertStrictEquals(guest.passString("x", "transform"), answer);
    assertStrictEquals(guest.passString("x", "transform"), answer);
    guest.reset();
    assertStrictEquals(guest.passString("x", "transform"), answer);
  });
}

Deno.test("a command runs on demand", async () => {
  using guest = await load(guestUrl("c/startup_command"));
  (guest.exports._start as CallableFunction)();
  assertStrictEquals(guest.passString("x", "transform"), "x1");
});

Deno.test("__wasm_call_ctors is not called if there is a _start", async () => {
  // Both trap.
  const bytes = build(
    section(1, 1, 0x60, 0, 0),
    section(3, 2, 0, 0),
    section(7, 2, ["_start", 0, 0], ["__wasm_call_ctors", 0, 1]),
    section(10, 2, [3, 0, 0, 0x0b], [3, 0, 0, 0x0b]),
  );
  using guest = await load(bytes);
  assertStrictEquals(guest.state, "ready");
});

Deno.test("a start function has run when load() returns", async () => {
  using guest = await load(guestUrl("wat/start_section"));
  assertStrictEquals(guest.memory.readString(1024, 7), "started");
});

Deno.test("a start function that traps is a LoadError", async () => {
  const source = guestUrl("wat/trap_in_start");
  const error = await loadErrorOf(() => load(source));
  assertStrictEquals(error.code, "instantiation");
  assertStrictEquals(error.message, `Cannot instantiate "${source}": unreachable`);
  assertInstanceOf(error.cause, WebAssembly.RuntimeError);
});

Deno.test("an _initialize that traps is a GuestError", async () => {
  const error = await assertRejects(() => load(guestUrl("wat/trap_in_initialize")), GuestError);
  assertEquals([error.code, error.export], ["trap", "_initialize"]);
  assertStrictEquals(
    error.message,
    'Cannot complete "_initialize": the guest trapped: unreachable',
  );
});

Deno.test("the memory that a guest exports is its memory, even if one is given", async () => {
  const offered = new WebAssembly.Memory({ initial: 1, maximum: 16 });
  const before = new Uint8Array(offered.buffer).slice();
  using guest = await load(guestUrl("wat/own_and_imported"), {
    imports: { env: { memory: offered } },
  });
  assertStrictEquals(guest.memory.memory, guest.exports.memory);
  assertStrictEquals(guest.passString("text"), "own:text");
  before[0] = 1; // the guest's own count of calls
  assertEquals(new Uint8Array(offered.buffer), before);

  using own = await load(guestUrl("c/memory_own"), { memory: offered });
  assertStrictEquals(own.passString("x"), "xWASM is cool!");
  assert(own.memory.memory !== offered);
});

Deno.test("a memory under another name than memory is found, imported and exported", async () => {
  using guest = await load(guestUrl("wat/reexported_memory"));
  assertStrictEquals(guest.memory.memory, guest.exports.heap);
  assertStrictEquals(guest.memory.size, 65536);
  assertStrictEquals(guest.passString("Grüße"), "Grüße");
});

Deno.test("one of two memories has to be chosen by its name", async () => {
  const error = await loadErrorOf(() => load(guestUrl("wat/two_memories")));
  assertStrictEquals(error.code, "memory");
  assertStrictEquals(
    error.message,
    'Cannot choose the guest\'s memory: it has "scratch", "text", expected the option memoryName',
  );

  using guest = await load(guestUrl("wat/two_memories"), { memoryName: "text" });
  assertStrictEquals(guest.memory.memory, guest.exports.text);
  assertStrictEquals(guest.passString("abc"), "cba");

  const misspelt = await loadErrorOf(() =>
    load(guestUrl("wat/two_memories"), { memoryName: "texts" })
  );
  assertStrictEquals(
    misspelt.message,
    'Cannot find memory "texts": did you mean "text"? The guest has "scratch", "text"',
  );
  const unknown = await loadErrorOf(() =>
    load(guestUrl("wat/two_memories"), { memoryName: "nothing like it" })
  );
  assertStrictEquals(
    unknown.message,
    'Cannot find memory "nothing like it": The guest has "scratch", "text"',
  );
});

Deno.test("one memory under two names is one memory", async () => {
  const bytes = build(section(5, 1, 0, 1), section(7, 2, ["memory", 2, 0], ["heap", 2, 0]));
  using guest = await load(bytes);
  assertStrictEquals(guest.memory.memory, guest.exports.heap);
  using named = await load(bytes, { memoryName: "heap" });
  assertStrictEquals(named.memory.memory, named.exports.memory);
});

Deno.test("an imported memory can be chosen by the name of its import", async () => {
  using guest = await load(guestUrl("wat/own_and_imported"), { memoryName: "env.memory" });
  assertStrictEquals(guest.memory.size, 65536);
  assert(guest.memory.memory !== guest.exports.memory);
});

Deno.test("a guest without memory can be called, but not read", async () => {
  using guest = await load(guestUrl("wat/no_memory"));
  assertStrictEquals((guest.exports.add as CallableFunction)(2, 3), 5);
  assertEquals(guestErrorOf(() => guest.memory), [
    "missing-export",
    "Cannot use the guest's memory: it has none, expected one that it exports or imports",
  ]);
});

Deno.test("a module of eight bytes is a guest", async () => {
  using guest = await load(guestUrl("wat/empty"));
  assertEquals(Object.keys(guest.exports), []);
  assertEquals(guestErrorOf(() => guest.passString("x")), [
    "no-convention",
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
    "exported functions are none, expected a memory that it exports or imports: it has none, " +
    "so it takes only numbers",
  ]);
});

Deno.test("a compiled module needs the convention, the export and its core arguments", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/passing_data_length"));
  const memory = { initial: 256, maximum: 256 };
  {
    using guest = await load(module, { memory });
    assertEquals(guestErrorOf(() => guest.passString("x")), [
      "no-convention",
      "Cannot tell how the guest passes text: the types of a compiled module are unknown, " +
      "expected the option convention",
    ]);
  }
  {
    const convention = staticBuffer({ pointer: "get_buffer_pointer" });
    using guest = await load(module, { memory, convention });
    assertEquals(guestErrorOf(() => guest.passString("x")), [
      "missing-export",
      "Cannot choose an export: the guest's types are unknown, expected its name",
    ]);
    assertEquals(guestErrorOf(() => guest.passString("x", "add_wasm_is_cool")), [
      "ambiguous-convention",
      'Cannot tell how "add_wasm_is_cool" passes text: its type is unknown, which 3 forms of the ' +
      'convention "static buffer" fit, expected ' +
      [[], ["byteLength"], ["pointer", "byteLength"]].map((pass) =>
        'convention: staticBuffer({ pointer: "get_buffer_pointer", ' +
        `pass: [${pass.map((as) => `"${as}"`).join(", ")}] })`
      ).join(" or "),
    ]);
  }
  const convention = staticBuffer({ pointer: "get_buffer_pointer", pass: ["byteLength"] });
  using guest = await load(module, { memory, convention });
  assertStrictEquals(guest.passString("x", "add_wasm_is_cool"), "xWASM is cool!");
  assertStrictEquals(guest.convention.reason, "the option says so");
});

Deno.test("core arguments have 64 bits for a compiled module with a 64-bit memory", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/memory_64_own"));
  const convention = staticBuffer({ pointer: "get_buffer_pointer", pass: ["byteLength"] });
  using guest = await load(module, { convention });
  assertStrictEquals(guest.passString("x", "transform"), "xWASM is cool!");
});

Deno.test("declared symbols that do not fit are reported at once, a line for each", async () => {
  const error = await assertRejects(
    () =>
      load(guestUrl("c/echo_length"), {
        symbols: {
          echo: { parameters: ["string"], result: "string" },
          ecco: { parameters: ["string"], result: "string" },
          get_buffer_pointer: { parameters: ["f64"], result: "void" },
        },
      }),
    LoadError,
  );
  assertStrictEquals(error.code, "symbols");
  assertEquals(error.problems, [
    'symbol "ecco": Cannot find export "ecco": did you mean "echo"? The guest exports functions ' +
    '"get_buffer_pointer", "get_buffer_capacity", "echo"',
    'symbol "get_buffer_pointer": Cannot pass ("f64") -> "void" to "get_buffer_pointer": ' +
    "it is () -> i32, expected (f64) -> ()",
  ]);
  assertStrictEquals(
    error.message,
    ["Cannot bind the declared symbols:", ...error.problems].join("\n"),
  );
});

Deno.test("any error of the engine during instantiation is wrapped", async () => {
  // A data segment that begins beyond memory.
  const bytes = build(
    section(5, 1, 0, 0),
    section(11, 1, 0, 0x41, 5, 0x0b, 1, 0xaa),
  );
  const error = await loadErrorOf(() => load(bytes));
  assertStrictEquals(error.code, "instantiation");
  assertStrictEquals(error.source, "bytes");
  assertThrows(() => {
    throw error.cause;
  }, WebAssembly.RuntimeError);
});
