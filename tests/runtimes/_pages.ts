// Serves pages that run programs with the bundle, and runs them in Chromium.
import { bundleParts } from "../../.ci/bundle.ts";
import { CHROMIUM, Chromium, type Page } from "./_chromium.ts";

/** All public names, as a program in a page gets them. */
export type Passage = typeof import("../../mod.ts");

/** A program for a page. It becomes source, so it refers to nothing but its parameter. */
export type Program<T> = (passage: Passage) => T | Promise<T>;

/** What a page is. */
export interface PageOptions {
  /** The headers that the page is served with. */
  readonly headers?: Record<string, string>;
  /** Whether a module worker of the page runs the program. */
  readonly inWorker?: boolean;
}

const ROOT = new URL("../../", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  html: "text/html; charset=utf-8",
  css: "text/css",
  wasm: "application/wasm",
};

function typeOf(path: string): Record<string, string> {
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
  return type === undefined ? {} : { "content-type": type };
}

/** The module that a page and its workers load: it imports programs and runs them. */
const RUNNER = `import * as passage from "/bundle/mod.js";
const run = async (path) => (await import(path)).default(passage);
if (globalThis.document !== undefined) globalThis.run = run;
else {
  onmessage = ({ data }) => run(data).then(
    (value) => postMessage({ value }),
    (error) => postMessage({ error }),
  );
}`;

/** The module of a page whose worker runs the programs. */
const RUN_IN_WORKER = `const worker = new Worker("/pages/runner.js", { type: "module" });
globalThis.run = (path) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data: { value, error } }) => error ? reject(error) : resolve(value);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(path);
});`;

/** Pages with the bundle beside them, in one browser. */
export class Pages {
  readonly #folder: URL;
  readonly #browser: Chromium;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** What is served beside the files of the repository. */
  readonly #made = new Map<string, Response>();
  readonly #opened = new Map<PageOptions, Promise<Page>>();

  private constructor(folder: URL, browser: Chromium) {
    this.#folder = folder;
    this.#browser = browser;
    this.#server = Deno.serve({ hostname: "localhost", port: 0, onListen() {} }, (request) => {
      return this.#serve(decodeURIComponent(new URL(request.url).pathname));
    });
  }

  /** Makes the bundle, and starts the browser and a server. */
  static async start(): Promise<Pages> {
    const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "passage-pages-" })}/`);
    const [browser] = await Promise.all([
      Chromium.launch(CHROMIUM!),
      bundleParts(new URL("bundle/", folder), { minify: true }),
    ]);
    return new Pages(folder, browser);
  }

  /** Ends the browser and the server, and removes the bundle. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.shutdown();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #serve(path: string): Promise<Response> {
    const made = this.#made.get(path);
    if (made !== undefined) return made.clone();
    const file = new URL(path.slice(1), path.startsWith("/bundle/") ? this.#folder : ROOT);
    try {
      return new Response(await Deno.readFile(file), { headers: typeOf(path) });
    } catch {
      return new Response("", { status: 404, statusText: "Not Found" });
    }
  }

  /** Serves a file that is made for a test, and returns its address. */
  #make(path: string, content: string, headers: Record<string, string> = {}): string {
    const response = new Response(content, { headers: { ...typeOf(path), ...headers } });
    this.#made.set(path, response);
    return `http://localhost:${this.#server.addr.port}${path}`;
  }

  /** Runs a program in the page with these options, and returns what it returns. */
  async run<T>(program: Program<T>, options: PageOptions): Promise<T> {
    const path = `/pages/programs/${this.#made.size}.js`;
    this.#make(path, `export default ${program};`);
    let opened = this.#opened.get(options);
    if (opened === undefined) this.#opened.set(options, opened = this.#open(options));
    return await (await opened).evaluate<T>(`run(${JSON.stringify(path)})`);
  }

  #open({ headers = {}, inWorker = false }: PageOptions): Promise<Page> {
    const script = inWorker ? "in_worker.js" : "runner.js";
    this.#make("/pages/runner.js", RUNNER, headers);
    this.#make("/pages/in_worker.js", RUN_IN_WORKER, headers);
    const html =
      `<!doctype html><title>page</title><script type="module" src="${script}"></script>`;
    return this.#browser.open(this.#make(`/pages/${this.#opened.size}.html`, html, headers));
  }
}
