import { quote } from "../../base/show.ts";
import type { Style } from "../style.ts";
import type { TracedStep } from "./trace.ts";

/** Prints the steps of a call as a numbered list with their values. */
export function printTrace(
  name: string,
  steps: readonly Pick<TracedStep, "lines" | "seen">[],
  style: Style,
): string {
  const lines = [style.bold(`Call of ${quote(name)}`)];
  let number = 0;
  for (const step of steps) {
    for (const line of step.lines) lines.push(`${`${++number}`.padStart(3)}. ${line}`);
    for (const line of step.seen) lines.push(style.dim(`       ${line}`));
  }
  return `${lines.join("\n")}\n`;
}
