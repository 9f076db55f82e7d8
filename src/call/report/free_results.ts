import { about, type Path, reportItem } from "./words.ts";
import type { BlockCall } from "../../abi/block_source.ts";
import type { ResultPlan } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import { blockCallName, isAbsent } from "../blocks/block_call.ts";
import { furtherWords } from "./blocks.ts";
import type { PlanLines } from "./plan_lines.ts";

/** Reports who frees the result, if the call does. */
export function reportFreeResult(result: ResultPlan, path: Path, lines: PlanLines): void {
  switch (result.kind) {
    case "text":
      reportCalls(result.free, path.length === 0 ? "free the result" : "free it", path, lines);
      return reportCalls(result.whole, "free what the export returned", path, lines);
    case "choice":
      for (const { name, item } of result.cases) {
        if (item) reportFreeResult(item, name === undefined ? path : [...path, name], lines);
      }
      return reportCalls(result.whole, "free what the export returned", path, lines);
    case "record":
      for (const [name, field] of result.fields) reportFreeResult(field, [...path, name], lines);
      return reportCalls(result.whole, "free what the export returned", path, lines);
    case "elements":
      reportItem(path, lines, (path) => reportFreeResult(result.item, path, lines));
      reportCalls(result.bytes.free, "free the items", path, lines);
      return reportCalls(result.whole, "free what the export returned", path, lines);
  }
}

function reportCalls(
  calls: readonly BlockCall[] = [],
  what: string,
  path: Path,
  lines: PlanLines,
): void {
  for (const call of calls) {
    const called = calledBy(call, lines);
    if (called === undefined) continue;
    lines.add("free", `${what} with ${quote(called)}${furtherWords(call, lines)}`, {
      ...about(path),
      export: called,
    });
  }
}

/** Returns the export that a call calls; absent if the guest may lack it and does. */
export function calledBy(
  call: BlockCall,
  { plan: { export: symbol }, instance }: PlanLines,
): string | undefined {
  return isAbsent(call, instance, symbol) ? undefined : blockCallName(call, symbol);
}
