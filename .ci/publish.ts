/**
 * Tries to publish, without doing it, and fails on a warning too. Deno itself ends well after one.
 */
const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["publish", "--dry-run", "--allow-dirty"],
  env: { NO_COLOR: "1" },
}).output();
const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
console.log(printed);
if (!success || /^warning\b/m.test(printed)) Deno.exit(1);
