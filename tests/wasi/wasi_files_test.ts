// C programs check the rules of POSIX and preview 1 for files, each in a directory of the host and
// in one in memory.
import { assertEquals } from "@std/assert";
import { load, type WasiPreopen } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";

const PROGRAMS = ["files_links", "files_directories", "files_contents", "sockets"];

/** Runs a program in an empty directory; it prints the first fault and its line. */
async function run(name: string, root: WasiPreopen): Promise<void> {
  using guest = await load(guestUrl(`wasi/${name}`), {
    wasi: { preopens: { "/": root }, stderr: "capture" },
  });
  assertEquals([guest.run(), guest.wasi?.stderr], [0, ""]);
}

for (const name of PROGRAMS) {
  Deno.test(`${name}.c finds no fault on the host`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "passage-wasi-" });
    try {
      await run(name, folder);
      assertEquals([...Deno.readDirSync(folder)], []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  Deno.test(`${name}.c finds no fault in memory`, () => run(name, {}));
}
