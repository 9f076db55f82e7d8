/**
 * Serves a page that inspects a guest and shows what a call does.
 *
 *     deno task playground             serves it at http://localhost:8765
 *     deno task playground --port 80   at another port
 *
 * The page is static: it is written into `.bundle/playground/`, which any server can serve.
 */
import { parseArgs } from "node:util";
import { runBundler } from "../../.ci/bundle.ts";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** The guests that the page offers. */
const GUESTS = [
  "c/passing_data.wasm",
  "c/c_string.wasm",
  "assemblyscript/strings.wasm",
  "component/echoes.wasm",
];

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  wasm: "application/wasm",
};

/**
 * Writes the page and everything that it needs.
 *
 * @param folder Where it goes.
 */
export async function buildPlayground(folder: URL): Promise<void> {
  const entry = "examples/playground/page.ts";
  await runBundler(["--minify", "--code-splitting", "--outdir", fileURLToPath(folder)], [entry]);
  await Deno.mkdir(new URL("guests/", folder), { recursive: true });
  for (const name of ["index.html", "style.css"]) {
    await Deno.copyFile(new URL(name, import.meta.url), new URL(name, folder));
  }
  for (const path of GUESTS) {
    const name = path.slice(path.indexOf("/") + 1);
    await Deno.copyFile(new URL(`testdata/${path}`, ROOT), new URL(`guests/${name}`, folder));
  }
}

/** Serves a folder, and nothing outside of it. */
export async function serveFolder(request: Request, folder: URL): Promise<Response> {
  const { pathname } = new URL(request.url);
  const path = pathname === "/" ? "index.html" : pathname.slice(1);
  try {
    const file = new URL(path, folder);
    if (!file.href.startsWith(folder.href)) throw new Error("It is outside");
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    return new Response(await Deno.readFile(file), { headers: { "content-type": type } });
  } catch {
    return new Response("There is no such file.", { status: 404 });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "8765" } } });
  const folder = new URL(".bundle/playground/", ROOT);
  await buildPlayground(folder);
  const onListen = ({ port }: Deno.NetAddr) => console.log(`http://localhost:${port}/`);
  const port = Number(values.port);
  Deno.serve({ hostname: "localhost", port, onListen }, (request) => serveFolder(request, folder));
}
