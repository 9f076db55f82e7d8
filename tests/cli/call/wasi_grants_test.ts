import { assertEquals } from "@std/assert";
import { grantsFor } from "../../../src/cli/call/wasi_grants.ts";
import { readModule } from "../../../src/binary/module.ts";
import { guestBytes } from "../../_guests.ts";

const COMMAND = readModule(await guestBytes("wasi/hello"));

const GREETER = await guestBytes("component/greeter");

const INPUT = new Blob(["piped"]).stream();

const STREAMS = { stdout: "inherit", stderr: "inherit" } as const;

Deno.test("a command gets its arguments and standard input", () => {
  assertEquals(grantsFor(COMMAND, ["hello.wasm", "you"], INPUT, undefined), {
    wasi: { args: ["hello.wasm", "you"], stdin: INPUT, ...STREAMS },
  });
  assertEquals(grantsFor(COMMAND, ["hello.wasm"], undefined, undefined), {
    wasi: { args: ["hello.wasm"], stdin: undefined, ...STREAMS },
  });
});

Deno.test("the caller's grants take precedence", () => {
  const given = { args: ["a"], stdin: "b", stdout: "discard" } as const;
  assertEquals(grantsFor(COMMAND, ["hello.wasm"], INPUT, given), {
    wasi: { ...STREAMS, ...given },
  });
});

Deno.test("a guest without WASI is granted nothing, and one that is not a command gets no input", () => {
  assertEquals(grantsFor({ imports: [] }, [], INPUT, undefined), {});
  assertEquals(grantsFor({ imports: [], component: GREETER }, [], INPUT, undefined), {});
  assertEquals(grantsFor(COMMAND, [], INPUT, undefined), {
    wasi: STREAMS,
  });
});
