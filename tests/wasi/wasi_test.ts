import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Guest, GuestError, load, LoadError, type WasiOptions } from "../../mod.ts";
import { type Run, runDeno } from "../_deno.ts";
import { needs } from "../_engine.ts";
import { guestBytes, guestUrl } from "../_guests.ts";
import { ERRNO, makeTree } from "../_wasi.ts";

/** Loads the reactor that tries to access what a sandbox denies. */
function loadSandbox(wasi?: WasiOptions): Promise<Guest> {
  return load(guestUrl("wasi/sandbox"), { wasi });
}

/** Loads the command whose first argument chooses what it does. */
function loadCommand(args: readonly string[], wasi?: WasiOptions): Promise<Guest> {
  return load(guestUrl("wasi/command"), { wasi: { ...wasi, args: ["command", ...args] } });
}

/** The guest's result, or its own error number. */
function attempt(guest: Guest, name: string, text: string): string | number {
  try {
    return guest.passString(text, name);
  } catch (error) {
    assert(error instanceof GuestError && error.code === "guest-error", String(error));
    return -Number(error.status);
  }
}

Deno.test("a reactor that imports WASI loads without options, and its constructors have run", async () => {
  using guest = await load(guestUrl("wasi/sandbox"));
  assertEquals((guest.exports.initialized as () => number)(), 1);
  assertEquals(guest.state, "ready");
});

Deno.test("a guest without grants finds nothing", async () => {
  await using tree = await makeTree();
  using guest = await loadSandbox();
  const argumentCount = guest.exports.argument_count as () => number;
  assertEquals(argumentCount(), 0);
  for (const name of Object.keys(Deno.env.toObject())) {
    assertEquals(attempt(guest, "read_environment", name), ERRNO.noent, name);
  }
  for (const path of [`${tree.granted}/a.txt`, "a.txt", "/etc/passwd", "/", "."]) {
    assertEquals(attempt(guest, "read_file", path), ERRNO.notcapable, path);
    assertEquals(attempt(guest, "write_file", path), ERRNO.notcapable, path);
    assertEquals(attempt(guest, "list_directory", path), ERRNO.notcapable, path);
  }
});

Deno.test("a guest finds only what it is granted", async () => {
  await using tree = await makeTree();
  using guest = await loadSandbox({
    args: ["sandbox", "second"],
    env: { HOME: "/home/größe", EMPTY: "" },
    preopens: { "/data": tree.granted },
  });
  const argumentCount = guest.exports.argument_count as () => number;
  assertEquals(argumentCount(), 2);
  assertEquals(attempt(guest, "read_environment", "HOME"), "/home/größe");
  assertEquals(attempt(guest, "read_environment", "EMPTY"), "");
  assertEquals(attempt(guest, "read_environment", "PATH"), ERRNO.noent);
  assertEquals(attempt(guest, "read_file", "/data/a.txt"), "first");
  assertEquals(attempt(guest, "read_file", "/data/sub/../sub/b.txt"), "second");
  assertEquals(attempt(guest, "write_file", "/data/sub/new.txt"), "");
  assertEquals(Deno.readTextFileSync(`${tree.granted}/sub/new.txt`), "written");
  assertEquals(attempt(guest, "list_directory", "/data/sub").toString().split(" ").sort(), [
    "",
    ".",
    "..",
    "b.txt",
    "new.txt",
  ]);
  assertEquals(attempt(guest, "read_file", "/data/missing"), ERRNO.noent);
  assertEquals(attempt(guest, "read_file", "/data/../secret.txt"), ERRNO.notcapable);
  assertEquals(attempt(guest, "read_file", tree.secret), ERRNO.notcapable);
  assertEquals(attempt(guest, "list_directory", "/data/.."), ERRNO.notcapable);
});

Deno.test("a directory of many files is listed to its end", async () => {
  await using tree = await makeTree();
  const names = Array.from({ length: 100 }, (_, index) => `${index}${"x".repeat(index % 7)}`);
  // The guest's library reads parts of 4,096 bytes; the lengths leave every odd rest.
  for (const [index, name] of names.entries()) {
    Deno.writeTextFileSync(`${tree.granted}/sub/${name}`, "");
    if (index < 90) continue;
    using guest = await loadSandbox({ preopens: { "/": tree.granted } });
    const listed = attempt(guest, "list_directory", "/sub").toString().trim().split(" ");
    assertEquals(listed.sort(), [".", "..", "b.txt", ...names.slice(0, index + 1)].sort());
  }
});

