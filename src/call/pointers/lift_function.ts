import type { CoreFunction } from "../../abi/core_value.ts";
import type { FunctionReader, Instance } from "../../instance/instance.ts";
import { quote } from "../../base/show.ts";
import type { CallCode } from "../code/call_code.ts";
import { writeValue } from "../code/value.ts";
import type { Scope } from "../code/scope.ts";
import type { Lift, TextContext } from "../text_context.ts";
import { asksGuest, compileOffset } from "../values.ts";
import type { FunctionResultPlan, GuestFunctionPlan } from "./function_parts.ts";

/** Compiles turning a pointer into a function; errors name it by `subject`. */
export function compileLift(
  plan: GuestFunctionPlan,
  subject: string,
  instance: Instance,
): (pointer: number) => CoreFunction | null {
  const reader = readerOf(plan, instance);
  const { nullable } = plan;
  const cannot = `Cannot lift ${subject}`;
  return (pointer) =>
    nullable && pointer === 0 ? null : reader.known(pointer) ?? reader.read(pointer, cannot);
}

/**
 * Writes turning a pointer into a function.
 *
 * @param pointer The source of the pointer.
 * @param local The local that gets the function.
 * @param otherwise The source for a pointer that was not read before.
 */
export function writeLift(
  plan: GuestFunctionPlan,
  pointer: string,
  local: string,
  otherwise: string,
  code: CallCode,
): void {
  const reader = code.of(`reader ${local}`, ({ instance }) => readerOf(plan, instance));
  const known = plan.nullable
    ? `${pointer} === 0 ? null : ${reader}.known(${pointer})`
    : `${reader}.known(${pointer})`;
  code.add(`${local} = ${known}; if (${local} === undefined) ${otherwise}`);
}

/** Compiles lifting a result that is a function pointer. */
export function compileResult(
  result: FunctionResultPlan,
  { instance, layout, symbol }: TextContext,
): Lift {
  const lift = compileLift(result, `the result of ${quote(symbol)}`, instance);
  const get = compileOffset(result.value, instance, layout);
  return { lift: (frame) => lift(get(frame)) };
}

/** Writes the same; returns the source of the function, or `undefined` if the run form lifts it. */
export function writeResult(
  result: FunctionResultPlan,
  scope: Scope,
  code: CallCode,
): string | undefined {
  // The run form would ask the guest again.
  if (asksGuest(result.value)) return undefined;
  const { offset } = writeValue(result.value, scope, code, "count");
  const pointer = code.fresh("pointer"), local = code.fresh("fn");
  code.add(`var ${pointer} = ${offset}, ${local};`);
  writeLift(result, pointer, local, scope.otherwise(), code);
  return local;
}

function readerOf({ declaration }: GuestFunctionPlan, { functions }: Instance): FunctionReader {
  return functions!.reader(declaration);
}
