// Loads, calls and observes a guest for the page.
import { type Guest, load, type SymbolDeclaration } from "../../mod.ts";
import { identifyFile } from "../../src/binary/header.ts";
import { readModule } from "../../src/binary/module.ts";
import { convertArguments, type GivenArgument } from "../../src/cli/call/call_arguments.ts";
import { chooseComponentCall, listCallable } from "../../src/cli/call/component_call.ts";
import { readLoadOptions } from "../../src/cli/call/given_options.ts";
import { type Access, traceCalls, type TracedStep } from "../../src/cli/call/trace.ts";
import { declareNumbers } from "../../src/cli/inspect/inspected_functions.ts";
import { readComponent } from "../../src/component/component.ts";
import { formatType, typeNames } from "../../src/component/wit_types.ts";
import type { SourceBytes } from "../../src/source/source_types.ts";

/** The call that a user requests. */
export interface Wish {
  /** The export. */
  readonly name: string;
  /** A text, or the arguments of a declared symbol or of a component's function, a line each. */
  readonly input: string;
  /** Whether it is called with the numbers of its type, unless it is declared. */
  readonly isNumeric: boolean;
  /** The options `convention` and `symbols` as text, as a program has them. */
  readonly options: ReadonlyMap<string, string>;
}

/** A memory before and after a call, and the ranges that the host wrote or read meanwhile. */
export interface MemoryChange {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly accesses: readonly Access[];
}

/** The outcome of a call. */
export interface Called {
  /** The result or the error. */
  readonly answer: { readonly result: unknown } | { readonly error: unknown };
  /** The steps that were carried out, including a failed one. */
  readonly steps: readonly TracedStep[];
  /**
   * Absent if the guest was not called, has no memory, or is a component, whose calls have no
   * steps.
   */
  readonly memory?: MemoryChange;
}

/** Copying more would take too long. */
const MOST_COPIED = 64 << 20;

/** The steps of the last call that has ended. */
let traced: readonly TracedStep[] = [];

traceCalls((_plan, steps) => traced = steps);

/** A function of a component, as it is offered to a user. */
export interface Offered {
  readonly name: string;
  /** The type, as WIT. */
  readonly type: string;
  /** The names and the types of its parameters, as WIT. */
  readonly parameters: readonly string[];
}

/** A guest that is instantiated when it is first called, and keeps its state across calls. */
export class PlaygroundGuest {
  readonly #file: SourceBytes;
  readonly #isComponent: boolean;
  #loaded: { readonly key: string; readonly guest: Promise<Guest> } | undefined;

  /** Keeps a module or a component. */
  constructor(file: SourceBytes) {
    this.#file = file;
    this.#isComponent = identifyFile(file.bytes)?.kind === "component";
  }

  /** Returns the functions of a component that can be called; none of a module. */
  offered(): Offered[] {
    if (!this.#isComponent) return [];
    const component = readComponent(this.#file.bytes).type;
    const names = typeNames(component);
    return listCallable(component).map(({ name, wit, type }) => ({
      name,
      type: wit,
      parameters: type.parameters.map(({ name, type }) => `${name}: ${formatType(type, names)}`),
    }));
  }

  /** Makes the next call begin with a fresh instance. */
  reset(): void {
    this.#loaded = undefined;
  }

  /** Calls the guest. An error is returned as the outcome. */
  async call(wish: Wish): Promise<Called> {
    traced = [];
    let memory: (() => MemoryChange) | undefined;
    let answer: Called["answer"];
    try {
      const guest = await this.#load(wish.options);
      const call = this.#isComponent ? this.#callOfComponent(wish) : this.#callOfModule(wish);
      memory = this.#isComponent ? undefined : watchMemory(guest);
      answer = { result: call(guest) };
    } catch (error) {
      answer = { error };
    }
    return { answer, steps: traced, ...(memory !== undefined && { memory: memory() }) };
  }

  #callOfComponent({ name, input }: Wish): (guest: Guest) => unknown {
    const { parameters = [] } = this.offered().find((item) => item.name === name) ?? {};
    return chooseComponentCall(this.#file, name, toArguments(input, parameters.length));
  }

  #callOfModule({ name, input, isNumeric, options }: Wish): (guest: Guest) => unknown {
    const declared = readLoadOptions(options).symbols?.[name];
    const declaration = declared !== undefined && "result" in declared
      ? declared
      : isNumeric
      ? this.#numbers()[name]
      : undefined;
    if (declaration === undefined) return (guest) => guest.passString(input, name);
    const given = toArguments(input, declaration.parameters.length);
    const args = convertArguments(given, declaration, name);
    return (guest) => {
      const symbols = guest.symbols as Readonly<Record<string, (...args: unknown[]) => unknown>>;
      return symbols[name]!(...args);
    };
  }

  #load(options: Wish["options"]): Promise<Guest> {
    const key = JSON.stringify([...options]);
    if (this.#loaded?.key !== key) {
      const { symbols, ...given } = readLoadOptions(options);
      const all = this.#isComponent ? {} : { ...this.#numbers(), ...symbols };
      const wanted = { missing: "trap", ...given, symbols: all } as const;
      const guest = load(this.#file.bytes, wanted) as Promise<Guest>;
      this.#loaded = { key, guest };
    }
    return this.#loaded.guest;
  }

  /** Declares the exports whose types are numbers. */
  #numbers(): Readonly<Record<string, SymbolDeclaration>> {
    return Object.fromEntries(
      readModule(this.#file.bytes).exports.flatMap((item) => {
        const declaration = item.kind === "function" ? declareNumbers(item.type) : undefined;
        return declaration === undefined ? [] : [[item.name, declaration]];
      }),
    );
  }
}

/** Splits an input into arguments: a line is one, unless there is only one parameter. */
function toArguments(input: string, parameters: number): GivenArgument[] {
  const lines = parameters > 1 ? input.split("\n") : parameters === 1 ? [input] : [];
  return lines.map((content) => ({ name: content, content }));
}

/** Copies the memory now, and again when the result is called. */
function watchMemory(guest: Guest): (() => MemoryChange) | undefined {
  const copy = () => guest.memory.readBytes(0, Math.min(guest.memory.size, MOST_COPIED));
  try {
    const before = copy();
    return () => ({ before, after: copy(), accesses: traced.flatMap(({ accesses }) => accesses) });
  } catch {
    return undefined; // it has none
  }
}