Deno.test("a command gets its arguments, and its exit code is a value", async () => {
  using hello = await load(guestUrl("wasi/hello"), {
    wasi: { args: ["hello", "wörld"], stdout: "capture" },
  });
  assertEquals([hello.run(), hello.wasi?.stdout], [0, "Hello, wörld!\n"]);
  using listed = await loadCommand(["arguments", "", "c d"], { stdout: "capture" });
  assertEquals([listed.run(), listed.wasi?.stdout], [0, "command\narguments\n\nc d\n"]);
  using unknown = await loadCommand([]);
  assertEquals(unknown.run(), 2);
});

for (const code of [0, 1, 42, 255]) {
  Deno.test(`exit(${code}) is not an error, and all output is captured`, async () => {
    using guest = await loadCommand(["exit", String(code)], { stdout: "capture" });
    assertEquals(guest.run(), code);
    assertEquals([guest.state, guest.wasi?.stdout], ["exited", "leaving"]);
    const error = assertThrows(() => guest.run(), GuestError);
    assertEquals([error.code, error.message], [
      "exited",
      `Cannot call "_start": the guest exited with code ${code}, expected reset() first`,
    ]);
    assert(guest.memory.size > 0);
  });
}

Deno.test("an exit code is unsigned", async () => {
  using guest = await loadCommand(["exit", "-1"]);
  assertEquals(guest.run(), 0xffffffff);
});

Deno.test("a symbol that exits is an error with the code", async () => {
  using guest = await load(guestUrl("wasi/sandbox"), {
    wasi: { stderr: "capture" },
    symbols: {
      quit: { parameters: ["i32"], result: "void" },
      complain: { parameters: ["string"], result: "string" },
    },
  });
  guest.symbols.complain("before");
  const error = assertThrows(() => guest.symbols.quit(3), GuestError);
  assertEquals([error.code, error.status, error.message], [
    "exited",
    3,
    "Cannot continue: the guest exited with code 3, expected reset() first",
  ]);
  assertThrows(
    () => guest.symbols.complain("after"),
    GuestError,
    'Cannot call "complain": the guest exited with code 3, expected reset() first',
  );
  assertEquals([guest.state, guest.wasi?.stderr], ["exited", "before"]);
  guest.reset();
  assertEquals([guest.symbols.complain("again"), guest.wasi?.stderr], ["", "again"]);
});

Deno.test("a command that traps throws, keeps what it wrote and is poisoned", async () => {
  const lines: string[] = [];
  using guest = await loadCommand(["abort"], { stderr: (line) => void lines.push(line) });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.export, guest.state], ["trap", "_start", "poisoned"]);
  assertEquals(lines, ["giving up"]);
  assertEquals(assertThrows(() => guest.run(), GuestError).code, "poisoned");
  guest.reset();
  assertThrows(() => guest.run(), GuestError, "unreachable");
  assertEquals(lines, ["giving up", "giving up"]);
});

Deno.test("a guest that catches its own exit has still ended", async () => {
  using guest = await load(guestUrl("wat/wasi_exit_caught"), { wasi: { stdout: "capture" } });
  assertEquals(guest.run(), 7);
  assertEquals([guest.state, guest.wasi?.stdout], ["exited", ""]);
});

Deno.test("reset() gives a fresh WASI", async () => {
  await using tree = await makeTree();
  using guest = await loadCommand(["shout"], {
    stdin: "Grüße\n",
    stdout: "capture",
    preopens: { "/": tree.granted },
  });
  for (let round = 0; round < 3; round++) {
    // C's library knows only ASCII letters.
    assertEquals([guest.run(), guest.wasi?.stdout], [0, "GRüßE\n"]);
    assertThrows(() => guest.run(), GuestError, "Cannot run the guest: it has run");
    guest.reset();
    assertEquals(guest.wasi?.stdout, "");
  }
});

Deno.test("a guest can sleep", async () => {
  using guest = await loadCommand(["sleep", "30"]);
  const started = performance.now();
  assertEquals(guest.run(), 0);
  const elapsed = performance.now() - started;
  assert(elapsed >= 29 && elapsed < 5000, `it took ${elapsed} ms`);
});

