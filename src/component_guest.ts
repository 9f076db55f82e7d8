import type { SymbolDeclaration } from "./abi/declaration.ts";
import type { SymbolDeclarations } from "./abi/symbol_types.ts";
import { GuestError } from "./base/errors.ts";
import type { CallLimits, GuestLimits } from "./base/limits.ts";
import type { BytesInput } from "./base/typed_arrays.ts";
import { list } from "./base/show.ts";
import { valueLimits } from "./call/on_demand.ts";
import type { LoadOptions } from "./check/load_options.ts";
import { readComponent, refuseAsync } from "./component/component.ts";
import type {
  AsyncInterfaces,
  ComponentInterfaces,
  CoreInstance,
} from "./component/component_interfaces.ts";
import { Store } from "./component/link/component_store.ts";
import type { findDeclared } from "./component/link/declared_functions.ts";
import { callable, Interfaces } from "./component/link/interfaces.ts";
import type { BoundCall, LinkedExports, ValueCall } from "./component/link/items.ts";
import {
  findCoreInstance,
  type LinkedCoreInstance,
  listCoreInstances,
} from "./component/link/linked_instance.ts";
import { Linker } from "./component/link/linker.ts";
import type { ComponentType } from "./component/types.ts";
import { HOST_SHAPES, type Shapes } from "./component/values/js_shapes.ts";
import { Guest } from "./guest.ts";
import {
  checkComponentOptions,
  type ComponentHost,
  componentParts,
  prepareComponentHost,
  runComponent,
  settleCall,
} from "./guest/component_host.ts";
import { compileCoreModules } from "./guest/component_modules.ts";
import type { LimitedGuest } from "./guest/limited_guest.ts";
import { type GuestInstance, LINKED } from "./instance/guest_instance.ts";
import type { GuestMemory } from "./memory/guest_memory.ts";
import type { Compiled } from "./source/source_types.ts";

/** A linked component: its instance, and the state that its parts share. */
interface Linked {
  readonly root: LinkedExports;
  readonly store: Store;
  readonly memories: readonly GuestMemory[];
  readonly coreInstances: readonly LinkedCoreInstance[];
  readonly host: ComponentHost;
}

/**
 * Loads a component.
 *
 * @param compiled The component, which is parsed here.
 * @param options The options of `load`, checked.
 * @throws {LoadError} if it uses an unsupported feature, or its imports cannot be satisfied.
 * @throws {WasmFormatError} if it is malformed.
 * @throws {TypeError} if an option applies only to modules.
 */
export async function loadComponent<S extends SymbolDeclarations>(
  compiled: Compiled,
  options: LoadOptions<S>,
  limits: GuestLimits,
): Promise<Guest<S>> {
  const given = checkComponentOptions(options);
  const { results = MOST_RESULTS } = limits;
  const { name, source, component: bytes } = compiled;
  const component = readComponent(bytes!);
  refuseAsync(component, { name, source });
  const shapes = HOST_SHAPES[options.componentShapes ?? "jco"];
  const makeHost = await prepareComponentHost(component, given, options, shapes, limits);
  const modules = await compileCoreModules(component, compiled, limits);
  options.signal?.throwIfAborted();

  function link(): Linked {
    const store = new Store(results, limits.input);
    const host = makeHost();
    const linker = new Linker(store, modules, name, host.waiting);
    try {
      const root = linker.instantiate(component, host.imports);
      const { memories, coreInstances } = linker;
      return { root, store, memories: [...memories], coreInstances, host };
    } catch (error) {
      host.wasi?.closeQuietly();
      throw error;
    }
  }

  if (limits.input !== undefined) await valueLimits.load();
  const guest = new ComponentGuest<S>(compiled, component.type, shapes, limits, link);
  if (options.symbols !== undefined) {
    const declared = await import("./component/link/declared_functions.ts");
    guest.declare(options.symbols, declared.findDeclared);
  }
  return guest;
}

/** The default limit for the values of one call on the host, in bytes. */
const MOST_RESULTS = 256 * 1024 * 1024;

/** A guest that is a component. A module without contents stands for its own modules. */
class ComponentGuest<S extends SymbolDeclarations> extends Guest<S> {
  readonly #interfaces: Interfaces;
  /** Returns the linked component, which a reset replaces. */
  readonly #now: () => Linked;

  /** Makes the interfaces again with the same classes, for calls with other limits. */
  readonly #again: (prepare: (name: string) => void) => Interfaces;
  /** The declared symbols, by the indices of their functions. */
  readonly #declared = new Map<string, { readonly index: number; readonly async: boolean }>();
  readonly #limits: GuestLimits;

