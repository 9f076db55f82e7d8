import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CALL } from "../../../src/cli/call/call_command.ts";
import { readUntil, runDeno, startDeno } from "../../_deno.ts";
import { guestBytes, guestPath } from "../../_guests.ts";
import { type HostOptions, runCli } from "../_host.ts";

const SYMBOLS = guestPath("c/symbols");

const PACKED =
  'convention: allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh", resultsFreedBy: "host" })';

const ECHOES = guestPath("component/echoes");

/** The option for a guest whose import is not given. */
const TRAP = ["--missing", "trap"];

/** Command lines after `call`, and what they print. */
const PRINTED: readonly (readonly [args: string[], stdout: string, options?: HostOptions])[] = [
  [[guestPath("c/passing_data"), "add_wasm_is_cool", "Hello, "], "Hello, WASM is cool!"],
  [[guestPath("c/passing_data"), "add_wasm_is_cool", "-"], "piped WASM is cool!", {
    input: "piped ",
  }],
  [[guestPath("assemblyscript/strings"), "greet", "Zoë"], "Hello, Zoë!"],
  [[guestPath("assemblyscript/strings"), "repeat", "ab", "3"], "ababab"],
  [[SYMBOLS, "add_i64", "2", "-3"], "-1\n"],
  [[SYMBOLS, "add_f64", "0.5", "-Infinity"], "-Infinity\n"],
  [[SYMBOLS, "nothing"], ""],
  [[SYMBOLS, "echo", "Grüße", "--convention", PACKED], "Grüße"],
  [
    [
      SYMBOLS,
      "repeat",
      "ab",
      "3",
      "--convention",
      PACKED,
      "--symbols",
      '{ repeat: { parameters: ["string", "u32"], result: "string" } }',
    ],
    "ababab",
  ],
  [
    [guestPath("assemblyscript/globals"), "count", "--symbols", '{ count: { type: "i32" } }'],
    "-3\n",
  ],
  [[guestPath("c/echo_length"), "echo", "--bytes", "-"], "\u0000\u0001", {
    input: Uint8Array.of(0, 1),
  }],
  [[guestPath("c/passing_data"), "add_wasm_is_cool", "a"], "aWASM is cool!\n", {
    isTerminal: true,
    allowsColors: false,
  }],
  [[guestPath("wat/two_memories"), "reverse", "stressed", "--memory-name", "text"], "desserts"],
  [[ECHOES, "text", "Grüße", ...TRAP], "Grüße"],
  [[ECHOES, "test:echoes/api#add", "2", "3", ...TRAP], "5\n"],
  [[ECHOES, "point", "{ x: 1, y: 2, z: 3 }", ...TRAP], '{"x":1,"y":2,"z":3}\n'],
  [[ECHOES, "bytes", "-", ...TRAP], "\u0000\u0001", { input: Uint8Array.of(0, 1) }],
];

for (const [args, stdout, options] of PRINTED) {
  const shown = args.slice(1).join(" ");
  Deno.test(`the result of a call goes to standard output: ${shown.slice(0, 60)}`, async () => {
    assertEquals(await runCli(["call", ...args], options), { code: 0, stdout, stderr: "" });
  });
}

/** Command lines after `call` that fail: the code and the beginning of the message. */
const FAILING:
  readonly (readonly [args: string[], code: number, stderr: string, options?: HostOptions])[] = [
    [[SYMBOLS], 2, "error: Cannot run passage call: an argument is missing"],
    [
      [SYMBOLS, "add_i64", "2", "3", "4"],
      2,
      'error: Cannot call "add_i64": it is given 3 arguments, expected 2 (i64, i64)\n',
    ],
    [
      [SYMBOLS, "add_i64", "2"],
      2,
      'error: Cannot call "add_i64": it is given 1 argument, expected 2 (i64, i64)\n',
    ],
    [
      [
        guestPath("assemblyscript/globals"),
        "count",
        "1",
        "--symbols",
        '{ count: { type: "i32" } }',
      ],
      2,
      'error: Cannot read "count": it is given 1 argument, expected none',
    ],
    [["no/such.wasm", "f"], 3, 'error: Cannot read "no/such.wasm": it does not exist'],
    [["-", "f"], 4, "error: Cannot read module at offset 0x0: it is empty, expected", {
      input: "",
    }],
    [
      [guestPath("wat/two_memories"), "reverse", "a"],
      5,
      'error: Cannot choose the guest\'s memory: it has "scratch", "text"',
    ],
    [
      [guestPath("wat/trap_in_start"), "f"],
      6,
      'error: Cannot call "f": the guest exports no function',
    ],
    [
      [SYMBOLS, "add_i64", "2", "x"],
      6,
      'error: Cannot pass "x": it is not an integer, expected i64',
    ],
    [[SYMBOLS, "add_i8", "one"], 6, 'error: Cannot tell how "add_i8" passes text'],
    [[SYMBOLS, "add_i64", "2", "99999999999999999999"], 6, "error: Cannot pass argument 1"],
    [
      [SYMBOLS, "echo", "a", "--convention", "nope()"],
      2,
      "error: Cannot read the option --convention",
    ],
    [
      [guestPath("c/traps"), "trap_divide", "x"],
      7,
      'error: Cannot complete "trap_divide": the guest',
    ],
    [[ECHOES, "add", "2", "3"], 5, "error: Cannot satisfy the guest's imports:"],
    [[ECHOES, "half", "3", ...TRAP], 7, "error: The result is an error: 1\n"],
    [
      [guestPath("component/linked"), "trap", ...TRAP],
      7,
      'error: Cannot complete "trap": the guest trapped: unreachable',
    ],
    [[ECHOES, "add", "2", "3", "--trace"], 2, "it is a component, whose calls have no plan\n"],
  ];

