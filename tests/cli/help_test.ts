import { assertEquals } from "@std/assert";
import type { Command } from "../../src/cli/command.ts";
import { EXIT } from "../../src/cli/exit_codes.ts";
import { commandHelp, programHelp } from "../../src/cli/help.ts";
import { PLAIN } from "../../src/cli/style.ts";

const COMMAND: Command = {
  name: "try",
  usage: "FILE",
  least: 1,
  most: 1,
  summary: "Tries a file.",
  details: ["One two three four five six seven eight nine ten."],
  examples: ["passage try a.wasm"],
  options: {
    wasi: { value: "FOLDER", optional: true, help: "grants" },
    as: { value: "X", help: "y" },
  },
  run: () => Promise.resolve(0),
};

const CODES = Object.values(EXIT).map(({ code, meaning }) => `  ${code}  ${meaning}\n`).join("");

Deno.test("the help of a command has its usage, options, examples and all exit codes", () => {
  assertEquals(
    commandHelp(COMMAND, PLAIN, Infinity),
    `Tries a file.

Usage: passage try FILE

One two three four five six seven eight nine ten.

Options
  --wasi[=FOLDER]  grants
  --as X           y
  --help, -h       shows this help

Examples
  passage try a.wasm

Exit codes
${CODES}`,
  );
});

Deno.test("the help of the program lists its commands", () => {
  const [, , usage, , heading, command] = programHelp([COMMAND], PLAIN, Infinity).split("\n");
  assertEquals([usage, heading, command], [
    "Usage: passage COMMAND ARGUMENTS",
    "Commands",
    "  try FILE  Tries a file.",
  ]);
});

Deno.test("help is no wider than the terminal", () => {
  const lines = commandHelp(COMMAND, PLAIN, 44).split("\n");
  assertEquals(lines.filter((line) => line.length > 44), []);
  assertEquals(lines.slice(4, 6), ["One two three four five six seven eight nine", "ten."]);
});
