// Semantic versions, https://semver.org: what is compatible, and what is newer.
import { assertEquals } from "@std/assert";
import { findInterface } from "../../../src/component/link/versions.ts";

/** An import, what is given, and what stands for it. */
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
