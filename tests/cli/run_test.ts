import { assertEquals, assertStringIncludes } from "@std/assert";
import { guestPath } from "../_guests.ts";
import { runCli } from "./_host.ts";

const GUEST = guestPath("wat/no_memory");

/** Runs of the program that end with an error: the arguments, the code and the message. */
const FAILING: readonly (readonly [args: string[], code: number, stderr: string])[] = [
  [
    ["inspct", GUEST],
    2,
    'error: Cannot run the command "inspct": it is unknown, did you mean inspect?\n' +
    "Run passage --help for help.\n",
  ],
  [
    ["inspect"],
    2,
    "error: Cannot run passage inspect: an argument is missing, expected passage inspect " +
    "FILE|URL|- [--json]\nRun passage inspect --help for help.\n",
  ],
  [["inspect", "no/such.wasm"], 3, 'error: Cannot read "no/such.wasm": it does not exist\n'],
];

for (const [args, code, stderr] of FAILING) {
  Deno.test(`an error goes to standard error, with its code: ${args.join(" ")}`, async () => {
    assertEquals(await runCli(args), { code, stdout: "", stderr });
  });
}

Deno.test("help that was asked for goes to standard output", async () => {
  for (const args of [["--help"], ["-h"], ["help"], ["inspect", "--help"], ["inspect", "-h"]]) {
    const { code, stdout, stderr } = await runCli(args);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "Usage: passage ");
    assertStringIncludes(stdout, "Exit codes");
  }
});

Deno.test("the version is the one that is published", async () => {
  const config = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  const stdout = `passage ${JSON.parse(config).version}\n`;
  for (const args of [["--version"], ["-V"], ["version"]]) {
    assertEquals(await runCli(args), { code: 0, stdout, stderr: "" });
  }
});

Deno.test("without a command the help goes to standard error", async () => {
  const { code, stdout, stderr } = await runCli([]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "Usage: passage ");
});

Deno.test("a closed pipe is not an error", async () => {
  const { code, stderr } = await runCli(["inspect", GUEST], { isClosed: true });
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("an error is red on a terminal", async () => {
  const { stderr } = await runCli(["inspct"], { isTerminal: true });
  assertStringIncludes(stderr, "\x1b[31merror:\x1b[39m Cannot run the command");
});
