import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { cString, hostFunction, type Imports } from "../../mod.ts";
import { checkOptions } from "../../src/check/options.ts";

async function messageOf(options: unknown): Promise<string> {
  return (await assertRejects(() => checkOptions(options), TypeError)).message;
}

const log = () => {};

/** Options that are wrong, and the problem. */
const REFUSED: readonly (readonly [options: unknown, problem: string])[] = [
  [5, "the second argument is 5, expected an object of options"],
  [cString(), "the second argument is a convention, expected { convention }"],
  [{ convension: cString() }, 'option convension is unknown, did you mean "convention"?'],
  [{ importObject: {} }, 'option importObject is unknown, did you mean "imports"?'],
  [{ log }, "option log is unknown, expected imports: { …: { log } }"],
  [{ env: { log } }, "option env is unknown, expected imports: { env: … }"],
  [
    { greet: { parameters: [], result: "void" } },
    "option greet is unknown, expected symbols: { greet: … }",
  ],
  [{ stdout: "capture" }, "option stdout is unknown, expected wasi: { stdout: … }"],
  [{ maximum: 5 }, "option maximum is unknown, expected memory: { maximum: … }"],
  [{ memoryName: 5 }, "option memoryName is 5, expected a string"],
  [{ missing: "stub" }, 'option missing is "stub", did you mean "trap"?'],
  [{ missing: "noop" }, 'option missing is "noop", did you mean "ignore"?'],
  [{ memory: { minimum: 1 } }, 'option memory.minimum is unknown, did you mean "initial"?'],
  [{ memory: 5 }, "option memory is 5, expected a WebAssembly.Memory or { initial, maximum }"],
  [{ limits: { results: "1" } }, 'option limits.results is "1", expected a number of bytes'],
  [
    { imports: [] },
    "option imports is an object of class Array, expected an object such as { env: { … } } or a function",
  ],
  [{ imports: { env: 5 } }, "option imports.env is 5, expected an object of imports by name"],
  [{ wasi: { args: "a" } }, 'option wasi.args is "a", expected an array of strings'],
  [{ wasi: { stdout: "pipe" } }, 'option wasi.stdout is "pipe", did you mean "capture"?'],
  [
    { wasi: { preopens: { "/a": new URL("https://example.com/") } } },
    'option wasi.preopens["/a"] is "https://example.com/", expected a path, a file: URL, { path, readOnly } or an object of files',
  ],
];

for (const [options, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, async () => {
    assertEquals(await messageOf(options), `Cannot load the guest: ${problem}`);
  });
}

Deno.test("all problems are reported at once, those of the symbols too", async () => {
  const symbols = { greet: { parameters: [], result: "txt" } };
  assertEquals(
    (await messageOf({ memoryName: 5, missing: 5, symbols })).split("\n").map((line) =>
      line.split(" is ")[0]
    ),
    ["Cannot load the guest:", "option memoryName", "option missing", 'symbol "greet": result'],
  );
});

Deno.test("wrong symbols are reported together with the exports of the guest that do not fit", async () => {
  const { declarations } = await checkOptions({
    symbols: { greet: { parameters: [], result: "int" } },
  });
  assertEquals([...declarations!.wrong.keys()], ["greet"]);
});

Deno.test("options are copied, except values that are passed on as they are", async () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const fn = hostFunction({ parameters: [], result: "void" }, () => {});
  const env = { log, fn };
  const given = { imports: { env }, memory, missing: "trap" as const, wasi: { args: ["a"] } };
  const { options, declarations } = await checkOptions(given);
  assertEquals([options, declarations], [given, undefined]);
  assertEquals([(options.imports as Imports).env === env, options.memory === memory], [true, true]);
  assertEquals([options.wasi === given.wasi, options.wasi!.args === given.wasi.args], [
    false,
    false,
  ]);
});

Deno.test("options that cannot be read are the caller's error", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(
    (await messageOf(proxy)).startsWith(
      "Cannot load the guest: the second argument cannot be read: ",
    ),
    true,
  );
});

Deno.test("the error for a missing import shows where else it was given", async () => {
  const { explainImport } = await checkOptions({ imports: { host: { log } } });
  assertStrictEquals(
    explainImport("env", "log"),
    '"log" was given in "host", expected it in "env"',
  );
});
