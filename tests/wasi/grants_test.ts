import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { load, type WasiOptions } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { loadRaw } from "../_wasi.ts";

const REFUSED: readonly [options: unknown, message: string][] = [
  [{ args: ["a", 5] }, "Cannot load the guest: option wasi.args[1] is 5, expected a string"],
  [{ args: ["a\0b"] }, "Cannot grant argument 0: it holds a NUL at index 1, expected none"],
  [
    { args: ["\ud800"] },
    "Cannot grant argument 0: it holds a lone surrogate, expected well-formed text",
  ],
  [{ env: { A: 5 } }, "Cannot load the guest: option wasi.env.A is 5, expected a string"],
  [
    { env: { "": "x" } },
    'Cannot grant environment variable "": its name is empty, expected another',
  ],
  [
    { env: { "A=B": "x" } },
    'Cannot grant environment variable "A=B": its name holds "=", expected another',
  ],
  [
    { env: { A: "b\0" } },
    'Cannot grant environment variable "A": it holds a NUL at index 3, expected none',
  ],
  [
    { stdin: 5 },
    "Cannot load the guest: option wasi.stdin is 5, expected a string, a Uint8Array, a function, an iterable or a stream",
  ],
  [{ stdin: "\udc00" }, "Cannot grant stdin: it holds a lone surrogate, expected well-formed text"],
  [
    { stdout: "show" },
    'Cannot load the guest: option wasi.stdout is "show", expected "discard", "capture" or "inherit" or a function',
  ],
  [
    { stderr: 5 },
    'Cannot load the guest: option wasi.stderr is 5, expected "discard", "capture", "inherit" or a function',
  ],
  [
    { preopens: { "/a": 5 } },
    'Cannot load the guest: option wasi.preopens["/a"] is 5, expected a path, a file: URL, { path, readOnly } or an object of files',
  ],
  [
    { preopens: { "/a": new URL("https://example.com/") } },
    'Cannot load the guest: option wasi.preopens["/a"] is "https://example.com/", expected a path, a file: URL, { path, readOnly } or an object of files',
  ],
  [
    { preopens: { "/a\0": "." } },
    'Cannot grant preopen "/a\\u0000": it holds a NUL at index 2, expected none',
  ],
];

for (const [options, message] of REFUSED) {
  Deno.test(`load() refuses with "${message}"`, async () => {
    const wasi = options as WasiOptions;
    const error = await assertRejects(
      () => load(guestUrl("wat/wasi_functions"), { wasi }),
      TypeError,
    );
    assertEquals(error.message, message);
  });
}

Deno.test("input that changes after the load has no effect on the guest", async () => {
  const stdin = new TextEncoder().encode("before");
  using raw = await loadRaw({ stdin });
  stdin.fill(0);
  assertEquals(raw.read(0), "before");
});

Deno.test("reading output that was not captured is an error, and does not return an empty text", async () => {
  using raw = await loadRaw({ stderr: "capture" });
  const { wasi } = raw.guest;
  const error = assertThrows(() => wasi?.stdout, TypeError);
  assertEquals(
    error.message,
    "Cannot read what the guest wrote to stdout: it was not captured, " +
      'expected the option wasi: { stdout: "capture" }',
  );
  assertEquals([wasi?.stderr, wasi?.stderrBytes], ["", new Uint8Array()]);
});
