// The command line in a terminal: `script` of util-linux gives it a pseudo-terminal.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { runDeno } from "../_deno.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const COMMAND = `${Deno.execPath()} run --no-check --no-prompt -R src/cli/main.ts`;

/**
 * Runs a command line of a shell in a pseudo-terminal, and returns what the terminal shows.
 *
 * @param act Called with all text so far, whenever there is more.
 */
async function inTerminal(
  command: string,
  env: Record<string, string> = {},
  act: (shown: string) => void = () => {},
): Promise<string> {
  const child = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", command, "/dev/null"],
    cwd: ROOT,
    env: { TERM: "xterm", ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let shown = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    act(shown += part);
  }
  assertEquals((await child.status).code, 0);
  return shown.replaceAll("\r\n", "\n");
}

const INSPECT = `${COMMAND} inspect testdata/wat/no_memory.wasm`;

const ENV = { HOME: Deno.env.get("HOME") ?? "/", PATH: Deno.env.get("PATH") ?? "" };

Deno.test("there are colours in a terminal", async () => {
  const shown = await inTerminal(INSPECT, ENV);
  assertStringIncludes(shown, "\x1b[1mtestdata/wat/no_memory.wasm\x1b[22m: a WebAssembly module");
});

Deno.test("there are no colours in a terminal with NO_COLOR", async () => {
  const shown = await inTerminal(INSPECT, { ...ENV, NO_COLOR: "1" });
  assertStringIncludes(shown, "testdata/wat/no_memory.wasm: a WebAssembly module");
  assertEquals(shown.includes("\x1b"), false);
});

Deno.test("text is wrapped at the terminal's width", async () => {
  const shown = await inTerminal(`stty columns 60; ${INSPECT}`, { ...ENV, NO_COLOR: "1" });
  const lines = shown.split("\n").filter((line) => !line.includes("symbols"));
  assertEquals(lines.filter((line) => line.length > 60), []);
  assert(lines.length > 10);
});

Deno.test("a slow download shows its progress in a terminal, and erases it", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    const bytes = await Deno.readFile(
      new URL("../../testdata/wat/no_memory.wasm", import.meta.url),
    );
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(bytes.subarray(0, 30));
        await new Promise((resolve) => setTimeout(resolve, 1800));
        controller.enqueue(bytes.subarray(30));
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-length": String(bytes.byteLength) } });
  });
  const { port } = server.addr as Deno.NetAddr;
  const url = `http://127.0.0.1:${port}/guest.wasm`;
  const run = COMMAND.replace(" -R ", " --allow-net ");
  const shown = await inTerminal(`${run} inspect ${url} | head -1`, { ...ENV, NO_COLOR: "1" });
  assertStringIncludes(shown, `\r\x1b[KFetching ${url}: 30 bytes of 60 bytes (50%)`);
  assert(shown.endsWith(`\r\x1b[K${url}: a WebAssembly module, 60 bytes\n`), JSON.stringify(shown));
});

Deno.test("an interrupt ends the program at once, with the line erased", async () => {
  const controller = new AbortController();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, signal: controller.signal },
    () => new Response(new ReadableStream(), { headers: { "content-length": "60" } }),
  );
  const { port } = server.addr as Deno.NetAddr;
  const url = `http://127.0.0.1:${port}/`;
  const run = COMMAND.replace(" -R ", " --allow-net ");
  const inner = `${run} inspect ${url} & echo "pid $!"; wait $!; echo "code $?"`;
  let isInterrupted = false;
  const shown = await inTerminal(`set -m; ${inner}`, { ...ENV, NO_COLOR: "1" }, (shown) => {
    const pid = /pid (\d+)[^]*Reading/.exec(shown)?.[1];
    if (pid === undefined || isInterrupted) return;
    isInterrupted = true;
    Deno.kill(Number(pid), "SIGINT");
  });
  controller.abort();
  assertStringIncludes(shown, `\r\x1b[KReading ${url}\r\x1b[K`);
  assertStringIncludes(shown, "code 130");
});

for (const line of ["inspect testdata/c/symbols.wasm", "types testdata/c/symbols.wasm"]) {
  Deno.test(`a reader that stops reading is not an error: ${line}`, async () => {
    // `true` ends before anything is written.
    const script = `{ ${COMMAND} ${line}; echo "code $?" >&2; } | true`;
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", script],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assertEquals([decoder.decode(stdout), decoder.decode(stderr)], ["", "code 0\n"]);
  });
}

Deno.test("standard input is read to its end", async () => {
  const args = ["run", "--no-check", "--no-prompt", "src/cli/main.ts", "inspect", "-"];
  const { code, stdout } = await runDeno(args, "(module)");
  assertEquals(code, 4);
  assertStringIncludes(stdout, "standard input: WebAssembly text (WAT), 8 bytes\n");
});
