import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  compile,
  ComponentError,
  type ComponentShapes,
  load,
  LoadError,
  type LoadOptions,
} from "../mod.ts";
import { testTiers } from "./_tiers.ts";
import { guestBytes, guestPath, guestUrl } from "./_guests.ts";
import { flat, type Part, section } from "./binary/_build.ts";
import {
  ALIAS,
  build,
  CANON,
  CORE_INSTANCE,
  CORE_MODULE,
  CORE_TYPE,
  EXPORT,
  IMPORT,
  list,
  MODULE,
  named,
  TYPE,
} from "./component/_build.ts";
import { failure, loadLinked } from "./component/link/_guests.ts";

const LINKED = guestPath("component/linked");

/** The core instances of `linked`: those of its components inside come first. */
const CORE_INSTANCES = '0 "libc", 1 "main", 2 "libc", 3 "main", 4 "own", 5 "main"';

const TRAP = { missing: "trap" } as const;

Deno.test("a component is loaded from a path, a URL, bytes, and a value of compile()", async () => {
  const bytes = await guestBytes("component/linked");
  const sources = [LINKED, guestUrl("component/linked"), bytes, await compile(LINKED)];
  for (const source of sources) {
    using guest = await load(source, TRAP);
    assertEquals(guest.interfaces[""].echo("Ada"), "Ada");
  }
});

Deno.test("bytes that change after load() has begun have no effect", async () => {
  const bytes = await guestBytes("component/linked");
  const loading = load(bytes, TRAP);
  bytes.fill(0);
  using guest = await loading;
  assertEquals(guest.interfaces[""].echo("Ada"), "Ada");
});

Deno.test("a component that uses async is refused with the offset of the declaration", async () => {
  const error = await assertRejects(() => load(guestPath("component/async")), LoadError);
  assertEquals([error.code, error.message.replace(/^.*: it/, "it")], [
    "unsupported",
    "it uses async at offset 0xe, expected a synchronous component",
  ]);
});

/** Options that a component does not have, and the problem of each. */
const REFUSED: readonly (readonly [LoadOptions, string])[] = [
  [
    { initialize: false },
    "option initialize is for modules, and the guest is a component, which has the types itself",
  ],
  [
    { missing: "ignore" },
    'option missing is "ignore", expected "error" or "trap" for a component',
  ],
  [
    { imports: () => 5 },
    "option imports is a function, expected an object of interfaces for a component",
  ],
];

for (const [options, problem] of REFUSED) {
  Deno.test(`an option that a component does not have is refused: ${problem}`, async () => {
    const error = await assertRejects(() => load(LINKED, options), TypeError);
    assertEquals(error.message, `Cannot load the guest: ${problem}`);
  });
}

Deno.test("a text passes through the function that takes one", async () => {
  using guest = await loadLinked();
  assertEquals(guest.passString("Ada", "echo"), "Ada");
  assertEquals(guest.passString("Ada", "test:linked/texts@1.2.0#twice"), "AdaAda");
  const names = '"echo", "misplaced", "test:linked/texts@1.2.0#twice", ' +
    '"test:linked/texts@1.2.0#wrong"';
  assertEquals(
    failure(() => guest.passString("Ada")).message,
    `Cannot pass text: the component has ${names} for that, expected one, or a name`,
  );
  assertEquals(
    failure(() => guest.passString("Ada", "ecko")).message,
    `Cannot pass text to "ecko": expected one of ${names}`,
  );
  assertEquals(
    failure(() => guest.passBytes([1])).message,
    "Cannot pass bytes: the component has no such function for that, expected one, or a name",
  );
});

