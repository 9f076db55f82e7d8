// The number of instances that is counted in advance is compared with the number that linking
// makes.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Guest, load, LoadError } from "../../mod.ts";
import { readComponent } from "../../src/component/component.ts";
import { countInstances } from "../../src/guest/component_modules.ts";
import { guestBytes } from "../_guests.ts";
import { section } from "../binary/_build.ts";
import { assemble } from "../_wat.ts";
import {
  build,
  COMPONENT,
  CORE_INSTANCE,
  CORE_MODULE,
  INSTANCE,
  list,
} from "../component/_build.ts";

/** Returns the number of core instances that a guest has. */
function coreInstances(guest: Guest): number {
  for (let index = 0;; index++) {
    try {
      guest.coreInstance(index);
    } catch {
      return index;
    }
  }
}

const GUESTS = [
  "component/echoes",
  "component/greeter",
  "component/linked",
  "component/shared_resource",
  "component/types",
  "component/waits",
  "component_wasi/command",
  "component_wasi/hello",
  "component_wasi/proxy",
];

for (const name of GUESTS) {
  Deno.test(`${name}: as many core instances are counted as there are`, async () => {
    const bytes = await guestBytes(name);
    const counts = countInstances(readComponent(bytes), name);
    using guest = await load(bytes, { missing: "trap" });
    assertEquals(
      [...counts.values()].reduce((sum, count) => sum + count, 0),
      coreInstances(guest),
    );
  });
}

/** Makes a component with some core instances, two instances of which are in another one. */
function twice(
  modules: readonly string[],
  instances: readonly number[][],
): Uint8Array<ArrayBuffer> {
  const inner = build(
    ...modules.map((text) => section(CORE_MODULE, [...assemble(text)])),
    list(CORE_INSTANCE, ...instances),
  );
  return build(section(COMPONENT, [...inner]), list(INSTANCE, [0x00, 0, 0], [0x00, 0, 0]));
}

const PAGE = 65536;

Deno.test("too many instances are refused before any is made", () => {
  let bytes = twice(["(module)"], [[0x00, 0, 0]]);
  for (let level = 0; level < 60; level++) {
    bytes = build(section(COMPONENT, [...bytes]), list(INSTANCE, [0x00, 0, 0], [0x00, 0, 0]));
  }
  const error = assertThrows(() => countInstances(readComponent(bytes), "it"), LoadError);
  assertEquals(
    error.message,
    "Cannot instantiate it: it makes more than 1000 core instances, expected fewer",
  );
});

/** A memory, and another module that imports it beside its own. */
const OWN = '(module (memory (export "m") 1))';

const SHARING = `(module (import "a" "m" (memory 1)) (memory (export "own") 1)
  (func (export "imported") (result i32) (memory.size 0)))`;

/** Two instances of each, the second of which gets the first. */
const FOUR = twice([OWN, SHARING], [[0x00, 0, 0], [0x00, 1, 1, 1, 0x61, 0x12, 0]]);

Deno.test("the memories of all core instances share what limits.memory leaves", async () => {
  for (const fuel of [Infinity, 1_000_000]) {
    using guest = await load(FOUR, { limits: { memory: 20 * PAGE, fuel } });
    let pages = 0;
    for (let index = 0; index < 4; index++) {
      const { memory } = guest.coreInstance(index);
      // Each of the four has one page, and gets four of the sixteen that are left.
      assertEquals(memory.grow(4), 1);
      assertThrows(() => memory.grow(1), RangeError);
      pages += memory.size / PAGE;
    }
    assertEquals(pages, 20);
    const { imported } = guest.coreInstance(1).exports as { readonly imported: () => number };
    assertEquals(imported(), 5);
  }
});

Deno.test("a component whose memories together begin with more than a limit is refused", async () => {
  const error = await assertRejects(
    () => load(FOUR, { limits: { memory: 4 * PAGE - 1 } }),
    LoadError,
  );
  assertEquals([error.code, error.message], [
    "limits",
    "Cannot load bytes: its memories together have 262144 bytes at the start, expected at most " +
    "262143, or limits.memory of 262144 or more",
  ]);
});
