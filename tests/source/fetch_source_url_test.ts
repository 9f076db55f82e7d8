import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { type Run, runDeno } from "../_deno.ts";
import { guestPath } from "../_guests.ts";

const ROOT = new URL("../../", import.meta.url);
const GUEST = "testdata/c/passing_data.wasm";
const PASSED = { code: 0, stdout: "Hello there, WASM is cool!\n", stderr: "" };

/** Serves the repository's files on loopback, and records the requested paths. */
async function withRepository(
  use: (host: string, asked: ReadonlySet<string>) => Promise<void>,
): Promise<void> {
  const asked = new Set<string>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async ({ url }) => {
      const { pathname } = new URL(url);
      asked.add(pathname);
      const type = pathname.endsWith(".ts") ? "application/typescript" : "application/wasm";
      const body = await Deno.readFile(new URL(`.${pathname}`, ROOT));
      return new Response(body, { headers: { "content-type": type } });
    },
  );
  await use(`127.0.0.1:${server.addr.port}`, asked);
}

/** Runs a program that passes a text through the guest at `source`, with an empty cache. */
async function run(host: string, source: string, flags: readonly string[]): Promise<Run> {
  const cache = await Deno.makeTempDir({ prefix: "passage-url-" });
  try {
    return await runDeno(
      ["run", "--quiet", "--no-prompt", "--no-config", ...flags, "-"],
      `
        import { load } from "http://${host}/mod.ts";
        using guest = await load(${JSON.stringify(source)});
        console.log(guest.passString("Hello there, "));
      `,
      { DENO_DIR: cache },
    );
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("Passage imported from a URL needs permission to import it and to read the guest", async () => {
  const path = guestPath("c/passing_data");
  await withRepository(async (host, asked) => {
    const flags = [`--allow-import=${host}`, `--allow-read=${path}`];
    assertEquals(await run(host, path, flags), PASSED);
    // It consists only of its own files.
    const foreign = [...asked].filter((path) => path !== "/mod.ts" && !path.startsWith("/src/"));
    assertEquals(foreign, []);

    const refused = await run(host, path, flags.slice(0, 1));
    assertStrictEquals(refused.code, 1);
    assertStringIncludes(
      refused.stderr,
      `LoadError: Cannot read ${JSON.stringify(path)}: permission is refused, ` +
        `expected --allow-read=${path}`,
    );
  });
});

Deno.test("a guest from a URL needs permission for its host and nothing else", async () => {
  await withRepository(async (host) => {
    const source = `http://${host}/${GUEST}`;
    const flags = [`--allow-import=${host}`, `--allow-net=${host}`];
    assertEquals(await run(host, source, flags), PASSED);

    const refused = await run(host, source, flags.slice(0, 1));
    assertStrictEquals(refused.code, 1);
    assertStringIncludes(
      refused.stderr,
      `LoadError: Cannot fetch "${source}": permission is refused, expected --allow-net=${host}`,
    );
  });
});
