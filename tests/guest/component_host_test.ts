import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ComponentError, GuestError, load, LoadError } from "../../mod.ts";
import { build, IMPORT, list, named, TYPE } from "../component/_build.ts";
import { runDeno } from "../_deno.ts";
import { guestUrl } from "../_guests.ts";

const HELLO = guestUrl("component_wasi/hello");

Deno.test("a command runs once for each instance, and its exit code is a value", async () => {
  using guest = await load(HELLO, { wasi: { args: ["hello", "Ada"], stdout: "capture" } });
  assertEquals([guest.run(), guest.wasi?.stdout, guest.state], [0, "Hello, Ada!\n", "ready"]);
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.message], [
    "exited",
    "Cannot run the guest: it has run, expected reset() first",
  ]);
  guest.reset();
  assertEquals([await guest.run({ async: true }), guest.wasi?.stdout], [0, "Hello, Ada!\n"]);
});

Deno.test("a component that is not a command cannot be run", async () => {
  using guest = await load(guestUrl("component/greeter"), { missing: "trap" });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.message], [
    "missing-export",
    'Cannot run the guest: it has "greet", "counters#[constructor]counter", ' +
    '"counters#[method]counter.count", expected a command, which exports wasi:cli/run',
  ]);
});

Deno.test("an interface that the caller provides takes precedence over that of Passage", async () => {
  using guest = await load(HELLO, {
    imports: {
      "wasi:cli/environment": { getArguments: () => ["", "Bob"], getEnvironment: () => [] },
    },
    wasi: { args: ["hello", "Ada"], stdout: "capture" },
  });
  assertEquals([guest.run(), guest.wasi?.stdout], [0, "Hello, Bob!\n"]);
});

/** Makes a component that imports an interface with a function. */
function importing(name: string, label: string): Uint8Array<ArrayBuffer> {
  const type = [0x42, 2, 0x01, 0x40, 0x00, 0x01, 0x00, 0x04, 0x00, label, 0x01, 0];
  return build(list(TYPE, type), list(IMPORT, named(name, 0x05, 0)));
}

/** Names of an interface, and whether Passage has it. */
const VERSIONS = [
  ["wasi:cli/stdin@0.2.0", true],
  ["wasi:cli/stdin@0.2.12", true],
  ["wasi:cli/stdin@0.2.13", false],
  ["wasi:cli/stdin@0.2.0-rc-2023-11-10", false],
  ["wasi:cli/stdin@0.3.0", false],
  ["wasi:cli/stdio@0.2.0", false],
  ["wasi:keyvalue/stdin@0.2.0", false],
  ["mine:cli/stdin@0.2.0", false],
] as const;

for (const [name, has] of VERSIONS) {
  Deno.test(`${name} is ${has ? "there" : "missing"}`, async () => {
    const bytes = importing(name, "get-stdin");
    if (has) return (await load(bytes)).close();
    const error = await assertRejects(() => load(bytes), LoadError);
    assertEquals(error.message.includes(`import "${name}" function "getStdin"`), true);
  });
}

Deno.test("a function that WASI does not define is missing", async () => {
  const bytes = importing("wasi:cli/stdin@0.2.0", "get-stdon");
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals(
    error.message.split("\n").at(-1),
    'import "wasi:cli/stdin@0.2.0" function "getStdon": func(): missing, did you mean "getStdin"?',
  );
});

Deno.test("a reactor is called, exits for ever, and begins anew after a reset", async () => {
  using guest = await load(guestUrl("component_wasi/reactor"), {
    wasi: {
      stdout: "capture",
      preopens: { "/data": { "a.txt": new TextEncoder().encode("first") } },
    },
  });
  const { read, say, quit } = guest.interfaces[""];
  assertEquals([guest.wasi?.stdout, read("/data/a.txt")], ["started\n", "first"]);
  // The messages of musl: a path that leads out of the directory is not permitted, and neither is
  // one without a grant.
  const refused = ["/data/../a.txt", "/data/b.txt", "/etc/passwd"].map((path) =>
    assertThrows(() => read(path), ComponentError).payload
  );
  assertEquals(refused, [
    "Operation not permitted",
    "No such file or directory",
    "Capabilities insufficient",
  ]);
  const error = assertThrows(() => quit(), GuestError);
  assertEquals([error.code, error.status, guest.state], ["exited", 1, "exited"]);
  assertEquals(
    assertThrows(() => say("more"), GuestError).message,
    'Cannot call "say": the guest exited with code 1, expected reset() first',
  );
  guest.reset();
  say("more");
  assertEquals([guest.wasi?.stdout, guest.state], ["started\nmore\n", "ready"]);
});

Deno.test("a reactor that exits while it is instantiated is an error, with its output", async () => {
  const lines: string[] = [];
  const loading = load(guestUrl("component_wasi/reactor_quits"), {
    wasi: { stdout: (line) => void lines.push(line) },
  });
  const error = await assertRejects(() => loading, LoadError);
  assertEquals([error.code, (error.cause as GuestError).code, (error.cause as GuestError).status], [
    "instantiation",
    "exited",
    1,
  ]);
  assertEquals(lines, ["started", "leaving"]);
});

Deno.test("components without WASI load no code of it", async () => {
  const loaded = async (guest: string) => {
    const program = `
      import { load } from "./mod.ts";
      await load("${guest}", { missing: "trap" });
    `;
    const folder = await Deno.makeTempDir({ prefix: "passage-coverage-" });
    try {
      const flags = ["run", "--no-check", "--allow-read", `--coverage=${folder}`, "-"];
      assertEquals((await runDeno(flags, program)).code, 0);
      const reports = await Array.fromAsync(Deno.readDir(folder));
      const texts = reports.map(({ name }) => Deno.readTextFileSync(`${folder}/${name}`));
      return texts.filter((text) => /\/src\/wasi\/interfaces\//.test(text)).length;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
  assertEquals(await loaded("testdata/component/linked.wasm"), 0);
  assert(await loaded("testdata/component_wasi/hello.wasm") > 0);
});
