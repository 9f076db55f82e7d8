import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { ParameterPlan, PlanParts, StatusPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import { counted, quote } from "../../base/show.ts";
import { countOf } from "../../instance/exports.ts";
import { showDeclaration } from "../../presets/preset_options.ts";
import { losesTrailingNuls } from "../content.ts";
import { objectValues, structValues } from "../on_demand.ts";
import { calledBy } from "./free_results.ts";
import type { PlanLines } from "./plan_lines.ts";
import { series, testWords, typeWords } from "./words.ts";

/** Reports how one argument is checked and put where the guest expects it. */
export function reportLower(argument: number, lines: PlanLines): void {
  const { plan } = lines;
  const parameter = plan.parameters[argument]!;
  const name = lines.argument(argument);
  switch (parameter.kind) {
    case "number": {
      const { type } = parameter;
      const text = `check that ${name} is ${typeWords(type)}`;
      return lines.add("check", text, { argument, type });
    }
    case "reference": {
      const { content: type, nullable } = parameter;
      if (type === "any") return;
      const none = nullable ? " or null" : "";
      return lines.add(
        "check",
        `check that ${name} is a string${none}, which is passed unchanged`,
        {
          argument,
          type,
        },
      );
    }
    case "function": {
      const { declaration, nullable } = parameter;
      const type = showDeclaration(declaration as SymbolDeclaration);
      const none = nullable ? "; null is passed as a pointer of 0" : "";
      const text = `put ${name}, a function ${type}, into the guest's table for the call${none}`;
      return lines.add("lower", text, { argument, type: "function" });
    }
    case "custom": {
      const text = `let the convention ${quote(plan.custom!.name)} lower ${name}`;
      return lines.add("lower", text, { argument, type: parameter.content });
    }
    case "strings":
      return lines.block({
        ...parameter,
        name,
        argument,
        content: "strings",
        terminated: parameter.terminated ? "always" : "never",
      });
    case "managed":
      return objectValues.module.reportLowerObject(parameter, argument, lines);
    case "compound":
      return structValues.module.reportStruct(parameter, argument, lines);
    case "text":
      return lines.block({ ...parameter, name, argument, refuses: refusedOf(parameter, plan) });
  }
}

/** Lists, for a plan, the values that are refused or passed as null. */
function refusedOf(parameter: ParameterPlan & { kind: "text" }, plan: PlanParts): string {
  return [
    ...(parameter.terminated === "always" ? ["one with a NUL is refused"] : []),
    ...(losesTrailingNuls(parameter, plan) ? ["one that ends in a NUL is refused"] : []),
    ...(parameter.nullable ? ["null is passed as an address of 0"] : []),
  ].join("; ");
}

/** Reports how the guest is called. */
export function reportCall(lines: PlanLines): void {
  const { plan, instance, isAsync } = lines;
  const { export: name, coreArguments, custom, passed = coreArguments.length } = plan;
  if (instance.setArgumentsLength !== undefined && custom === undefined) {
    const count = countOf(name, passed);
    const rest = passed < coreArguments.length ? "; the export fills in the rest" : "";
    lines.add("count", `set the number of arguments to ${count}${rest}`);
  }
  const given = custom === undefined
    ? lines.passed(coreArguments.slice(0, passed))
    : coreArguments.length === 0
    ? ""
    : " with what was made of it";
  const waits = isAsync ? ", and wait for it" : "";
  lines.add("call", `call ${quote(name)}${given}${waits}`, { export: name });
}

/** Reports the work between lowering and the call. */
export function reportPrepare(lines: PlanLines): void {
  const { parameters, area, output, export: name } = lines.plan;
  for (const [argument, part] of parameters.entries()) {
    if (part.kind !== "text" || part.byteLength === undefined) continue;
    const { byteLength: value } = part;
    const text = `check that ${lines.argument(argument)} has as many bytes as ${
      lines.value(value)
    }`;
    lines.add("check", text, { argument, value });
  }
  const { words = 0, holds = [] } = area ?? {};
  if (area !== undefined) {
    lines.taken(
      { ...area, name: "the return area" },
      `for a return area of ${counted(words, "word")}`,
    );
    if (holds.length < words) lines.add("write", "clear the return area");
  }
  if (output !== undefined) {
    const { capacity, unit = 1, status } = output;
    const counts = unit === 1 ? "byte" : "element";
    if (status !== undefined) lines.status(status);
    if (capacity === "query") {
      const text = `call ${quote(name)} as below, with an output buffer of 0 bytes at 0`;
      lines.add("call", text, { export: name });
      lines.add("length", "take the size of the result from what that returns");
    }
    const bytes = capacity === "query"
      ? "that size"
      : typeof capacity === "function"
      ? `as many ${counts}s as the declaration's function returns`
      : typeof capacity === "number"
      ? counted(capacity, counts)
      : `as many ${counts}s as ${lines.value(capacity)}`;
    lines.taken({ ...output, name: "the output buffer" }, `for an output buffer of ${bytes}`);
  }
  if (holds.length > 0) lines.add("write", `fill the return area${lines.passed(holds)}`);
}

/** Reports the blocks that the call frees. */
export function reportRelease(lines: PlanLines): void {
  const { result, parameters, custom, area, output } = lines.plan;
  lines.freeResult(result);
  if (custom !== undefined) {
    lines.add("free", `let the convention ${quote(custom.name)} free what it allocated`);
  }
  for (const [argument, part] of parameters.entries()) {
    if (part.kind === "function") {
      lines.add("free", `remove ${lines.argument(argument)} from the guest's table`, { argument });
    }
    if (part.kind === "compound" && structValues.module.functionsOf(part.layout).length > 0) {
      lines.add("free", "remove its functions from the guest's table", { argument });
    }
    if (part.kind === "managed") objectValues.module.reportFreeObject(part, argument, lines);
    if (!("place" in part)) continue;
    lines.free({ ...part, name: lines.argument(argument), argument });
  }
  if (area !== undefined) lines.free({ ...area, name: "the return area" });
  if (output !== undefined) lines.free({ ...output, name: "the output buffer" });
}

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
