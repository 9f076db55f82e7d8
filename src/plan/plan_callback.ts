import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { HostFunctionDeclaration, SymbolDeclaration } from "../abi/declaration.ts";
import { Problem } from "../base/errors.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import { canCross, typeKey } from "../binary/function_module.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import { showDeclaration } from "../presets/preset_options.ts";
import { hostTypes } from "./flatten_host.ts";
import type { HostPlan } from "./host_plan.ts";
import { planHost } from "./host_parts.ts";

/** The facts about a guest that decide the type of a callback. */
export interface CallbackContext {
  readonly convention: Convention | CustomConvention | Problem;
  readonly address64: boolean;
  /** The declarations in the binary, if it is known. */
  readonly info: ModuleInfo | undefined;
}

/** The plan of a callback: its type is always known. */
export type CallbackPlan = HostPlan & { readonly type: FunctionType };

/**
 * Plans a function of the host that the guest calls through its table. The declaration decides the
 * type; if it leaves several open, the guest can only mean one that is among its own types.
 *
 * @param label The words that errors use for it; the declaration unless set.
 */
export function planCallback(
  declaration: HostFunctionDeclaration,
  { convention, address64, info }: CallbackContext,
  label = `the callback ${showDeclaration(declaration as SymbolDeclaration)}`,
): CallbackPlan | Problem {
  const open = { name: label, label, declaration, type: undefined, address64 };
  const possible = hostTypes(open, convention);
  const own = info && new Map(
    info.types.flatMap((type) =>
      type.kind === "function" ? [[typeKey(type.function), type.function] as const] : []
    ),
  );
  const known = possible.filter((type) => canCross(type) && own?.has(typeKey(type)) !== false);
  const plans: CallbackPlan[] = [];
  let problem: Problem | undefined;
  for (const type of known) {
    const plan = planHost({ ...open, type }, convention);
    if (plan instanceof Problem) problem ??= plan;
    else plans.push({ ...plan, type });
  }
  const [only] = plans;
  if (only !== undefined && plans.length === 1) return only;
  if (only === undefined && problem !== undefined) return problem;
  if (only !== undefined) {
    return new Problem({
      code: "ambiguous-convention",
      part: "type",
      cannot: `Cannot tell how the guest calls ${label}`,
      found: `it has functions of the types ${typeList(plans.map(({ type }) => type))}`,
      expected: '"pass" in the parameters, or "arguments"',
    });
  }
  // A declaration without any type has a problem that does not depend on the guest's types.
  const plan = possible.length === 0 ? planHost(open, convention) : undefined;
  return plan instanceof Problem ? plan : new Problem({
    code: "function-pointer",
    part: "type",
    cannot: `Cannot pass ${label}`,
    found: `that is ${typeList(possible, " or ")}, which is not among the guest's function types`,
    expected: `one of ${typeList([...own?.values() ?? []])}`,
  });
}

/** The most types that an error lists. */
const MOST_LISTED = 10;

function typeList(types: readonly FunctionType[], separator = ", "): string {
  const left = types.length - MOST_LISTED;
  const shown = types.slice(0, MOST_LISTED).map((type) => formatFunctionType(type)).join(separator);
  return left > 0 ? `${shown} and ${left} more` : shown;
}
