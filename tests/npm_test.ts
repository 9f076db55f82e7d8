import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import ts from "npm:typescript@5.9.3";
import { makePackage } from "../.ci/npm.ts";
import { RUNTIMES, testWith } from "./_runtimes.ts";

const ROOT = new URL("../", import.meta.url);

/** The timeout of one program, in milliseconds. */
const TIMEOUT = 120_000;

const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "passage-npm-" })}/`);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Runs a program in a folder, and returns its output. */
async function run(program: string, args: readonly string[], cwd: URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Whether this machine has npm, which makes and installs tarballs. */
const hasNpm = await run("npm", ["--version"], ROOT).then(() => true, () => false);

/** Makes the tarball and installs it into a project, once. */
const project = hasNpm ? await install() : undefined;

async function install(): Promise<URL> {
  const made = new URL("package/", folder), project = new URL("project/", folder);
  await makePackage(made);
  await Deno.mkdir(project);
  const [{ filename }] = JSON.parse(
    await run("npm", ["pack", "--json", fromFileUrl(made)], folder),
  );
  await Deno.writeTextFile(new URL("package.json", project), '{ "type": "module" }');
  await run("npm", ["install", "--offline", "--no-audit", `../${filename}`], project);
  return project;
}

/** The module of the program's workers. */
const WORKER = `
import { serveGuests } from "@passage/wasm/worker_pool";

serveGuests({}, {
  shout: (guest, text) => guest.passString(text, "shout"),
  spin() { for (;;); },
});
`;

/** A program that passes data in the ways that differ between runtimes. */
const PROGRAM = `
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { readFile } from "node:fs/promises";
import * as passage from "@passage/wasm";
import { pool } from "@passage/wasm/pool";
import { Worker } from "node:worker_threads";
import { workerPool } from "@passage/wasm/worker_pool";

const { allocator, GuestError, hostFunction, load, LoadError, staticBuffer } = passage;
const root = process.argv[2];
const path = (name) => root + "testdata/" + name + ".wasm";
const packed = { allocate: "malloc", free: "free", result: "packedPointerHigh", resultsFreedBy: "host" };

const ofPath = await load(path("c/passing_data"));
const texts = new Set(Array.from({ length: 120 }, () => ofPath.passString("Hello there, ")));
console.log("path", [...texts].join());

const ofUrl = await load(pathToFileURL(path("assemblyscript/strings")));
console.log("file URL", ofUrl.passString("Grüße 🌍", "echo"));

const bytes = await readFile(path("c/shout_length"));
console.log("bytes", (await load(bytes)).passString("one", "shout"));
const response = new Response(bytes, { headers: { "content-type": "application/wasm" } });
console.log("Response", (await load(response)).passString("two", "shout"));
console.log("Blob", (await load(new Blob([bytes]))).passString("three", "shout"));

const even = await readFile(path("c/echo_length"));
const { buffer } = Uint8Array.from([0, 0, 0, 0, ...even, 0, 0]);
for (const View of [Int8Array, Uint16Array, Float32Array, DataView]) {
  const view = new View(buffer, 4, even.length / (View.BYTES_PER_ELEMENT ?? 1));
  console.log(View.name, (await load(view)).passString("four", "echo"));
}

const ends = async (promise) => {
  try {
    return (await promise).passString("five", "shout");
  } catch (error) {
    return error.code ?? error;
  }
};
for (const kind of ["sha256", "sha384", "sha512"]) {
  const hash = createHash(kind).update(bytes).digest("base64");
  const other = createHash(kind).update("other").digest("base64");
  const found = [hash, other].map((one) => ends(load(bytes, { integrity: kind + "-" + one })));
  console.log("integrity", ...await Promise.all(found));
}

for (const source of [path("c/shout_length"), new Blob([bytes]), bytes]) {
  const seen = [];
  await load(source, { onProgress: (progress) => seen.push(progress) });
  const { loaded, total } = seen.at(-1) ?? {};
  console.log("onProgress", seen.length, loaded === bytes.length, total === bytes.length);
}

