import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, type GuestLimits, load, LoadError } from "../../mod.ts";
import { readComponent } from "../../src/component/component.ts";
import { compileModules } from "../../src/guest/component_modules.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";
import { section } from "../binary/_build.ts";
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
  named,
  TYPE,
  VOID,
} from "../component/_build.ts";
import { assemble } from "../_wat.ts";

/** Loads a component of two core modules, of which one has the allocator. */
async function loadEchoes(limits: GuestLimits, log = (_text: string) => {}) {
  const guest = await load(guestPath("component/echoes"), { imports: { "": { log } }, limits });
  return Object.assign(guest, { api: guest.interfaces["test:echoes/api"] });
}

testTiers("fuel is one budget for all core modules", async () => {
  // By operators: 11 of realloc, 4 of relay and 2 of clear.
  using enough = await loadEchoes({ fuel: 17 });
  for (let call = 0; call < 3; call++) {
    enough.api.relay("a");
    assertEquals(enough.fuel, { left: 0, burnt: 17 });
  }
  // It is enough for the operators of each module alone.
  using short = await loadEchoes({ fuel: 13 });
  const error = assertThrows(() => short.api.relay("a"), GuestError);
  assertEquals([error.code, error.message, short.state], [
    "fuel-exhausted",
    'Cannot complete "relay": the guest has used up its 13 units of fuel, expected less work, or ' +
    "more in limits.fuel",
    "poisoned",
  ]);
  short.reset();
  assertEquals(short.api.add(1, 2), 3);
});

/** How a module calls a function of another one. */
const CALLS: readonly (readonly [name: string, imported: string, call: string])[] = [
  ["by its name", '(import "b" "work" (func $work))', "(call $work)"],
  ["through a table", '(import "b" "table" (table 1 funcref))', "(call_indirect (i32.const 0))"],
];

for (const [how, imported, call] of CALLS) {
  Deno.test(`a loop ends that calls a function of another core module ${how}`, async () => {
    const work = assemble(`(module (table (export "table") 1 funcref) (elem (i32.const 0) $work)
      (func $work (export "work") ${"nop ".repeat(900)}))`);
    const loop = assemble(`(module ${imported} (func (export "go") (local i32)
      (local.set 0 (i32.const 100))
      (loop ${call} (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`);
    const component = build(
      section(CORE_MODULE, [...work]),
      section(CORE_MODULE, [...loop]),
      list(CORE_INSTANCE, [0x00, 0, 0], [0x00, 1, 1, "b", 0x12, 0]),
      list(ALIAS, [0x00, 0x00, 0x01, 1, "go"]),
      list(TYPE, VOID),
      list(CANON, [0x00, 0x00, 0, 0, 0]),
      list(EXPORT, named("go", 0x01, 0, 0x00)),
    );
    // Each round has 900 operators of the one module, and 6 beside the call of the other one.
    const units = 2 + 100 * (900 + 6 + call.match(/\(/g)!.length);
    using enough = await load(component, { limits: { fuel: units } });
    (enough.interfaces as unknown as Runs)[""].go();
    assertEquals(enough.fuel, { left: 0, burnt: units });
    using short = await load(component, { limits: { fuel: units - 1000 } });
    const error = assertThrows(() => (short.interfaces as unknown as Runs)[""].go(), GuestError);
    assertEquals(error.code, "fuel-exhausted");
  });
}

interface Runs {
  readonly "": { go(): void };
}

testTiers("a deadline counts the time of host functions", async () => {
  let calls = 0;
  using guest = await loadEchoes({ deadline: 5 }, () => {
    calls++;
    const end = performance.now() + 10;
    while (performance.now() < end);
  });
  const error = assertThrows(() => guest.api.repeat("a", 2), GuestError);
  assertEquals([error.code, calls], ["deadline-exceeded", 1]);
});

Deno.test("memory cannot grow beyond its limit, or begin with more", async () => {
  const size = 20 * 65536;
  using guest = await loadEchoes({ memory: size });
  assertThrows(() => guest.memory.grow(1), RangeError);
  const error = await assertRejects(() => loadEchoes({ memory: size - 1 }), LoadError);
  assertEquals(
    error.message.replace(/^Cannot load "[^"]*"/, "Cannot load it"),
    `Cannot load it: its memory has ${size} bytes at the start, expected at most ${size - 1}, or ` +
      `limits.memory of ${size} or more`,
  );
});

Deno.test("a core module of the host cannot be limited", async () => {
  const component = build(
    list(CORE_TYPE, [0x50, 0x00]), // the type of a module without imports and exports
    list(IMPORT, named("plugin", 0x00, 0x11, 0x00)),
  );
  const plugin = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const imports = { "": { plugin } };
  (await load(component, { imports, limits: { fuel: Infinity } })).close();
  const error = await assertRejects(
    () => load(component, { imports, limits: { fuel: 1 } }),
    LoadError,
  );
  assertEquals([error.code, error.message], [
    "unsupported",
    "Cannot limit bytes: it imports a core module, which cannot be rewritten, expected a component " +
    "that has its modules itself",
  ]);
});

Deno.test("the core modules of nested components are compiled as well, each once", async () => {
  const bytes = await guestBytes("component/linked");
  const parts: Uint8Array[] = [];
  const modules = await compileModules(readComponent(bytes), bytes, async (part) => {
    parts.push(part);
    return { module: await WebAssembly.compile(part) };
  });
  assertEquals([modules.size, parts.length], [4, 4]);
  const exported = [...modules.values()].map(({ module }) =>
    WebAssembly.Module.exports(module).map(({ name }) => name).join(" ")
  );
  assertEquals(exported.sort(), [
    "call-back swallow trap nothing far odd crooked echo many",
    "join free freed",
    "memory realloc",
    "twice wrong crooked",
  ]);
});
