import { assertEquals } from "@std/assert";
import { describeUnfreed } from "../../src/call/unfreed.ts";
import { instanceOf } from "./_unit.ts";

/** The number of bytes in guest memory. */
const PAGE = 65536;

const instance = await instanceOf();

/** The addition to an error, for results, arguments and bytes that were never freed. */
function told(results: number, passed: number, byteLength: number, part = 1 / 2): string {
  Object.assign(instance.unfreed, { results, arguments: passed, byteLength });
  return describeUnfreed(instance, part);
}

Deno.test("blocks that were never freed are counted, and the error names the option that frees them", () => {
  assertEquals(
    told(1, 0, 40_000),
    '; 1 result of 40000 bytes in all was never freed, expected resultsFreedBy: "host" of the ' +
      "convention where the host has to free them",
  );
  assertEquals(
    told(0, 2, 40_000),
    '; 2 arguments of 40000 bytes in all were never freed, expected free: "…" of the ' +
      "convention where the host has to free them",
  );
  assertEquals(
    told(3, 1, 40_000),
    "; 3 results and 1 argument of 40000 bytes in all were never freed, expected resultsFreedBy: " +
      '"host" and free: "…" of the convention where the host has to free them',
  );
});

Deno.test("a few unfreed blocks are not reported as the reason why memory ran out", () => {
  assertEquals([told(1, 0, 0, 0), told(1, 0, PAGE / 2 - 1)], ["", ""]);
  assertEquals([told(1, 0, PAGE / 2) === "", told(1, 0, 1, 0) === ""], [false, false]);
});

Deno.test("if memory is smaller than the counted blocks, the guest has freed them itself", () => {
  assertEquals([told(1, 0, PAGE) === "", told(1, 0, PAGE + 1)], [false, ""]);
});
