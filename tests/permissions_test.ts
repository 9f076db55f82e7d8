import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type Run, runDeno } from "./_deno.ts";
import { guestBytes } from "./_guests.ts";
import { codeSpans, tableRows } from "./_docs.ts";

const ROOT = new URL("../", import.meta.url);
const GUEST = new URL("testdata/c/passing_data_length.wasm", ROOT);
const FILE = fromFileUrl(GUEST);
const WASI_GUEST = (await guestBytes("wat/wasi_functions")).toBase64();

/** A use of Passage that may need a permission. */
interface Use {
  /**
   * The source that `load` gets, as an expression; the program's argument is the guest in base64.
   */
  readonly source: string;
  /** The address from which Passage is imported. */
  readonly passage: string;
  /** The error without the permission. */
  readonly refusal?: string;
  /** A program of its own; the others pass a text. */
  readonly program?: string;
}

/** The folder that replaces the one in the table. */
const FOLDER = fromFileUrl(new URL("testdata/wat", ROOT));

/** The program for each row of the table, with `host` serving the repository. */
function useOf(row: string, host: string): Use {
  const passage = new URL("mod.ts", ROOT).href;
  const bytes = "Uint8Array.fromBase64(Deno.args[0])";
  const unread = `permission is refused, expected --allow-read=${FILE}`;
  switch (row) {
    case "`load` of a path":
      return { passage, source: JSON.stringify(FILE), refusal: unread };
    case "`load` of a `file:` URL":
      return { passage, source: `new URL("${GUEST.href}")`, refusal: unread };
    case "`load` of an `http:` or `https:` URL":
      return {
        passage,
        source: `"http://${host}/testdata/c/passing_data_length.wasm"`,
        refusal: `permission is refused, expected --allow-net=${host}`,
      };
    case "`load` of a `data:` URL":
      return { passage, source: "`data:application/wasm;base64,${Deno.args[0]}`" };
    case "`load` of a `blob:` URL":
      return { passage, source: `URL.createObjectURL(new Blob([${bytes}]))` };
    case "`load` of bytes":
      return { passage, source: bytes };
    case "`load` of a `Response`":
      return { passage, source: `new Response(${bytes})` };
    case "`load` of a `Blob`":
      return { passage, source: `new Blob([${bytes}])` };
    case "`load` of a `WebAssembly.Module`":
      return { passage, source: `new WebAssembly.Module(${bytes})` };
    case "a granted directory (`preopens`)":
    case "the same with `readOnly: true`":
      return {
        passage,
        source: bytes,
        refusal: `Cannot grant preopen "/" at "${FOLDER}": Requires read access`,
        program: `
          import { load } from ${JSON.stringify(passage)};
          const path = ${JSON.stringify(FOLDER)};
          const wasi = { preopens: { "/": ${
          row.includes("readOnly") ? "{ path, readOnly: true }" : "path"
        } } };
          using guest = await load(Uint8Array.fromBase64("${WASI_GUEST}"), { wasi });
          if (guest.state === "ready") console.log("Hello there, WASM is cool!");
        `,
      };
    case "`import` of Passage from a URL":
      return {
        passage: `http://${host}/mod.ts`,
        source: bytes,
        refusal: `Requires import access to "${host}"`,
      };
  }
  throw new Error(`Cannot test the row "${row}": it is not known here`);
}

/** Runs a program that loads the guest and passes a text, with only these flags. */
async function run(use: Use, flags: readonly string[]): Promise<Run> {
  // A module that is imported over the network needs no permission once it is in Deno's cache.
  if (!use.passage.startsWith("http:")) return await runWith({}, use, flags);
  const cache = await Deno.makeTempDir({ prefix: "passage-deno-" });
  try {
    return await runWith({ DENO_DIR: cache }, use, flags);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

async function runWith(
  env: Record<string, string>,
  { passage, source, program }: Use,
  flags: readonly string[],
): Promise<Run> {
  return await runDeno(
    ["run", "--quiet", ...flags, "-", (await Deno.readFile(GUEST)).toBase64()],
    program ?? `
      import { load, staticBuffer } from ${JSON.stringify(passage)};
      using guest = await load(${source}, {
        convention: staticBuffer({ pointer: "get_buffer_pointer", pass: ["byteLength"] }),
        memory: { initial: 256, maximum: 256 },
      });
      console.log(guest.passString("Hello there, ", "add_wasm_is_cool"));
    `,
    env,
  );
}

/** Serves the repository's files on loopback. */
function serve(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/wasm";
    const body = await Deno.readFile(new URL(`.${pathname}`, ROOT));
    return new Response(body, { headers: { "content-type": type } });
  });
}

for (const [row = "", permission = ""] of tableRows("What")) {
  const flags = codeSpans(permission);

  Deno.test(`${row} needs ${flags.join(" ") || "no permission"} and nothing else`, async () => {
    await using server = serve();
    const host = `127.0.0.1:${server.addr.port}`;
    const use = useOf(row, host);

    const granted = flags.map((flag) =>
      flag.replace("guest.wasm", FILE).replace("example.com", host).replace("folder", FOLDER)
    );
    const { code, stdout, stderr } = await run(use, granted);
    assertEquals({ code, stdout, stderr }, {
      code: 0,
      stdout: "Hello there, WASM is cool!\n",
      stderr: "",
    });

    assertEquals(use.refusal === undefined, flags.length === 0);
    if (use.refusal === undefined) return;
    const refused = await run(use, []);
    assertEquals({ code: refused.code, stdout: refused.stdout }, { code: 1, stdout: "" });
    assertStringIncludes(refused.stderr, use.refusal);
  });
}
