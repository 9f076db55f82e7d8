import { assertEquals } from "@std/assert";
import { cString, staticBuffer } from "../../mod.ts";
import type { CapacityReport } from "../../src/detect/capacity_types.ts";
import { ConventionReport } from "../../src/detect/detect.ts";

const convention = staticBuffer({ pointer: "buffer" });
const custom = { name: "own", lower: () => ({ args: [] }), lift: () => "" };

function inspect(report: ConventionReport): string {
  return Deno.inspect(report);
}

Deno.test("a report prints as the option that sets the same, and shows the reason", () => {
  const report = new ConventionReport(convention, 'global "buffer" names it', {} as CapacityReport);
  assertEquals(`${report}`, 'convention: staticBuffer({ pointer: "buffer" })');
  assertEquals(inspect(report), `${report} // global "buffer" names it`);
  assertEquals([report.name, report.convention === convention], ["static buffer", true]);
});

Deno.test("a capacity is shown once it is known, and whether it is a bound", () => {
  const capacity = {
    kind: "upper bound",
    byteLength: undefined as number | undefined,
    reason: "the next symbol",
  };
  const report = new ConventionReport(convention, "why", capacity as unknown as CapacityReport);
  assertEquals(inspect(report), `${report} // why`);
  capacity.byteLength = 100;
  assertEquals(inspect(report), `${report} // why; at most 100 bytes: the next symbol`);
  capacity.kind = "exact";
  assertEquals(inspect(report), `${report} // why; 100 bytes: the next symbol`);
});

Deno.test("a caller gets a copy of the capacity, and none without a buffer", () => {
  const capacity = { kind: "exact", byteLength: 100, reason: "x" } as unknown as CapacityReport;
  const report = new ConventionReport(convention, "why", capacity);
  (report.capacity as { byteLength: number }).byteLength = 5;
  assertEquals(report.capacity?.byteLength, 100);
  assertEquals(new ConventionReport(cString(), "why", capacity).capacity, undefined);
  assertEquals(new ConventionReport(custom, "why", capacity).capacity, undefined);
});

Deno.test("a custom convention prints as its name", () => {
  assertEquals(`${new ConventionReport(custom, "why", {} as CapacityReport)}`, "convention: own");
});
