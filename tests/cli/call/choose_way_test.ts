import { assertEquals, assertRejects } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { chooseWay } from "../../../src/cli/call/choose_way.ts";
import { readGuest } from "../inspect/_guests.ts";

async function choose(guest: string, name: string, ...args: string[]) {
  const given = args.map((content) => ({ name: content, content }));
  return await chooseWay(await readGuest(guest), name, given, {});
}

Deno.test("a function that certainly takes a text gets one, any other gets numbers", async () => {
  assertEquals(await choose("c/passing_data", "add_wasm_is_cool", "hi"), "text");
  assertEquals(await choose("c/symbols", "add_i64", "2", "3"), {
    parameters: ["i64", "i64"],
    result: "i64",
  });
  assertEquals(await choose("c/symbols", "malloc", "1"), { parameters: ["i32"], result: "i32" });
  const numbers = { parameters: ["i32", "i32"], result: "i32" } as const;
  assertEquals(await choose("wat/no_memory", "add", "1"), numbers);
  assertEquals(await choose("wat/no_memory", "answer"), { parameters: [], result: "i32" });
  assertEquals(await choose("assemblyscript/strings", "repeat", "ab", "3"), {
    parameters: ["string", "i32"],
    result: "string",
  });
});

const REFUSED: readonly (readonly [string, string, string[], string, string])[] = [
  [
    "c/symbols",
    "chekcsum",
    ["a", "b"],
    "missing-export",
    'Cannot call "chekcsum": the guest exports no function of this name, did you mean "checksum"?',
  ],
  ["c/symbols", "echo", ["a"], "ambiguous-convention", 'Cannot tell how "echo" passes text'],
  ["wat/no_memory", "add", ["one"], "no-convention", "Cannot tell how the guest passes text"],
];

for (const [guest, name, args, code, message] of REFUSED) {
  Deno.test(`an unclear call is refused, with the option that would settle it: ${name}`, async () => {
    const error = await assertRejects(() => choose(guest, name, ...args), GuestError, message);
    assertEquals(error.code, code);
  });
}
