import { assert, assertEquals } from "@std/assert";
import { inspectComponent } from "../../../src/cli/inspect/inspect_component.ts";
import { guestBytes } from "../../_guests.ts";

async function inspected(name: string) {
  const found = inspectComponent(await guestBytes(`component/${name}`));
  assert("component" in found);
  return found.component;
}

Deno.test("a component is shown with its imports, exports and core modules", async () => {
  const { wit, coreModules, ...rest } = await inspected("greeter");
  assertEquals(rest, {
    imports: [{ name: "log", sort: "function" }],
    exports: [{ name: "counters", sort: "instance" }, { name: "greet", sort: "function" }],
    features: [],
    nestedComponents: 1,
  });
  assertEquals(
    coreModules.map(({ place, imports, exports }) => [place, imports, exports]),
    [["core module 0", 0, ["memory", "realloc"]], ["core module 1", 3, ["greet", "make", "count"]]],
  );
  assert(wit.includes("export greet: func(name: string) -> string;"), wit);
});

Deno.test("the features that a component uses are shown with their offsets", async () => {
  const bytes = await guestBytes("component/async");
  const { features } = await inspected("async");
  assertEquals(features.map(({ feature }) => feature), ["async", "map"]);
  // The codes of a stream type and of a map type.
  assertEquals(features.map(({ offset }) => bytes[offset]), [0x66, 0x63]);
});

Deno.test("a gated feature, and a fault in a core module, are shown as problems", () => {
  const header = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];
  const gated = inspectComponent(Uint8Array.of(...header, 9, 0));
  assert("problem" in gated);
  assertEquals(
    gated.problem.message,
    "Cannot read section at offset 0x8: it uses component start, which the component model has " +
      "not released, expected a component without",
  );
  // A module with the section id 14.
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 14, 0];
  const faulty = inspectComponent(Uint8Array.of(...header, 1, module.length, ...module));
  assert("problem" in faulty);
  assertEquals(
    faulty.problem.message,
    "Cannot read core module 0, whose offsets count from 0xa: Cannot read section id at offset " +
      "0x8: id is 0x0e, expected 0x00 to 0x0d",
  );
});
