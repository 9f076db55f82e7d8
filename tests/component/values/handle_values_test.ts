// The component model's canonical ABI, "Loading" and "Storing", for handles of resources.
import { assertEquals } from "@std/assert";
import type { ResourceType } from "../../../src/component/types.ts";
import { makePlace, storedBytes, throughCore } from "./_place.ts";

const RESOURCE: ResourceType = {
  kind: "resource",
  offset: 0,
  destructor: undefined,
};

for (const kind of ["own", "borrow"] as const) {
  Deno.test(`a handle of ${kind} is an index into the table of the instance`, () => {
    const asked: string[] = [];
    const take = (way: string) => (handle: number) => {
      asked.push(way);
      return `resource ${handle}`;
    };
    const add = (way: string) => (resource: unknown) => {
      asked.push(way);
      return Number(String(resource).slice("resource ".length));
    };
    const place = makePlace({
      handles: {
        takeOwn: take("own"),
        takeBorrow: take("borrow"),
        addOwn: add("own"),
        addBorrow: add("borrow"),
      },
    });
    const codec = place.codecs.of({ kind, resource: RESOURCE });
    assertEquals(storedBytes(place, codec, "resource 258"), [[2, 1, 0, 0], []]);
    assertEquals(codec.load(0, place.memory.data()), "resource 258");
    assertEquals(throughCore(codec, "resource 7"), [[7], "resource 7"]);
    assertEquals(codec.lift([-1], 0), "resource 4294967295");
    assertEquals(new Set(asked), new Set([kind]));
  });
}
