import type { ResultPlan } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import { quote, show } from "../base/show.ts";
import { liftNumber } from "./lower.ts";
import { customConvention } from "./on_demand.ts";
import type { Lift, TextContext } from "./text_context.ts";
import { compileSlice, compileText } from "./text_result.ts";
import { compileInteger, compileValue } from "./values.ts";

/** The code for results of several values, which only some guests need. */
export const several = new OnDemand(() => import("./several.ts"));

/** Compiles the result of a symbol. */
export function compileLift(result: ResultPlan, context: TextContext): Lift {
  switch (result.kind) {
    case "void":
      return { lift: () => undefined };
    case "number": {
      const { type, value } = result;
      const { instance, layout } = context;
      // The export's type was compared with the declared type when the plan was made.
      const isSure = value === "result" && instance.functionType(layout.symbol) !== undefined;
      const isFloat = type === "f32" || type === "f64";
      const compile = isSure || isFloat ? compileValue : compileInteger;
      const get = compile(value, instance, layout);
      return { lift: (frame) => liftNumber(type, get(frame)) };
    }
    case "reference": {
      const { symbol } = context;
      return { lift: (frame) => checkReference(frame.result, result, symbol) };
    }
    case "custom": {
      const { instance, symbol, custom } = context;
      return {
        lift: customConvention.module.compileCustomLift(result.content, custom!, instance, symbol),
      };
    }
    case "record":
      return several.module.compileRecord(result, context, compileLift);
    case "cursor":
    case "elements":
      return several.module.compileList(result, context, compileLift);
    case "slice":
      return { lift: compileSlice(result, context) };
    case "text":
      return compileText(result, context);
  }
}

function checkReference(
  value: unknown,
  { content, nullable }: ResultPlan & { kind: "reference" },
  symbol: string,
): unknown {
  if (content === "any" || typeof value === "string" || (value === null && nullable)) return value;
  throw new GuestError(
    value === null ? "null-pointer" : "invalid-text",
    `Cannot lift the result of ${quote(symbol)}: it is ${show(value)}, expected a string`,
    { export: symbol },
  );
}
