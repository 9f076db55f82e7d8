import { assertEquals } from "@std/assert";
import { grantsFor } from "../../../src/cli/call/wasi_grants.ts";
import { readModule } from "../../../src/binary/module.ts";
import { guestBytes } from "../../_guests.ts";

const COMMAND = readModule(await guestBytes("wasi/hello"));

const INPUT = new Blob(["piped"]).stream();

const STREAMS = { stdout: "inherit", stderr: "inherit" } as const;

Deno.test("a command gets its arguments and what is piped into it", async () => {
  assertEquals(await grantsFor(COMMAND, ["hello.wasm", "you"], INPUT, undefined), {
    wasi: { args: ["hello.wasm", "you"], stdin: INPUT, ...STREAMS },
  });
  assertEquals(await grantsFor(COMMAND, ["hello.wasm"], undefined, undefined), {
    wasi: { args: ["hello.wasm"], stdin: undefined, ...STREAMS },
  });
});

Deno.test("all input of a command that is a component is read before it begins", async () => {
  const component = await guestBytes("component_wasi/hello");
  const piped = () => new Blob(["piped"]).stream();
  const { wasi } = await grantsFor({ imports: [], component }, ["hello"], piped(), undefined);
  assertEquals(wasi, { args: ["hello"], stdin: new TextEncoder().encode("piped"), ...STREAMS });
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>();
  const given = await grantsFor({ imports: [], component }, ["hello"], endless, { stdin: "b" });
  assertEquals(given.wasi?.stdin, "b");
  assertEquals(
    await grantsFor(
      { imports: [], component: await guestBytes("component/greeter") },
      [],
      endless,
      {},
    ),
    {},
  );
});

Deno.test("what the caller grants comes first", async () => {
  const given = { args: ["a"], stdin: "b", stdout: "discard" } as const;
  assertEquals(await grantsFor(COMMAND, ["hello.wasm"], INPUT, given), {
    wasi: { ...STREAMS, ...given },
  });
});

Deno.test("a guest without WASI is granted nothing, and one that is no command no input", async () => {
  assertEquals(await grantsFor({ imports: [] }, [], INPUT, undefined), {});
  assertEquals(await grantsFor(COMMAND, [], INPUT, undefined), {
    wasi: STREAMS,
  });
});