for (const [args, code, stderr, options] of FAILING) {
  Deno.test(`a call that fails says why, with code ${code}: ${args.slice(1).join(" ")}`, async () => {
    const run = await runCli(["call", ...args], options);
    assertEquals([run.code, run.stdout], [code, ""]);
    assertStringIncludes(run.stderr, stderr);
    assertEquals(run.stderr.startsWith("error: "), true);
  });
}

Deno.test("a trace goes to standard error, and the result to standard output", async () => {
  const guest = guestPath("c/passing_data");
  const { code, stdout, stderr } = await runCli([
    "call",
    guest,
    "add_wasm_is_cool",
    "a",
    "--trace",
  ]);
  assertEquals([code, stdout], [0, "aWASM is cool!"]);
  const lines = stderr.split("\n");
  assertEquals(lines[0], 'Call of "add_wasm_is_cool"');
  // The buffer of `passing_data.c` follows the 13 bytes of its constant, aligned to 16.
  assertStringIncludes(stderr, '       "get_buffer_pointer"() = 1040 (0x410)\n');
  assertStringIncludes(stderr, "         00000411  57 41 53 4d 20 69 73 20  63 6f 6f 6c 21");
  assertStringIncludes(stderr, '       the value is "aWASM is cool!"\n');
});

Deno.test("a symbol with a name of its own is traced under that of its export", async () => {
  const symbols = '{ sum: { name: "add_i64", parameters: ["i64", "i64"], result: "i64" } }';
  const run = await runCli(["call", SYMBOLS, "sum", "2", "3", "--symbols", symbols, "--trace"]);
  assertEquals([run.code, run.stdout], [0, "5\n"]);
  assertStringIncludes(run.stderr, 'Call of "add_i64"\n');
  assertStringIncludes(run.stderr, '       "add_i64"(2n, 3n) = 5n\n');
});

Deno.test("a call that fails is traced too", async () => {
  const { code, stderr } = await runCli([
    "call",
    guestPath("c/traps"),
    "trap_divide",
    "x",
    "--trace",
  ]);
  assertEquals(code, 7);
  assertStringIncludes(stderr, 'did not return\nerror: Cannot complete "trap_divide"');
});

Deno.test("a command gets arguments and input, and its exit code is the program's", async () => {
  const cli = (
    ...args: string[]
  ) => ["run", "--no-check", "-R", "src/cli/main.ts", "call", ...args];
  for (const folder of ["wasi", "component_wasi"]) {
    const greeting = await runDeno(cli(`testdata/${folder}/hello.wasm`, "_start", "you"), "");
    assertEquals(greeting, { code: 0, stdout: "Hello, you!\n", stderr: "" });
    const shouting = await runDeno(
      cli(`testdata/${folder}/command.wasm`, "_start", "shout"),
      "hi there\n",
    );
    assertEquals(shouting, { code: 0, stdout: "HI THERE\n", stderr: "" });
  }
  const command = "testdata/wasi/command.wasm";
  const leaving = await runDeno(cli(command, "_start", "exit", "42"), "");
  assertEquals(leaving, { code: 42, stdout: "leaving", stderr: "" });
  const granted = await runDeno(
    cli(command, "_start", "--wasi", '{ args: ["", "exit", "3"] }'),
    "",
  );
  assertEquals(granted.code, 3);
});

Deno.test("a command reads its input as it arrives, and no more than it asks for", async () => {
  const endless = () => new ReadableStream<Uint8Array<ArrayBuffer>>();
  for (
    const [source, input] of [
      ["wasi/hello", endless()],
      ["component_wasi/hello", endless()],
      ["-", await guestBytes("wasi/hello")],
    ] as const
  ) {
    const path = source === "-" ? source : guestPath(source);
    const args = ["call", path, "_start", "you", "--wasi", '{ stdout: "discard" }'];
    assertEquals(await runCli(args, { input }), { code: 0, stdout: "", stderr: "" });
  }
});

Deno.test("a command that waits for its input is traced", async () => {
  const args = ["call", guestPath("wasi/command"), "_start", "shout", "--trace"];
  const { code, stderr } = await runCli([...args, "--wasi", '{ stdout: "discard" }'], {
    input: "hi there\n",
  });
  assertEquals(code, 0);
  assertStringIncludes(stderr, '  1. call "_start", and wait for it\n');
});

Deno.test("a command ends quietly if nobody reads its output any more", async () => {
  const args = ["run", "--no-check", "-R", "src/cli/main.ts", "call"];
  await using child = startDeno([...args, "testdata/wasi/command.wasm", "_start", "forever"]);
  await readUntil(child.stdout, /./);
  await child.stdout.cancel();
  assertEquals([(await child.status).code, await new Response(child.stderr).text()], [0, ""]);
});

Deno.test("every example of the help is a command line", () => {
  for (const example of CALL.examples) assert(example.startsWith("passage call "));
});
