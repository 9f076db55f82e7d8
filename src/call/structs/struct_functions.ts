import type { CoreValue } from "../../abi/core_value.ts";
import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { FunctionLayout, Layout } from "../../abi/struct_layout.ts";
import { OnDemand } from "../../base/lazy.ts";
import { quote } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { functionsOf } from "../../plan/structs/lay_out.ts";
import type { CallParts } from "../call_parts.ts";
import type { CallCode, PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import type { Lent } from "../pointers/function_parts.ts";
import { besideOf } from "../values.ts";
import type { Draft } from "./draft.ts";
import { forEachLeaf, type FunctionLeaf, type Leaf } from "./leaves.ts";

// Functions in structs that are passed: the guest gets their pointers in its table.

/** Functions of the host in the guest's table. */
export const lending = new OnDemand(() => import("../pointers/passed_functions.ts"));

/** Returns whether a value can be passed as a function pointer. */
export function isCallable(value: unknown): boolean {
  return typeof value === "function" || typeof value === "object" && value !== null &&
      "pointer" in value && typeof value.pointer === "number";
}

/** Makes what puts a function of a type into the table, once for each type. */
function perLayout<T>(make: (layout: FunctionLayout) => T): (layout: FunctionLayout) => T {
  const made = new Map<FunctionLayout, T>();
  return (layout) => {
    let one = made.get(layout);
    if (one === undefined) made.set(layout, one = make(layout));
    return one;
  };
}

/**
 * Compiles putting the functions of a draft into the guest's table for the duration of a call.
 *
 * @param kept The index of the value of the frame that keeps what is given back.
 * @returns `undefined` if the type has no functions.
 */
export function compileLendDraft(
  layout: Layout,
  action: string,
  instance: Instance,
  kept: number,
): ((draft: Draft, frame: Frame) => void) | undefined {
  if (functionsOf(layout).length === 0) return undefined;
  const lendOf = perLayout((layout) => lending.module.compileLend(layout, action, instance));
  return (draft, frame) => {
    const all: Lent[] = [];
    frame.values[kept] = all;
    for (const { chunk, at, layout, value } of draft.functions) {
      const lent = lendOf(layout)(value);
      all.push(lent);
      setPointer(chunk.data, at, lent.pointer);
    }
  };
}

/** Compiles the same for as long as the instance lives; the guest may call them at any time. */
export function compileKeepDraft(
  layout: Layout,
  action: string,
  instance: Instance,
): ((draft: Draft) => void) | undefined {
  if (functionsOf(layout).length === 0) return undefined;
  const keepOf = perLayout((layout) => lending.module.compileKeep(layout, action, instance));
  return ({ functions }) => {
    for (const { chunk, at, layout, value } of functions) {
      setPointer(chunk.data, at, keepOf(layout)(value));
    }
  };
}

function setPointer(data: DataView, at: number, pointer: unknown): void {
  if (typeof pointer === "bigint") data.setBigUint64(at, pointer, true);
  else data.setUint32(at, pointer as number, true);
}

function forEachFunction(
  leaves: readonly Leaf[],
  code: CallCode,
  write: (leaf: FunctionLeaf) => void,
): void {
  forEachLeaf(leaves, code, (leaf) => {
    if (leaf.kind === "function") write(leaf);
  });
}

/** Writes putting the functions of a value into the table for the duration of the call. */
export function writeLend(leaves: readonly Leaf[], argument: number, code: PlanCode): void {
  const all = code.fresh("lent");
  const { lines } = code.capture(() =>
    forEachFunction(leaves, code, ({ layout, local, pointer }) => {
      const lend = code.of(`lend ${pointer}`, ({ plan, instance }: CallParts) => {
        const action = `pass argument ${argument} to ${quote(plan.export)}`;
        const lend = lending.module.compileLend(layout, action, instance);
        return (fn: unknown, all: Lent[]): CoreValue => {
          const lent = lend(fn);
          all.push(lent);
          return lent.pointer;
        };
      });
      code.add(`var ${pointer} = ${lend}(${local}, ${all});`);
    })
  );
  if (lines === "") return;
  const kept = code.local("values", besideOf(argument, code.plan.parameters.length));
  code.add(`const ${all} = ${kept} = [];\n${lines}`);
}

/** Writes the same for as long as the instance lives. */
export function writeKeep(leaves: readonly Leaf[], label: string, code: CallCode): void {
  forEachFunction(leaves, code, ({ layout, local, pointer }) => {
    const keep = code.of(
      `keep ${pointer}`,
      ({ instance }) =>
        lending.module.compileKeep(layout, `return a value from ${label}`, instance),
    );
    code.add(`var ${pointer} = ${keep}(${local});`);
  });
}

/**
 * Writes giving back the functions of a struct, and its block.
 *
 * @param writeFree Writes freeing the block.
 * @returns `undefined` if the run form has to do it.
 */
export function writeRelease(
  parameter: CompoundPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
  writeFree: (
    part: CompoundPlan,
    block: readonly [block: number, align: number, unit: number],
    code: PlanCode,
    otherwise: Otherwise,
  ) => string | undefined,
): string | undefined {
  const { layout, align } = parameter;
  const freed = writeFree(parameter, [argument, align, 1], code, otherwise);
  if (functionsOf(layout).length === 0 || freed === undefined) return freed;
  if (!code.wrote.has(argument)) return undefined;
  const value = code.get("values", besideOf(argument, code.plan.parameters.length));
  return `${code.constant(lending.module.giveBackAll)}(${value}); ${value} = undefined; ${freed}`;
}
