// What Emscripten's JavaScript provides for setjmp, longjmp and C++ exceptions, unless they are
// compiled to WebAssembly's own exceptions: a guest calls what may unwind through `invoke_*`, which
// catches what the guest threw. LLVM's pass WebAssemblyLowerEmscriptenEHSjLj makes such guests.

import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import { GuestError, Problem } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import { isSuspendError } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { tableCaller } from "../binary/function_module.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import type { HostImports } from "./host_imports.ts";

/** The flags that make this unnecessary. */
const NATIVE = "-fwasm-exceptions -sSUPPORT_LONGJMP=wasm";

/** The exports that read the stack pointer, and those that set it, of old and new versions. */
const STACK = {
  save: ["stackSave", "emscripten_stack_get_current"],
  restore: ["stackRestore", "_emscripten_stack_restore"],
} as const;

/** The table with the functions that an `invoke_*` calls. */
const TABLE = "__indirect_function_table";

/** A function for an import, with the parameters of the import's type. */
export type ImportedFunction = (...args: never[]) => unknown;

/** The state of an instance that an `invoke_*` needs. */
interface Landing {
  readonly save: CoreFunction;
  readonly restore: CoreFunction;
  readonly setThrew: CoreFunction;
}

/** The unwinding of one instance. */
export class Unwinding {
  readonly host: HostImports;
  /**
   * The value that is thrown to the next `invoke_*`: a symbol, because the engine looks up
   * properties of objects.
   */
  readonly #signal = Symbol();
  /** The `depth` of the instance at the innermost `invoke_*` in progress; -1 outside of any. */
  #invokedAt = -1;
  /** The high half of a result, which the guest gets with `getTempRet0`. */
  #half = 0;
  readonly #table = once(() => this.host.instance!.exports[TABLE] as WebAssembly.Table);
  readonly landing = once((): Landing => ({
    save: this.take(...STACK.save),
    restore: this.take(...STACK.restore),
    setThrew: this.take("setThrew"),
  }));
  readonly #setHalf = once(() => {
    const own = ["_emscripten_tempret_set", "setTempRet0"].find((name) => this.has(name));
    return own === undefined ? (half: number) => this.#half = half : this.take(own);
  });

  constructor(host: HostImports) {
    this.host = host;
  }

  /** Returns whether the guest has an export. */
  has(name: string): boolean {
    return this.host.context.exports().has(name);
  }

  /** Returns the first of several exports that exists, which `load` has checked. */
  take(...names: readonly string[]): CoreFunction {
    const { exports } = this.host.instance!;
    return exports[names.find((name) => name in exports)!] as CoreFunction;
  }

  /** Returns a function in the guest's table; an empty entry is a trap, as in WebAssembly. */
  entry(index: number): CoreFunction {
    const table = this.#table();
    const at = index >>> 0;
    const entry = at < table.length ? table.get(at) : undefined;
    if (entry === undefined) throw new WebAssembly.RuntimeError("table index is out of bounds");
    if (entry === null) throw new WebAssembly.RuntimeError("null function");
    return entry as CoreFunction;
  }

  /**
   * Makes an `invoke_*`: it calls a function of the table, and catches what the guest throws.
   *
   * @param type The type of the functions that it calls.
   * @param inHalves Whether each i64 is passed in halves.
   */
  invoke(name: string, type: FunctionType, inHalves: boolean): ImportedFunction {
    const nothing = type.results[0] === "i64" && !inHalves ? 0n : 0;
    let landing: Landing | undefined;
    let call: CoreFunction;
    return (index: number, a?: CoreValue, b?: CoreValue, c?: CoreValue, ...more: CoreValue[]) => {
      const instance = this.host.bornFor(name);
      if (landing === undefined) {
        call = this.#caller(type, inHalves);
        landing = this.landing();
      }
      const stack = landing.save();
      const before = this.#invokedAt;
      this.#invokedAt = instance.depth;
      try {
        // The engine drops arguments that the type has no parameters for.
        return more.length === 0 ? call(index, a, b, c) : call(index, a, b, c, ...more);
      } catch (error) {
        if (error !== this.#signal || !instance.callable) {
          // A trap or a host error, which the guest must not handle as its own exception.
          throw isSuspendError(error) ? suspensionError(name, error) : error;
        }
        landing.restore(stack);
        landing.setThrew(1, 0);
        return nothing;
      } finally {
        this.#invokedAt = before;
      }
    };
  }

  /** Makes a function that calls the functions of one type in the table. */
  #caller(type: FunctionType, inHalves: boolean): CoreFunction {
    const call = tableCaller(type, this.#table()) as CoreFunction;
    if (!inHalves) return call;
    return (index, ...halves) => this.#split(call(index, ...join(type, halves as number[])));
  }

  /** Returns the low half of an i64, and keeps the high half for `getTempRet0`. */
  #split(result: unknown): unknown {
    if (typeof result !== "bigint") return result;
    this.half = Number(BigInt.asIntN(32, result >> 32n));
    return Number(BigInt.asIntN(32, result));
  }

  /**
   * Returns what an import throws to unwind to the innermost `invoke_*`: an error that ends the
   * call if there is none since the host called the guest. The import itself throws it, because
   * each function that V8 has inlined around a `throw` adds about 100 ns.
   */
  unwind(name: string, uncaught: () => GuestError): unknown {
    return this.#invokedAt === this.host.bornFor(name).depth ? this.#signal : uncaught();
  }

  get half(): number {
    return this.#half;
  }

  set half(half: number) {
    this.#setHalf()(half);
  }

  /** Makes `_emscripten_throw_longjmp`. */
  longjmp(name: string): ImportedFunction {
    return () => {
      throw this.unwind(name, strayJump);
    };
  }

  /** Returns the problem for the first list of names of which the guest exports none. */
  missing(...needed: readonly (readonly string[])[]): Problem | undefined {
    const lacking = needed.find((names) => !names.some((name) => this.has(name)));
    if (lacking === undefined) return undefined;
    const [name] = lacking as readonly [string];
    return new Problem({
      code: "missing-export",
      part: "imports",
      cannot: "Cannot unwind the guest",
      found: `it exports no ${quote(name)}`,
      expected: `${name === TABLE ? "-Wl,--export-table" : `-sEXPORTED_FUNCTIONS=_${name}`} when ` +
        `it is linked, or ${NATIVE} when it is compiled`,
    });
  }
}

