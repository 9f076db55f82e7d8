import type { FunctionType } from "../binary/types.ts";
import type { GuestError } from "../errors.ts";
import type { HostFunctionDeclaration, HostParameter } from "../host.ts";
import type { Convention, Place } from "./convention.ts";
import { bindError, chooseHostLayout, hostConvention } from "./host_layout.ts";
import {
  type HostParameterRecipe,
  type HostResultRecipe,
  resolveHostParameter,
  resolveHostResult,
  resolveReturned,
} from "./host_parts.ts";
import type { OwnConvention } from "./own.ts";

/** How one import is answered: a recipe the other way round. */
export interface HostRecipe {
  /** The import, as errors name it: `env.log`. */
  readonly name: string;
  /** How many core arguments it gets. */
  readonly arity: number;
  /** How each parameter is lifted. */
  readonly parameters: readonly HostParameterRecipe[];
  readonly result: HostResultRecipe;
  /** Its type, where the binary is known. */
  readonly type: FunctionType | undefined;
}

/** An import that is to be answered by a host function. */
export interface HostImport {
  /** The import, as errors name it: `env.log`. */
  readonly name: string;
  readonly declaration: HostFunctionDeclaration;
  /** Its type, where the binary is known. */
  readonly type: FunctionType | undefined;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
}

/**
 * Works out how an import with declared parameters is answered.
 *
 * @throws {GuestError} if the declaration is not what the import's type can carry.
 */
export function resolveHostRecipe(
  item: HostImport,
  given: Convention | OwnConvention | GuestError,
): HostRecipe {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(declaration.result, convention);
  const place: Place = returned.kind === "text" ? returned.place : { kind: "reference" };
  const layout = chooseHostLayout(item, convention, place);
  return {
    name,
    arity: layout.slots.length,
    parameters: declaration.parameters.map((parameter: HostParameter, index) => {
      const recipe = resolveHostParameter(parameter, index, layout.slots, convention);
      if (recipe !== undefined) return recipe;
      throw bindError(item, `its arguments have no place for parameter ${index}`);
    }),
    result: resolveHostResult(item, returned, layout, convention),
    type,
  };
}
