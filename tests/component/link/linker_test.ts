// The component model's explainer, "Instance Definitions" and "Alias Definitions".
import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError } from "../../../mod.ts";
import { section } from "../../binary/_build.ts";
import { ALIAS, build, CORE_INSTANCE, CORE_MODULE, list, MODULE } from "../_build.ts";
import { loadLinked } from "./_guests.ts";

Deno.test("each instance of a core module has its own memory", async () => {
  using guest = await loadLinked();
  const { echo } = guest.interfaces[""];
  const { twice } = guest.interfaces["test:linked/texts"];
  assertEquals([echo("a"), twice("b"), echo("c")], ["a", "bb", "c"]);
});

Deno.test("an export that a core module does not have is an error with its offset", async () => {
  const bytes = build(
    section(CORE_MODULE, MODULE),
    list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
    list(ALIAS, [0x00, 0x00, 0x01, 0x00, "f"]),
  );
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals([error.code, error.message], [
    "instantiation",
    'Cannot instantiate bytes: the core function "f" of a core instance at offset 0x1b: it does ' +
    "not have that",
  ]);
});

Deno.test("a core module that cannot be instantiated is an error with its offset", async () => {
  const importing = [MODULE, section(2, 1, "m", "f", 0x00, 0x00)];
  const typed = [MODULE, section(1, 1, 0x60, 0, 0), ...importing.slice(1)];
  const bytes = build(section(CORE_MODULE, typed), list(CORE_INSTANCE, [0x00, 0x00, 0x00]));
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals([error.code, error.message.split(":", 2).join(":")], [
    "instantiation",
    "Cannot instantiate bytes: a core module at offset 0x24",
  ]);
});
