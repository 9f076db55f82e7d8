import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, type GuestLimits, load, LoadError } from "../../mod.ts";
import { readComponent } from "../../src/component/component.ts";
import { compileModules } from "../../src/guest/component_modules.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";
import { build, CORE_TYPE, IMPORT, list, named } from "../component/_build.ts";

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
    error.message.includes("Cannot load the core module at offset 0x"),
    true,
    error.message,
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
