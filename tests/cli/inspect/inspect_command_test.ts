import { cpuUsage } from "node:process";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { INSPECT } from "../../../src/cli/inspect/inspect_command.ts";
import { inspect } from "../../../src/cli/inspect/inspect.ts";
import {
  build,
  CODE,
  EXPORT,
  flat,
  FUNCTION,
  leb,
  section,
  VOID_TYPE,
} from "../../binary/_build.ts";
import { guestPath } from "../../_guests.ts";
import { runCli } from "../_host.ts";
import { sourceOf } from "./_guests.ts";

const FILE = guestPath("c/passing_data");

Deno.test("an inspection is printed as text, and as JSON", async () => {
  const text = await runCli(["inspect", FILE]);
  assertEquals([text.code, text.stderr], [0, ""]);
  assertStringIncludes(text.stdout, `${FILE}: a WebAssembly module, 511 bytes\n`);
  const { code, stdout } = await runCli(["inspect", "--json", FILE]);
  const { version, source, byteLength } = JSON.parse(stdout);
  assertEquals([code, version, source, byteLength], [0, 1, FILE, 511]);
});

Deno.test("a component is a guest, unless it cannot be read", async () => {
  assertEquals((await runCli(["inspect", guestPath("component/greeter")])).code, 0);
  const input = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 13, 0);
  assertEquals((await runCli(["inspect", "-"], { input })).code, 4);
});

Deno.test("a guest with several memories is inspected with the one that is named", async () => {
  const file = guestPath("wat/two_memories");
  const open = await runCli(["inspect", file]);
  assertEquals([open.code, open.stdout.includes("expected the option memoryName")], [0, true]);
  const { code, stdout } = await runCli(["inspect", file, "--memory-name", "text"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, `await load("${file}", { memoryName: "text" });\n`);
  assertStringIncludes(stdout, 'convention: staticBuffer({ pointer: "get_buffer_pointer" })');
  const component = await runCli(["inspect", guestPath("component/greeter"), "--memory-name", "a"]);
  assertEquals([component.code, component.stdout], [2, ""]);
  assertStringIncludes(component.stderr, "Cannot use --memory-name: ");
});

Deno.test("standard input is inspected, and a file that is not a module has its own exit code", async () => {
  const { code, stdout } = await runCli(["inspect", "-"], { input: "(module)" });
  assertEquals([code, stdout.split("\n")[0]], [
    4,
    "standard input: WebAssembly text (WAT), 8 bytes",
  ]);
});

Deno.test("every example of the help is a command line", () => {
  for (const example of INSPECT.examples) assert(example.startsWith("passage inspect "));
});

/** Makes a module of 2 MiB with 4,000 functions, 100 of them exported. */
function largeModule(): Uint8Array<ArrayBuffer> {
  const body = flat(0, Array.from({ length: 520 }, () => 0x01), 0x0b);
  const count = 4000;
  return build(
    VOID_TYPE,
    section(FUNCTION, leb(count), Array.from({ length: count }, () => 0)),
    section(EXPORT, 100, Array.from({ length: 100 }, (_, index) => [`f${index}`, 0, index])),
    section(CODE, leb(count), Array.from({ length: count }, () => [leb(body.length), body])),
  );
}

Deno.test("a module of 2 MB is inspected within 100 ms of work", async () => {
  const bytes = largeModule();
  assert(bytes.byteLength > 2_000_000, `${bytes.byteLength} bytes`);
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    // The time of all threads; other programs do not count.
    const start = cpuUsage();
    await inspect(sourceOf(bytes), "large.wasm");
    const { user, system } = cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  assert(least < 100, `it took ${least.toFixed(0)} ms`);
});
