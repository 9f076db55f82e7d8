import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { counted, quote } from "../../base/show.ts";
import { countOf } from "../../instance/exports.ts";
import { showDeclaration } from "../../presets/preset_options.ts";
import { losesTrailingNuls } from "../content.ts";
import { objectValues, structValues } from "../on_demand.ts";
import type { Telling } from "./types.ts";
import { typeWords } from "./words.ts";

/** Reports how one argument is checked and put where the guest expects it. */
export function tellLower(argument: number, told: Telling): void {
  const { plan } = told;
  const parameter = plan.parameters[argument]!;
  const name = told.argument(argument);
  switch (parameter.kind) {
    case "number": {
      const { type } = parameter;
      const text = `check that ${name} is ${typeWords(type)}`;
      return told.add("check", text, { argument, type });
    }
    case "reference": {
      const { content: type, nullable } = parameter;
      if (type === "any") return;
      const none = nullable ? " or null" : "";
      return told.add("check", `check that ${name} is a string${none}, which is passed unchanged`, {
        argument,
        type,
      });
    }
    case "function": {
      const { declaration, nullable } = parameter;
      const type = showDeclaration(declaration as SymbolDeclaration);
      const none = nullable ? "; null is passed as a pointer of 0" : "";
      const text = `put ${name}, a function ${type}, into the guest's table for the call${none}`;
      return told.add("lower", text, { argument, type: "function" });
    }
    case "custom": {
      const text = `let the convention ${quote(plan.custom!.name)} lower ${name}`;
      return told.add("lower", text, { argument, type: parameter.content });
    }
    case "strings":
      return told.block({
        ...parameter,
        name,
        argument,
        content: "strings",
        terminated: parameter.terminated ? "always" : "never",
      });
    case "managed":
      return objectValues.module.tellLowerObject(parameter, argument, told);
    case "compound":
      return structValues.module.tellStruct(parameter, argument, told);
    case "text":
      return told.block({ ...parameter, name, argument, refuses: refusedOf(parameter, plan) });
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
export function tellCall(told: Telling): void {
  const { plan, instance, isAsync } = told;
  const { export: name, coreArguments, custom, passed = coreArguments.length } = plan;
  if (instance.setArgumentsLength !== undefined && custom === undefined) {
    const count = countOf(name, passed);
    const rest = passed < coreArguments.length ? "; the export fills in the rest" : "";
    told.add("count", `set the number of arguments to ${count}${rest}`);
  }
  const given = custom === undefined
    ? told.passed(coreArguments.slice(0, passed))
    : coreArguments.length === 0
    ? ""
    : " with what was made of it";
  const waits = isAsync ? ", and wait for it" : "";
  told.add("call", `call ${quote(name)}${given}${waits}`, { export: name });
}

/** Reports the work between lowering and the call. */
export function tellPrepare(told: Telling): void {
  const { parameters, area, output, export: name } = told.plan;
  for (const [argument, part] of parameters.entries()) {
    if (part.kind !== "text" || part.byteLength === undefined) continue;
    const { byteLength: value } = part;
    const text = `check that ${told.argument(argument)} has as many bytes as ${told.value(value)}`;
    told.add("check", text, { argument, value });
  }
  const { words = 0, holds = [] } = area ?? {};
  if (area !== undefined) {
    told.taken(
      { ...area, name: "the return area" },
      `for a return area of ${counted(words, "word")}`,
    );
    if (holds.length < words) told.add("write", "clear the return area");
  }
  if (output !== undefined) {
    const { capacity, unit = 1, status } = output;
    const counts = unit === 1 ? "byte" : "element";
    if (status !== undefined) told.status(status);
    if (capacity === "query") {
      const text = `call ${quote(name)} as below, with an output buffer of 0 bytes at 0`;
      told.add("call", text, { export: name });
      told.add("length", "take the size of the result from what that returns");
    }
    const bytes = capacity === "query"
      ? "that size"
      : typeof capacity === "function"
      ? `as many ${counts}s as the declaration's function returns`
      : typeof capacity === "number"
      ? counted(capacity, counts)
      : `as many ${counts}s as ${told.value(capacity)}`;
    told.taken({ ...output, name: "the output buffer" }, `for an output buffer of ${bytes}`);
  }
  if (holds.length > 0) told.add("write", `fill the return area${told.passed(holds)}`);
}

/** Reports the blocks that the call frees. */
export function tellRelease(told: Telling): void {
  const { result, parameters, custom, area, output } = told.plan;
  told.freeResult(result);
  if (custom !== undefined) {
    told.add("free", `let the convention ${quote(custom.name)} free what it allocated`);
  }
  for (const [argument, part] of parameters.entries()) {
    if (part.kind === "function") {
      told.add("free", `remove ${told.argument(argument)} from the guest's table`, { argument });
    }
    if (part.kind === "compound" && structValues.module.functionsOf(part.layout).length > 0) {
      told.add("free", "remove its functions from the guest's table", { argument });
    }
    if (part.kind === "managed") objectValues.module.tellFreeObject(part, argument, told);
    if (!("place" in part)) continue;
    told.free({ ...part, name: told.argument(argument), argument });
  }
  if (area !== undefined) told.free({ ...area, name: "the return area" });
  if (output !== undefined) told.free({ ...output, name: "the output buffer" });
}
