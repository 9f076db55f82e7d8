import { assertEquals, assertRejects } from "@std/assert";
import { adopt, hostFunction, load } from "../mod.ts";
import { guestErrorOf } from "./_errors.ts";
import { guestBytes, guestUrl } from "./_guests.ts";
import { assemble } from "./_wat.ts";

const SYMBOLS = {
  started: { parameters: [], result: "i32" },
  length: { parameters: [], result: "i32" },
} as const;

/** Imports of the guest whose constructor calls the host. */
function imports(lines: string[]) {
  const text = { type: "string", encoding: "utf-8", pass: ["pointer", "byteLength"] } as const;
  return {
    env: {
      log: hostFunction({ parameters: [text], result: "void" }, (line) => {
        lines.push(line);
      }),
      number: () => 41 + lines.length,
      unused: () => 0,
    },
  };
}

for (const name of ["constructors", "constructors_imported_memory"]) {
  Deno.test(`${name}: initialize: false leaves the constructors to the caller`, async () => {
    const lines: string[] = [];
    using guest = await load(guestUrl(`c/${name}`), {
      initialize: false,
      imports: imports(lines),
      symbols: SYMBOLS,
    });
    assertEquals([lines, guest.symbols.started()], [[], 0]);
    guest.initialize();
    assertEquals([lines, guest.symbols.started()], [["starting"], 42]);
    guest.initialize();
    assertEquals([lines, guest.symbols.length()], [["starting"], 8]);
    // The caller initialises a fresh instance, too.
    guest.reset();
    assertEquals([lines.length, guest.symbols.started()], [1, 0]);
    guest.initialize();
    assertEquals([lines.length, guest.symbols.started()], [2, 43]);
  });

  Deno.test(`${name}: load runs the constructors unless told otherwise`, async () => {
    for (const initialize of [undefined, true]) {
      const lines: string[] = [];
      using guest = await load(guestUrl(`c/${name}`), {
        initialize,
        imports: imports(lines),
        symbols: SYMBOLS,
      });
      assertEquals([lines, guest.symbols.started()], [["starting"], 42]);
      guest.initialize();
      assertEquals(lines.length, 1);
    }
  });
}

Deno.test("the plan and a trap say that nothing has initialised the guest", async () => {
  using guest = await load(guestUrl("c/constructors"), {
    initialize: false,
    imports: imports([]),
    symbols: SYMBOLS,
  });
  const { steps } = await guest.plan("length");
  assertEquals(steps[0], {
    step: "initialize",
    text: 'expects guest.initialize() before: "__wasm_call_ctors" has not run',
    export: "__wasm_call_ctors",
  });
  assertEquals(guestErrorOf(() => guest.symbols.length()), [
    "trap",
    'Cannot complete "length": the guest trapped: unreachable; its "__wasm_call_ctors" has not ' +
    "run, expected guest.initialize() first if the export needs what that sets up",
  ]);
  assertEquals(guestErrorOf(() => guest.initialize())[0], "poisoned");
  guest.reset();
  guest.initialize();
  const after = await guest.plan("length");
  assertEquals(after.steps.length, steps.length - 1);
  assertEquals(guest.symbols.length(), 8);
});

Deno.test("a reactor and wasm-bindgen's start are left to the caller as well", async () => {
  const order = assemble(`(module
    (global $calls (export "calls") (mut i32) (i32.const 0))
    (func $note (param i32)
      (global.set $calls (i32.add (i32.mul (global.get $calls) (i32.const 10)) (local.get 0))))
    (func (export "_initialize") (call $note (i32.const 1)))
    (func (export "__wasm_call_ctors") (call $note (i32.const 2)))
    (func (export "__wbindgen_start") (call $note (i32.const 3))))`);
  using guest = await load(order, { initialize: false });
  const calls = () => (guest.exports.calls as WebAssembly.Global).value;
  assertEquals(calls(), 0);
  guest.initialize();
  assertEquals(calls(), 13);
});

Deno.test("a command has nothing to initialise: guest.run() runs it", async () => {
  using guest = await load(guestUrl("wasi/hello"), {
    initialize: false,
    wasi: { stdout: "capture" },
  });
  guest.initialize();
  assertEquals(guest.wasi?.stdout, "");
  assertEquals(guest.run(), 0);
  assertEquals(guest.wasi?.stdout === "", false);
});

Deno.test("an _initialize that traps in guest.initialize() poisons the guest", async () => {
  using guest = await load(guestUrl("wat/trap_in_initialize"), { initialize: false });
  assertEquals(guestErrorOf(() => guest.initialize()), [
    "trap",
    'Cannot complete "_initialize": the guest trapped: unreachable',
  ]);
  assertEquals(guest.state, "poisoned");
});

Deno.test("an adopted instance is initialised where it was made", async () => {
  const source = await guestBytes("c/constructors");
  const env = { log: () => {}, number: () => 5, unused: () => 0 };
  const { instance } = await WebAssembly.instantiate(source, { env });
  using guest = await adopt(instance, { source });
  guest.initialize();
  assertEquals((guest.exports.started as () => number)(), 0);
  const { steps } = await guest.plan("length").catch(() => ({ steps: [] }));
  assertEquals(steps.filter(({ step }) => step === "initialize"), []);
});

Deno.test("the option initialize is checked", async () => {
  const load2 = load as (source: URL, options: unknown) => Promise<unknown>;
  const error = await assertRejects(
    () => load2(guestUrl("c/constructors"), { initialize: "no" }),
    TypeError,
  );
  assertEquals(
    error.message,
    'Cannot load the guest: option initialize is "no", expected a boolean',
  );
});