Deno.test("a guest cannot open files without limit", async () => {
  await using tree = await makeTree();
  using guest = await loadCommand(["open", "/a.txt"], {
    preopens: { "/": tree.granted },
    stdout: "capture",
  });
  // Three streams and the directory are open already; EMFILE means that no more can be opened.
  assertEquals([guest.run(), guest.wasi?.stdout], [0, `252 ${ERRNO.mfile}\n`]);
});

Deno.test("a guest that writes for ever is stopped at the limit of captured output", async () => {
  using guest = await loadCommand(["forever"], { stdout: "capture" });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals(error.code, "output-too-large");
  assertEquals(guest.wasi?.stdoutBytes.byteLength, 64 * 1024 * 1024);
});

Deno.test("the caller's function takes precedence over WASI's", async () => {
  const codes: number[] = [];
  using guest = await load(guestUrl("wasi/command"), {
    imports: {
      wasi_snapshot_preview1: {
        args_sizes_get(count: number) {
          guest.memory.write("u32", count, 0);
          return 0;
        },
        proc_exit(code: number) {
          codes.push(code);
          throw new Error("mine");
        },
      },
    },
  });
  assertThrows(() => guest.run(), Error, "mine");
  assertEquals(codes, [2]);
});

Deno.test("other functions are missing, even in WASI's modules", async () => {
  // (module (import "wasi_snapshot_preview1" "fd_fly" (func)))
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 33, 1, 22],
    ...new TextEncoder().encode("wasi_snapshot_preview1\x06fd_fly"),
    ...[0, 0],
  ]);
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals(error.problems.length, 1);
  assertEquals(error.code, "imports");
});

