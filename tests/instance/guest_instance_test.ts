import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { enterAsync } from "../../src/call/waiting.ts";
import { type GuestInstance, shadowStack } from "../../src/instance/guest_instance.ts";
import { compileSource } from "../../src/source/source.ts";
import { PACKED } from "../_callbacks.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes } from "../_guests.ts";
import {
  bodies,
  build,
  EXPORT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  section,
  TAG,
  TYPE,
} from "../binary/_build.ts";
import { guestOf } from "../call/_unit.ts";

await shadowStack.load();

/**
 * Makes the instance of a module whose imports are functions, which throw, and a memory of two
 * pages.
 */
async function instanceOf(
  bytes: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
  isKnown = true,
): Promise<GuestInstance> {
  const { module, info: known } = await compileSource(await bytes);
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const value = kind === "function"
      ? () => {
        throw new Error(name);
      }
      : kind === "global"
      ? new WebAssembly.Global({ value: "i32", mutable: true }, 1024)
      : kind === "table"
      ? new WebAssembly.Table({ element: "anyfunc", initial: 1 })
      : undefined;
    (imports[from] ??= {})[name] = value;
  }
  const { exports } = new WebAssembly.Instance(module, imports as WebAssembly.Imports);
  return guestOf(exports, isKnown ? known : undefined, PACKED);
}

/** The effect of an error that passes through a guest. */
const UNWINDS:
  readonly (readonly [name: string, unwinds: GuestInstance["unwinds"], isKnown?: false])[] = [
    ["c/echo_length", "cleanly"],
    ["c/bindgen_old", "cleanly"],
    ["wat/js_string_imports", "cleanly"],
    ["c/callbacks", "unknown"],
    ["c/callbacks_stack_pointer", "restores"],
    ["c/callbacks_stack_functions", "restores"],
    // Its globals are unknown, but its exports are visible.
    ["c/callbacks", "unknown", false],
    ["c/echo_length", "unknown", false],
    ["c/callbacks_stack_pointer", "restores", false],
    // It can throw by itself.
    ["wat/catches", "unknown"],
  ];

for (const [name, unwinds, isKnown] of UNWINDS) {
  const how = isKnown === false ? " as a compiled module" : "";
  Deno.test(`the effect of an error that passes through ${name}${how}: ${unwinds}`, async () => {
    assertEquals((await instanceOf(guestBytes(name), isKnown)).unwinds, unwinds);
  });
}

Deno.test("a stack pointer may be imported, have 64 bits, or not be writable", async () => {
  const imported = (...global: number[]) =>
    build(
      section(TYPE, 1, [0x60, 0, 0]),
      section(IMPORT, 2, ["env", "f", 0, 0], ["env", "__stack_pointer", 3, ...global]),
    );
  assertEquals((await instanceOf(imported(0x7f, 1))).unwinds, "unknown");
  const own = (...globals: number[][]) =>
    build(
      section(TYPE, 1, [0x60, 0, 0]),
      section(IMPORT, 1, ["env", "f", 0, 0]),
      section(GLOBAL, globals.length, ...globals),
    );
  assertEquals((await instanceOf(own([0x7e, 1, 0x42, 0, 0x0b]))).unwinds, "unknown");
  assertEquals((await instanceOf(own([0x7f, 0, 0x41, 0, 0x0b]))).unwinds, "cleanly");
  assertEquals((await instanceOf(own([0x7d, 1, 0x43, 0, 0, 0, 0, 0x0b]))).unwinds, "cleanly");
  // A guest that calls nobody can still throw by itself.
  const throwing = build(
    section(TYPE, 1, [0x60, 0, 0]),
    section(TAG, 1, [0, 0]),
    section(GLOBAL, 1, [0x7f, 1, 0x41, 0, 0x0b]),
  );
  assertEquals((await instanceOf(throwing)).unwinds, "unknown");
  // A function that is called through a table can be a host function.
  const table = build(
    section(TYPE, 1, [0x60, 0, 0]),
    section(IMPORT, 1, ["env", "t", 1, 0x70, 0, 1]),
    section(GLOBAL, 1, [0x7f, 1, 0x41, 0, 0x0b]),
  );
  assertEquals((await instanceOf(table)).unwinds, "unknown");
  // So can one that is passed to it.
  const taking = build(
    section(TYPE, 1, [0x60, 1, 0x70, 0]),
    section(FUNCTION, 1, 0),
    section(GLOBAL, 1, [0x7f, 1, 0x41, 0, 0x0b]),
    section(EXPORT, 1, ["f", 0, 0]),
    bodies(1),
  );
  assertEquals((await instanceOf(taking)).unwinds, "unknown");
});

