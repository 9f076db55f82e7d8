import { assertEquals } from "@std/assert";
import {
  camelCase,
  HOST_SHAPES,
  pascalCase,
  propertyOf,
} from "../../../src/component/values/js_shapes.ts";

/** Labels with the names that jco gives a field and a class. */
const NAMES: readonly (readonly [label: string, camel: string, pascal: string])[] = [
  ["a", "a", "A"],
  ["at-end", "atEnd", "AtEnd"],
  ["HTTP-thing", "httpThing", "HttpThing"],
  ["get-HTTP-2x", "getHttp2x", "GetHttp2x"],
  ["my-res", "myRes", "MyRes"],
];

for (const [label, camel, pascal] of NAMES) {
  Deno.test(`the label ${label} is ${camel} or ${pascal}`, () => {
    assertEquals([camelCase(label), pascalCase(label)], [camel, pascal]);
  });
}

/** Labels with their names in the draft, whose table this is: acronyms stay as they are. */
const DRAFT_NAMES: readonly (readonly [label: string, camel: string, pascal: string])[] = [
  ["element", "element", "Element"],
  ["query-selector", "querySelector", "QuerySelector"],
  ["inner-HTML", "innerHTML", "InnerHTML"],
  ["XML-http-request", "xmlHttpRequest", "XMLHttpRequest"],
  ["URL", "url", "URL"],
  ["a1-2-3", "a123", "A123"],
];

for (const [label, camel, pascal] of DRAFT_NAMES) {
  Deno.test(`the label ${label} is ${camel} or ${pascal} in the draft`, () => {
    const { draft } = HOST_SHAPES;
    assertEquals([draft.name(label), draft.className(label)], [camel, pascal]);
  });
}

Deno.test("a property of an object or its class is read, but none of Object.prototype", () => {
  class Counter {
    next() {}
  }
  const counter = new Counter();
  assertEquals(propertyOf(counter, "next"), Counter.prototype.next);
  assertEquals(propertyOf({ toString: 1 }, "toString"), 1);
  assertEquals(propertyOf(counter, "toString"), undefined);
  assertEquals(propertyOf(undefined, "next"), undefined);
});
