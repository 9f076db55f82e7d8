import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { bytesOfBuffer, decodeBase64, isShared, parseUrl } from "../../src/base/runtime.ts";
import { runDeno } from "../_deno.ts";

/** The files that may use features of Deno: the command line runs only there. */
const FREE: readonly string[] = ["base/runtime.ts", "cli/arguments.ts", "cli/deno_host.ts"];

/** Names that only some runtimes have: only `src/base/runtime.ts` may use them in its code. */
const LACKED: readonly RegExp[] = [
  /\bDeno\b/,
  /\bSharedArrayBuffer\b/,
  /\bglobalThis\b/,
  /\.(?:Suspending|SuspendError|promising)\b/,
  /\b(?:from|import)\s*\(?\s*["'`](?:node|npm|jsr):/,
  /\b(?:from|to)(?:Base64|Hex)\(/,
  /\bURL\.(?:parse|canParse)\(/,
  /\b(?:Promise\.(?:withResolvers|try)|Array\.fromAsync|\w+\.groupBy|Error\.isError)\(/,
  /\.(?:detached|transfer\(|transferToFixedLength\()/,
  /\bbuffer instanceof\b|\binstanceof (?:Array|SharedArray)Buffer\b/,
  /\busing \w+ =/,
];

/** Types do not exist at run time. */
const TYPES: readonly RegExp[] = [
  /^ *\| SharedArrayBuffer$/gm,
  /typeof import\("node:[^"]+"\)/g,
];

/** Returns the code of a module, without its comments and the contents of its strings. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/(?<![:"'`\w])\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, (string) => /^"\w+:/.test(string) ? string : '""');
}

/** Returns all modules of a folder. */
function* modules(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* modules(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

Deno.test("only runtime.ts names features that some runtime lacks", () => {
  const root = new URL("../../src/", import.meta.url);
  const found: string[] = [];
  let count = 0;
  for (const url of modules(root)) {
    count++;
    if (FREE.includes(url.href.slice(root.href.length))) continue;
    let code = codeOf(Deno.readTextFileSync(url));
    for (const type of TYPES) code = code.replaceAll(type, "");
    for (const lacked of LACKED) {
      const [match] = lacked.exec(code) ?? [];
      if (match !== undefined) found.push(`${url.href.slice(root.href.length)}: ${match}`);
    }
  }
  assertEquals(found, []);
  assertEquals(count > 60, true, "the sources are found");
});

Deno.test("the search finds names in code, but not in comments, types and texts", () => {
  const isFound = (text: string) => LACKED.some((lacked) => lacked.test(codeOf(text)));
  for (
    const text of [
      "if (buffer instanceof SharedArrayBuffer) return;",
      "await Deno.readFile(path);",
      'const { WASI } = await import("node:wasi");',
      'import { readFile } from "node:fs";',
      "return new undeclared.Suspending(fn);",
      "Uint8Array.fromBase64(text)",
      "const url = URL.parse(text);",
    ]
  ) assertEquals(isFound(text), true, text);
  for (
    const text of [
      "// Deno.readFile and SharedArrayBuffer",
      "/** As in `Deno.dlopen`. */",
      '"decode it with `Uint8Array.fromBase64`"',
      'const expected = "Deno 2.4";',
    ]
  ) assertEquals(isFound(text), false, text);
});

/** A program for a runtime without some features, which prints its result as JSON. */
const PROGRAM = `
const { load, hostFunction, GuestMemory } = await import(MODULE);
// Deno's own modules of Node need it.
if (globalThis.kept !== undefined) globalThis.Deno = kept;
const outcomes = {};
async function ask(name, act) {
  try {
    outcomes[name] = await act();
  } catch (error) {
    outcomes[name] = error.name + ": " + error.message;
  }
}
const greet = async (source) => (await load(source)).passString("Hello there, ");
const bytes = decode(GUEST);
await ask("bytes", () => greet(bytes));
await ask("buffer", () => greet(bytes.buffer));
await ask("Response", () => greet(new Response(bytes)));
await ask("blob:", () => greet(URL.createObjectURL(new Blob([bytes]))));
await ask("path", () => greet("testdata/c/passing_data.wasm"));
await ask("no path", () => greet("testdata/c/no_such.wasm"));
await ask("file:", () => greet(new URL("testdata/c/passing_data.wasm", ROOT)));
await ask("malformed", () => greet("http://"));
await ask("often", async () => {
  const guest = await load(bytes);
  let text = "";
  for (let count = 0; count < 200; count++) text = guest.passString("Grüße " + count + " ");
  return text;
});
await ask("memory", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  return [memory.shared, memory.readString(8, memory.writeString(8, "漢字"))].join(" ");
});
await ask("WASI", async () => {
  const guest = await load(decode(WASI), { wasi: { args: ["", "you"], stdout: "capture" } });
  return [guest.run(), guest.wasi.stdout].join(" ");
});
await ask("folder in memory", async () => {
  const preopens = { "/": { "a.txt": new Uint8Array(3) } };
  const guest = await load(decode(WASI), { wasi: { preopens } });
  return [guest.run(), ...guest.wasi.files("/")["a.txt"]].join(" ");
});
await ask("preopen", async () => {
  await load(decode(WASI), { wasi: { preopens: { "/": "testdata" } } });
  return "granted";
});
await ask("inherit", async () => {
  await load(decode(WASI), { wasi: { stdout: "inherit" } });
  return "granted";
});
// (module (import "env" "f" (func)) (func (export "g") (call 0)))
const waits = decode("AGFzbQEAAAABBAFgAAACCQEDZW52AWYAAAMCAQAHBQEBZwABCgYBBAAQAAs=");
const symbols = { g: { parameters: [], result: "void", async: true } };
const f = async () => {};
await ask("async host function", async () => {
  const declaration = { parameters: [], result: "void", async: true };
  const guest = await load(waits, { imports: { env: { f: hostFunction(declaration, f) } }, symbols });
  await guest.symbols.g();
  return "waited";
});
await ask("async symbol", async () => {
  const guest = await load(waits, { imports: { env: { f() {} } }, symbols });
  await guest.symbols.g();
  return "waited";
});
await ask("plain function", async () => {
  const guest = await load(waits, {
    imports: { env: { f() { throw new Error("thrown"); } } },
    symbols: { g: { parameters: [], result: "void" } },
  });
  guest.symbols.g();
});
function decode(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
console.log(JSON.stringify(outcomes));
`;

const root = new URL("../../", import.meta.url);

async function base64Of(path: string): Promise<string> {
  return btoa(String.fromCharCode(...await Deno.readFile(new URL(path, root))));
}

/** Runs the program in a runtime that lacks the features in `without`. */
async function run(
  without: string,
  args: readonly string[] = [],
): Promise<Record<string, unknown>> {
  const words = {
    MODULE: new URL("mod.ts", root).href,
    ROOT: root.href,
    GUEST: await base64Of("testdata/c/passing_data.wasm"),
    WASI: await base64Of("testdata/wasi/hello.wasm"),
  };
  const constants = Object.entries(words)
    .map(([name, word]) => `const ${name} = ${JSON.stringify(word)};`).join("\n");
  const program = `${without}\n${constants}\n${PROGRAM}`;
  const { code, stdout, stderr } = await runDeno(
    ["run", "-A", "--no-check", "--ext=js", ...args, "-"],
    program,
  );
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

const GREETING = "Hello there, WASM is cool!";
const path = fromFileUrl(new URL("testdata/c/passing_data.wasm", root));

/** Programs that work everywhere. */
const EVERYWHERE = {
  bytes: GREETING,
  buffer: GREETING,
  Response: GREETING,
  "blob:": GREETING,
  malformed: 'TypeError: Cannot load "http://": it is malformed, expected a URL',
  often: "Grüße 199 WASM is cool!",
  memory: "true 漢字",
  WASI: "0 Hello, you!\n",
  "folder in memory": "0 0 0 0",
  "plain function": "Error: thrown",
};

const FILES = {
  path: GREETING,
  "no path": 'LoadError: Cannot read "testdata/c/no_such.wasm": it does not exist',
  "file:": GREETING,
};

const WAITS = { "async host function": "waited", "async symbol": "waited" };
const NO_PREOPEN =
  'LoadError: Cannot grant preopen "/" at "testdata": this runtime has no files, expected folders in memory';
const GRANTS = { preopen: "granted", inherit: "granted" };
const NO_STREAM = 'TypeError: Cannot use stdout: it is "inherit", and this runtime has no such ' +
  'stream, expected "discard", "capture", a function, or Node 20.16, 22.3 or later';
const NO_FILE = {
  path: 'LoadError: Cannot read "testdata/c/passing_data.wasm": this runtime has no files, ' +
    "expected bytes or a Response",
  "no path": 'LoadError: Cannot read "testdata/c/no_such.wasm": this runtime has no files, ' +
    "expected bytes or a Response",
  "file:": `LoadError: Cannot read "file://${path}": this runtime has no files, ` +
    "expected bytes or a Response",
};
const no = (what: string) =>
  `Cannot wait in ${what}: this runtime has no WebAssembly.Suspending, expected Deno 2.4, ` +
  "Node 25, Bun 1.4, Chrome 137 or later";
const NEVER_WAITS = {
  "async host function": "LoadError: Cannot satisfy the guest's imports:\n" +
    `import[0] "env.f" () -> (): ${no('import "env.f"')}`,
  "async symbol": `LoadError: Cannot bind the declared symbols:\nsymbol "g": ${no('"g"')}`,
};

/** The features that Node 20 and 22 lack, beside Deno's own. */
const WITHOUT_PROMISES = "delete WebAssembly.Suspending; delete WebAssembly.SuspendError; " +
  "delete WebAssembly.promising; delete Uint8Array.fromBase64; delete URL.parse; " +
  "delete ArrayBuffer.prototype.detached;";

Deno.test("everything works in Deno", async () => {
  assertEquals(await run(""), { ...EVERYWHERE, ...FILES, ...WAITS, ...GRANTS });
});

Deno.test("everything except waiting works in Deno below 2.4", async () => {
  assertEquals(await run(WITHOUT_PROMISES), {
    ...EVERYWHERE,
    ...FILES,
    ...NEVER_WAITS,
    ...GRANTS,
  });
});

Deno.test("Node and Bun read files, and grant directories", async () => {
  assertEquals(await run(`globalThis.kept = Deno; delete globalThis.Deno; ${WITHOUT_PROMISES}`), {
    ...EVERYWHERE,
    ...FILES,
    ...NEVER_WAITS,
    ...GRANTS,
  });
});

Deno.test("a Node without process.getBuiltinModule says which one reads files", async () => {
  const old = "globalThis.kept = Deno; delete globalThis.Deno; " +
    `globalThis.process = { versions: { node: "20.9.0" } }; ${WITHOUT_PROMISES}`;
  const { path, preopen, bytes } = await run(old);
  const isOld = "this is Node 20.9.0, expected Node 20.16, 22.3 or later, or";
  assertEquals({ path, preopen, bytes }, {
    path: `LoadError: Cannot read "testdata/c/passing_data.wasm": ${isOld} bytes or a Response`,
    preopen: `LoadError: Cannot grant preopen "/" at "testdata": ${isOld} folders in memory`,
    bytes: GREETING,
  });
});

Deno.test("a page treats relative text as a URL, and has no files and no global SharedArrayBuffer", async () => {
  const server = Deno.serve({ port: 0, hostname: "localhost", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    try {
      return new Response(await Deno.readFile(new URL(`.${pathname}`, root)));
    } catch {
      return new Response("none", { status: 404 });
    }
  });
  try {
    const found = await run(
      "delete globalThis.Deno; delete globalThis.process; delete globalThis.SharedArrayBuffer;",
      [`--location=http://localhost:${server.addr.port}/`],
    );
    assertEquals(found, {
      ...EVERYWHERE,
      ...NO_FILE,
      path: GREETING,
      "no path":
        'LoadError: Cannot load "testdata/c/no_such.wasm": the status is 404 Not Found, expected 200 OK',
      ...WAITS,
      preopen: NO_PREOPEN,
      inherit: NO_STREAM,
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("a runtime with neither files nor an address takes bytes and responses", async () => {
  const without = "delete globalThis.Deno; delete globalThis.process; " +
    `delete globalThis.SharedArrayBuffer; ${WITHOUT_PROMISES}`;
  assertEquals(await run(without), {
    ...EVERYWHERE,
    ...NO_FILE,
    ...NEVER_WAITS,
    preopen: NO_PREOPEN,
    inherit: NO_STREAM,
  });
});

Deno.test("isShared() recognises a shared buffer despite false properties", () => {
  const disguised = Object.setPrototypeOf(new SharedArrayBuffer(8), ArrayBuffer.prototype);
  assertEquals(
    [new ArrayBuffer(8), new SharedArrayBuffer(8), disguised].map(isShared),
    [false, true, true],
  );
});

Deno.test("bytesOfBuffer() wraps buffers, and nothing else", () => {
  const buffer = Uint8Array.of(1, 2).buffer;
  const shared = new SharedArrayBuffer(2);
  assertEquals(bytesOfBuffer(buffer), Uint8Array.of(1, 2));
  assertEquals(bytesOfBuffer(shared)?.buffer === shared, true);
  const lookalikes = [5, "ab", null, [1], { [Symbol.toStringTag]: "ArrayBuffer", length: 4 }];
  for (const value of lookalikes) assertEquals(bytesOfBuffer(value), undefined);
});

Deno.test("decodeBase64() and parseUrl() behave as newer engines do", () => {
  assertEquals(decodeBase64("AGFzbQ=="), Uint8Array.of(0, 0x61, 0x73, 0x6d));
  assertEquals(parseUrl("http://a/b")?.href, "http://a/b");
  assertEquals(parseUrl("nowhere"), undefined);
});
