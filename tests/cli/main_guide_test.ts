// The commands of the guide, with their output.
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { codeBlocks } from "../_docs.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const PASSAGE =
  `passage() { "${Deno.execPath()}" run --no-check --no-prompt -R src/cli/main.ts "$@"; }`;

/** Returns the commands of the guide, each with the output that follows it. */
function commands(): { command: string; output: string }[] {
  return codeBlocks("console", "examples/guides/command_line.md").flatMap((block) =>
    block.split(/^\$ /m).slice(1).map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    })
  );
}

for (const { command, output } of commands()) {
  Deno.test(`the guide shows what a command prints: ${command.slice(0, 60)}`, async () => {
    const { code, stdout } = await new Deno.Command("bash", {
      args: ["-c", `${PASSAGE}; ${command} 2>&1`],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    // In a pipe a text has no line feed that the guest did not write.
    const printed = new TextDecoder().decode(stdout).replace(/(?<!\n)$/, "\n");
    assertEquals([code, printed], [0, output]);
  });
}

Deno.test("the guide shows each command", () => {
  for (const name of ["inspect", "call", "types"]) {
    assert(commands().some(({ command }) => command.startsWith(`passage ${name} `)), name);
  }
});
