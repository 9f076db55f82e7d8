// The component model's explainer, "Import and Export Definitions" and "Name Uniqueness".
import { assertEquals } from "@std/assert";
import {
  canonicalName,
  findInterface,
  isLabel,
  isNested,
  parseInterface,
  parseName,
  shortNames,
} from "../../src/component/names.ts";

Deno.test("labels are those of the explainer's examples", () => {
  const valid = ["a", "a-b-c", "a1-2-3", "A", "A-B-C", "A1-2-3", "a11-w0rds", "A11-4CR0NYMS"];
  assertEquals(valid.filter((label) => !isLabel(label)), []);
  const invalid = ["", "1-2-3", "-a", "a-", "a--b", "aB", "Ab", "a_b", "a.b", "\u00e9", "a-bC"];
  assertEquals(invalid.filter(isLabel), []);
});

Deno.test("parseName() returns the parts of a name", () => {
  assertEquals(parseName("get-JSON"), { kind: "plain", label: "get-JSON" });
  assertEquals(parseName("[constructor]my-file"), { kind: "constructor", resource: "my-file" });
  assertEquals(parseName("[method]file.read"), {
    kind: "method",
    resource: "file",
    label: "read",
  });
  assertEquals(parseName("[static]file.open-at"), {
    kind: "static",
    resource: "file",
    label: "open-at",
  });
  assertEquals(parseName("wasi:http/types@0.2.1-rc.1+b"), {
    kind: "interface",
    package: "wasi:http",
    label: "types",
    version: "0.2.1-rc.1+b",
  });
});

Deno.test("parseName() refuses text that is not a name", () => {
  const names = ["", "a b", "[method]file", "[static]a.b.c", "[other]a", "[constructor]a.b"];
  const interfaces = ["a:b", "a/b", "A:b/c", "a:B/c", "a:b/c@", "a:b/c@1", "a:b/c@01.0.0"];
  for (const name of [...names, ...interfaces]) assertEquals(parseName(name), undefined, name);
});

Deno.test("more than one namespace or projection is found", () => {
  const nested = (name: string) => isNested(parseInterface(name)!);
  assertEquals(["a:b/c", "a:b:c/d", "a:b/c/d"].map(nested), [false, true, true]);
});

// Pairs of names that the explainer allows together, and pairs that it does not.
const TOGETHER = ["foo", "foo-bar", "[constructor]foo", "[method]foo.bar", "[static]foo.baz"];
const CLASHING = [
  "FOO",
  "foo-BAR",
  "[constructor]FOO",
  "[method]foo.BAR",
  "[static]foo.bar",
  "[method]foo.baz",
  "[method]foo.foo",
  "foo:bar/BAZ",
];

Deno.test("canonicalName() is the same for names that do not differ strongly", () => {
  const taken = new Set([...TOGETHER, "foo:bar/baz"].map((name) => canonicalName(name)));
  assertEquals(taken.size, TOGETHER.length + 1);
  assertEquals(CLASHING.filter((name) => !taken.has(canonicalName(name))), []);
});

/**
 * An import, the given names, and the one that serves it: a compatible version by
 * https://semver.org, the newest first.
 */
const MATCHES: readonly (readonly [wanted: string, given: string[], found: string | undefined])[] =
  [
    ["a:b/c@0.2.3", ["a:b/c@0.2.3"], "a:b/c@0.2.3"],
    ["a:b/c@0.2.3", ["a:b/c@0.2.2", "a:b/c@0.2.6", "a:b/c@0.2.10", "a:b/c@0.3.0"], "a:b/c@0.2.10"],
    ["a:b/c@0.2.3", ["a:b/c@0.2.2"], undefined],
    ["a:b/c@0.2.3", ["a:b/c@0.3.0", "a:b/c@1.2.3"], undefined],
    ["a:b/c@0.0.3", ["a:b/c@0.0.4"], undefined],
    ["a:b/c@1.2.3", ["a:b/c@1.1.9", "a:b/c@1.3.0", "a:b/c@2.0.0"], "a:b/c@1.3.0"],
    ["a:b/c@1.2.3", ["a:b/c", "a:b/d@1.2.3", "a:d/c@1.2.3"], "a:b/c"],
    ["a:b/c@1.2.3", ["a:b/c", "a:b/c@1.2.4+build"], "a:b/c@1.2.4+build"],
    ["a:b/c@1.2.3-rc.1", ["a:b/c@1.2.3", "a:b/c@1.2.3-rc.2"], undefined],
    ["a:b/c@1.2.3-rc.1", ["a:b/c@1.2.3-rc.1"], "a:b/c@1.2.3-rc.1"],
    ["a:b/c@1.2.3", ["a:b/c@1.2.4-rc.1"], undefined],
    ["a:b/c", ["a:b/c@1.0.0"], undefined],
    ["counters", ["counters"], "counters"],
  ];

for (const [wanted, given, found] of MATCHES) {
  Deno.test(`${found ?? "nothing"} stands for ${wanted} among ${given.join(", ")}`, () => {
    assertEquals(findInterface(wanted, given), found);
  });
}

Deno.test("a name without its version is that of one interface", () => {
  const names = ["a:b/c@1.0.0", "a:b/d@1.0.0", "a:b/d@2.0.0", "a:b/e", "a:b/e@1.0.0", "own"];
  assertEquals([...shortNames(names)], [
    ["a:b/c@1.0.0", "a:b/c"],
    ["a:b/d@1.0.0", "a:b/d@1.0.0"],
    ["a:b/d@2.0.0", "a:b/d@2.0.0"],
    ["a:b/e", "a:b/e"],
    ["a:b/e@1.0.0", "a:b/e@1.0.0"],
    ["own", "own"],
  ]);
});