Deno.test("reading a property that only modules have names the interfaces instead", async () => {
  using guest = await loadLinked();
  const component = "it is a component, expected guest.interfaces";
  const read = [
    () => guest.module,
    () => guest.instance,
    () => guest.exports,
    () => guest.convention,
    () => guest.allocate(1),
  ];
  const messages = read.map((act) => failure(act).message);
  const problem =
    "Cannot use a convention: the guest is a component, which has the types itself, " +
    "expected guest.interfaces";
  assertEquals(messages, [
    `Cannot use the guest's module: ${component}`,
    `Cannot use the guest's instance: ${component}`,
    `Cannot use the guest's exports: ${component}, which has "", "test:linked/texts@1.2.0", ` +
    `or guest.coreInstance() with one of ${CORE_INSTANCES}`,
    problem,
    problem,
  ]);
  const later = [guest.plan(), guest.functions(), guest.snapshot()];
  const reasons = (await Promise.allSettled(later)).map((one) =>
    one.status === "rejected" ? one.reason.message : ""
  );
  assertEquals(reasons, [
    `Cannot use the guest's plans: ${component}`,
    `Cannot use the guest's functions(): ${component}`,
    "Cannot use the guest's snapshots: it is a component, expected guest.reset()",
  ]);
  assertEquals(
    failure(() => guest.memory).message,
    "Cannot choose the guest's memory: its core modules pass values through 3, expected " +
      `the memory of guest.coreInstance() with one of ${CORE_INSTANCES}`,
  );
});

Deno.test("a core instance is found by its name or its index", async () => {
  using guest = await loadLinked();
  assertEquals(guest.interfaces[""].echo("Ada"), "Ada");
  const own = guest.coreInstance("own");
  assertStrictEquals(guest.coreInstance(4), own);
  assertEquals([own.name, Object.keys(own.exports)], ["own", ["memory", "realloc"]]);
  assertStrictEquals(own.memory, own.memory);
  assertEquals(own.memory.readString(4096, 3), "Ada"); // where its realloc begins
  const { far } = guest.coreInstance(5).exports as { readonly far: () => number };
  assertEquals(far(), 0xfffc);
});

Deno.test("the error for a wrong core instance lists all core instances", async () => {
  using guest = await loadLinked();
  const tries = ["main", "owm", 6, 0.5, -1];
  const messages = tries.map((one) => failure(() => guest.coreInstance(one)).message);
  assertEquals(messages, [
    `Cannot find core instance "main": several have the name, expected an index of ${CORE_INSTANCES}`,
    ...['"owm"', "6", "0.5", "-1"].map((one) =>
      `Cannot find core instance ${one}: expected one of ${CORE_INSTANCES}`
    ),
  ]);
  assertEquals(
    failure(() => guest.coreInstance(5).memory).message,
    'Cannot choose the memory of core instance 5 "main": it exports none, expected a core ' +
      "instance that exports one",
  );
});

Deno.test("core instances without names have indices, and one may export several memories", async () => {
  const memories = [section(5, 2, [0, 1], [0, 1]), section(7, 2, ["a", 2, 0], ["b", 2, 1])];
  const module = section(CORE_MODULE, MODULE, ...memories);
  using guest = await load(build(module, list(CORE_INSTANCE, [0, 0, 0])));
  assertEquals(failure(() => guest.coreInstance(undefined!)).code, "missing-export");
  const { name, exports } = guest.coreInstance(0);
  assertEquals([name, Object.keys(exports)], [undefined, ["a", "b"]]);
  assertEquals(
    failure(() => guest.coreInstance(0).memory).message,
    'Cannot choose the memory of core instance 0: it exports "a", "b", expected new ' +
      "GuestMemory() of one of them",
  );
});

Deno.test("the memory of a core instance is read after a trap, and its views end with it", async () => {
  const guest = await loadLinked();
  const { exports, memory } = guest.coreInstance("own");
  const view = memory.view("u8", 0, 1);
  failure(() => guest.interfaces[""].trap());
  assertStrictEquals(guest.coreInstance("own").exports, exports);
  assertEquals([memory.size, view.array.length], [0x10000, 1]);
  guest.reset();
  const fresh = guest.coreInstance("own");
  assert(fresh.exports !== exports && fresh.memory !== memory);
  const ended = (act: () => unknown) => assertThrows(act, Error).message.split(":", 2)[1];
  assertEquals(
    ended(() => view.array),
    " the guest was reset, expected a new view of guest.memory",
  );
  guest.close();
  // One that nobody asked for before.
  const late = guest.coreInstance(0).memory.view("u8", 0, 1);
  for (const one of [late, fresh.memory.view("u8", 0, 1)]) {
    assertEquals(
      ended(() => one.array),
      " the guest was closed, expected a new view of guest.memory",
    );
  }
});

