// The host's functions, modules and resources, as a component's instances use them.

import { ComponentError, GuestError } from "../../base/errors.ts";
import { undeclared, waitingProblem } from "../../base/runtime.ts";
import { hasProperty, isA, isPromise, quote, silence } from "../../base/show.ts";
import type { FunctionType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { wrongType } from "../values/mistakes.ts";
import type {
  ComponentInstance,
  Host,
  LinkedFunction,
  LinkedModule,
  Resource,
  ValueCall,
} from "./items.ts";

/** Returns whether a function returns a result, whose error case is thrown in JavaScript. */
export function canFail({ result }: FunctionType): boolean {
  return result !== undefined && unnamed(result).kind === "result";
}

/**
 * Wraps a host function for components to call, with values of the given shapes.
 *
 * @param mayWait Whether it may return a promise.
 */
export function hostFunction(
  name: string,
  type: FunctionType,
  call: ValueCall,
  shapes: Shapes,
  mayWait = false,
): LinkedFunction {
  const given = canFail(type) ? catching(call, shapes) : call;
  const settled = refusingPromises(name, given, mayWait);
  const bound = { call: settled, compiled: settled };
  return {
    kind: "function",
    name,
    shapes,
    isHosts: true,
    mayWait,
    bind: (caller, _, exported = name) =>
      isHost(caller)
        ? { call: exportCall(settled, type, caller, exported, shapes), compiled: undefined }
        : bound,
    bindWaiting: (caller, _, exported = name) =>
      isHost(caller) ? waitingCall(given, type, caller, exported, shapes) : given,
  };
}

/** Returns whether a caller is the host. */
export function isHost(caller: ComponentInstance | Host): caller is Host {
  return "settle" in caller;
}

/** Makes a call for the host, which counts as a call of the guest and throws error cases. */
export function exportCall(
  call: ValueCall,
  type: FunctionType,
  host: Host,
  name: string,
  shapes: Shapes,
): ValueCall {
  return counted(canFail(type) ? throwing(call, shapes) : call, host, name);
}

/** Makes a call for the host that may wait, so it returns a promise. */
export function waitingCall(
  call: ValueCall,
  type: FunctionType,
  host: Host,
  name: string,
  shapes: Shapes,
): ValueCall {
  const { waiting } = host;
  if (waiting === undefined) {
    const atOnce = exportCall(call, type, host, name, shapes);
    return async (...args) => await atOnce(...args);
  }
  const counted = waiting.counted(call, host, name);
  const finish = canFail(type) ? okOrThrow(shapes) : undefined;
  return async (...args) => {
    const value = await counted(...args);
    return finish === undefined ? value : finish(value);
  };
}

/** Wraps a call so that it counts as a call of the guest. */
export function counted(call: ValueCall, { instance, settle }: Host, name: string): ValueCall {
  return (...args) => {
    const before = instance.enter(name);
    try {
      return call(...args);
    } catch (thrown) {
      throw settle(thrown, name);
    } finally {
      instance.depth = before;
    }
  };
}

/** Wraps a call so that it refuses to return a promise, even if there is no result. */
function refusingPromises(name: string, call: ValueCall, mayWait: boolean): ValueCall {
  return (...args) => {
    const value = call(...args);
    if (!isPromise(value)) return value;
    silence(value);
    throw mayWait ? unawaited(name) : new TypeError(
      `Cannot return the result of import ${quote(name)}: it is a promise, expected a function ` +
        "that is not asynchronous, because a component cannot wait for it",
    );
  };
}

function unawaited(name: string): GuestError {
  const problem = waitingProblem(`import ${quote(name)}`);
  return problem?.error() ?? new GuestError(
    "asynchronous",
    `Cannot wait for import ${quote(name)}: the call that the guest is in returns at once, ` +
      "expected one of guest.asyncInterfaces, or guest.run({ async: true })",
    { export: name },
  );
}

/** Wraps a call so that it returns error cases that are thrown. */
function catching(call: ValueCall, { variant, failure }: Shapes): ValueCall {
  const ok = (value: unknown) => variant.make("ok", value);
  const fail = (error: unknown) => {
    // As in jco's generated code, for which host functions may have been written.
    if (hasProperty(error, "payload")) return variant.make(failure, error.payload);
    if (isA(error, Error) || isA(error, undeclared.Exception)) throw error;
    return variant.make(failure, error);
  };
  return (...args) => {
    let value: unknown;
    try {
      value = call(...args);
    } catch (error) {
      return fail(error);
    }
    return isPromise(value) ? value.then(ok, fail) : ok(value);
  };
}

/** Wraps a call so that it throws the error case of its result. */
function throwing(call: ValueCall, shapes: Shapes): ValueCall {
  const finish = okOrThrow(shapes);
  return (...args) => finish(call(...args));
}

/** Makes a function that returns the payload of a result, or throws it. */
function okOrThrow({ variant: { tag, payload } }: Shapes): (result: unknown) => unknown {
  return (result) => {
    const { [tag]: found, [payload]: value } = result as Readonly<Record<string, unknown>>;
    if (found === "ok") return value;
    throw new ComponentError(value);
  };
}

/**
 * The modules that components have exported to the host. The types of other modules are unknown.
 */
const givenModules = new WeakMap<WebAssembly.Module, LinkedModule>();

/** Exports a core module to the host, which can pass it to another component. */
export function giveModule(linked: LinkedModule): WebAssembly.Module {
  givenModules.set(linked.module, linked);
  return linked.module;
}

/** Wraps a host module for components to import. */
export function hostModule(module: WebAssembly.Module): LinkedModule {
  const { Module } = WebAssembly;
  return givenModules.get(module) ?? {
    kind: "module",
    module,
    type: { kind: "module", imports: Module.imports(module), exports: Module.exports(module) },
  };
}

/** The class of a resource that the host implements. */
export type HostClass = (new (...args: never[]) => object) & Readonly<Record<string, unknown>>;

/** A resource type that the host implements, by objects. */
export class HostResource implements Resource {
  readonly owner = undefined;
  name: string;
  readonly #class: HostClass | undefined;
  readonly #objects = new Map<number, object>();
  #next = 1;

  /** @param hostClass The class of the objects; without it, any object is accepted. */
  constructor(name: string, hostClass: HostClass | undefined) {
    this.name = name;
    this.#class = hostClass;
  }

  /** Returns whether objects of a class are accepted. */
  isOf(hostClass: HostClass): boolean {
    return this.#class === undefined || this.#class === hostClass;
  }

  drop(representation: number, { store }: ComponentInstance): void {
    const object = this.give(representation) as Partial<Disposable>;
    try {
      object[Symbol.dispose]?.();
    } catch (error) {
      throw store.end(error, true);
    }
  }

  give(representation: number): object {
    const object = this.lend(representation);
    this.#objects.delete(representation);
    return object;
  }

  take(value: unknown, undo: (() => void)[]): number {
    if (typeof value !== "object" || value === null) {
      throw wrongType(value, `an object of class ${this.name}`);
    }
    if (this.#class !== undefined && !isA(value, this.#class)) {
      throw wrongType(value, `an instance of ${this.name}, the class of the import`);
    }
    const representation = this.#next++;
    this.#objects.set(representation, value);
    undo.push(() => this.#objects.delete(representation));
    return representation;
  }

  lend(representation: number): object {
    return this.#objects.get(representation)!;
  }

  borrow(value: unknown, release: (() => void)[]): number {
    return this.take(value, release);
  }
}
