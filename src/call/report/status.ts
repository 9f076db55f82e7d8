import type { StatusPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import { quote } from "../../base/show.ts";
import { calledBy } from "./free_results.ts";
import type { PlanLines } from "./types.ts";
import { series, testWords } from "./words.ts";

/** Reports how the failure of a call is detected. */
export function reportStatus(
  { value, fails, code, message, details }: StatusPlan,
  lines: PlanLines,
): void {
  const { result } = lines.plan;
  const isLength = result.kind === "text" && result.text.length === "result" &&
    value === "result" && fails === "negative" && result.text.call === undefined;
  if (isLength) {
    lines.hasLength = true;
    lines.add("length", "take the length from the result; a negative one is the guest's error", {
      value,
    });
  } else {
    const failures = testWords(fails);
    lines.add("status", `check ${lines.value(value)}: ${failures} is the guest's error`, { value });
  }
  const parts = [
    ...(code === undefined ? [] : [`its code from ${lines.value(code)}`]),
    ...messageWords(message, lines),
    ...(details?.kind === "record" ? details.fields.map(([name]) => `${quote(name)} of it`) : []),
  ];
  if (parts.length > 0) lines.add("status", `if there is an error, take ${series(parts)}`);
}

/** Describes the place of a failure's message. */
function messageWords(message: StatusPlan["message"], lines: PlanLines): string[] {
  switch (message?.kind) {
    case undefined:
      return [];
    case "text":
      return [`its text from ${lines.value(message.text.pointer)}${freedWords(message, lines)}`];
    case "thrown":
      return [`the value that it threw from the table ${quote(message.thrown.table)}`];
    case "function":
      return ["what the declaration says of the code"];
  }
}

/** Reports who frees the message of a failure, if the call does. */
function freedWords({ free = [], whole = [] }: TextResultPlan, lines: PlanLines): string {
  const called = [...free, ...whole].flatMap((call) => calledBy(call, lines) ?? []);
  return called.length === 0 ? "" : ` (freed with ${series(called.map(quote))})`;
}
