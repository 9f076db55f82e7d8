import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type {
  FunctionDeclaration,
  FunctionResult,
  HostFunctionDeclaration,
  Parameter,
  Result,
  SymbolDeclaration,
} from "../abi/declaration.ts";
import { Problem } from "../base/errors.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import { canCross, typeKey } from "../binary/function_module.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import { showDeclaration } from "../presets/preset_options.ts";
import { flatType } from "./choose_flattening.ts";
import { flatten } from "./flatten.ts";
import { hostTypes } from "./flatten_host.ts";
import type { HostPlan } from "./host_plan.ts";
import { planHost } from "./host_parts.ts";

/** The facts about a guest that determine the type of a callback. */
export interface CallbackContext {
  readonly convention: Convention | CustomConvention | Problem;
  readonly address64: boolean;
  /** The declarations in the binary, if it is known. */
  readonly info: ModuleInfo | undefined;
}

/** The plan of a callback: its type is always known. */
export type CallbackPlan = HostPlan & { readonly type: FunctionType };

/**
 * Plans a host function that the guest calls through its table. The declaration determines the
 * type; if several are possible, it has to be a type that the guest declares.
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
  const own = info && functionTypes(info);
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
  return plan instanceof Problem ? plan : unknownType(`pass ${label}`, possible, own);
}

/**
 * Returns a problem if no function of the guest has the type of a declaration. A declaration with
 * text or arrays may have several types, so it is checked only once there is a pointer.
 *
 * @param action The action in the error: `call the function that "get_op" returns`.
 */
export function checkPointed(
  declaration: FunctionDeclaration,
  action: string,
  { address64, info }: CallbackContext,
): Problem | undefined {
  const { parameters, result } = declaration;
  const isPlain = (part: Parameter | Result) =>
    typeof part === "string"
      ? part !== "string" && part !== "bytes"
      : part.type === "function" && (part as FunctionResult).value === undefined;
  if (info === undefined || ![...parameters, result].every(isPlain)) return undefined;
  const own = functionTypes(info);
  const possible = flatten(declaration, undefined).map((flattening) =>
    flatType(flattening, declaration, address64)
  );
  const isKnown = possible.some((type) => own.has(typeKey(type)));
  return isKnown ? undefined : unknownType(action, possible, own);
}

/** Returns the types of functions that a guest declares, by their keys. */
function functionTypes({ types }: ModuleInfo): Map<string, FunctionType> {
  return new Map(
    types.flatMap((type) =>
      type.kind === "function" ? [[typeKey(type.function), type.function] as const] : []
    ),
  );
}

function unknownType(
  action: string,
  possible: readonly FunctionType[],
  own: ReadonlyMap<string, FunctionType> | undefined,
): Problem {
  return new Problem({
    code: "function-pointer",
    part: "type",
    cannot: `Cannot ${action}`,
    found: `that is ${typeList(possible, " or ")}, which is not among the guest's function types`,
    expected: `one of ${typeList([...own?.values() ?? []])}`,
  });
}

/** The maximum number of types that an error lists. */
const MOST_LISTED = 10;

function typeList(types: readonly FunctionType[], separator = ", "): string {
  const left = types.length - MOST_LISTED;
  const shown = types.slice(0, MOST_LISTED).map((type) => formatFunctionType(type)).join(separator);
  return left > 0 ? `${shown} and ${left} more` : shown;
}
