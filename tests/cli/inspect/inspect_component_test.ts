import { assert, assertEquals } from "@std/assert";
import { inspectComponent } from "../../../src/cli/inspect/inspect_component.ts";
import { guestBytes } from "../../_guests.ts";
import { readGuest, sourceOf } from "./_guests.ts";

async function inspected(name: string) {
  const found = inspectComponent(await readGuest(`component/${name}`), "guest.wasm");
  assert(found.component !== undefined);
  return found.component;
}

Deno.test("a component is shown with its imports, exports and core modules", async () => {
  const { wit, coreModules, functions, ...rest } = await inspected("greeter");
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
  assertEquals(functions.at(-1), {
    name: "greet",
    type: "func(name: string) -> string",
    line: 'guest.interfaces[""].greet("text")',
  });
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
  const gated = inspectComponent(sourceOf(Uint8Array.of(...header, 9, 0)), "guest.wasm");
  assert(gated.problem !== undefined);
  assertEquals(
    gated.problem.message,
    "Cannot read section at offset 0x8: it uses component start, which the component model has " +
      "not released, expected a component without",
  );
  // A module with the section id 14.
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 14, 0];
  const faulty = inspectComponent(
    sourceOf(Uint8Array.of(...header, 1, module.length, ...module)),
    "guest.wasm",
  );
  assert(faulty.problem !== undefined);
  assertEquals(
    faulty.problem.message,
    "Cannot read section id at offset 0x12: id is 0x0e, expected 0x00 to 0x0d",
  );
});

Deno.test('the line that loads a component sets missing: "trap"; an asynchronous one has no such line', async () => {
  const greeter = inspectComponent(await readGuest("component/greeter"), "a.wasm");
  assertEquals(greeter.load, 'using guest = await load("a.wasm", { missing: "trap" });');
  // One imports nothing, and the other interfaces of WASI, which Passage has.
  for (const name of ["component/shared_resource", "component_wasi/hello"]) {
    const { load } = inspectComponent(await readGuest(name), "a.wasm");
    assertEquals(load, 'using guest = await load("a.wasm");');
  }
  const { load, problem } = inspectComponent(await readGuest("component/async"), "a.wasm");
  assertEquals(load, undefined);
  assertEquals(
    problem?.message,
    'Cannot run "guest.wasm": it uses async at offset 0xe, expected a synchronous component',
  );
});