const controller = new AbortController();
let end;
const endOfStream = new Promise((resolve) => end = resolve);
let at = 0;
const slow = new ReadableStream({
  pull(stream) {
    if (at < bytes.length) return stream.enqueue(Uint8Array.of(bytes[at++]));
    stream.close();
    end("the whole body is read");
  },
  cancel: (reason) => end(reason),
});
const ended = load(new Response(slow), {
  onProgress: () => controller.abort("given up"),
  signal: controller.signal,
});
const late = load(path("c/shout_length"), { signal: AbortSignal.abort("too late") });
console.log("signal", await ends(ended), await endOfStream, await ends(late));

const calling = await load(path("c/callbacks_stack_pointer"), {
  convention: allocator(packed),
  missing: "trap",
  imports: {
    env: { answer: hostFunction({ parameters: ["string"], result: "string" }, (text) => text + "!") },
  },
});
console.log("host function", calling.passString("Yes", "ask"));

const symbols = await load(path("c/symbols"), {
  convention: allocator(packed),
  symbols: {
    repeat: { parameters: ["string", "u32"], result: "string" },
    checksum: { parameters: ["bytes"], result: "u32" },
  },
});
const sum = symbols.symbols.checksum(new TextEncoder().encode("foobar"));
console.log("symbols", symbols.symbols.repeat("ab", 3), sum);

const command = await load(path("wasi/hello"), { wasi: { stdout: "capture" } });
const preopens = { "/": { path: root, readOnly: true } };
const boxed = await load(path("wasi/sandbox"), { wasi: { preopens } });
const errnos = ["/../x", "/absent"].map((name) => {
  try {
    return boxed.passString(name, "read_file");
  } catch (error) {
    return error.status;
  }
});
console.log("files", boxed.passString("/testdata/wasi/hello.c", "read_file").slice(0, 14), ...errnos);
console.log("WASI", command.run(), command.wasi.stdout.length > 0);

const component = await load(path("component/echoes"), { imports: { "": { log() {} } } });
const { points } = component.interfaces["test:echoes/api"];
const moved = JSON.stringify(points([{ x: 1, y: -2, z: 0.5 }]));
console.log("component", component.passString("Grüße", "text"), moved);
const wasi = { args: ["hello", "Ada"], stdout: "capture" };
const greeting = await load(path("component_wasi/hello"), { wasi });
console.log("WASI 0.2", greeting.run(), greeting.wasi.stdout.trim());

const guests = await pool(path("c/shout_length"), { size: 2 });
console.log("pool", await guests.use((guest) => guest.passString("three", "shout")));

const workers = await workerPool(path("c/shout_length"), {
  size: 2,
  start: () => new Worker(new URL("./worker.mjs", import.meta.url)),
});
const shouted = ["four", "five", "six"].map((text) => workers.call("shout", [text]));
console.log("workers", (await Promise.all(shouted)).join());
await workers.call("shout", [5]).catch((error) => console.log(error instanceof TypeError));
const signal = AbortSignal.timeout(100);
await workers.call("spin", [], { signal }).catch(({ name }) => console.log(name));
await workers.close();

const failures = [
  () => load("absent.wasm"),
  async () => (await load(path("c/traps"))).passString("x", "trap_divide"),
  async () => (await load(path("c/passing_data"), { convention: staticBuffer({ pointer: "no" }) })).passString(""),
  () => load(path("wasi/hello"), { wasi: { preopens: { "/": "absent" } } }),
];
for (const fail of failures) {
  await fail().then(() => console.log("no error"), (error) => {
    console.log(error instanceof LoadError, error instanceof GuestError, error.code);
  });
}