Deno.test("a trap poisons a component, and a reset makes it callable again", async () => {
  using guest = await loadLinked();
  const { trap, echo } = guest.interfaces[""];
  const error = failure(() => trap());
  assertEquals([error.code, error.export, guest.state, error.frames.length > 0], [
    "trap",
    "trap",
    "poisoned",
    true,
  ]);
  assertEquals(
    failure(() => echo("a")).message,
    'Cannot call "echo": the guest is poisoned, expected reset() first; it was: Cannot complete ' +
      '"trap": the guest trapped: unreachable',
  );
  guest.reset();
  assertEquals([echo("a"), guest.state], ["a", "ready"]);
});

Deno.test("a closed component refuses all calls", async () => {
  const guest = await loadLinked();
  guest.close();
  guest.close();
  assertEquals([failure(() => guest.interfaces[""].echo("a")).code, guest.state], [
    "disposed",
    "disposed",
  ]);
});

Deno.test("a component cannot be reset or closed while it is called", async () => {
  const codes: unknown[] = [];
  using guest = await loadLinked(() => {
    codes.push(failure(() => guest.reset()).code, failure(() => guest.close()).code, guest.state);
  });
  guest.interfaces[""].callBack();
  assertEquals([...codes, guest.state], ["busy", "busy", "calling", "ready"]);
});

Deno.test("a component shows its state and its interfaces", async () => {
  using guest = await loadLinked();
  assertEquals(Deno.inspect(guest).startsWith('Guest {\n  state: "ready",\n  interfaces: {'), true);
});

/**
 * An option, an option of one, a result, and a function that takes the options and returns that.
 */
const CARRIED: readonly Part[] = [
  [0x6b, 0x79],
  [0x6b, 0],
  [0x6a, 0, 0],
  [0x40, 2, "a", 0, "b", 1, 0x00, 2],
];

/** A component that exports calls of two imports: one of the world, and one of an interface. */
const PASSES_ON = build(
  list(TYPE, ...CARRIED, [0x42, 5, CARRIED.map((type) => [0x01, type]), [
    0x04,
    named("f"),
    0x01,
    3,
  ]]),
  list(IMPORT, named("f", 0x01, 3), named("i", 0x05, 4)),
  list(ALIAS, [0x01, 0x00, 0, "f"]),
  list(CANON, [0x01, 0x00, 0, 0], [0x01, 0x00, 1, 0]),
  list(CANON, [0x00, 0x00, 0, 0, 3], [0x00, 0x00, 1, 0, 3]),
  list(EXPORT, [named("g"), 0x01, 2, 0], [named("h"), 0x01, 3, 0]),
);

/** The values of each shape for options, and for the case of a variant that the fixture returns. */
const SHAPES: readonly (readonly [ComponentShapes | undefined, unknown, object, object])[] = [
  [undefined, undefined, { tag: "some", val: undefined }, { tag: "circle", val: 2 }],
  ["jco", undefined, { tag: "some", val: undefined }, { tag: "circle", val: 2 }],
  ["draft", null, { kind: "some", value: null }, { kind: "circle", value: 2 }],
];

