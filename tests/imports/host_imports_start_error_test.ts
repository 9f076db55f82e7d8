import { assertEquals, assertStrictEquals } from "@std/assert";
import { GuestError, hostFunction, load, LoadError } from "../../mod.ts";
import { startError } from "../../src/imports/host_imports.ts";
import { MissingFunctions } from "../../src/imports/stand_in.ts";
import { loadErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";

Deno.test("the error for a missing import that a constructor calls names it, and all missing imports", async () => {
  const error = await loadErrorOf(() => load(guestUrl("c/constructors"), { missing: "trap" }));
  assertEquals(error.code, "imports");
  assertEquals(error.problems, [
    'import[0] "env.log" (i32, i32) -> (): missing',
    'import[1] "env.number" () -> i32: missing',
    'import[2] "env.unused" (i32) -> i32: missing',
  ]);
  assertEquals(
    error.message,
    'Cannot initialize the guest: load calls "__wasm_call_ctors", which calls import[0] "env.log" ' +
      "(i32, i32) -> (): missing, expected a function in the option imports, or initialize: false; " +
      `all that are missing:\n${error.problems.join("\n")}`,
  );
  assertEquals((error.cause as GuestError).code, "missing-import");
  // Those that were given are not listed.
  const env = { log: () => {} };
  const second = await loadErrorOf(() =>
    load(guestUrl("c/constructors"), { missing: "trap", imports: { env } })
  );
  assertEquals(second.problems.length, 2);
  using guest = await load(guestUrl("c/constructors"), { missing: "trap", initialize: false });
  assertEquals((guest.exports.started as () => number)(), 0);
});

Deno.test("a missing import that a start function calls is named too", async () => {
  const error = await loadErrorOf(() =>
    load(guestUrl("wat/start_calls_host"), { missing: "trap" })
  );
  assertEquals([error.code, error.problems.length], ["imports", 2]);
  assertEquals(
    error.message,
    'Cannot initialize the guest: load calls its start function, which calls import[0] "env.count" ' +
      "(i32) -> i32: missing, expected a function in the option imports; all that are missing:\n" +
      error.problems.join("\n"),
  );
});

Deno.test("an error of a host function that a constructor calls says where it was thrown", async () => {
  const mine = new Error("no clock");
  const throwing = () => {
    throw mine;
  };
  const missing = ['import[2] "env.unused" (i32) -> i32: missing'];
  const cases = [
    { env: { unused: () => 0 }, problems: [], others: "" },
    { env: {}, problems: missing, others: `; all that are missing:\n${missing[0]}` },
  ];
  for (const number of [throwing, hostFunction({ parameters: [], result: "i32" }, throwing)]) {
    for (const { env, problems, others } of cases) {
      const error = await loadErrorOf(() =>
        load(guestUrl("c/constructors"), {
          missing: "trap",
          imports: { env: { log: () => {}, number, ...env } },
        })
      );
      assertEquals([error.code, error.message, error.problems], [
        "instantiation",
        'Cannot initialize the guest: load calls "__wasm_call_ctors", and an import that this ' +
        `calls has thrown: no clock${others}`,
        problems,
      ]);
      assertStrictEquals(error.cause, mine);
    }
  }
});

Deno.test("an abort of an initialisation keeps its code and its fields, and lists what is missing", async () => {
  const guest = assemble(`(module
    (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
    (import "env" "log" (func (param i32)))
    (memory (export "memory") 1)
    (func (export "_initialize")
      (call $abort (i32.const 0) (i32.const 0) (i32.const 7) (i32.const 2))))`);
  const error = await load(guest, { missing: "trap" }).catch((error) => error) as GuestError;
  assertEquals([error.code, error.details.line, error.message], [
    "abort",
    7,
    'Cannot continue: the guest aborted; load calls "_initialize", and an import that this calls has ' +
    'thrown; all that are missing:\nimport[1] "env.log" (i32) -> (): missing',
  ]);
});

Deno.test("errors of the engine, and those that name the initialisation themselves, are left as they are", () => {
  const missing = new MissingFunctions();
  const trap = new GuestError("trap", "it trapped", { export: "_initialize" });
  assertEquals(startError(trap, "_initialize", missing), undefined);
  // The caller explains what the engine refuses, and a trap of a start function.
  const link = new WebAssembly.LinkError("WebAssembly.Instance(): Import #0 has another type");
  for (const error of [link, new WebAssembly.RuntimeError("unreachable"), trap]) {
    assertEquals(startError(error, undefined, missing), undefined);
  }
  const found = startError(new Error("mine"), "_initialize", missing);
  assertEquals(found instanceof LoadError, true);
});