Deno.test("a guest without a memory is an error if one is needed", async () => {
  const instance = await instanceOf(guestBytes("wat/js_string_imports"));
  assertEquals(guestErrorOf(() => instance.memory), [
    "missing-export",
    "Cannot use the guest's memory: it has none, expected one that it exports or imports",
  ]);
});

Deno.test("the state follows the calls, of the guest and of the host", async () => {
  const instance = await instanceOf(guestBytes("c/echo_length"));
  const states: unknown[] = [];
  const look = () => states.push([instance.state, instance.busy]);
  look();
  const outer = instance.enter("outer");
  instance.hostDepth++;
  instance.depth = instance.enter("inner");
  instance.hostDepth--;
  look();
  // Two calls within it were cut off before they could restore what they found.
  instance.hostDepth++;
  instance.enter("inner");
  instance.hostDepth++;
  instance.enter("innermost");
  instance.hostDepth = 0;
  instance.depth = outer;
  look();
  instance.hostDepth++;
  look();
  instance.hostDepth--;
  look();
  assertEquals(states, [
    ["ready", false],
    ["calling", true],
    ["ready", false],
    ["calling", true],
    ["ready", false],
  ]);
});

Deno.test("one call at a time can wait, and only its host function may call the guest while it waits", async () => {
  const instance = await instanceOf(guestBytes("c/echo_length"));
  const wait = enterAsync(instance, "wait");
  const refusal = guestErrorOf(() => instance.enter("other"));
  assertEquals(refusal, [
    "busy",
    'Cannot call "other": "wait" is being waited for, expected one asynchronous call of an instance ' +
    "at a time",
  ]);
  assertEquals(guestErrorOf(() => enterAsync(instance, "other")), refusal);
  instance.hostDepth++;
  const within = instance.enter("within");
  assertEquals(guestErrorOf(() => enterAsync(instance, "other"))[0], "busy");
  instance.depth = within;
  assertEquals(guestErrorOf(() => enterAsync(instance, "other"))[0], "busy");
  instance.hostDepth--;
  assertEquals(guestErrorOf(() => instance.enter("other")), refusal);
  instance.depth = wait;
  instance.pending = undefined;
  assertEquals(instance.state, "ready");
  instance.depth = enterAsync(instance, "wait");
  instance.pending = undefined;
  const other = instance.enter("other");
  assertEquals(guestErrorOf(() => enterAsync(instance, "wait"))[0], "busy");
  instance.depth = other;
  assertEquals(instance.state, "ready");
});

Deno.test("the first reason for refusing calls is the one that is reported", async () => {
  const instance = await instanceOf(guestBytes("c/echo_length"));
  assertEquals(instance.callable, true);
  const first = new GuestError("trap", "it trapped");
  const second = new GuestError("trap", "it trapped again");
  assertStrictEquals(instance.poison(first), first);
  assertStrictEquals(instance.poison(second), second);
  assertEquals([instance.callable, instance.state], [false, "poisoned"]);
  const error = assertThrows(() => instance.enter("echo"), GuestError);
  assertEquals([error.code, error.message, error.export, error.cause], [
    "poisoned",
    'Cannot call "echo": the guest is poisoned, expected reset() first; it was: it trapped',
    "echo",
    first,
  ]);
  assertEquals(
    instance.refuse("look", "echo").message.startsWith("Cannot look: the guest is"),
    true,
  );
  instance.dispose();
  assertEquals(instance.state, "disposed");
  assertEquals(guestErrorOf(() => instance.enter("echo")), [
    "disposed",
    'Cannot call "echo": the guest is disposed',
  ]);
  const exited = await instanceOf(guestBytes("c/echo_length"));
  exited.poison(new GuestError("exited", "it exited", { status: 3 }));
  assertEquals(exited.state, "exited");
  assertEquals(guestErrorOf(() => enterAsync(exited, "echo")), [
    "exited",
    'Cannot call "echo": the guest exited with code 3, expected reset() first',
  ]);
  assert(!exited.busy);
});
