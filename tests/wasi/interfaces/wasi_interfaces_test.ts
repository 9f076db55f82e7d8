// Components of the programs for preview 1, and of all functions that WASI 0.2 defines.
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { type Guest, GuestError, load, LoadError, type WasiOptions } from "../../../mod.ts";
import { readComponent } from "../../../src/component/component.ts";
import { parseName } from "../../../src/component/names.ts";
import type { Extern } from "../../../src/component/types.ts";
import { camelCase, pascalCase } from "../../../src/component/values/js_shapes.ts";
import { guestBytes, guestUrl } from "../../_guests.ts";
import { type Any, openInterfaces } from "./_interfaces.ts";

function loadCommand(options: WasiOptions, folder = "component_wasi"): Promise<Guest> {
  return load(guestUrl(`${folder}/command`), { wasi: options });
}

/** The behaviour of `command.c`; the adapter of jco passes only the exit codes 0 and 1. */
const RUNS: readonly (readonly [args: string, stdin: string])[] = [
  ["arguments  c größe", ""],
  ["shout", "first line\nsecond: größe\n"],
  ["shout", "x".repeat(100_000)],
  ["exit 0", ""],
  ["exit 1", ""],
  ["abort", ""],
  ["sleep 5", ""],
  ["open /missing", ""],
];

/** Runs a command, and returns its output and its end. */
function observe(guest: Guest): unknown[] {
  let end: unknown;
  try {
    end = guest.run();
  } catch (error) {
    end = error instanceof GuestError ? [error.code, error.guestMessage] : error;
  }
  return [end, guest.state, guest.wasi?.stdout, guest.wasi?.stderr];
}

for (const [args, stdin] of RUNS) {
  const shown = stdin === "" ? args : `${args} with ${stdin.length} letters`;
  Deno.test(`a program does the same as a component and with preview 1: ${shown}`, async () => {
    const options: WasiOptions = {
      args: ["command", ...args.split(" ")],
      stdin,
      stdout: "capture",
      stderr: "capture",
      preopens: { "/": {} },
    };
    using component = await loadCommand(options);
    using module = await loadCommand(options, "wasi");
    assertEquals(observe(component), observe(module));
    component.reset();
    module.reset();
    assertEquals(observe(component), observe(module));
  });
}

for (const name of ["files_links", "files_directories", "files_contents"]) {
  Deno.test(`${name}.c finds no fault as a component`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "passage-wasi-" });
    try {
      for (const root of [folder, {}]) {
        using guest = await load(guestUrl(`component_wasi/${name}`), {
          wasi: { preopens: { "/": root }, stderr: "capture" },
        });
        assertEquals([guest.run(), guest.wasi?.stderr], [0, ""]);
      }
      assertEquals([...Deno.readDirSync(folder)], []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("the folder that a component was granted is read back", async () => {
  using guest = await load(guestUrl("component_wasi/command"), {
    wasi: { args: ["command", "open", "/a"], preopens: { "/": { a: new Uint8Array() } } },
  });
  assertEquals([guest.run(), Object.keys(guest.wasi!.files("/"))], [0, ["a"]]);
});

Deno.test("output beyond limits.output ends a component", async () => {
  using guest = await load(guestUrl("component_wasi/command"), {
    wasi: { args: ["command", "forever"], stdout: "capture" },
    limits: { output: 10_000 },
  });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, guest.state, guest.wasi?.stdout.length], [
    "output-too-large",
    "poisoned",
    10_000,
  ]);
});

Deno.test("a component that sleeps ends at its deadline", async () => {
  using guest = await load(guestUrl("component_wasi/command"), {
    wasi: { args: ["command", "sleep", "60000"] },
    limits: { deadline: 50 },
  });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
});

Deno.test("an error of the function that gets the output reaches the caller", async () => {
  const mine = new Error("mine");
  using guest = await loadCommand({
    args: ["command", "arguments"],
    stdout() {
      throw mine;
    },
  });
  assertEquals(assertThrows(() => guest.run(), Error), mine);
});

/** Returns the functions of all interfaces that a component imports. */
async function importedFunctions(guest: string): Promise<Map<string, string[]>> {
  const { type: { imports } } = readComponent(await guestBytes(guest));
  const functionsOf = (exports: readonly Extern[]) =>
    exports.filter(({ type }) => type.sort === "function").map(({ name }) => name);
  return new Map(imports.map(({ name, type }) => {
    assert(type.sort === "instance");
    return [name.replace(/@.*/, ""), functionsOf(type.type.exports)];
  }));
}

/** Resources that no function returns, because no network access is granted. */
const UNUSED = ("TcpSocket UdpSocket IncomingDatagramStream OutgoingDatagramStream " +
  "ResolveAddressStream IncomingRequest IncomingResponse IncomingBody FutureTrailers " +
  "FutureIncomingResponse ResponseOutparam").split(" ");

/** Finds the implementation of a function in an interface. */
function find(given: Any, name: string): unknown {
  const parsed = parseName(name)!;
  if (!("resource" in parsed)) return given[camelCase(name)];
  const Class = given[pascalCase(parsed.resource)];
  if (parsed.kind === "constructor") return Class;
  if (parsed.kind === "static") return Class[camelCase(parsed.label)];
  return UNUSED.includes(pascalCase(parsed.resource)) || Class.prototype[camelCase(parsed.label)];
}

Deno.test("every function that WASI 0.2 defines exists, and a component that imports all of them links", async () => {
  using guest = await load(guestUrl("component_wit/wasi_imports"));
  assertEquals(guest.state, "ready");
  using opened = await openInterfaces({ preopens: { "/": {} } });
  const missing: string[] = [];
  let count = 0;
  for (const [owner, functions] of await importedFunctions("component_wit/wasi_imports")) {
    const given: Any = opened.get(owner);
    for (const name of functions) {
      count++;
      if (!find(given, name)) missing.push(`${owner}#${name}`);
    }
  }
  assertEquals([missing, count > 100], [[], true]);
});

Deno.test("an interface of the caller in an older version than the import is an error", async () => {
  const imports = { "wasi:cli/environment@0.2.0": { getEnvironment: () => [] } };
  const error = await assertRejects(
    () => load(guestUrl("component_wasi/hello"), { imports }),
    LoadError,
  );
  assertMatch(error.problems![0]!, /: the host has "wasi:cli\/environment@0\.2\.0", expected /);
});
