// What the page does with a guest: it is loaded, called and watched.
import { type Guest, load, type SymbolDeclaration } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { convertArguments } from "../../src/cli/call/call_arguments.ts";
import { readLoadOptions } from "../../src/cli/call/given_options.ts";
import { type Access, traceCalls, type TracedStep } from "../../src/cli/call/trace.ts";
import { declareNumbers } from "../../src/cli/inspect/inspected_functions.ts";

/** What a user asks for. */
export interface Wish {
  /** The export. */
  readonly name: string;
  /** A text, or the arguments of a declared symbol, each on a line of its own. */
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

/** What a call did. */
export interface Called {
  /** The result, or the error that came instead. */
  readonly answer: { readonly result: unknown } | { readonly error: unknown };
  /** The steps that were carried out, the one that failed included. */
  readonly steps: readonly TracedStep[];
  /** Absent if the guest was not called, or has no memory. */
  readonly memory?: MemoryChange;
}

/** Copies of more than that would take long. */
const MOST_COPIED = 64 << 20;

/** The steps of the last call that has ended. */
let traced: readonly TracedStep[] = [];

traceCalls((_plan, steps) => traced = steps);

/** A guest that is instantiated when it is first called, and keeps its state from call to call. */
export class PlaygroundGuest {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #loaded: { readonly key: string; readonly guest: Promise<Guest> } | undefined;

  /** Keeps the bytes of a module. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** Makes the next call begin with a fresh instance. */
  reset(): void {
    this.#loaded = undefined;
  }

  /** Calls the guest. Whatever goes wrong is the answer. */
  async call({ name, input, isNumeric, options }: Wish): Promise<Called> {
    traced = [];
    let memory: (() => MemoryChange) | undefined;
    let answer: Called["answer"];
    try {
      const declared = readLoadOptions(options).symbols?.[name];
      const guest = await this.#load(options);
      const declaration = declared !== undefined && "result" in declared
        ? declared
        : isNumeric
        ? this.#numbers()[name]
        : undefined;
      const call = declaration === undefined ? () => guest.passString(input, name) : callDeclared(
        guest,
        name,
        convertArguments(toLines(input, declaration), declaration, name),
      );
      memory = watchMemory(guest);
      answer = { result: call() };
    } catch (error) {
      answer = { error };
    }
    return { answer, steps: traced, ...(memory !== undefined && { memory: memory() }) };
  }

  #load(options: Wish["options"]): Promise<Guest> {
    const key = JSON.stringify([...options]);
    if (this.#loaded?.key !== key) {
      const { symbols, ...given } = readLoadOptions(options);
      const all = { ...this.#numbers(), ...symbols };
      const guest = load(this.#bytes, { missing: "trap", ...given, symbols: all }) as Promise<
        Guest
      >;
      this.#loaded = { key, guest };
    }
    return this.#loaded.guest;
  }

  /** Declares the exports whose types are numbers. */
  #numbers(): Readonly<Record<string, SymbolDeclaration>> {
    return Object.fromEntries(
      readModule(this.#bytes).exports.flatMap((item) => {
        const declaration = item.kind === "function" ? declareNumbers(item.type) : undefined;
        return declaration === undefined ? [] : [[item.name, declaration]];
      }),
    );
  }
}

/** Splits an input into arguments: a line is one, unless there is only one parameter. */
function toLines(input: string, { parameters }: SymbolDeclaration) {
  const lines = parameters.length > 1 ? input.split("\n") : parameters.length === 1 ? [input] : [];
  return lines.map((content) => ({ name: content, content }));
}

function callDeclared(guest: Guest, name: string, args: readonly unknown[]): () => unknown {
  const symbols = guest.symbols as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  return () => symbols[name]!(...args);
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
