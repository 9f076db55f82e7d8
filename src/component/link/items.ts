import type { Made } from "../../call/call.ts";
import type { Instance } from "../../instance/instance.ts";
import type { Limiting } from "../../source/source_types.ts";
import type { Component, ModuleType, ResourceUse } from "../types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import type { HandleTable, Store } from "./component_store.ts";

/** A core function. */
export type CoreFunction = (...flat: (number | bigint)[]) => number | bigint | undefined;

/** Calls a function with a value for each parameter. */
export type ValueCall = (...args: unknown[]) => unknown;

/** A call that is carried out by what is compiled for it once it was made often. */
export type BoundCall = Made<ValueCall>;

/** The host as it calls a component: each call counts as one of the guest. */
export interface Host {
  readonly instance: Pick<Instance, "depth" | "refusal" | "enter" | "limiter">;
  /** Returns the error for a failed call. */
  settle(thrown: unknown, name: string): unknown;
}

/** An instance of a component, as calls see it. */
export interface ComponentInstance {
  readonly store: Store;
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
  /**
   * Makes the call for a caller.
   *
   * @param caller The component instance or the host that calls.
   * @param name The function in errors.
   */
  bind(caller: ComponentInstance | Host, shapes: Shapes, name?: string): BoundCall;
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
