import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { readUntil, runDeno, startDeno } from "./_deno.ts";
import { codeSpans, tableRows } from "./_docs.ts";

/** The output of each example. */
const EXAMPLES: Record<string, readonly string[]> = {
  "examples/passing_data.ts": [
    'original_string: "Hello there, "',
    'new_string: "Hello there, WASM is cool!"',
  ],
  "examples/pass_string.ts": ["Hello there, WASM is cool!"],
  "examples/symbols.ts": [
    "ababab",
    "left-right",
    // Test vectors for "foobar", published by the authors of FNV.
    "bf9cf968",
    "85944171f73967e8",
  ],
  "examples/values.ts": [
    "IN A CONTEXT",
    "abab",
    "Ada undefined",
    "2.5",
    "a|long name|",
    "6",
  ],
  "examples/structs.ts": [
    "16",
    '{"x":3,"y":3}',
    '{"name":"Ana!","age":42}',
    "8",
    "1 2 3",
    '{"result":0,"quotient":3,"remainder":2}',
    '{"x":7,"y":7}',
    // 2 * 10 * 1.5, and the length of the title.
    '{"width":10,"scale":1.5,"title":"none"} 34',
    'RangeError: Cannot pass argument 0 .b.y to "area": it is 0.5, expected i32, -2147483648 to ' +
    "2147483647",
  ],
  "examples/arrays.ts": [
    "Float64Array(3) [ 3, -4, 0.5 ] Float64Array(3) [ 1.5, -2, 0.25 ]",
    "Int32Array(4) [ 1, 2, 3, 4 ]",
    "-0.5 0.75",
    "BigInt64Array(3) [ 1n, 2n, -3n ]",
    'RangeError: Cannot pass argument 0 to "largest": element 1 is 40000, expected i16, -32768 to ' +
    "32767",
  ],
  "examples/host_structs.ts": ["12", "3004", "41005", "3", "3002"],
  "examples/component.ts": [
    "closed hello.txt",
    "6",
    "6",
    "true",
    "7",
    "7",
    'TypeError: Cannot pass parameter "file" to "keep": it is "hello.txt", expected an object of ' +
    "class File",
  ],
  "examples/assembly_script.ts": ['{"x":1,"y":2}', "0,0 2,0 2,2 0,2", "42", "2"],
  "examples/convention.ts": ['"Hello, a\\u0000b!"', "Grüße, 🚀"],
  "examples/memory.ts": [
    // FIPS 180-2, appendix B.1.
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "ef",
    "Cannot read 12 bytes at pointer 0xfffc: memory is 65536 bytes",
    "5",
  ],
  "examples/errors.ts": [
    'trap: Cannot complete "trap_unreachable": the guest trapped: unreachable',
    "poisoned",
    'poisoned: Cannot call "transform": the guest is poisoned, expected reset() first; it was: ' +
    'Cannot complete "trap_unreachable": the guest trapped: unreachable',
    "ready",
    "Hello there, WASM is cool!",
  ],
  "examples/host_function.ts": [
    "print: Grüße",
    "log: Hello, again!",
    "Hello, again! You asked: why?",
    "RangeError: There is no question, and the guest is ready",
  ],
  "examples/callbacks.ts": [
    "5 4 1",
    "ready: 42",
    "GuestError: Cannot call a callback: it was removed from the guest's table, and the guest has " +
    "kept its pointer, expected the guest to forget it before",
    "5",
    "1 2",
    "42",
  ],
  "examples/async_host_function.ts": [
    "calling",
    // FIPS 180-2, appendix B.1.
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "ready",
    'asynchronous: Cannot wait in "ask": it reaches an asynchronous import, expected a symbol that ' +
    "is declared with async: true in the option symbols",
  ],
  "examples/wasi_command.ts": [
    "stdout: HELLO THERE,",
    "stdout: WASM IS COOL!",
    "exit code: 0",
    "stdout: HELLO THERE,",
    "stdout: WASM IS COOL!",
    "exit code: 0",
  ],
  "examples/streams.ts": ["16 MiB became 183 KiB, and 16 MiB again"],
  "examples/pool.ts": [
    "First, WASM is cool!",
    'Cannot complete "trap_unreachable": the guest trapped: unreachable',
    "Third, WASM is cool!",
  ],
  "examples/snapshot.ts": ["11 21", "11 true", "poisoned", "ready 11"],
  "examples/download.ts": ["true: ALL OF IT", "AbortError"],
  "examples/serve.ts": ["200 HELLO", "200 AND AGAIN"],
  "examples/http_component.ts": ["201 Hello there", "200 /news", "502 15"],
  "examples/plugin.ts": [
    "Hello there, WASM is cool!",
    "missing-export, and the plug-in is ready",
  ],
  "examples/workers.ts": ["HELLO THERE AND HERE", "TimeoutError", "AGAIN"],
};

/** The example that `deno serve` runs. */
const SERVER = "examples/guest_server.ts";

/** The flags that the table states for each example. */
const FLAGS = new Map(
  tableRows("Program").map(([program = "", , flags = ""]) => [
    codeSpans(program)[0],
    codeSpans(flags).flatMap((span) => span.split(" ")),
  ]),
);

for (const [example, lines] of Object.entries(EXAMPLES)) {
  Deno.test(`${example} prints the expected output with the table's flags`, async () => {
    const { code, stdout, stderr } = await runDeno(["run", ...FLAGS.get(example) ?? [], example]);
    assertEquals({ code, stdout, stderr }, {
      code: 0,
      stdout: lines.map((line) => `${line}\n`).join(""),
      stderr: "",
    });
  });
}

Deno.test("the table names each example once and no other", async () => {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(new URL("../examples/", import.meta.url))) {
    if (name.endsWith(".ts")) files.push(`examples/${name}`);
  }
  assertEquals(tableRows("Program").map(([cell = ""]) => codeSpans(cell)[0]).sort(), files.sort());
  assertEquals([...Object.keys(EXAMPLES), SERVER].sort(), files.sort());
});

Deno.test(`${SERVER} answers each request, also those whose guest traps, loops or lies`, async () => {
  const args = ["serve", "--host=127.0.0.1", "--port=0", ...FLAGS.get(SERVER)!, SERVER];
  await using server = startDeno(args);
  const [address] = await readUntil(server.stderr, /http:\S+(?=\s)/);
  const ask = async (body: string) => {
    const response = await fetch(address!, { method: "POST", body });
    return `${response.status} ${await response.text()}`;
  };
  const asked = ["hello", "!", "@", "#", "a".repeat(300), "and again"];
  assertEquals(await Promise.all(asked.map(ask)), [
    "200 HELLO",
    "422 trap",
    "422 deadline-exceeded",
    "422 overrun",
    "413 too long",
    "200 AND AGAIN",
  ]);
});

Deno.test("passing_data.ts runs from any folder", async () => {
  const root = new URL("../", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      `--allow-read=${fromFileUrl(new URL("testdata", root))}`,
      new URL("examples/passing_data.ts", root).href,
    ],
    cwd: "/",
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    EXAMPLES["examples/passing_data.ts"]!.map((line) => `${line}\n`).join(""),
  );
});
