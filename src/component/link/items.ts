import type { Made } from "../../call/call.ts";
import type { WaitingState } from "../../call/waiting.ts";
import type { Instance } from "../../instance/instance.ts";
import type { Compiled } from "../../source/source_types.ts";
import type { Component, ModuleType, ResourceUse } from "../types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import type { CoreSignature, CoreValue } from "../values/value_layout.ts";
import type { CallScope, HandleTable, Store } from "./component_store.ts";

/** A core function. */
export type CoreFunction = (...flat: (number | bigint)[]) => number | bigint | undefined;

/** Calls a function with a value for each parameter. */
export type ValueCall = (...args: unknown[]) => unknown;

/** A call that switches to a compiled form once it has been made often. */
export type BoundCall = Made<ValueCall>;

/** The host as a caller of a component: each call counts as a call of the guest. */
export interface Host {
  readonly instance: Pick<
    Instance,
    "depth" | "refusal" | "enter" | "limiter" | "inputLimit" | WaitingState
  >;
  /** What its calls need that wait. */
  readonly waiting?: Waiting | undefined;
  /** Returns the error for a failed call. */
  settle(thrown: unknown, name: string): unknown;
}

/** An instance of a component, as calls see it. */
export interface ComponentInstance {
  readonly store: Store;
  /** What its calls need that wait; absent if nothing has to be waited for. */
  readonly waiting: Waiting | undefined;
  readonly handles: HandleTable;
  /** The instance itself and its parents, from the inside out. */
  readonly chain: readonly ComponentInstance[];
  /** Whether it can be entered: not while it is being called. */
  mayEnter: boolean;
  /** Whether it can call others: not from its allocator or its post-return functions. */
  mayLeave: boolean;
  /** Returns the resource for a type, if there is one. */
  findResource(use: ResourceUse): Resource | undefined;
}

/** A resource type of a linked component. */
export interface Resource {
  /** The name in errors: that of the last export or import. */
  name: string;
  /** The component instance that implements it; absent for the host. */
  readonly owner: ComponentInstance | undefined;
  /** Runs the destructor of a resource, called by a component instance. */
  drop(representation: number, caller: ComponentInstance): void;
  /** Makes the object with which the host owns a resource. */
  give(representation: number): object;
  /** Takes ownership of a resource from the host. `undo` gets a function that reverts this. */
  take(value: unknown, undo: (() => void)[]): number;
  /**
   * Makes the object with which the host uses a resource during a call. `release` gets a function
   * that ends that.
   */
  lend(representation: number, release: (() => void)[]): object;
  /** Returns the representation of a resource that the host lends for a call. */
  borrow(value: unknown, release: (() => void)[]): number;
}

/** A function of a component or of the host. */
export interface LinkedFunction {
  readonly kind: "function";
  /** The name in errors. */
  readonly name: string;
  /** The shapes of the values that it takes from a component. */
  readonly shapes: Shapes;
  /** Whether it is one of the host, whose errors are its own. */
  readonly isHosts: boolean;
  /** Whether a call of it may have to wait for a promise. */
  readonly mayWait: boolean;
  /**
   * Makes the call for a caller.
   *
   * @param caller The component instance or the host that calls.
   * @param name The function in errors.
   */
  bind(caller: ComponentInstance | Host, shapes: Shapes, name?: string): BoundCall;
  /**
   * Makes the call that may wait, in a component whose calls can: it returns a value, or a promise
   * of one. That of the host always returns a promise.
   */
  bindWaiting(caller: ComponentInstance | Host, shapes: Shapes, name?: string): ValueCall;
}

/** A call of a component that is in progress. */
export interface Running {
  scope: CallScope | undefined;
  /** Whether its arguments have been converted. */
  isCalled: boolean;
}

/** The functions that run before and after a call of a core function. */
export interface LiftSteps {
  enter(): Running;
  lower(args: readonly unknown[], running: Running): CoreValue[];
  end(returned: CoreValue | undefined, running: Running): unknown;
  /** Ends a failed call; returns the error to throw. */
  fail(error: unknown, running: Running): unknown;
}

/** The functions that run before and after a call by a core function. */
export interface LowerSteps {
  lift(flat: readonly CoreValue[], running: Running): unknown[];
  end(value: unknown, flat: readonly CoreValue[], running: Running): CoreValue | undefined;
  /** Ends a failed call; returns the error to throw. */
  fail(error: unknown, running: Running): unknown;
}

/** The state that the waiting calls of one linked component share. */
export interface Waiting {
  /** Whether the component can currently wait in a call. */
  readonly isOn: boolean;
  /** Makes the core function that is `later` in a call that waits, and `now` in any other one. */
  choose(type: CoreSignature, now: CoreFunction, later: CoreFunction): CoreFunction;
  /** Makes the core function with which a component calls a function that may wait. */
  lower(steps: LowerSteps, call: ValueCall, store: Store): CoreFunction;
  /** Makes the call of a core function in which the component may wait. */
  lift(steps: LiftSteps, core: CoreFunction): ValueCall;
  /** Makes a call by the host count as one of the guest, in which that may wait. */
  counted(call: ValueCall, host: Host, name: string): ValueCall;
  /** Calls a function that cannot wait, because the engine cannot suspend JavaScript frames. */
  atOnce(act: () => void): void;
}

/** A type, of which linking needs only the resource. */
export interface TypeItem {
  readonly kind: "type";
  readonly resource: Resource | undefined;
}

/** A component, with the instance whose definitions it refers to. */
export interface LinkedComponent {
  readonly kind: "component";
  readonly component: Component;
  readonly outer: ComponentInstance;
}

/** A core module. */
export interface LinkedModule extends Pick<Compiled, "module" | "limiting"> {
  readonly kind: "module";
  readonly type: ModuleType;
}

/** The exports of an instance by name. */
export interface LinkedExports {
  readonly kind: "instance";
  readonly exports: ReadonlyMap<string, Item>;
}

/** A definition that components import and export. */
export type Item = LinkedFunction | TypeItem | LinkedComponent | LinkedModule | LinkedExports;
