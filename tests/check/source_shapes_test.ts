import { adopt, compile, load } from "../../mod.ts";
import { checkSourceOptions } from "../../src/check/source_shapes.ts";
import { guestPath } from "../_guests.ts";
import { assertEquals, assertRejects } from "@std/assert";

const HASH = `sha256-${"A".repeat(43)}=`;

Deno.test("the options are copied", () => {
  const { signal } = new AbortController();
  const onProgress = () => {};
  const given = { integrity: HASH, onProgress, signal };
  const checked = checkSourceOptions(given);
  assertEquals({ ...checked }, given);
  assertEquals(checked === given, false);
  assertEquals({ ...checkSourceOptions({ signal: undefined }) }, {});
});

/** Options that are wrong, and the lines of the error. */
const WRONG: readonly (readonly [options: unknown, lines: readonly string[]])[] = [
  [{ integrity: 5 }, ['option integrity is 5, expected a hash such as "sha384-…"']],
  [{ integrity: "md5-AAAA" }, [
    'option integrity is "md5-AAAA", expected "sha256-…", "sha384-…" or "sha512-…"',
  ]],
  [{ integrity: "sha256-AAAA" }, [
    'option integrity has "sha256-AAAA", expected 43 digits of base64 after "sha256-"',
  ]],
  [{ onProgress: true, signal: {} }, [
    "option onProgress is true, expected a function",
    "option signal is an object of class Object, expected an AbortSignal",
  ]],
  [{ signal: new AbortController() }, [
    "option signal is an object of class AbortController, expected an AbortSignal",
  ]],
  [{ onprogress: () => {}, integrety: HASH }, [
    'option onprogress is unknown, did you mean "onProgress"?',
    'option integrety is unknown, did you mean "integrity"?',
  ]],
  [{ sri: HASH, abortSignal: undefined }, [
    'option sri is unknown, did you mean "integrity"?',
    'option abortSignal is unknown, did you mean "signal"?',
  ]],
];

for (const [options, lines] of WRONG) {
  Deno.test(`load() and compile() refuse ${lines.join(" and ")}`, async () => {
    const path = guestPath("c/echo_length");
    for (
      const [attempt, cannot] of [
        [() => load(path, options as never), "Cannot load the guest"],
        [() => compile(path, options as never), "Cannot compile the guest"],
      ] as const
    ) {
      const { message } = await assertRejects(attempt, TypeError);
      const [first, ...rest] = lines;
      const expected = rest.length === 0
        ? `${cannot}: ${first}`
        : `${cannot}:${lines.map((line) => `\n${line}`).join("")}`;
      assertEquals(message, expected);
    }
  });
}

Deno.test("nothing is read if an option is wrong", async () => {
  let asked = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    asked++;
    return new Response();
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await assertRejects(() => load(url, { integrity: "?" }), TypeError);
  await assertRejects(() => compile(url, { integrity: "?" }), TypeError);
  assertEquals(asked, 0);
});

Deno.test("compile() refuses options that are not an object, or cannot be read", async () => {
  const path = guestPath("c/echo_length");
  await assertRejects(
    () => compile(path, 5 as never),
    TypeError,
    "the second argument is 5, expected an object of options",
  );
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await assertRejects(() => compile(path, proxy), TypeError, "Cannot compile the guest: ");
});

Deno.test("the error of adopt() says where the options belong", async () => {
  const { module } = await compile(guestPath("c/echo_length"));
  const instance = new WebAssembly.Instance(module);
  await assertRejects(
    () => adopt(instance, { integrity: HASH } as never),
    TypeError,
    "option integrity is unknown, expected it as an option of compile(), whose value is a source",
  );
});
