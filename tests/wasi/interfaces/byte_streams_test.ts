import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { ERRNO, Failure } from "../../../src/wasi/errno.ts";
import { InputStream, IoError, OutputStream } from "../../../src/wasi/interfaces/byte_streams.ts";
import { type Any, bytesOf, errorCase, openInterfaces, readAll } from "./_interfaces.ts";

/** Makes an output stream, and the list of the bytes that were written to it. */
async function openOutput(fails = false): Promise<{ stream: OutputStream; written: string[] }> {
  using opened = await openInterfaces();
  const written: string[] = [];
  const write = (bytes: Uint8Array) => {
    if (fails) throw new Failure(ERRNO.nospc);
    written.push(new TextDecoder().decode(bytes));
  };
  return { stream: new OutputStream(opened.wasi, { write }), written };
}

Deno.test("an input is read to its end, skipped, and closed then", async () => {
  using opened = await openInterfaces({ stdin: "one two three" });
  const stdin = opened.get("wasi:cli/stdin").getStdin();
  assertEquals(new TextDecoder().decode(stdin.read(4n)), "one ");
  assertEquals([stdin.skip(2n), stdin.blockingSkip(2n)], [2n, 2n]);
  assertEquals(stdin.read(0n), new Uint8Array());
  assertEquals(readAll(stdin), "three");
  for (const name of ["read", "blockingRead", "skip", "blockingSkip"]) {
    assertEquals(errorCase(() => stdin[name](1n)), { tag: "closed" }, name);
  }
});

Deno.test("an output accepts as many bytes as check-write permits, and small parts without it", async () => {
  const { stream, written } = await openOutput();
  assertEquals(stream.checkWrite(), 1_048_576n);
  stream.write(bytesOf("a"));
  stream.writeZeroes(2n);
  stream.flush();
  stream.blockingFlush();
  stream.blockingWriteAndFlush(bytesOf("b"));
  stream.blockingWriteZeroesAndFlush(1n);
  assertEquals(written, ["a", "\0\0", "b", "\0"]);
  stream.write(new Uint8Array(1_048_573)); // the rest
  const much = new Uint8Array(4097);
  const refused: [() => void, string][] = [
    [() => stream.write(bytesOf("c")), "1 bytes to a stream: check-write permits 0"],
    [() => stream.writeZeroes(1n), "1 bytes to a stream: check-write permits 0"],
    [() => stream.blockingWriteAndFlush(much), "4097 bytes to a stream: this function takes 4096"],
    [
      () => stream.blockingWriteZeroesAndFlush(1n << 63n),
      "9223372036854775808 bytes to a stream: this function takes 4096",
    ],
  ];
  for (const [act, message] of refused) {
    const error = assertThrows(act, GuestError);
    assertEquals([error.code, error.message], [
      "trap",
      `Cannot write ${message}, expected at most that`,
    ]);
  }
});

Deno.test("an output that fails has the reason, and is closed", async () => {
  const { stream } = await openOutput(true);
  const { tag, val } = errorCase(() => stream.blockingWriteAndFlush(bytesOf("a")));
  assertEquals([tag, val instanceof IoError, val.toDebugString()], [
    "last-operation-failed",
    true,
    "nospc",
  ]);
  const calls = [() => stream.checkWrite(), () => stream.flush(), () => stream.writeZeroes(0n)];
  for (const act of calls) assertEquals(errorCase(act), { tag: "closed" });
});

Deno.test("an error of the host in a source or a function is passed on unchanged", async () => {
  using opened = await openInterfaces();
  const mistake = Object.assign(new Error("mine"), { code: "ENOENT" });
  const act = () => {
    throw mistake;
  };
  const input = new InputStream(opened.wasi, { read: act });
  const output = new OutputStream(opened.wasi, { write: act });
  for (const use of [() => input.read(1n), () => output.blockingWriteAndFlush(bytesOf("a"))]) {
    try {
      use();
    } catch (error) {
      assertStrictEquals(error, mistake);
      continue;
    }
    throw new Error("it throws");
  }
});

Deno.test("splice moves bytes from an input to an output, and none to one that is closed", async () => {
  using opened = await openInterfaces({ stdin: "abcdef" });
  const stdin: Any = opened.get("wasi:cli/stdin").getStdin();
  const { stream, written } = await openOutput();
  assertEquals([stream.splice(stdin, 2n), stream.blockingSplice(stdin, 1n)], [2n, 1n]);
  assertEquals(written, ["ab", "c"]);
  const { stream: failing } = await openOutput(true);
  errorCase(() => failing.blockingWriteAndFlush(bytesOf("a")));
  assertEquals(errorCase(() => failing.splice(stdin, 1n)), { tag: "closed" });
  assertEquals(readAll(stdin), "def");
});
