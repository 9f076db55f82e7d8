import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { HostFunctionDeclaration } from "../../abi/declaration.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import type { FunctionLayout } from "../../abi/struct_layout.ts";
import { orThrow } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import {
  findFunctionTable,
  type FunctionTable,
  removedError,
} from "../../instance/function_table.ts";
import { identityOf } from "../../instance/views.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostPlan, HostResultPlan } from "../../plan/host_plan.ts";
import { functionsOf } from "../../plan/structs/lay_out.ts";
import type { Lower } from "../blocks/bound_source.ts";
import type { CallParts } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import { besideOf } from "../values.ts";
import type { FunctionForms, FunctionPlan, Lent } from "./function_parts.ts";
import { compilePointer, formsOf, type Pointers } from "./pointer_of.ts";

/** An entry in the guest's table that serves one call at a time. */
interface Slot {
  readonly pointer: number;
  /** The caller's function, during a call. */
  fn: CoreFunction | undefined;
  /** The number of calls in progress that use its pointer. */
  uses: number;
}

/**
 * The entries for one parameter on one instance. They stay in the table, because putting a function
 * there takes 800 ns; a nested call gets its own entry.
 */
class Slots implements Pointers {
  readonly #free: Slot[] = [];
  readonly #all = new Map<number, Slot>();
  readonly #table: FunctionTable;
  readonly #forms: FunctionForms;
  readonly #instance: Instance;

  constructor(table: FunctionTable, forms: FunctionForms, instance: Instance) {
    this.#table = table;
    this.#forms = forms;
    this.#instance = instance;
  }

  put(fn: CoreFunction): number {
    const slot = this.#free.pop() ?? this.#add();
    slot.fn = fn;
    slot.uses = 1;
    return slot.pointer;
  }

  pass(pointer: number): void {
    const slot = this.#all.get(pointer);
    if (slot?.fn !== undefined) slot.uses++;
  }

  /** Ends one use of a pointer. A pointer of another entry is ignored. */
  giveBack(pointer: CoreValue): void {
    const slot = this.#all.get(Number(pointer));
    if (slot?.fn === undefined || --slot.uses > 0) return;
    slot.fn = undefined;
    this.#free.push(slot);
  }

  #add(): Slot {
    const dispatch = this.#forms.dispatch(() => slot.fn ?? endedFunction);
    const core = this.#forms.on(dispatch, { instance: this.#instance });
    const slot: Slot = { pointer: this.#table.add(core, this.#forms.type), fn: undefined, uses: 0 };
    this.#all.set(slot.pointer, slot);
    return slot;
  }
}

function endedFunction(): never {
  throw removedError();
}

/** Values for each instance and each declared function. */
type Declared<T> = WeakMap<Instance, Map<HostFunctionDeclaration, T>>;

/** Returns the value for a declared function on an instance, which is made once. */
function once<T>(
  all: Declared<T>,
  instance: Instance,
  declaration: HostFunctionDeclaration,
  make: () => T,
): T {
  const owner = identityOf(instance);
  let known = all.get(owner);
  if (known === undefined) all.set(owner, known = new Map());
  let value = known.get(declaration);
  if (value === undefined) known.set(declaration, value = make());
  return value;
}

/** The entries of each instance, by the parameters that they serve. */
const slots: Declared<Slots> = new WeakMap();

function slotsOf({ declaration }: Pick<FunctionPlan, "declaration">, instance: Instance): Slots {
  return once(slots, instance, declaration, () => {
    const table = orThrow(findFunctionTable(instance, "pass a function"));
    return new Slots(table, formsOf(declaration), instance);
  });
}

/** Compiles putting the function of an argument into the guest's table. */
export function compileLower(
  index: number,
  plan: PlanParts,
  instance: Instance,
  core: ValueType | undefined,
): Lower {
  const lower = compileTake(index, plan, instance, core);
  return (frame, value) => {
    frame.values[index] = undefined; // an earlier call's, if this one is refused
    frame.values[index] = lower(value);
  };
}

