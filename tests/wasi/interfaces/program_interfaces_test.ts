import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { bytesOf, openInterfaces } from "./_interfaces.ts";

Deno.test("a program finds its arguments and variables exactly, and no directory", async () => {
  const args = ["", "größe", "\ufeffbom", "a=b"], env = { A: "", "é": "b=c" };
  using opened = await openInterfaces({ args, env });
  const { getArguments, getEnvironment, initialCwd } = opened.get("wasi:cli/environment");
  assertEquals(getArguments(), args);
  assertEquals(getEnvironment(), [["A", ""], ["é", "b=c"]]);
  assertEquals(initialCwd(), undefined);
});

Deno.test("a program without grants finds nothing", async () => {
  using opened = await openInterfaces();
  const { getArguments, getEnvironment } = opened.get("wasi:cli/environment");
  const { getDirectories } = opened.get("wasi:filesystem/preopens");
  assertEquals([getArguments(), getEnvironment(), getDirectories()], [[], [], []]);
});

Deno.test("output to the standard streams is captured", async () => {
  using opened = await openInterfaces({ stdout: "capture", stderr: "capture" }, { output: 5 });
  opened.get("wasi:cli/stdout").getStdout().blockingWriteAndFlush(bytesOf("out"));
  opened.get("wasi:cli/stderr").getStderr().blockingWriteAndFlush(bytesOf("e"));
  const { stdout, stderr } = opened.wasi.output;
  assertEquals([stdout, stderr], ["out", "e"]);
  const more = opened.get("wasi:cli/stdout").getStdout();
  const error = assertThrows(() => more.blockingWriteAndFlush(bytesOf("more")), GuestError);
  assertEquals([error.code, opened.wasi.output.stdout], ["output-too-large", "outm"]);
});

/** How a program ends, and its exit code. */
const ENDS = [
  ["exit", { tag: "ok" }, 0],
  ["exit", { tag: "err" }, 1],
  ["exitWithCode", 0, 0],
  ["exitWithCode", 42, 42],
] as const;

for (const [name, status, code] of ENDS) {
  Deno.test(`${name}(${JSON.stringify(status)}) ends the program with ${code}`, async () => {
    using opened = await openInterfaces();
    const end = opened.get("wasi:cli/exit")[name];
    const error = assertThrows(() => end(status), GuestError);
    assertEquals([error.code, error.status, opened.wasi.exitCode], ["exited", code, code]);
  });
}

Deno.test("the requested number of random bytes is returned, up to a limit", async () => {
  using opened = await openInterfaces();
  const { getRandomBytes, getRandomU64 } = opened.get("wasi:random/random");
  const { getInsecureRandomBytes, getInsecureRandomU64 } = opened.get("wasi:random/insecure");
  const { insecureSeed } = opened.get("wasi:random/insecure-seed");
  for (const get of [getRandomBytes, getInsecureRandomBytes]) {
    assertEquals(get(0n), new Uint8Array());
    const bytes: Uint8Array = get(200_000n);
    assertEquals(bytes.byteLength, 200_000);
    // Each part is filled: eight zeros are as likely as one in 2 to the 64th.
    for (const at of [0, 65_536, 131_072, 199_992]) {
      assertNotEquals(bytes.subarray(at, at + 8), new Uint8Array(8));
    }
    const error = assertThrows(() => get((1n << 26n) + 1n), GuestError);
    assertEquals([error.code, error.message], [
      "result-too-large",
      "Cannot make 67108865 random bytes: expected at most 67108864 in one call",
    ]);
  }
  assertNotEquals(getRandomU64(), getRandomU64());
  assertNotEquals(getInsecureRandomU64(), getInsecureRandomU64());
  assertNotEquals(insecureSeed(), insecureSeed());
});