  constructor(
    compiled: Compiled,
    type: ComponentType,
    shapes: Shapes,
    limits: GuestLimits,
    link: () => Linked,
  ) {
    let linked: Linked;
    super(componentParts(compiled, limits, () => {
      const { memories: [memory, ...others], host, store } = linked = link();
      return {
        memory: others.length === 0 ? memory?.memory : undefined,
        host,
        limiter: store.limiter,
        watch: (instance) => store.watch(instance),
      };
    }));
    this.#now = () => linked;
    this.#limits = limits;
    this.#interfaces = new Interfaces(type, shapes);
    this.#again = (prepare) =>
      new Interfaces(type, shapes, { interfaces: this.#interfaces, prepare });
    this.#bind(this.#interfaces, this[LINKED]);
  }

  /** Binds functions to the current instance, or to a view of it. */
  #bind(interfaces: Interfaces, instance: GuestInstance): void {
    const { root, store, host: { waiting } } = this.#now();
    const settle = (thrown: unknown, name: string) => settleCall(thrown, name, this[LINKED], store);
    interfaces.bind(root, { instance, waiting, settle });
  }

  override get interfaces(): ComponentInterfaces {
    return this.#interfaces.byName;
  }

  override get asyncInterfaces(): AsyncInterfaces<ComponentInterfaces> {
    return this.#interfaces.waitingByName();
  }

  /** Makes the declared symbols of the exported functions. */
  declare(symbols: SymbolDeclarations, find: typeof findDeclared): void {
    for (const [name, exported] of find(symbols, this.#interfaces.functions)) {
      const { async: isAsync = false } = symbols[name] as SymbolDeclaration;
      const index = this.#interfaces.functions.indexOf(exported);
      this.#declared.set(name, { index, async: isAsync });
      const value = isAsync ? this.#interfaces.waiting(exported) : callable(exported);
      Object.defineProperty(this.symbols, name, { value, enumerable: true });
    }
  }

  override get exports(): WebAssembly.Exports {
    const names = list(Object.keys(this.interfaces));
    const expected = `guest.interfaces, which has ${names}, or ${this.#coreInstances()}`;
    throw notModule("exports", `expected ${expected}`);
  }

  override get instance(): WebAssembly.Instance {
    throw notModule("instance", "expected guest.interfaces");
  }

  override get module(): WebAssembly.Module {
    throw notModule("module", "expected guest.interfaces");
  }

  override plan(): Promise<never> {
    return refuse("plans", "expected guest.interfaces");
  }

  override async within(
    limits: CallLimits,
  ): Promise<LimitedGuest<S, ComponentInterfaces>> {
    const { limitGuest } = await import("./guest/limited_guest.ts");
    let interfaces: Interfaces;
    return await limitGuest<S, ComponentInterfaces>(limits, {
      limits: this.#limits,
      properties: undefined,
      symbols: Object.fromEntries(this.#declared),
      current: () => ({ instance: this[LINKED], host: this.#now().host }),
      bind: (view) => {
        this.#bind(interfaces, view);
        return {
          symbol: (name) => {
            const { index, async: isAsync } = this.#declared.get(name)!;
            const exported = interfaces.functions[index]!;
            return isAsync ? asCall(interfaces.waiting(exported)) : exported.call;
          },
          passing: (content, name) => asCall(interfaces.passing(content, name)),
          run: (_host, options) => this.#run(interfaces, view, options),
        };
      },
      interfaces: (prepare) => {
        const made = interfaces = this.#again(prepare);
        return {
          interfaces: made.byName,
          get asyncInterfaces() {
            return made.waitingByName();
          },
        };
      },
      tighten: ({ results = Infinity }) => this.#now().store.tighten(results),
    });
  }

  override functions(): Promise<never> {
    return refuse("functions()", "expected guest.interfaces");
  }

  override snapshot(): Promise<never> {
    return refuse("snapshots", "expected guest.reset()");
  }

  override get memory(): GuestMemory {
    const { length } = this.#now().memories;
    if (length === 1) return super.memory;
    throw new GuestError(
      "missing-export",
      `Cannot choose the guest's memory: its core modules pass values through ${length}, ` +
        `expected the memory of ${this.#coreInstances()}`,
    );
  }

  override coreInstance(nameOrIndex: string | number): CoreInstance {
    return findCoreInstance(this.#now().coreInstances, nameOrIndex);
  }

  override passString(text: string, name?: string): string {
    return this.#interfaces.passing("string", name)(text) as string;
  }

  override passBytes(bytes: BytesInput, name?: string): Uint8Array<ArrayBuffer> {
    return this.#interfaces.passing("bytes", name)(bytes) as Uint8Array<ArrayBuffer>;
  }

  override run(): number;
  override run(options: { readonly async: true }): Promise<number>;
  override run(options?: { readonly async: true }): number | Promise<number> {
    return this.#run(this.#interfaces, this[LINKED], options);
  }

  #run(
    interfaces: Interfaces,
    instance: GuestInstance,
    options: { readonly async: true } | undefined,
  ): number | Promise<number> {
    const exported = interfaces.command;
    const { wasi } = this.#now().host;
    const call = options === undefined ? exported.call.call : interfaces.waiting(exported);
    return runComponent(instance, wasi, call, options);
  }

  override reset(): void {
    const old = this.#now();
    super.reset();
    retire(old, "reset");
    this.#bind(this.#interfaces, this[LINKED]);
  }

  override close(): void {
    super.close();
    retire(this.#now(), "closed");
  }

  [Symbol.for("Deno.customInspect")](
    inspect: (value: unknown, options: object) => string,
    options: object,
  ): string {
    return `Guest ${inspect({ state: this.state, interfaces: this.interfaces }, options)}`;
  }

  #coreInstances(): string {
    return `guest.coreInstance() with one of ${listCoreInstances(this.#now().coreInstances)}`;
  }
}

/** Makes a call that has only one form. */
function asCall(call: ValueCall): BoundCall {
  return { call, compiled: undefined };
}

/** Refuses further calls of a linked component, and invalidates the views of its memories. */
function retire({ store, coreInstances }: Linked, why: string): void {
  store.retire();
  for (const instance of coreInstances) instance.end(`the guest was ${why}`);
}

function notModule(what: string, expected: string): GuestError {
  const message = `Cannot use the guest's ${what}: it is a component, ${expected}`;
  return new GuestError("missing-export", message);
}

function refuse(what: string, expected: string): Promise<never> {
  return Promise.reject(notModule(what, expected));
}
