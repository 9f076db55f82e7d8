import {
  allocator,
  type Convention,
  type CustomConvention,
  type FunctionType,
  type HostFunctionDeclaration,
  type ValueType,
} from "../../mod.ts";
import { orThrow, type Problem } from "../../src/base/errors.ts";
import type { HostPlan } from "../../src/plan/host_plan.ts";
import { structValues } from "../../src/call/on_demand.ts";
import { arrays, structs } from "../../src/plan/flatten.ts";
import { compound } from "../../src/plan/parts.ts";
import { planHost } from "../../src/plan/host_parts.ts";

await Promise.all([arrays, compound, structs, structValues].map((part) => part.load()));

/** An allocator of which only the names are known. */
export const OPEN = allocator({ allocate: "malloc", free: "free" });

/** Parses a type such as `(i32, i64) -> f64`; `undefined` for `"unknown"`. */
export function typeOf(text: string): FunctionType | undefined {
  if (text === "unknown") return undefined;
  const [parameters = "", results = ""] = text.split("->").map((part) => part.trim());
  const list = (part: string) => part.match(/\w+/g) as ValueType[] | null ?? [];
  return { parameters: list(parameters), results: list(results) } as FunctionType;
}

/** Plans the call of the import `env.f` of a type. */
export function makeHostPlan(
  declaration: HostFunctionDeclaration,
  type: string,
  convention: Convention | CustomConvention | Problem = OPEN,
  address64 = false,
): HostPlan {
  const item = { name: "env.f", declaration, type: typeOf(type), address64 };
  return orThrow(planHost(item, convention));
}
