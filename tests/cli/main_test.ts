import { assertEquals, assertStringIncludes } from "@std/assert";
import { runDeno } from "../_deno.ts";

const MAIN = "src/cli/main.ts";

Deno.test("the command line needs the permission to read the file and no other", async () => {
  const args = ["run", "--no-check", "--allow-read=testdata/wat/no_memory.wasm", "--no-prompt"];
  const { code, stdout, stderr } = await runDeno([
    ...args,
    MAIN,
    "inspect",
    "testdata/wat/no_memory.wasm",
  ]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "testdata/wat/no_memory.wasm: a WebAssembly module, 60 bytes\n");
});

Deno.test("a missing permission is named, with the code of an unreadable file", async () => {
  const file = "testdata/wat/no_memory.wasm";
  const run = await runDeno(["run", "--no-check", "--no-prompt", MAIN, "inspect", file]);
  assertEquals(run, {
    code: 3,
    stdout: "",
    stderr: `error: Cannot read "${file}": permission is refused, expected --allow-read=${file}\n`,
  });
});

Deno.test("importing the command line runs nothing", async () => {
  const { code, stdout, stderr } = await runDeno(["run", "-"], `import "./${MAIN}";`);
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
});

Deno.test("nothing of the command line is loaded with Passage", async () => {
  const { stdout } = await runDeno(["info", "--json", "mod.ts"]);
  const { modules } = JSON.parse(stdout) as { modules: { specifier: string }[] };
  assertEquals(modules.filter(({ specifier }) => specifier.includes("/src/cli/")), []);
});
