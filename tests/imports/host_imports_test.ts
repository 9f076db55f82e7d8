import { GuestError, hostFunction, load } from "../../mod.ts";
import type { HostImports } from "../../src/imports/host_imports.ts";
import { callbackImports, loadCallbacks, PACKED, SYMBOLS } from "../_callbacks.ts";
import { guestErrorOf, loadErrorOf, missingAdvice } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { makeHost } from "./_host.ts";

Deno.test("all host functions that do not fit are reported at once, beside the missing imports", async () => {
  const error = await loadErrorOf(() =>
    load(guestUrl("c/callbacks"), {
      imports: {
        env: {
          log: hostFunction({ parameters: ["u32"], result: "void" }, () => {}),
          answer: hostFunction({ parameters: ["string"], result: "u32" }, () => 5),
        },
      },
    })
  );
  assertEquals(error.code, "imports");
  assertEquals(error.problems, [
    'import[0] "env.log" (i32, i32) -> (): Cannot bind ("u32") -> "void" to import "env.log": ' +
    "that is (i32) -> (), expected (i32, i32) -> ()",
    'import[1] "env.answer" (i32, i32) -> i64: Cannot bind ("string") -> "u32" to import ' +
    '"env.answer": that is (i32, i32) -> i32 or (i64) -> i32 or (i32) -> i32, expected (i32, i32) -> i64',
    'import[2] "env.print" (i32) -> (): missing',
  ]);
  assertEquals(
    error.message,
    `Cannot satisfy the guest's imports:\n${error.problems.join("\n")}\n` +
      missingAdvice("{ env: { print: (...args) => console.log(args) } }"),
  );
});

Deno.test("changes of the imports after the load have no effect, even at reset()", async () => {
  const plain = () => 0n as never;
  const env: Record<string, unknown> = { log: plain, answer: plain, print: plain };
  let reads = 0;
  Object.defineProperty(env, "log", { get: () => (reads++, plain), configurable: true });
  const imports = { env };
  using guest = await load(guestUrl("c/callbacks"), { imports });
  env.answer = undefined;
  guest.reset();
  assertEquals([guest.state, reads], ["ready", 1]);
});

Deno.test("a host function can only be provided for an imported function", async () => {
  const host = hostFunction({ parameters: [], result: "void" }, () => {});
  const error = await loadErrorOf(() =>
    load(guestUrl("c/passing_data"), { imports: { env: { memory: host } } })
  );
  assertEquals(error.problems, [
    'import[0] "env.memory" memory 256 to 256: it is an object of class HostFunction, expected a ' +
    "WebAssembly.Memory",
  ]);
});

Deno.test("a compiled module's imports are bound by their declarations", async () => {
  const module = await WebAssembly.compile(await Deno.readFile(guestUrl("c/callbacks")));
  const lines: string[] = [];
  const text = { type: "string", pass: ["pointer", "byteLength"] } as const;
  using guest = await load(module, {
    convention: PACKED,
    imports: {
      env: {
        log: hostFunction({ parameters: [text], result: "void" }, (line) => {
          lines.push(line);
        }),
        answer: hostFunction({ parameters: [text], result: "string" }, (line) => `${line}!`),
        print: hostFunction(
          { parameters: [{ type: "string", pass: ["pointer"] }], result: "void" },
          (line) => {
            lines.push(line);
          },
        ),
      },
    },
    symbols: {
      ask: { parameters: [text], result: "string" },
      say: { parameters: [text], result: "void" },
    },
  });
  assertEquals(guest.symbols.ask("why"), "why!");
  guest.symbols.say("aloud");
  assertEquals(lines, ["aloud"]);
});

