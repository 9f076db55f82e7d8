import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TYPES } from "../../../src/cli/types/types_command.ts";
import { runDeno } from "../../_deno.ts";
import { guestPath, guestUrl } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";
import { runCli } from "../_host.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Writes the types of a guest and a program that uses them, checks and runs both. */
async function useTypes(
  guest: string,
  program: string,
  flags: readonly string[] = [],
): Promise<{ check: string; stdout: string; stderr: string }> {
  const folder = await Deno.makeTempDir({ prefix: "passage-types-" });
  try {
    const from = ["--import", new URL("mod.ts", ROOT).href, "--source", guestUrl(guest).href];
    const { code, stdout, stderr } = await runCli(["types", guestPath(guest), ...from, ...flags]);
    assertEquals([code, stderr], [0, ""]);
    await Deno.writeTextFile(`${folder}/guest.ts`, stdout);
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const config = `--config=${new URL("deno.json", ROOT).pathname}`;
    const check = await runDeno(["check", "--quiet", config, `${folder}/main.ts`]);
    const run = await runDeno(["run", "--no-check", "--no-prompt", "-R", `${folder}/main.ts`]);
    return { check: check.stderr, stdout: run.stdout, stderr: run.stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the module passes deno check and runs: AssemblyScript", async () => {
  const program = `import { loadGuest } from "./guest.ts";
    using guest = await loadGuest();
    const greeting: string = guest.symbols.greet("Zoë");
    const version: string = guest.symbols.version();
    console.log(greeting, guest.symbols.repeat("ab", 3), version !== "");`;
  assertEquals(await useTypes("assemblyscript/strings", program), {
    check: "",
    stdout: "Hello, Zoë! ababab true\n",
    stderr: "",
  });
});

Deno.test("the module passes deno check and runs: numbers", async () => {
  const program = `import { loadGuest, type TypedGuest } from "./guest.ts";
    const guest: TypedGuest = await loadGuest();
    const sum: bigint = guest.symbols.add_i64(2n, -3n);
    console.log(sum, guest.symbols.not(0));`;
  // In C, !0 is 1.
  assertEquals(await useTypes("c/symbols", program), { check: "", stdout: "-1n 1\n", stderr: "" });
});

Deno.test("a convention and declarations of the caller are in the module", async () => {
  const program = `import { loadGuest } from "./guest.ts";
    using guest = await loadGuest();
    const text: string = guest.symbols.repeat("ab", 3);
    console.log(text);`;
  const convention = 'allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh", ' +
    'resultsFreedBy: "host" })';
  const symbols = '{ repeat: { parameters: ["string", "u32"], result: "string" } }';
  const flags = ["--convention", convention, "--symbols", symbols];
  assertEquals(await useTypes("c/symbols", program, flags), {
    check: "",
    stdout: "ababab\n",
    stderr: "",
  });
});

Deno.test("a wrong call does not pass deno check", async () => {
  const program = `import { loadGuest } from "./guest.ts";
    using guest = await loadGuest();
    guest.symbols.add_i64(2, 3);`;
  const { check } = await useTypes("c/symbols", program);
  assertStringIncludes(
    check,
    "Argument of type 'number' is not assignable to parameter of type 'bigint'",
  );
});

Deno.test("imports that a guest needs have to be given, for the compiler too", async () => {
  const wants = `import { loadGuest } from "./guest.ts";\nawait loadGuest();`;
  const { check } = await useTypes("wat/imports_all_kinds", wants);
  assertStringIncludes(check, "Expected 1-2 arguments, but got 0");
});

Deno.test("--check compares the module with what would be written", async () => {
  const folder = await Deno.makeTempDir({ prefix: "passage-types-" });
  try {
    const guest = guestPath("c/passing_data"), file = `${folder}/guest.ts`;
    const { stdout } = await runCli(["types", guest]);
    await Deno.writeTextFile(file, stdout);
    const same = await runCli(["types", guest, "--check", file]);
    assertEquals(same, { code: 0, stdout: "", stderr: "" });
    await Deno.writeTextFile(file, stdout.replace("add_wasm_is_cool:", "add_wasm:"));
    const other = await runCli(["types", guest, "--check", file]);
    assertEquals(other, {
      code: 8,
      stdout: "",
      stderr: `error: Cannot use ${file}: line 10 differs: ` +
        'it is "  add_wasm: { parameters: [\\"string\\"], result: \\"string\\" },", ' +
        'expected "  add_wasm_is_cool: { parameters: [\\"string\\"], result: \\"string\\" },"\n' +
        "Run passage types without --check to write it anew.\n",
    });
    const none = await runCli(["types", guest, "--check", `${folder}/no.ts`]);
    assertEquals(none.code, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the guest is found beside the module, under its own name", async () => {
  const input = assemble("(module)");
  const { stdout } = await runCli(["types", "-"], { input });
  assertStringIncludes(stdout, 'new URL("./guest.wasm", import.meta.url)');
  const path = guestPath("wat/no_memory");
  assertStringIncludes(
    (await runCli(["types", path])).stdout,
    'new URL("./no_memory.wasm", import.meta.url)',
  );
});

Deno.test("what is no module has no types", async () => {
  const { code, stdout, stderr } = await runCli(["types", "-"], { input: "(module)" });
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, "it is WebAssembly text (WAT), expected a WebAssembly module");
});

Deno.test("every example of the help is a command line", () => {
  for (const example of TYPES.examples) assert(example.startsWith("passage types "));
});
