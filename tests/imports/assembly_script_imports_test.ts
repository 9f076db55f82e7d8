import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { assemblyScript, GuestError, load } from "../../mod.ts";
import { toolchainImport } from "../../src/imports/link_functions.ts";
import { runDeno } from "../_deno.ts";
import { guestUrl } from "../_guests.ts";
import { makeHost } from "./_host.ts";

const u8 = { type: "array", element: "u8" } as const;

const SYMBOLS = {
  now: { parameters: [], result: "f64" },
  elapsed: { parameters: [], result: "f64" },
  processTime: { parameters: [], result: "f64" },
  random: { parameters: [], result: "f64" },
  quit: { parameters: ["i32"], result: "void" },
  compute: { parameters: ["f64"], result: "f64" },
} as const;

Deno.test("the imports of AssemblyScript's standard library work without an option", async () => {
  using guest = await load(guestUrl("assemblyscript/host_library"), {
    symbols: { ...SYMBOLS, randomBytes: { parameters: ["i32"], result: u8 } },
  });
  const { now, elapsed, processTime, random, compute, randomBytes } = guest.symbols;
  const before = Date.now();
  for (const time of [now(), processTime()]) {
    assert(time >= before && time <= Date.now() + 1, `${time} is not about ${before}`);
  }
  assert(elapsed() > 0 && elapsed() <= performance.now());
  assert(random() >= 0 && random() < 1);
  assertStrictEquals(compute(0.5), Math.sin(0.5) + Math.PI + 0.5);
  const seen = new Set<string>();
  for (let call = 0; call < 120; call++) seen.add(`${randomBytes(16)}`);
  assertStrictEquals(seen.size, 120);
  assertEquals(randomBytes(0), new Uint8Array());
  assertThrows(
    () => randomBytes(65537),
    RangeError,
    "Cannot give 65537 random bytes: expected at most 65536",
  );
});

Deno.test("AssemblyScript's console prints on that of the host", async () => {
  const program = `
    import { load } from "./mod.ts";
    using guest = await load("testdata/assemblyscript/host_library.wasm", {
      symbols: {
        print: { parameters: ["string"], result: "void" },
        measure: { parameters: ["string"], result: "void" },
      },
    });
    guest.symbols.print("Grüße");
    guest.symbols.print("");
    guest.symbols.measure("one");
  `;
  const { stdout, stderr } = await runDeno(["run", "--allow-read=testdata", "-"], program);
  const [times, rest] = [stdout.split("\n").slice(6, -1), stdout.split("\n").slice(0, 6)];
  assertEquals(rest, ["Grüße", "Grüße", "Grüße", "", "", ""]);
  assertEquals(times.map((line) => line.replace(/[\d.]+/, "0")), ["one: 0ms", "one: 0ms"]);
  assertEquals(stderr.split("\n"), [
    "Grüße",
    "Grüße",
    "",
    "",
    "Assertion failed: an empty text",
    "",
  ]);
});

Deno.test("AssemblyScript's process.exit ends the guest with its code", async () => {
  using guest = await load(guestUrl("assemblyscript/host_library"), { symbols: SYMBOLS });
  const error = assertThrows(() => guest.symbols.quit(3), GuestError);
  assertEquals([error.code, error.message, error.status], [
    "exited",
    "Cannot continue: the guest exited with code 3, expected reset() first",
    3,
  ]);
  assertStrictEquals(guest.state, "exited");
  guest.reset();
  assertStrictEquals(guest.symbols.compute(4), Math.sin(4) + 8);
});

Deno.test("a guest without its runtime is refused random bytes when it asks for them", async () => {
  using guest = await load(guestUrl("assemblyscript/host_library_without_runtime"), {
    symbols: { ...SYMBOLS, randomBytes: { parameters: ["i32"], result: "pointer" } },
  });
  assert(guest.symbols.now() > 0);
  assertThrows(
    () => guest.symbols.randomBytes(4),
    GuestError,
    'Cannot give the guest random bytes: it exports no "__new", expected AssemblyScript\'s ' +
      "--exportRuntime when it is compiled",
  );
});

Deno.test("Math and Date work as modules of their own, which they once were", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/host_library"), {
    symbols: { now: SYMBOLS.now, random: SYMBOLS.random, compute: SYMBOLS.compute },
  });
  assert(guest.symbols.now() > 1.5e12);
  assert(guest.symbols.random() < 1);
  assertStrictEquals(guest.symbols.compute(0.5), Math.sin(0.5) + Math.PI);
});

Deno.test("imports of other types, and the host's own objects, are not provided", () => {
  const host = makeHost({ convention: assemblyScript });
  const item = (name: string, parameters: string[], results: string[], module = "env") =>
    toolchainImport(
      { module, name, kind: "function", type: { parameters, results } } as never,
      host,
    );
  const global = (name: string, type: string, mutable = false) =>
    toolchainImport(
      { module: "env", name, kind: "global", type: { type, mutable } } as never,
      host,
    );
  assertEquals([
    item("console.log", ["i64"], []),
    item("console.clear", [], []),
    item("Date.now", [], ["i64"]),
    item("now", [], ["f64"]),
    item("Math.sin", ["i32"], ["f64"]),
    item("Math.sin", ["f64"], ["f32"]),
    item("Math.constructor", ["f64"], ["f64"]),
    item("Math.E", [], ["f64"]),
    item("Reflect.get", ["externref", "i32"], ["externref"]),
    item("now", [], ["f64"], "Time"),
    global("Math.E", "f32"),
    global("Math.E", "f64", true),
    global("Math.sin", "f64"),
    global("globalThis", "externref"),
    global("process.argv", "i32"),
  ], Array(15).fill(undefined));
  assertStrictEquals(global("Math.E", "f64"), Math.E);
  assertStrictEquals(item("Math.atan2", ["f64", "f64"], ["f64"]), Math.atan2);
});

Deno.test("the caller's imports take precedence over the standard library's", async () => {
  using guest = await load(guestUrl("assemblyscript/host_library"), {
    imports: { env: { "Date.now": () => 5, "Math.PI": 100 } },
    symbols: SYMBOLS,
  });
  assertStrictEquals(guest.symbols.now(), 5);
  assertStrictEquals(guest.symbols.compute(0.5), Math.sin(0.5) + 100 + 0.5);
});
