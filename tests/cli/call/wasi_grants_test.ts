import { assertEquals } from "@std/assert";
import { grantsFor } from "../../../src/cli/call/wasi_grants.ts";
import { readModule } from "../../../src/binary/module.ts";
import { guestBytes } from "../../_guests.ts";
import { makeHost } from "../_host.ts";

const COMMAND = readModule(await guestBytes("wasi/hello"));

const STREAMS = { stdout: "inherit", stderr: "inherit" } as const;

Deno.test("a command gets its arguments and what is piped into it", async () => {
  const host = makeHost({ input: "piped" });
  assertEquals(await grantsFor(COMMAND, ["hello.wasm", "you"], host, undefined), {
    wasi: { args: ["hello.wasm", "you"], stdin: new TextEncoder().encode("piped"), ...STREAMS },
  });
  assertEquals(await grantsFor(COMMAND, ["hello.wasm"], makeHost(), undefined), {
    wasi: { args: ["hello.wasm"], ...STREAMS },
  });
});

Deno.test("what the caller grants comes first", async () => {
  const given = { args: ["a"], stdin: "b", stdout: "discard" } as const;
  assertEquals(await grantsFor(COMMAND, ["hello.wasm"], makeHost({ input: "c" }), given), {
    wasi: { ...STREAMS, ...given },
  });
});

Deno.test("a guest without WASI is granted nothing, and one that is no command no input", async () => {
  assertEquals(await grantsFor({ imports: [] }, [], makeHost({ input: "a" }), undefined), {});
  assertEquals(await grantsFor(COMMAND, [], makeHost({ input: "a" }), undefined), {
    wasi: STREAMS,
  });
});