/** Joins the halves of each i64 in a list of arguments. */
function join({ parameters }: FunctionType, halves: readonly number[]): (number | bigint)[] {
  let at = 0;
  return parameters.map((parameter) => {
    const low = halves[at++]!;
    return parameter === "i64" ? BigInt(halves[at++]!) << 32n | BigInt(low >>> 0) : low;
  });
}

function strayJump(): GuestError {
  return new GuestError(
    "exception",
    "Cannot continue: the guest called longjmp, and no setjmp of this call has been called",
  );
}

function suspensionError(name: string, cause: unknown): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot wait in a function that import ${
      quote(name)
    } calls: JavaScript is between it and the ` +
      `guest's caller, expected a guest that is compiled with ${NATIVE}`,
    { cause },
  );
}

const unwindings = new WeakMap<HostImports, Unwinding>();

/** Returns the unwinding of an instance. */
export function unwindingOf(host: HostImports): Unwinding {
  const known = unwindings.get(host);
  if (known !== undefined) return known;
  const made = new Unwinding(host);
  unwindings.set(host, made);
  return made;
}

/**
 * Provides the function that unwinds a guest, or passes half of a result.
 *
 * @returns A problem if the guest lacks an export that this needs; `undefined` for another import.
 */
export function provideUnwinding(
  { module, name, kind, type }: WantedImport,
  host: HostImports,
): ImportedFunction | Problem | undefined {
  if (module !== "env" || kind !== "function" || type === undefined) return undefined;
  const { parameters, results } = type as FunctionType;
  const own = unwindingOf(host);
  const label = `${module}.${name}`;
  switch (`${name} (${parameters}) ${results}`) {
    case "_emscripten_throw_longjmp () ":
      return own.longjmp(label);
    case "getTempRet0 () i32":
      return () => own.half;
    case "setTempRet0 (i32) ":
      return (half: number) => own.half = half;
  }
  const [, letters] = /^invoke_([vijfdp]+)$/.exec(name) ?? [];
  if (letters === undefined || parameters[0] !== "i32" || results.length > 1) return undefined;
  const problem = own.missing([TABLE], ["setThrew"], STACK.save, STACK.restore);
  if (problem !== undefined) return problem;
  const passed = parameters.slice(1);
  // Without Emscripten's bigint support, the guest passes an i64 in halves.
  const inHalves = passed.length !== letters.length - 1 ||
    (letters[0] === "j" && results[0] === "i32");
  return own.invoke(label, inHalves ? typeOf(letters) : { parameters: passed, results }, inHalves);
}

/** The types of the letters in the names of `invoke_*`; `v` is for no result. */
const TYPES: Readonly<Record<string, ValueType>> = {
  i: "i32",
  p: "i32",
  j: "i64",
  f: "f32",
  d: "f64",
};

/** Returns the function type for letters: that of the result comes first. */
function typeOf(letters: string): FunctionType {
  const types = [...letters].flatMap((letter) => TYPES[letter] ?? []);
  return letters.startsWith("v")
    ? { parameters: types, results: [] }
    : { parameters: types.slice(1), results: types.slice(0, 1) };
}
