// The component model's canonical ABI, "Task State" and "Subtask State", for handles that are lent.

import type { FunctionType, ValueType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import { caseTypes, partTypes } from "../values/value_layout.ts";
import type { CallScope } from "./handle_table.ts";

/** Makes the scope of a call. */
export function createScope(): CallScope {
  return { borrows: 0, release: [], undo: [] };
}

/** Gives back what a call has been lent. */
export function release(scope: CallScope | undefined): void {
  for (const end of scope?.release.splice(0) ?? []) end();
}

/** Gives back the handles of arguments that have not reached the guest. */
export function undo(scope: CallScope | undefined): void {
  for (const takeBack of scope?.undo.splice(0).reverse() ?? []) takeBack();
}

/** Returns whether a function takes or returns handles. */
export function carriesHandles({ parameters, result }: FunctionType): boolean {
  return parameters.some(({ type }) => holdsHandle(type)) || holdsHandle(result);
}

function holdsHandle(type: ValueType | undefined): boolean {
  if (type === undefined) return false;
  const bare = unnamed(type) as ValueType;
  switch (bare.kind) {
    case "own":
    case "borrow":
      return true;
    case "list":
      return holdsHandle(bare.type);
    case "map":
      return holdsHandle(bare.key) || holdsHandle(bare.value);
    case "record":
    case "tuple":
      return partTypes(bare).some(holdsHandle);
    case "variant":
    case "option":
    case "result":
      return caseTypes(bare).some(holdsHandle);
  }
  return false;
}