for (const [componentShapes, none, some, circle] of SHAPES) {
  testTiers(`values have the shapes that are chosen: ${componentShapes}`, async () => {
    const taken: unknown[][] = [];
    const f = (...args: unknown[]) => {
      taken.push(args);
      if (taken.length > 1) throw new ComponentError(undefined);
    };
    using passing = await load(PASSES_ON, { imports: { "": { f }, i: { f } }, componentShapes });
    for (
      const call of Object.values(passing.interfaces[""]) as ((...args: unknown[]) => unknown)[]
    ) {
      taken.length = 0;
      assertEquals(call(null, some), undefined);
      assertThrows(() => call(undefined, some), ComponentError);
      assertEquals(taken, [[none, some], [none, some]]);
    }

    const imports = { "": { log() {} } };
    using echoes = await load(guestPath("component/echoes"), { imports, componentShapes });
    const { shape, maybe, half } = echoes.interfaces["test:echoes/api"];
    assertEquals([shape(circle), maybe(null), maybe(5), half(4)], [circle, none, 5, 2]);
    assertThrows(() => half(5), ComponentError);
  });

  Deno.test(`the interfaces of Passage have their own shapes beside ${componentShapes}`, async () => {
    using guest = await load(guestPath("component_wasi/files_contents"), {
      wasi: { preopens: { "/": {} }, stderr: "capture" },
      componentShapes,
    });
    assertEquals([guest.run(), guest.wasi?.stderr], [0, ""]);
  });
}

Deno.test("other shapes are refused", async () => {
  const error = await assertRejects(
    () => load(LINKED, { componentShapes: "webidl" as ComponentShapes }),
    TypeError,
  );
  assertEquals(
    error.message,
    'Cannot load the guest: option componentShapes is "webidl", expected "jco" or "draft"',
  );
});

Deno.test("the values of one call have a limit", async () => {
  using guest = await load(LINKED, { ...TRAP, limits: { results: 100 } });
  const { echo } = guest.interfaces[""];
  assertEquals(echo("a".repeat(100)).length, 100);
  assertEquals(failure(() => echo("a".repeat(101))).code, "result-too-large");
});

Deno.test("a trap names the limit for memory that a core instance is close to, once", async () => {
  using guest = await load(LINKED, { ...TRAP, limits: { memory: 1_000_000 } });
  const start = 'Cannot complete "trap": the guest trapped: unreachable';
  for (
    const [pages, end] of [
      [1, ""],
      // There are three memories of a page, each of which can grow by four of the twelve left.
      [2, "; the guest's memory has 196608 of the 327680 bytes that limits.memory allows"],
    ] as const
  ) {
    guest.coreInstance("own").memory.grow(pages);
    assertEquals(failure(() => guest.interfaces[""].trap()).message, start + end);
    guest.reset();
  }
});

Deno.test("a module has no interfaces and no core instances", async () => {
  using guest = await load(guestPath("c/shout_length"));
  const error = assertThrows(() => guest.interfaces, Error);
  assertEquals(error.message, "Cannot use interfaces: the guest is a module");
  assertThrows(() => guest.coreInstance(0), TypeError, "the guest is a module");
  assertStrictEquals(guest.state, "ready");
});

Deno.test("a core function of the host with a wrong type is an error of the first call", async () => {
  const type = [0x60, 1, 0x7e, 0];
  const plugin = new WebAssembly.Module(Uint8Array.from(flat(
    MODULE,
    section(1, 1, type),
    section(3, 1, 0),
    section(7, 1, "f", 0, 0),
    section(10, 1, 2, 0, 0x0b),
  )));
  const component = build(
    list(CORE_TYPE, [0x50, 2, [0x01, type], [0x03, "f", 0x00, 0]]),
    list(IMPORT, named("plugin", 0x00, 0x11, 0)),
    list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
    list(ALIAS, [0x00, 0x00, 0x01, 0x00, "f"]),
    list(TYPE, [0x40, 1, "x", 0x79, 0x01, 0x00]),
    list(CANON, [0x00, 0x00, 0, 0, 0]),
    list(EXPORT, [0x00, "f", 0x01, 0, 0]),
  );
  using guest = await load(component, { imports: { "": { plugin } } });
  const error = failure(() => guest.interfaces[""].f(5));
  assertEquals([error.code, error.message.split(":", 2)[1], guest.state], [
    "signature",
    " a core function has another type than the component says",
    "poisoned",
  ]);
});
