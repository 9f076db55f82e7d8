// Serves pages that run programs with the bundle, and runs them in Chromium.
import { bundleParts } from "../../.ci/bundle.ts";
import { CHROMIUM, Chromium, type Page } from "./_chromium.ts";

/** All public names, as a program in a page gets them. */
export type Passage = typeof import("../../mod.ts");

/** A program for a page. It is passed as source, so it can refer only to its parameter. */
export type Program<T> = (passage: Passage) => T | Promise<T>;

/** The options of a page. */
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

/** Returns a file of a folder, if there is one. */
async function readFrom(folder: URL, path: string): Promise<Response | undefined> {
  try {
    return new Response(await Deno.readFile(new URL(path.slice(1), folder)), {
      headers: typeOf(path),
    });
  } catch {
    return undefined;
  }
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

/** A folder to work in, and the bundle in parts. */
export interface Folders {
  readonly folder: URL;
  readonly parts: URL;
}

/** Pages with the bundle beside them, in one browser. */
export class Pages {
  readonly #folder: URL;
  readonly #browser: Chromium;
  readonly #servers: Deno.HttpServer<Deno.NetAddr>[] = [];
  /** The address of the server of the repository, without a slash at its end. */
  readonly #origin: string;
  /** The files that are served in addition to those of the repository. */
  readonly #made = new Map<string, Response>();
  readonly #opened = new Map<PageOptions, Promise<Page>>();

  private constructor(folder: URL, browser: Chromium) {
    this.#folder = folder;
    this.#browser = browser;
    this.#origin = this.#listen((path) => this.#serve(path));
  }

  /** Makes the bundle, and starts the browser and a server. */
  static async start(): Promise<Pages> {
    const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "passage-pages-" })}/`);
    const [browser] = await Promise.all([
      Chromium.launch(CHROMIUM!),
      bundleParts(new URL("bundle/", folder)),
    ]);
    return new Pages(folder, browser);
  }

  /** Ends the browser and the server, and removes the bundle. */
  async close(): Promise<void> {
    await this.#browser.close();
    for (const server of this.#servers) await server.shutdown();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #listen(serve: (path: string) => Promise<Response>): string {
    const options = { hostname: "localhost", port: 0, onListen() {} };
    const server = Deno.serve(
      options,
      ({ url }) => serve(decodeURIComponent(new URL(url).pathname)),
    );
    this.#servers.push(server);
    return `http://localhost:${server.addr.port}`;
  }

  async #serve(path: string): Promise<Response> {
    const made = this.#made.get(path);
    if (made !== undefined) return made.clone();
    return await readFrom(path.startsWith("/bundle/") ? this.#folder : ROOT, path) ??
      new Response("", { status: 404, statusText: "Not Found" });
  }

  /** Serves a file that is made for a test, and returns its address. */
  #make(path: string, content: string, headers: Record<string, string> = {}): string {
    const response = new Response(content, { headers: { ...typeOf(path), ...headers } });
    this.#made.set(path, response);
    return this.#origin + path;
  }

  /** Runs a program in the page with these options, and returns what it returns. */
  async run<T>(program: Program<T>, options: PageOptions): Promise<T> {
    const path = `/pages/programs/${this.#made.size}.js`;
    this.#make(path, `export default ${program};`);
    let opened = this.#opened.get(options);
    if (opened === undefined) this.#opened.set(options, opened = this.#open(options));
    return await (await opened).evaluate<T>(`run(${JSON.stringify(path)})`);
  }

  /**
   * Opens the page of a folder, with the repository's files beside those of the folder.
   *
   * @param make Writes the folder; it gets one to work in, and the bundle in parts.
   */
  async openFolder(make: (folders: Folders) => Promise<URL>): Promise<Page> {
    const folder = new URL(`${this.#servers.length}/`, this.#folder);
    await Deno.mkdir(folder);
    const made = await make({ folder, parts: new URL("bundle/", this.#folder) });
    const origin = this.#listen(async (path) => await readFrom(made, path) ?? this.#serve(path));
    return await this.#browser.open(`${origin}/index.html`);
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