Deno.test("a start function can call the host with numbers, but not with data in memory", async () => {
  const counted: number[] = [];
  const count = hostFunction({ parameters: ["u32"], result: "u32" }, (number) => {
    counted.push(number);
    return number + 1;
  });
  const log = hostFunction({ parameters: ["string"], result: "void" }, () => {});
  const error = await loadErrorOf(() =>
    load(guestUrl("wat/start_calls_host"), { imports: { env: { count, log } } })
  );
  assertEquals(error.code, "instantiation");
  assertEquals((error.cause as GuestError).code, "busy");
  assertEquals(
    (error.cause as GuestError).message,
    'Cannot call import "env.log": the guest is still being instantiated, and its memory is not ' +
      "known yet, expected a guest that imports its memory (asc --importMemory, wasm-ld " +
      "--import-memory), or exports what starts it (asc --exportStart _initialize)",
  );
  using guest = await load(guestUrl("wat/start_calls_host"), {
    imports: { env: { count, log: () => {} } },
    symbols: { counted: { parameters: [], result: "i32" } },
  });
  assertEquals([guest.symbols.counted(), counted], [6, [5, 5]]);
  guest.reset();
  assertEquals(counted, [5, 5, 5]);
});

Deno.test("an error in a start function's host function is the cause of the error", async () => {
  const failure = new Error("thrown");
  const count = hostFunction({ parameters: ["u32"], result: "u32" }, () => {
    throw failure;
  });
  const error = await loadErrorOf(() =>
    load(guestUrl("wat/start_calls_host"), { imports: { env: { count, log: () => {} } } })
  );
  assertStrictEquals(error.cause, failure);
});

Deno.test("a host function can serve several guests, and one guest after its reset", async () => {
  const questions: string[] = [];
  const env = callbackImports({
    answer(question) {
      questions.push(question);
      return question;
    },
  });
  const options = { convention: PACKED, imports: { env }, symbols: SYMBOLS };
  using first = await load(guestUrl("c/callbacks"), options);
  using second = await load(guestUrl("c/callbacks_64"), options);
  const { ask } = first.symbols;
  assertEquals([ask("a"), second.symbols.ask("b")], ["a", "b"]);
  first.memory.grow(1);
  first.reset();
  assertEquals([ask("c"), second.symbols.ask("d")], ["c", "d"]);
  assertEquals(questions, ["a", "b", "c", "d"]);
});

Deno.test("one guest's exports are another's imports", async () => {
  using library = await load(guestUrl("wat/library"));
  using guest = await load(guestUrl("wat/uses_library"), {
    imports: { library: library.exports },
  });
  assertEquals(guest.passString("Hello there"), "HELLO THERE");
  // Both look at the same memory.
  assertEquals(library.memory.readString(256, 5), "HELLO");
  assertEquals(guestErrorOf(() => guest.reset())[0], "supplied-memory");
  assertEquals(guestErrorOf(() => guest.passString("Stop!")), [
    "trap",
    'Cannot complete "transform": the guest trapped: unreachable',
  ]);
  assertEquals([guest.state, library.state], ["poisoned", "ready"]);
});

Deno.test("instanceFor() reports why there is no instance", () => {
  const host = makeHost();
  assertEquals(guestErrorOf(() => host.instanceFor("env.f")), [
    "busy",
    'Cannot call import "env.f": the guest is still being instantiated, and its memory is not ' +
    "known yet, expected a guest that imports its memory (asc --importMemory, wasm-ld " +
    "--import-memory), or exports what starts it (asc --exportStart _initialize)",
  ]);
});

Deno.test("bornFor() reports that exports are not known while there is a memory", () => {
  const early = {} as NonNullable<HostImports["early"]>;
  const known = new Map<string, WebAssembly.Memory>();
  const host = makeHost({ makeEarly: (memories) => memories === known ? early : undefined });
  assertEquals(host.early, undefined);
  host.noteMemories(known);
  assertStrictEquals(host.instanceFor("env.f"), early);
  assertEquals(guestErrorOf(() => host.bornFor("env.f")), [
    "busy",
    'Cannot call import "env.f": the guest is still being instantiated, and its exports are not ' +
    "known yet, expected a guest that exports what starts it, as _initialize",
  ]);
});

Deno.test("passString() and passBytes() reach host functions too", async () => {
  using guest = await loadCallbacks({ answer: (question) => question.repeat(2) });
  assertEquals(guest.passString("ab", "ask"), "abab");
  assertEquals(guest.passBytes(new Uint8Array([0x61]), "ask"), new Uint8Array([0x61, 0x61]));
  assertThrows(() => guest.passBytes(new Uint8Array([0xff]), "ask"), GuestError, "0xff");
});