const form = { type: "string", form: "packedPointerHigh", freedBy: "host" };
try {
  const waiting = await load(path("c/callbacks_stack_pointer"), {
    missing: "trap",
    imports: {
      env: {
        answer: hostFunction({ parameters: ["string"], result: form, async: true }, async (text) => text + "?"),
      },
    },
    symbols: { ask: { parameters: ["string"], result: form, async: true } },
  });
  console.log("asynchronous", await waiting.symbols.ask("Wait"));
} catch (error) {
  console.log("asynchronous", error.message.split("expected ").at(-1));
}
`;

/** Its output without the last line. */
const PRINTED = `path Hello there, WASM is cool!
file URL Grüße 🌍
bytes ONE
Response TWO
Blob THREE
Int8Array four
Uint16Array four
Float32Array four
DataView four
integrity FIVE integrity
integrity FIVE integrity
integrity FIVE integrity
onProgress 1 true true
onProgress 1 true true
onProgress 0 false false
signal given up given up too late
host function Yes!
symbols ababab 3214735720
files // build hello -76 -44
WASI 0 true
component Grüße [{"x":1,"y":-2,"z":0.5}]
WASI 0.2 0 Hello, Ada!
pool THREE
workers FOUR,FIVE,SIX
true
TimeoutError
true false source
false true trap
false true missing-export
true false wasi
`;

const TOO_OLD = "Deno 2.4, Node 25, Bun 1.4, Chrome 137 or later";

/** The last line: only newer engines can suspend a guest. */
const WAITS: Readonly<Record<string, string>> = {
  "Node 20": TOO_OLD,
  "Node 22": TOO_OLD,
  "Node 24": TOO_OLD,
  "Node 26": "Wait?",
  "Bun": "Wait?",
};

for (const { name, path } of RUNTIMES) {
  testWith(name, path !== undefined && hasNpm, `the npm package works in ${name}`, async () => {
    await Deno.writeTextFile(new URL("program.mjs", project!), PROGRAM);
    await Deno.writeTextFile(new URL("worker.mjs", project!), WORKER);
    const printed = await run(path!, ["program.mjs", fromFileUrl(ROOT)], project!);
    assertEquals(printed, `${PRINTED}asynchronous ${WAITS[name]}\n`);
  });
}

/** A program that imports the sources themselves. */
const OF_SOURCES = `
const [root] = process.argv.slice(2);
const { load } = await import(root + "mod.ts");
const greeting = await load(root + "testdata/component_wasi/hello.wasm", {
  wasi: { args: ["hello", "Ada"], stdout: "capture" },
});
const guest = await load(root + "testdata/c/passing_data.wasm");
console.log(guest.passString("Hello there, "), greeting.run());
`;

for (const { name, path } of RUNTIMES) {
  if (name === "Node 20") continue; // it does not strip types
  testWith(name, path !== undefined, `the sources run in ${name}`, async () => {
    await Deno.writeTextFile(new URL("sources.mjs", folder), OF_SOURCES);
    const printed = await run(path!, ["sources.mjs", fromFileUrl(ROOT)], folder);
    assertEquals(printed, "Hello there, WASM is cool! 0\n");
  });
}

/** A program whose types follow from the declarations of its symbols. */
const TYPED = `import { load } from "@passage/wasm";
import { pool } from "@passage/wasm/pool";
const symbols = { repeat: { parameters: ["string", "u32"], result: "string" } } as const;
const guest = await load("guest.wasm", { symbols });
export const text: string = guest.symbols.repeat("ab", 3);
// @ts-expect-error: a text is no number
export const count: number = guest.symbols.repeat("ab", 3);
export const guests = await pool("guest.wasm", { size: 2 });
`;

testWith("npm", hasNpm, "the npm package's declarations type a program", async () => {
  const file = new URL("program.ts", project!);
  await Deno.writeTextFile(file, TYPED);
  const program = ts.createProgram([fromFileUrl(file)], {
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
    types: [],
  });
  const found = ts.getPreEmitDiagnostics(program);
  const lines = found.map(({ file, messageText }) =>
    `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`
  );
  assertEquals(lines, []);
});