function compileTake(
  index: number,
  plan: PlanParts,
  instance: Instance,
  core: ValueType | undefined,
): (value: unknown) => CoreValue {
  const parameter = plan.parameters[index] as FunctionPlan;
  const action = `pass argument ${index} to ${quote(plan.export)}`;
  return compilePointer(parameter, action, core, instance, slotsOf(parameter, instance));
}

/** Compiles removing the functions of a call from the guest's table. */
export function compileRemove(
  plan: PlanParts,
  instance: Instance,
): ((frame: Frame) => void) | undefined {
  const { parameters } = plan;
  const held = parameters.flatMap((parameter, index) =>
    parameter.kind === "function" ? [{ index, own: slotsOf(parameter, instance) }] : []
  );
  const lent = parameters.flatMap((parameter, index) =>
    parameter.kind === "compound" && functionsOf(parameter.layout).length > 0
      ? [besideOf(index, parameters.length)]
      : []
  );
  if (held.length + lent.length === 0) return undefined;
  return (frame) => {
    for (const { index, own } of held) {
      own.giveBack(frame.values[index]);
      frame.values[index] = undefined;
    }
    for (const index of lent) {
      giveBackAll(frame.values[index] as Lent[] | undefined);
      frame.values[index] = undefined;
    }
  };
}

/** Writes putting the function of an argument into the guest's table. */
export function writeLower(
  argument: number,
  code: PlanCode,
  core: ValueType | undefined,
): true {
  const lower = code.of(
    `lower ${argument}`,
    ({ plan, instance }: CallParts) => compileTake(argument, plan, instance, core),
  );
  code.set("values", argument, `${lower}(a${argument})`);
  return true;
}

/** Writes removing the function of an argument from the guest's table. */
export function writeRemove(argument: number, code: PlanCode): string {
  const own = code.of(
    `slots ${argument}`,
    ({ plan, instance }: CallParts) => slotsOf(plan.parameters[argument] as FunctionPlan, instance),
  );
  const value = code.get("values", argument);
  return `${own}.giveBack(${value}); ${value} = undefined;`;
}

/** Releases the entries that a call has used for the functions in a struct. */
export function giveBackAll(lent: readonly Lent[] = []): void {
  for (const { own, pointer } of lent) own.giveBack(pointer);
}

/** Compiles putting a function in a struct into the guest's table for the duration of a call. */
export function compileLend(
  { declaration, nullable }: FunctionLayout,
  action: string,
  instance: Instance,
): (fn: unknown) => Lent {
  const own = slotsOf({ declaration }, instance);
  const pointerOf = compilePointer({ declaration, nullable }, action, undefined, instance, own);
  return (fn) => ({ own, pointer: pointerOf(fn) });
}

/** The pointers of the functions that host functions have returned, by their declarations. */
const kept: Declared<Map<CoreFunction, number>> = new WeakMap();

/**
 * Compiles putting the function that a host function returns into the guest's table. It stays there
 * as long as the instance lives, because the guest can call it at any time.
 */
export function compileResult(
  { label, type, result }: HostPlan,
  instance: Instance,
): (value: unknown) => CoreValue {
  const { declaration, nullable } = result as HostResultPlan & { readonly kind: "function" };
  const action = `return a value from ${label}`;
  return compileKeep({ declaration, nullable }, action, instance, type?.results[0]);
}

/** Compiles putting a function into the guest's table for as long as the instance lives. */
export function compileKeep(
  { declaration, nullable }: Pick<FunctionPlan, "declaration" | "nullable">,
  action: string,
  instance: Instance,
  core?: ValueType,
): (value: unknown) => CoreValue {
  const pointers = once(kept, instance, declaration, () => new Map());
  const put = (fn: CoreFunction): number => {
    const known = pointers.get(fn);
    if (known !== undefined) return known;
    const table = orThrow(findFunctionTable(instance, action));
    const forms = formsOf(declaration);
    const pointer = table.add(forms.on(fn, { instance }), forms.type);
    pointers.set(fn, pointer);
    return pointer;
  };
  return compilePointer({ declaration, nullable }, action, core, instance, { put });
}
