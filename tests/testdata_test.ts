import { assert, assertEquals } from "@std/assert";

const TESTDATA = new URL("../testdata/", import.meta.url);

async function findGuests(): Promise<string[]> {
  const guests: string[] = [];
  for await (const folder of Deno.readDir(TESTDATA)) {
    if (!folder.isDirectory) continue;
    for await (const file of Deno.readDir(new URL(`${folder.name}/`, TESTDATA))) {
      if (file.name.endsWith(".wasm")) guests.push(`${folder.name}/${file.name}`);
    }
  }
  return guests.sort();
}

Deno.test("the table names each guest once and no other", async () => {
  const table = await Deno.readTextFile(new URL("README.md", TESTDATA));
  const named = [...table.matchAll(/^\|\s*`(.+?\.wasm)`\s*\|/gm)].map((match) => match[1]);
  assertEquals(named.sort(), await findGuests());
});

Deno.test("the engine accepts each guest", async () => {
  for (const guest of await findGuests()) {
    assert(WebAssembly.validate(await Deno.readFile(new URL(guest, TESTDATA))), guest);
  }
});

Deno.test("no guest tells where it was built", async () => {
  const decoder = new TextDecoder("latin1");
  for (const guest of await findGuests()) {
    const text = decoder.decode(await Deno.readFile(new URL(guest, TESTDATA)));
    assertEquals(
      /\/(?:home|root|tmp|Users)\/\S+/.exec(text)?.[0],
      undefined,
      guest,
    );
  }
});