Deno.test("a guest imports from other modules beside WASI", async () => {
  using guest = await load(guestUrl("c/imports_twenty"), { missing: "trap" });
  assertEquals(guest.passString("Beside: "), "Beside: WASM is cool!");
  const error = await assertRejects(() => load(guestUrl("c/imports_twenty")), LoadError);
  assertEquals(error.problems.filter((problem) => !/ "(?:env|host)\./.test(problem)), []);
});

Deno.test("a compiled module gets WASI too", async () => {
  const module = await WebAssembly.compile(await guestBytes("wasi/hello"));
  using guest = await load(module, { wasi: { stdout: "capture" } });
  assertEquals([guest.run(), guest.wasi?.stdout], [0, "Hello, nobody!\n"]);
});

Deno.test("a guest without WASI has none", async () => {
  using guest = await load(guestUrl("c/startup_command"), { wasi: { stdout: "capture" } });
  assertEquals(guest.wasi, undefined);
});

Deno.test("a call of WASI before the guest's memory is known is an error of the load", async () => {
  const error = await assertRejects(() => load(guestUrl("wat/wasi_in_start")), LoadError);
  assertEquals(error.code, "instantiation");
});

/** Runs a program in a process of its own, with no more permissions than `flags`. */
function run(
  flags: readonly string[],
  guest: Uint8Array<ArrayBuffer>,
  options: string,
  then: string,
): ReturnType<typeof runDeno> {
  return runDeno(
    ["run", "--quiet", "--no-prompt", ...flags, "-"],
    `
      import { GuestError, load } from ${
      JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
    };
      using guest = await load(Uint8Array.fromBase64("${guest.toBase64()}"), { wasi: ${options} });
      ${then}
    `,
  );
}

Deno.test("a guest does not reach the process's own streams, and needs no permission", async () => {
  const guest = await guestBytes("wasi/command");
  const then = 'console.log("code", guest.run());';
  const options = '{ args: ["", "arguments"], env: { A: "b" }, stdin: "x" }';
  const quiet = await run([], guest, options, then);
  assertEquals(quiet, { code: 0, stdout: "code 0\n", stderr: "" });
});

Deno.test("inherited streams are those of the process", async () => {
  const guest = await guestBytes("wasi/sandbox");
  const options = '{ stdout: "inherit", stderr: "inherit" }';
  const then = 'guest.passString("said", "say"); guest.passString("complained", "complain");';
  const result = await run([], guest, options, then);
  assertEquals(result, { code: 0, stdout: "said\n", stderr: "complained" });
});

/** Runs a program that reads files of a tree whose folder is granted to its guest. */
async function readGranted(flags: readonly string[], granted: string): Promise<Run> {
  const options = JSON.stringify({ preopens: { "/": granted } });
  const then = `
    for (const path of ["/a.txt", "/sub/b.txt", "/../secret.txt"]) {
      try {
        console.log(path, guest.passString(path, "read_file"));
      } catch (error) {
        console.log(path, error.status);
      }
    }
  `;
  return await run(flags, await guestBytes("wasi/sandbox"), options, then);
}

Deno.test("a granted directory needs --allow-read and --allow-write", async () => {
  await using tree = await makeTree();
  const { granted } = tree;
  const read = `--allow-read=${granted}`, write = `--allow-write=${granted}`;
  const all = await readGranted([read, write], granted);
  const stdout = `/a.txt first\n/sub/b.txt second\n/../secret.txt -${ERRNO.notcapable}\n`;
  assertEquals(all, { code: 0, stdout, stderr: "" });
  // Even if everything can be read, the guest gets only what it is granted.
  assertEquals(await readGranted(["--allow-read", "--allow-write"], granted), all);
  for (const [flags, kind] of [[[], "read"], [[write], "read"], [[read], "write"]] as const) {
    const refused = await readGranted(flags, granted);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    const message = `LoadError: Cannot grant preopen "/"`;
    assert(refused.stderr.includes(message), refused.stderr);
    assert(refused.stderr.includes(`Requires ${kind} access to`), refused.stderr);
  }
});

const DENIAL = needs("denial within a granted folder");

Deno.test(
  "paths that Deno denies within a granted directory are denied to the guest",
  DENIAL,
  async () => {
    await using tree = await makeTree();
    const { granted } = tree;
    const flags = [`--allow-read=${granted}`, `--allow-write=${granted}`];
    const denied = await readGranted([...flags, `--deny-read=${granted}/sub`], granted);
    const stdout =
      `/a.txt first\n/sub/b.txt -${ERRNO.acces}\n/../secret.txt -${ERRNO.notcapable}\n`;
    assertEquals(denied, { code: 0, stdout, stderr: "" });
  },
);

Deno.test("Passage imported from a URL has WASI too", async () => {
  await using tree = await makeTree();
  const root = new URL("../../", import.meta.url);
  const cache = await Deno.makeTempDir({ prefix: "passage-wasi-" });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      return new Response(await Deno.readFile(new URL(`.${pathname}`, root)), {
        headers: { "content-type": "application/typescript" },
      });
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const { granted } = tree;
  const flags = [`--allow-import=${host}`, `--allow-read=${granted}`, `--allow-write=${granted}`];
  const options = JSON.stringify({ preopens: { "/": granted } });
  const guest = await guestBytes("wasi/sandbox");
  try {
    const result = await runDeno(
      ["run", "--quiet", "--no-prompt", "--no-config", ...flags, "-"],
      `
        import { load } from "http://${host}/mod.ts";
        using guest = await load(Uint8Array.fromBase64("${guest.toBase64()}"), { wasi: ${options} });
        console.log(guest.passString("/a.txt", "read_file"));
      `,
      { DENO_DIR: cache },
    );
    assertEquals(result, { code: 0, stdout: "first\n", stderr: "" });
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("node:wasi is not used", needs("node:wasi"), async () => {
  await using tree = await makeTree();
  const options = JSON.stringify({ preopens: { "/": tree.granted } });
  const then = `
    console.log(guest.passString("/a.txt", "read_file"));
    const { WASI } = await import("node:wasi");
    new WASI({ version: "preview1" }); // it warns the first time
  `;
  const flags = ["--allow-read", "--allow-write"];
  const { stdout, stderr } = await run(flags, await guestBytes("wasi/sandbox"), options, then);
  assertEquals(stdout, "first\n");
  assert(stderr.includes("ExperimentalWarning: WASI is an experimental feature"), stderr);
});

Deno.test("a read-only grant needs only --allow-read, and nothing can be written there", async () => {
  await using tree = await makeTree();
  const { granted } = tree;
  const options = JSON.stringify({ preopens: { "/": { path: granted, readOnly: true } } });
  const then = `
    console.log(guest.passString("/a.txt", "read_file"));
    try {
      guest.passString("/new.txt", "write_file");
    } catch (error) {
      console.log(error.status);
    }
  `;
  const guest = await guestBytes("wasi/sandbox");
  const result = await run([`--allow-read=${granted}`], guest, options, then);
  assertEquals(result, { code: 0, stdout: `first\n-${ERRNO.rofs}\n`, stderr: "" });
});
