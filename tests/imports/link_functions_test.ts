import {
  assemblyScript,
  type Guest,
  GuestError,
  type HostFunction,
  hostFunction,
  load,
} from "../../mod.ts";
import { toolchainImport } from "../../src/imports/link_functions.ts";
import { runDeno } from "../_deno.ts";
import { guestErrorOf, loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { build, IMPORT, section, TYPE } from "../binary/_build.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { makeHost } from "./_host.ts";

const log = () => {};

/** Loads AssemblyScript's output for a source that aborts, traces and asks for a seed. */
function loadImports(env: Record<string, unknown> = {}) {
  return load(guestUrl("assemblyscript/imports"), {
    imports: { env: { "console.log": log, ...env } },
    symbols: {
      greet: { parameters: ["string"], result: "string" },
      random: { parameters: [], result: "f64" },
      traceNumbers: { parameters: ["string", "f64", "f64"], result: "void" },
      outOfRange: { parameters: ["i32"], result: "i32" },
    },
  });
}

/** Returns the line and column of `text` in a source of `testdata/`, both counted from 1. */
async function placeOf(source: string, text: string): Promise<{ line: number; column: number }> {
  const lines = (await Deno.readTextFile(new URL(`../../testdata/${source}`, import.meta.url)))
    .split("\n");
  const line = lines.findIndex((found) => found.includes(text));
  return { line: line + 1, column: lines[line]!.indexOf(text) + 1 };
}

Deno.test("AssemblyScript's abort is an error with its message, file, line and column", async () => {
  using guest = await loadImports();
  assertEquals(guest.symbols.greet("Ann"), "Hello, Ann!");
  const error = assertThrows(() => guest.symbols.greet("!x"), GuestError);
  const message = "a name does not begin with an exclamation mark: !x";
  const { line, column } = await placeOf("assemblyscript/imports.as", "throw new Error");
  assertEquals([error.code, error.message, error.details], [
    "abort",
    `Cannot continue: the guest aborted with "${message}" at imports.ts:${line}:${column}`,
    { message, file: "imports.ts", line, column },
  ]);
  assert(error.frames.some((frame) => frame.includes("wasm://")), error.frames.join());
});

Deno.test("a guest that aborted is poisoned, with its own reason", async () => {
  using guest = await loadImports();
  const first = assertThrows(() => guest.symbols.outOfRange(3), GuestError);
  assertEquals(first.details.message, "Index out of range");
  assertEquals(guest.state, "poisoned");
  const later = assertThrows(() => guest.symbols.greet("Ann"), GuestError);
  assertEquals([later.code, later.cause], ["poisoned", first]);
  guest.reset();
  assertEquals(guest.symbols.outOfRange(2), 3);
});

Deno.test("AssemblyScript gets another seed each time", async () => {
  const seeds = new Set<number>();
  for (let count = 0; count < 5; count++) {
    using guest = await loadImports();
    const random = guest.symbols.random();
    assert(random >= 0 && random < 1, String(random));
    seeds.add(random);
  }
  assertEquals(seeds.size, 5);
});

Deno.test("AssemblyScript's trace is printed on standard error", async () => {
  const program = `
    import { load } from "./mod.ts";
    using guest = await load("testdata/assemblyscript/imports.wasm", {
      imports: { env: { "console.log": () => {} } },
      symbols: { traceNumbers: { parameters: ["string", "f64", "f64"], result: "void" } },
    });
    guest.symbols.traceNumbers("Grüße", 1.5, -2);
  `;
  const { stdout, stderr } = await runDeno(["run", "--allow-read=testdata", "-"], program);
  assertEquals({ stdout, stderr }, { stdout: "", stderr: "trace: Grüße 1.5 -2\n" });
});

Deno.test("a trace without a message is a trace", () => {
  const type = { parameters: ["i32", "i32", ...Array(5).fill("f64")], results: [] } as const;
  const item = { module: "env", name: "trace", kind: "function", type } as never;
  const host = toolchainImport(item, makeHost({ convention: assemblyScript }));
  const lines: unknown[] = [];
  const { error } = console;
  try {
    console.error = (line: unknown) => lines.push(line);
    const { callback } = host as HostFunction;
    (callback as (...args: unknown[]) => void)(null, 1, 5, 0, 0, 0, 0);
  } finally {
    console.error = error;
  }
  assertEquals(lines, ["trace:  5"]);
});

Deno.test("the caller's imports take precedence", async () => {
  const traced: unknown[] = [];
  const failure = new Error("the caller's own");
  using guest = await loadImports({
    seed: () => 5,
    trace: hostFunction(
      { parameters: ["string", "u32", "f64", "f64", "f64", "f64", "f64"], result: "void" },
      (...values) => {
        traced.push(...values);
      },
    ),
    abort: () => {
      throw failure;
    },
  });
  using same = await loadImports({ seed: () => 5 });
  assertEquals(guest.symbols.random(), same.symbols.random());
  guest.symbols.traceNumbers("x", 1, 2);
  assertEquals(traced, ["x", 2, 1, 2, 0, 0, 0]);
  let thrown: unknown;
  try {
    guest.symbols.outOfRange(3);
  } catch (error) {
    thrown = error;
  }
  assertStrictEquals(thrown, failure);
});

Deno.test("only names with their original types are known", async () => {
  const bytes = build(
    section(TYPE, 2, [0x60, 0, 1, 0x7f], [0x60, 0, 1, 0x7c]),
    section(IMPORT, 2, ["env", "seed", 0, 0], ["other", "seed", 0, 1]),
  );
  const { problems } = await loadErrorOf(() => load(bytes));
  assertEquals(problems, [
    'import[0] "env.seed" () -> i32: missing',
    'import[1] "other.seed" () -> f64: missing',
  ]);
});

const PAGE = 65536;

/** Loads the guest that imports Emscripten's functions, each under its own name. */
async function loadEmscripten(): Promise<[Guest, (name: string, ...args: number[]) => number]> {
  const guest = await load(guestUrl("wat/toolchain_imports"), {
    symbols: {
      abort: { parameters: [], result: "void" },
      _abort_js: { parameters: [], result: "void" },
      assert: { parameters: [], result: "void" },
    },
  });
  const call = (name: string, ...args: number[]) =>
    (guest.exports[name] as (...args: number[]) => number)(...args);
  return [guest as unknown as Guest, call];
}

Deno.test("Emscripten's heap grows as far as its maximum, and no further", async () => {
  const [guest, call] = await loadEmscripten();
  const before = guest.memory.view(0, 1);
  assertEquals(call("emscripten_resize_heap", 100), 1);
  assertEquals([guest.memory.size, before.byteLength], [PAGE, 1]);
  assertEquals(call("emscripten_resize_heap", PAGE + 1), 1);
  assertEquals(guest.memory.size, 2 * PAGE);
  assertEquals(call("emscripten_resize_heap", 4 * PAGE), 1);
  assertEquals(call("emscripten_resize_heap", 4 * PAGE + 1), 0);
  // 0xffffffff, as JavaScript shows it.
  assertEquals(call("emscripten_resize_heap", -1), 0);
  assertEquals(guest.memory.size, 4 * PAGE);
  assertEquals(call("emscripten_notify_memory_growth", 0), undefined as unknown as number);
});

for (const name of ["emscripten_memcpy_big", "emscripten_memcpy_js", "_emscripten_memcpy_js"]) {
  Deno.test(`${name}() copies within memory, even if the ranges overlap`, async () => {
    const [guest, call] = await loadEmscripten();
    guest.memory.writeString(100, "abcdef");
    call(name, 200, 100, 6);
    assertEquals(guest.memory.readString(199, 8), "\0abcdef\0");
    call(name, 102, 100, 4);
    assertEquals(guest.memory.readString(100, 6), "ababcd");
    assertThrows(() => call(name, PAGE - 1, 100, 2), RangeError, "Cannot write 2 bytes");
    assertThrows(() => call(name, 0, PAGE - 1, 2), RangeError, "Cannot read 2 bytes");
  });
}

Deno.test("Emscripten's clocks are those of JavaScript", async () => {
  const [, call] = await loadEmscripten();
  const [before, now, after] = [Date.now(), call("emscripten_date_now"), Date.now()];
  assert(before <= now && now <= after);
  const [start, ticks, end] = [
    performance.now(),
    call("emscripten_get_now"),
    performance.now(),
  ];
  assert(start <= ticks && ticks <= end);
});

Deno.test("Emscripten's aborts poison the guest, with its own message", async () => {
  for (
    const [symbol, message, details] of [
      ["abort", "Cannot continue: the guest aborted", {}],
      ["_abort_js", "Cannot continue: the guest aborted", {}],
      ["assert", 'Cannot continue: the guest aborted with "Assertion failed: 1 == 2" at f.c:3', {
        message: "Assertion failed: 1 == 2",
        file: "f.c",
        line: 3,
      }],
    ] as const
  ) {
    const [guest] = await loadEmscripten();
    const { [symbol]: call } = guest.symbols as Record<string, () => void>;
    const error = assertThrows(() => call!(), GuestError);
    assertEquals([error.code, error.message, error.details], ["abort", message, details]);
    // It is poisoned although its stack pointer could be restored.
    assertEquals(guest.state, "poisoned");
    assertEquals(guestErrorOf(() => call!())[0], "poisoned");
  }
});
