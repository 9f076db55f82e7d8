import type { PlanParts } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import type { ValueType } from "../binary/types.ts";
import type { ResolveContext } from "../plan/context.ts";

// Whether values are integers or floats, as far as the binary and the declaration show.

/** The moment at which a value is needed, before the export is called. */
export interface Before {
  /** The purpose of the value: `to take the block of argument 1`. */
  readonly needed: string;
  /** The parameter whose block is allocated at that moment; those before it have theirs. */
  readonly parameter: number;
  /** Whether "result" is what an allocator returned. */
  readonly hasResult?: boolean;
}

/** The things that values can refer to. */
export interface Scope {
  readonly plan: PlanParts;
  readonly context: ResolveContext;
  readonly exports: WebAssembly.Exports;
  /** The types of the export's results, which "result" refers to, if they are known. */
  readonly results: readonly ValueType[] | undefined;
  /**
   * Whether the value is in the symbol itself. The values of its convention are checked at the
   * call.
   */
  readonly isDeclared: boolean;
  /** Set for a value that is needed before the export is called. */
  readonly before?: Before | undefined;
  /** The results of the allocator, for a call that frees the block that it returned. */
  readonly allocated?: readonly ValueType[] | undefined;
  readonly problems: Set<string>;
}

/** Returns the kind of number of a value, if it is known. */
export function kindOf(value: Value, scope: Scope): "integer" | "float" | undefined {
  if (typeof value === "function") return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  if (value === "output" || value === "area") return "integer";
  if (value === "allocated") return kindOfType(scope.allocated?.[0]);
  if (value === "result") return kindOfType(scope.results?.[0]);
  if ("result" in value) return kindOfType(scope.results?.[value.result]);
  if ("load" in value) return kindOfType(value.load);
  if ("parameter" in value) {
    const parameter = scope.plan.parameters[value.parameter];
    return parameter?.kind === "number" ? kindOfType(parameter.type) : undefined;
  }
  if ("export" in value) {
    const { context } = scope;
    const [type = context.globalType(value.export)] = context.functionType(value.export)?.results ??
      [];
    return kindOfType(type);
  }
  if ("when" in value) {
    const kind = kindOf(value.then, scope);
    return kind === kindOf(value.else, scope) ? kind : undefined;
  }
  if ("call" in value) return kindOfType(scope.context.functionType(value.call)?.results[0]);
  // Products and differences can be fractions, which are not lengths.
  if ("product" in value || "sum" in value || "difference" in value) return undefined;
  return "integer";
}

/** Returns whether a value is known to be an integer of 64 bits, which is a bigint. */
export function isWide(value: Value, scope: Scope): boolean {
  const { plan, context, results, allocated } = scope;
  if (typeof value === "number" || value === "output" || value === "area") return false;
  if (typeof value === "function") return false;
  if (value === "allocated") return allocated?.[0] === "i64";
  if (value === "result") return results?.[0] === "i64";
  if ("result" in value) return results?.[value.result] === "i64";
  if ("when" in value) return [value.then, value.else].some((one) => isWide(one, scope));
  if ("load" in value) return value.load === "i64" || value.load === "u64";
  if ("word" in value) return context.address64;
  if ("parameter" in value) {
    const parameter = plan.parameters[value.parameter];
    return parameter?.kind === "number" && /64/.test(parameter.type) && parameter.type !== "f64";
  }
  if ("call" in value) return context.functionType(value.call)?.results[0] === "i64";
  if (!("export" in value)) return false;
  const type = context.globalType(value.export) ?? context.functionType(value.export)?.results[0];
  return type === "i64";
}

/** Returns whether a core type is that of a number. */
export function isNumeric(type: string): boolean {
  return /^[if]\d/.test(type);
}

/** Returns the kind of a number of a type. */
export function kindOfType(type: string | undefined): "integer" | "float" | undefined {
  if (type === undefined) return undefined;
  return type === "f32" || type === "f64" ? "float" : "integer";
}
