import { assert, assertEquals, assertRejects } from "@std/assert";
import { findDifferences } from "../testdata/build/differences.ts";
import { findJobs } from "../testdata/build/jobs.ts";
import { findGuests, guestBytes } from "./_guests.ts";

const TESTDATA = new URL("../testdata/", import.meta.url);

Deno.test("the table names each guest once and no other", async () => {
  const table = await Deno.readTextFile(new URL("README.md", TESTDATA));
  const named = [...table.matchAll(/^\|\s*`(.+?)\.wasm`\s*\|/gm)].map((match) => match[1]);
  assertEquals(named.sort(), await findGuests());
});

Deno.test("the engine accepts each guest", async () => {
  for (const guest of await findGuests()) {
    if (guest.startsWith("component")) continue; // no engine takes them
    assert(WebAssembly.validate(await guestBytes(guest)), guest);
  }
});

Deno.test("no guest contains the path where it was built", async () => {
  const decoder = new TextDecoder("latin1");
  for (const guest of await findGuests()) {
    const text = decoder.decode(await guestBytes(guest));
    assertEquals(
      /\/(?:home|root|tmp|Users)\/\S+/.exec(text)?.[0],
      undefined,
      guest,
    );
  }
});

async function withFolders(
  files: Record<string, string | Uint8Array>,
  use: (root: URL) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir();
  const root = new URL(`file://${path}/`);
  try {
    for (const [name, contents] of Object.entries(files)) {
      await Deno.mkdir(new URL("./", new URL(name, root)), { recursive: true });
      const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
      await Deno.writeFile(new URL(name, root), bytes);
    }
    await use(root);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("findDifferences() names guests that differ, that are not stored, and that no source builds", async () => {
  const files = {
    "kept/same.wasm": "same",
    "made/same.wasm": "same",
    "kept/changed.wasm": "abcd",
    "made/changed.wasm": "abXd",
    "kept/longer.wasm": "abcd",
    "made/longer.wasm": "ab",
    "kept/stray.wasm": "",
    "made/new.wasm": "",
    "kept/source.c": "no guest",
  };
  await withFolders(files, async (root) => {
    assertEquals(await findDifferences(new URL("kept/", root), new URL("made/", root)), [
      "kept/changed.wasm: stored 4 bytes and rebuilt 4 bytes differ from offset 0x2",
      "kept/longer.wasm: stored 4 bytes and rebuilt 2 bytes differ from offset 0x2",
      "kept/new.wasm: its source makes it, but it is not stored",
      "kept/stray.wasm: it is stored, but no source makes it",
    ]);
  });
});

const C = { directory: "c", extension: ".c", comment: "//" };

Deno.test("findJobs() reads a guest and its flags from each of a source's first lines", async () => {
  const source = "// build one.wasm: -DA  -DB\n// build two.wasm:\n//\n// build prose.wasm: no\n";
  await withFolders({ "c/a.c": source, "c/a.h": "" }, async (root) => {
    const jobs = await findJobs(C, root, new URL("file:///out/"));
    assertEquals(
      jobs.map(({ source, guest, flags, output }) => [source, guest, flags, output.href]),
      [
        ["a.c", "one.wasm", ["-DA", "-DB"], "file:///out/c/one.wasm"],
        ["a.c", "two.wasm", [], "file:///out/c/two.wasm"],
      ],
    );
  });
});

Deno.test("findJobs() refuses a source that builds no guest", async () => {
  await withFolders({ "c/a.c": "int x;\n" }, async (root) => {
    const message = 'Cannot build "c/a.c": its first line is "int x;", ' +
      'expected "// build <guest>.wasm: <flags>"';
    await assertRejects(() => findJobs(C, root, root), Error, message);
  });
});

Deno.test("findJobs() refuses two sources that build the same guest", async () => {
  const files = { "c/a.c": "// build x.wasm:\n", "c/b.c": "// build x.wasm:\n" };
  await withFolders(files, async (root) => {
    const message = 'Cannot build "c/x.wasm": both "a.c" and "b.c" make it, expected one source';
    await assertRejects(() => findJobs(C, root, root), Error, message);
  });
});
