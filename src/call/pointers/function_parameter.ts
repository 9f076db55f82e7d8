import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { HostFunctionDeclaration } from "../../abi/declaration.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import { orThrow, Problem } from "../../base/errors.ts";
import { hasProperty, quote, show } from "../../base/show.ts";
import {
  findFunctionTable,
  type FunctionTable,
  removedError,
} from "../../instance/function_table.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ResolveContext } from "../../plan/context.ts";
import { planCallback } from "../../plan/plan_callback.ts";
import type { Lower } from "../blocks/bound_source.ts";
import type { CallParts } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import { inTable } from "../on_demand.ts";
import type { FunctionPlan } from "./function_parts.ts";
import { CallbackForms } from "./callback_forms.ts";

const NO_CONVENTION = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot pass text",
  found: "there is no convention",
});

/** What the guest calls for each such parameter; all instances of a module share it. */
const forms = new WeakMap<HostFunctionDeclaration, CallbackForms>();

/**
 * Plans the functions that a symbol takes.
 *
 * @returns The problem of the first that the guest cannot call, if there is one.
 */
function settleFunctions(
  plan: PlanParts,
  instance: Instance,
  { convention = NO_CONVENTION, address64 }: ResolveContext,
): Problem | undefined {
  for (const [index, parameter] of plan.parameters.entries()) {
    if (parameter.kind !== "function") continue;
    const action = `pass a function to ${quote(plan.export)}`;
    const table = findFunctionTable(instance, action);
    if (table instanceof Problem) return table.with({ export: plan.export });
    const label = `the function in argument ${index} of ${quote(plan.export)}`;
    const settled = planCallback(
      parameter.declaration,
      { convention, address64, info: instance.info() },
      label,
    );
    if (settled instanceof Problem) return settled.with({ export: plan.export });
    forms.set(
      parameter.declaration,
      new CallbackForms(settled, parameter.declaration.async ?? false),
    );
  }
  return undefined;
}

/** An entry of the guest's table that serves one call at a time. */
interface Slot {
  readonly pointer: number;
  /** The caller's function, during a call. */
  fn: CoreFunction | undefined;
}

/**
 * The entries for one parameter on one instance. They stay in the table, because putting a function
 * there takes 800 ns; a call that is made within another one gets an entry of its own.
 */
class Slots {
  readonly #free: Slot[] = [];
  readonly #all = new Map<number, Slot>();
  readonly #table: FunctionTable;
  readonly #forms: CallbackForms;
  readonly #instance: Instance;

  constructor(table: FunctionTable, callbackForms: CallbackForms, instance: Instance) {
    this.#table = table;
    this.#forms = callbackForms;
    this.#instance = instance;
  }

  /** Returns a pointer to a function, until {@linkcode giveBack}. */
  take(fn: CoreFunction): number {
    const slot = this.#free.pop() ?? this.#add();
    slot.fn = fn;
    return slot.pointer;
  }

  /** Ends the use of a pointer; any other value is ignored. */
  giveBack(pointer: CoreValue): void {
    const slot = this.#all.get(Number(pointer));
    if (slot?.fn === undefined) return;
    slot.fn = undefined;
    this.#free.push(slot);
  }

  #add(): Slot {
    const dispatch = this.#forms.dispatch(() => slot.fn ?? endedFunction);
    const core = this.#forms.on(dispatch, { instance: this.#instance });
    const slot: Slot = { pointer: this.#table.add(core, this.#forms.type), fn: undefined };
    this.#all.set(slot.pointer, slot);
    return slot;
  }
}

function endedFunction(): never {
  throw removedError();
}

/** The entries of each instance, by the parameter. */
const slots = new WeakMap<Instance, Map<HostFunctionDeclaration, Slots>>();

function slotsOf({ declaration }: FunctionPlan, instance: Instance): Slots {
  let known = slots.get(instance);
  if (known === undefined) slots.set(instance, known = new Map());
  let found = known.get(declaration);
  if (found === undefined) {
    const table = orThrow(findFunctionTable(instance, "pass a function"));
    found = new Slots(table, forms.get(declaration)!, instance);
    known.set(declaration, found);
  }
  return found;
}

/** Compiles putting the function of an argument into the guest's table. */
function compileLowerFunction(
  index: number,
  plan: PlanParts,
  instance: Instance,
  core: ValueType | undefined,
): Lower {
  const lower = compilePointer(index, plan, instance, core);
  return (frame, value) => {
    frame.values[index] = undefined; // an earlier call's, if this one is refused
    frame.values[index] = lower(value);
  };
}

function compilePointer(
  index: number,
  plan: PlanParts,
  instance: Instance,
  core: ValueType | undefined,
): (value: unknown) => CoreValue {
  const parameter = plan.parameters[index] as FunctionPlan;
  const own = slotsOf(parameter, instance);
  const asCore = core === "i64" ? BigInt : (pointer: number) => pointer;
  const action = `pass argument ${index} to ${quote(plan.export)}`;
  return (value) => {
    if (typeof value === "function") return asCore(own.take(value as CoreFunction));
    if (value === null && parameter.nullable) return asCore(0);
    if (hasProperty(value, "pointer") && typeof value.pointer === "number") {
      return asCore(value.pointer);
    }
    const expected = `a function${parameter.nullable ? ", a callback or null" : " or a callback"}`;
    throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
  };
}

/** Compiles removing the functions of a call from the guest's table. */
function compileRemove(plan: PlanParts, instance: Instance): (frame: Frame) => void {
  const held = plan.parameters.flatMap((parameter, index) =>
    parameter.kind === "function" ? [{ index, own: slotsOf(parameter, instance) }] : []
  );
  return (frame) => {
    for (const { index, own } of held) {
      own.giveBack(frame.values[index]);
      frame.values[index] = undefined;
    }
  };
}

/** Writes putting the function of an argument into the guest's table. */
function writeLowerFunction(
  argument: number,
  code: PlanCode,
  core: ValueType | undefined,
): true {
  const lower = code.of(
    `lower ${argument}`,
    ({ plan, instance }: CallParts) => compilePointer(argument, plan, instance, core),
  );
  code.set("values", argument, `${lower}(a${argument})`);
  return true;
}

/** Writes removing the function of an argument from the guest's table. */
function writeRemove(argument: number, code: PlanCode): string {
  const own = code.of(
    `slots ${argument}`,
    ({ plan, instance }: CallParts) => slotsOf(plan.parameters[argument] as FunctionPlan, instance),
  );
  const value = code.get("values", argument);
  return `${own}.giveBack(${value}); ${value} = undefined;`;
}

/** Provides calls with the code for parameters that take functions. */
export function provideFunctions(): void {
  inTable.loaded ??= {
    settle: settleFunctions,
    lower: compileLowerFunction,
    remove: compileRemove,
    writeLower: writeLowerFunction,
    writeRemove,
  };
}
