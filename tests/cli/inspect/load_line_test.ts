import { assertEquals } from "@std/assert";
import * as passage from "../../../mod.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { loadLine } from "../../../src/cli/inspect/load_line.ts";
import { guestPath } from "../../_guests.ts";
import { readGuest } from "./_guests.ts";

async function lineFor(name: string): Promise<string> {
  const { info, missing } = await loadIdle(await readGuest(name));
  return loadLine(guestPath(name), info, missing);
}

Deno.test("a guest whose imports Passage provides needs no option", async () => {
  const path = JSON.stringify(guestPath("wasi/hello"));
  assertEquals(await lineFor("wasi/hello"), `using guest = await load(${path});`);
});

for (const name of ["c/passing_data", "c/dynamic_library", "wat/imports_all_kinds"]) {
  Deno.test(`the line that loads ${name} runs as it is`, async () => {
    const line = await lineFor(name);
    const [, expression = ""] = /^using guest = (await load\(.*\));$/.exec(line) ?? [];
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    using guest = await new AsyncFunction("load", `return ${expression}`)(
      passage.load,
    ) as passage.Guest;
    assertEquals(guest.state, "ready");
  });
}
