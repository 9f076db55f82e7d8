import type { Made } from "../../call/call.ts";
import type { WaitingState } from "../../call/waiting.ts";
import type { Instance } from "../../instance/instance.ts";
import type { Limiting } from "../../source/source_types.ts";
import type { Component, ModuleType, ResourceUse } from "../types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import type { CoreSignature, CoreValue } from "../values/value_layout.ts";
import type { CallScope, HandleTable, Store } from "./component_store.ts";

/** A core function. */
export type CoreFunction = (...flat: (number | bigint)[]) => number | bigint | undefined;

/** Calls a function with a value for each parameter. */
export type ValueCall = (...args: unknown[]) => unknown;

/** A call that is carried out by what is compiled for it once it was made often. */
export type BoundCall = Made<ValueCall>;

/** The host as it calls a component: each call counts as one of the guest. */
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
  /** The instance itself, and those whose definition it is, from the inside out. */
  readonly chain: readonly ComponentInstance[];
  /** Whether it can be called: not while it is called already. */
  mayEnter: boolean;
  /** Whether it can call: not from its allocator, or from what frees a result. */
  mayLeave: boolean;
  /** Returns the resource that stands for a type, if one does. */
  findResource(use: ResourceUse): Resource | undefined;
}

/** A resource type of a linked component. */
export interface Resource {
  /** The name in errors: that of the last export or import. */
  name: string;
  /** The component instance that implements it; absent for the host. */
  readonly owner: ComponentInstance | undefined;
  /** Runs what ends a resource, called by a component instance. */
  drop(representation: number, caller: ComponentInstance): void;
  /** Makes the object by which the host owns a resource. */
  give(representation: number): object;
  /** Takes a resource from the host, which owns it no more. `undo` gets what gives it back. */
  take(value: unknown, undo: (() => void)[]): number;
  /** Makes the object by which the host uses a resource in a call. `release` gets what ends that. */
  lend(representation: number, release: (() => void)[]): object;
  /** Returns what stands for a resource that the host lends for a call. */
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
   * Makes the call that may wait, in a component whose calls can: it returns a value, or a promise of
   * one. That of the host always returns a promise.
   */
  bindWaiting(caller: ComponentInstance | Host, shapes: Shapes, name?: string): ValueCall;
}

/** A call of a component that is in progress. */
export interface Running {
  scope: CallScope | undefined;
  /** Whether the values that it is called with have been carried over. */
  isCalled: boolean;
}

/** What a call of a core function does before it and after it. */
export interface LiftSteps {
  enter(): Running;
  lower(args: readonly unknown[], running: Running): CoreValue[];
  end(returned: CoreValue | undefined, running: Running): unknown;
  /** Ends a call that has failed; returns the error to throw. */
  fail(error: unknown, running: Running): unknown;
}

/** What a call by a core function does before it and after it. */
export interface LowerSteps {
  lift(flat: readonly CoreValue[], running: Running): unknown[];
  end(value: unknown, flat: readonly CoreValue[], running: Running): CoreValue | undefined;
  /** Ends a call that has failed; returns the error to throw. */
  fail(error: unknown, running: Running): unknown;
}

/** What the calls that wait of one linked component share. */
export interface Waiting {
  /** Whether what a component calls now can wait. */
  readonly isOn: boolean;
  /** Makes the core function that is `later` in a call that waits, and `now` in any other one. */
  choose(type: CoreSignature, now: CoreFunction, later: CoreFunction): CoreFunction;
  /** Makes the core function by which a component calls what may wait. */
  lower(steps: LowerSteps, call: ValueCall, store: Store): CoreFunction;
  /** Makes the call of a core function in which the component may wait. */
  lift(steps: LiftSteps, core: CoreFunction): ValueCall;
  /** Makes a call by the host count as one of the guest, in which that may wait. */
  counted(call: ValueCall, host: Host, name: string): ValueCall;
  /** Calls what cannot wait, because the engine suspends no function of JavaScript. */
  atOnce(act: () => void): void;
}

/** A type, of which only the resource has a part in linking. */
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
export interface LinkedModule {
  readonly kind: "module";
  readonly module: WebAssembly.Module;
  /** What limits its instances; absent without limits for calls. */
  readonly limiting?: Limiting | undefined;
  readonly type: ModuleType;
}

/** The exports of an instance by name. */
export interface LinkedExports {
  readonly kind: "instance";
  readonly exports: ReadonlyMap<string, Item>;
}

/** A definition that components import and export. */
export type Item = LinkedFunction | TypeItem | LinkedComponent | LinkedModule | LinkedExports;
