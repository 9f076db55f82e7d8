// Drives a headless Chromium through its DevTools protocol:
// https://chromedevtools.github.io/devtools-protocol/

import { testWith } from "../_runtimes.ts";

/** The names that packages give to the browser. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The timeout of one step in the browser: on a busy machine the browser starts in 6 s. */
const TIMEOUT = 30_000;

/** The browser's path, if it is installed. */
export const CHROMIUM: string | undefined = await findChromium();

async function findChromium(): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
  return undefined;
}

/** Adds a test that needs the browser. */
export function testInChromium(name: string, test: () => Promise<void>): void {
  testWith("Chromium", CHROMIUM !== undefined, name, test);
}

type Message = Record<string, unknown>;

interface Pending {
  readonly resolve: (result: Message) => void;
  readonly reject: (error: Error) => void;
}

/** A running browser. */
export class Chromium {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(message: Message) => void>();
  #sent = 0;

  private constructor(process: Deno.ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener("close", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("The browser has ended"));
    });
  }

  /** Starts the browser with a profile of its own. */
  static async launch(path: string): Promise<Chromium> {
    const profile = await Deno.makeTempDir({ prefix: "passage-chromium-" });
    const process = new Deno.Command(path, {
      args: [
        "--headless",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "--no-sandbox", // which root cannot use
        "--no-first-run",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-background-timer-throttling", // only one tab is in front
        "--disable-renderer-backgrounding",
        "--disable-component-update",
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const address = await bounded(readAddress(process.stderr), "start the browser");
    const socket = new WebSocket(address);
    const opened = Promise.withResolvers<void>();
    socket.addEventListener("open", () => opened.resolve(), { once: true });
    socket.addEventListener("error", () => opened.reject(new Error("It refuses connections")));
    await bounded(opened.promise, "connect to the browser");
    return new Chromium(process, profile, socket);
  }

  /** Sends a command of the protocol. */
  async send(method: string, params: Message = {}, sessionId?: string): Promise<Message> {
    const id = ++this.#sent;
    const answer = Promise.withResolvers<Message>();
    this.#pending.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return await bounded(answer.promise, method);
  }

  #receive(message: Message): void {
    const pending = this.#pending.get(message.id as number);
    if (pending === undefined) {
      for (const listener of this.#listeners) listener(message);
      return;
    }
    this.#pending.delete(message.id as number);
    const error = message.error as { readonly message: string } | undefined;
    if (error !== undefined) pending.reject(new Error(error.message));
    else pending.resolve(message.result as Message);
  }

  /** Opens a page in a tab of its own. */
  async open(url: string | URL): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page((method, params) => this.send(method, params, sessionId as string));
    await page.send("Page.enable");
    await page.send("Runtime.enable");
    const loaded = Promise.withResolvers<void>();
    this.#listeners.add((message) => {
      if (message.sessionId !== sessionId) return;
      if (message.method === "Page.loadEventFired") loaded.resolve();
      if (message.method === "Runtime.exceptionThrown") page.errors.push(message.params);
    });
    await page.send("Page.navigate", { url: String(url) });
    await bounded(loaded.promise, `load ${url}`);
    return page;
  }

  /** Ends the browser and removes its profile. */
  async close(): Promise<void> {
    await this.send("Browser.close").catch(() => this.#process.kill("SIGKILL"));
    await bounded(this.#process.status, "end the browser");
    // Its processes may still write for a moment.
    for (let trial = 1;; trial++) {
      try {
        return await Deno.remove(this.#profile, { recursive: true });
      } catch (error) {
        if (trial === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}

/** One page, in a tab. */
export class Page {
  readonly send: (method: string, params?: Message) => Promise<Message>;
  /** The exceptions that nothing in the page has caught. */
  readonly errors: unknown[] = [];

  constructor(send: Page["send"]) {
    this.send = send;
  }

  /**
   * Evaluates an expression in the page, under the page's own content security policy.
   *
   * @returns Its value, or the value of its promise, passed as JSON.
   * @throws {Error} with the text and the stack of what the expression throws.
   */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      allowUnsafeEvalBlockedByCSP: false,
    });
    if (exceptionDetails !== undefined) {
      const { text, exception } = exceptionDetails as {
        readonly text: string;
        readonly exception?: { readonly description?: string; readonly value?: unknown };
      };
      throw new Error(exception?.description ?? `${text} ${exception?.value}`);
    }
    return (result as { readonly value: T }).value;
  }

  /** Waits until an expression is true. */
  async until(expression: string): Promise<void> {
    const end = Date.now() + TIMEOUT;
    while (!await this.evaluate<boolean>(`Boolean(${expression})`)) {
      if (Date.now() > end) throw new Error(`${expression} is not true after ${TIMEOUT} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Clicks the middle of the element that an expression finds, with the mouse. */
  async click(element: string): Promise<void> {
    const { x, y } = await this.#middleOf(element);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Drops a file on the element that an expression finds. */
  async drop(element: string, path: string): Promise<void> {
    const { x, y } = await this.#middleOf(element);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await this.send("Input.dispatchDragEvent", { type, x, y, data });
    }
  }

  /** Presses a key that enters no text: `Tab`, `Enter`, `ArrowDown`. */
  async press(key: string, modifier?: "Control" | "Shift"): Promise<void> {
    const modifiers = modifier === "Control" ? 2 : modifier === "Shift" ? 8 : 0;
    const code = KEY_CODES[key];
    if (code === undefined) throw new TypeError(`There is no code for the key ${key}`);
    // A button is pressed by the character of Enter.
    const written = key === "Enter" && modifier === undefined ? { text: "\r" } : {};
    for (const type of ["keyDown", "keyUp"]) {
      await this.send("Input.dispatchKeyEvent", {
        type,
        key,
        code: key,
        windowsVirtualKeyCode: code,
        modifiers,
        ...(type === "keyDown" && written),
      });
    }
  }

  /** Types text into the element that has the focus. */
  async type(text: string): Promise<void> {
    await this.send("Input.insertText", { text });
  }

  async #middleOf(element: string): Promise<{ readonly x: number; readonly y: number }> {
    return await this.evaluate(`(() => {
      const element = ${element};
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`);
  }
}

/** The codes of keys. */
const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Space: 32, ArrowDown: 40 };

/**
 * Reads the address of the DevTools protocol, and discards the rest so that the browser does not
 * block.
 */
async function readAddress(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const found = Promise.withResolvers<string>();
  let text = "";
  const read = async () => {
    for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
      if (text.length > 1e5) continue;
      text += part;
      const address = /DevTools listening on (\S+)/.exec(text)?.[1];
      if (address !== undefined) found.resolve(address);
    }
    found.reject(new Error(`Cannot start the browser: ${text}`));
  };
  read().catch(found.reject);
  return await found.promise;
}

/** Waits for a step, but no longer than the timeout. */
async function bounded<T>(step: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`Cannot ${what}: it takes more than ${TIMEOUT} ms`)),
    TIMEOUT,
  );
  try {
    return await Promise.race([step, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
