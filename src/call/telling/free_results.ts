import { about, type Path, tellItem } from "./words.ts";
import type { BlockCall } from "../../abi/block_source.ts";
import type { ResultPlan } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import { blockCallName, isAbsent } from "../blocks/block_call.ts";
import { furtherWords } from "./blocks.ts";
import type { Telling } from "./types.ts";

/** Reports who frees the result, if the call does. */
export function tellFreeResult(result: ResultPlan, path: Path, told: Telling): void {
  switch (result.kind) {
    case "text":
      tellCalls(result.free, path.length === 0 ? "free the result" : "free it", path, told);
      return tellCalls(result.whole, "free what the export returned", path, told);
    case "choice":
      for (const { name, item } of result.cases) {
        if (item) tellFreeResult(item, name === undefined ? path : [...path, name], told);
      }
      return tellCalls(result.whole, "free what the export returned", path, told);
    case "record":
      for (const [name, field] of result.fields) tellFreeResult(field, [...path, name], told);
      return tellCalls(result.whole, "free what the export returned", path, told);
    case "elements":
      tellItem(path, told, (path) => tellFreeResult(result.item, path, told));
      tellCalls(result.bytes.free, "free the items", path, told);
      return tellCalls(result.whole, "free what the export returned", path, told);
  }
}

function tellCalls(
  calls: readonly BlockCall[] = [],
  what: string,
  path: Path,
  told: Telling,
): void {
  for (const call of calls) {
    const called = calledBy(call, told);
    if (called === undefined) continue;
    told.add("free", `${what} with ${quote(called)}${furtherWords(call, told)}`, {
      ...about(path),
      export: called,
    });
  }
}

/** Returns the export that a call calls; absent if the guest may lack it and does. */
export function calledBy(
  call: BlockCall,
  { plan: { export: symbol }, instance }: Telling,
): string | undefined {
  return isAbsent(call, instance, symbol) ? undefined : blockCallName(call, symbol);
}
