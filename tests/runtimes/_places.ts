// The places of a browser in which programs are tested, with guests that they read from a server.
import { assertEquals } from "@std/assert";
import { CHROMIUM, testInChromium } from "./_chromium.ts";
import { type PageOptions, Pages, type Program } from "./_pages.ts";

/** One server and one browser for all tests of a file. */
export const pages = CHROMIUM === undefined ? undefined : await Pages.start();

Deno.test.afterAll(() => pages?.close());

interface Place extends PageOptions {
  /** The place's name in the names of tests. */
  readonly is: string;
}

export const ORDINARY: Place = { is: "an ordinary page" };

export const NO_EVAL: Place = {
  is: "a page that forbids code from strings",
  headers: { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" },
};

export const NO_WASM: Place = {
  is: "a page that forbids WebAssembly",
  headers: { "content-security-policy": "script-src 'self'" },
};

export const WORKER: Place = { is: "a module worker", inWorker: true };

/** A page that can share memory with its workers. */
export const ISOLATED: Place = {
  is: "an isolated page",
  headers: {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  },
};

/** The places where programs run, an ordinary page first. */
const PLACES = [ORDINARY, NO_EVAL, WORKER, ISOLATED];

/** Tests what a program returns in each place. */
export function testEverywhere<T>(name: string, program: Program<T>, expected: T): void {
  for (const place of PLACES) testIn(place, name, program, expected);
}

/** Tests what a program returns in one place. */
export function testIn<T>(place: Place, name: string, program: Program<T>, expected: T): void {
  testInChromium(`${place.is} ${name}`, async () => {
    assertEquals(await pages!.run(program, place), expected);
  });
}
