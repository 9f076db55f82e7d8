import { assertEquals } from "@std/assert";
import { printTrace } from "../../../src/cli/call/print_trace.ts";
import { PLAIN } from "../../../src/cli/style.ts";

Deno.test("the lines of a call are numbered consecutively, each followed by the events of its step", () => {
  const steps = [
    { lines: ["ask", "write"], seen: ["wrote 1 byte"] },
    { lines: [], seen: [] },
    { lines: ["call"], seen: [] },
  ];
  assertEquals(
    printTrace("f", steps, PLAIN),
    'Call of "f"\n  1. ask\n  2. write\n       wrote 1 byte\n  3. call\n',
  );
});
