import { assertEquals, assertThrows } from "@std/assert";
import { readArguments } from "../../src/cli/arguments.ts";
import type { Command } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/exit_codes.ts";

const COMMAND: Command = {
  name: "try",
  usage: "FILE [ARGUMENT]",
  least: 1,
  most: 2,
  summary: "",
  details: [],
  examples: [],
  options: {
    json: { help: "" },
    convention: { value: "EXPRESSION", help: "" },
    wasi: { value: "FOLDER", optional: true, help: "" },
  },
  run: () => Promise.resolve(0),
};

const READ: readonly (readonly [string[], string[], Record<string, string>])[] = [
  [["a.wasm"], ["a.wasm"], {}],
  [["--json", "a.wasm"], ["a.wasm"], { json: "" }],
  [["a.wasm", "--convention", "x()", "b"], ["a.wasm", "b"], { convention: "x()" }],
  [["a.wasm", "--convention=x=1"], ["a.wasm"], { convention: "x=1" }],
  [["a.wasm", "--convention", "-5"], ["a.wasm"], { convention: "-5" }],
  [["a.wasm", "--wasi", "b"], ["a.wasm", "b"], { wasi: "" }],
  [["a.wasm", "--wasi=b"], ["a.wasm"], { wasi: "b" }],
  [["a.wasm", "-"], ["a.wasm", "-"], {}],
  [["a.wasm", "-5"], ["a.wasm", "-5"], {}],
  [["a.wasm", "-.5e3"], ["a.wasm", "-.5e3"], {}],
  [["a.wasm", "-Infinity"], ["a.wasm", "-Infinity"], {}],
  [["a.wasm", ""], ["a.wasm", ""], {}],
  [["a.wasm", "--", "--json"], ["a.wasm", "--json"], {}],
  [["-h"], [], { help: "" }],
  [["--help"], [], { help: "" }],
];

for (const [args, positionals, options] of READ) {
  Deno.test(`arguments are read: ${args.join(" ")}`, () => {
    const given = readArguments(COMMAND, args);
    assertEquals([given.positionals, Object.fromEntries(given.options)], [positionals, options]);
  });
}

const REFUSED: readonly (readonly [string[], string])[] = [
  [[], "Cannot run passage try: an argument is missing, expected passage try FILE [ARGUMENT]"],
  [
    ["a", "b", "c"],
    "Cannot run passage try: there are too many arguments, expected passage try FILE [ARGUMENT]",
  ],
  [["a", "--jsno"], 'Cannot use the option "--jsno": it is unknown, did you mean --json?'],
  [
    ["a", "-x"],
    'Cannot use the option "-x": it is unknown, expected --json, --convention, --wasi, --help',
  ],
  [["a", "--json=yes"], "Cannot use --json=yes: the option takes no value"],
  [["a", "--convention"], "Cannot use --convention: its value is missing, expected EXPRESSION"],
  [["a", "--json", "--json"], "Cannot use --json twice, expected it once"],
];

for (const [args, message] of REFUSED) {
  Deno.test(`arguments are refused: ${args.join(" ")}`, () => {
    assertThrows(() => readArguments(COMMAND, args), UsageError, message);
  });
}
