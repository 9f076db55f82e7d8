// A plug-in: an untrusted guest that is checked by its hash, is granted nothing, has limited
// results, and is reset after a trap.
import { GuestError, load } from "../mod.ts";

const file = new URL("../testdata/c/passing_data.wasm", import.meta.url);
const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(file));

using plugin = await load(file, {
  // A program would keep the hash of each plug-in in its settings.
  integrity: `sha256-${new Uint8Array(hash).toBase64()}`,
  limits: { results: 1000 },
  missing: "trap",
});

function run(text: string, name: string): string {
  try {
    return plugin.passString(text, name);
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    if (plugin.state === "poisoned") plugin.reset();
    return `${error.code}, and the plug-in is ${plugin.state}`;
  }
}

console.log(run("Hello there, ", "add_wasm_is_cool"));
console.log(run("Hello there, ", "no_such_export"));
