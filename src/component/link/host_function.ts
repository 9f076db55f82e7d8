import { ComponentError } from "../../base/errors.ts";
import { hasProperty } from "../../base/show.ts";
import type { FunctionType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import { JCO_SHAPES } from "../values/js_shapes.ts";
import type { LinkedFunction, ValueCall } from "./items.ts";

/** Returns whether a function returns a result, whose error case is thrown in JavaScript. */
export function canFail({ result }: FunctionType): boolean {
  return result !== undefined && unnamed(result).kind === "result";
}

/** Makes a function of the host one that components call. */
export function hostFunction(name: string, type: FunctionType, call: ValueCall): LinkedFunction {
  const bound = canFail(type) ? catching(call) : call;
  return { kind: "function", name, shapes: JCO_SHAPES, isHosts: true, bind: () => bound };
}

/** Makes a call return an error case that is thrown. */
function catching(call: ValueCall): ValueCall {
  return (args) => {
    try {
      return { tag: "ok", val: call(args) };
    } catch (error) {
      // Other programs throw objects of their own with such a property.
      if (hasProperty(error, "payload")) return { tag: "err", val: error.payload };
      throw error;
    }
  };
}

/** Makes a call throw the error case of its result. */
export function throwing(call: ValueCall): ValueCall {
  return (args) => {
    const result = call(args) as { readonly tag: "ok" | "err"; readonly val: unknown };
    if (result.tag === "ok") return result.val;
    throw new ComponentError(result.val);
  };
}
