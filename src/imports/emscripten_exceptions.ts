// The imports with which an Emscripten guest throws and catches C++ exceptions.

import type { Problem } from "../base/errors.ts";
import type { FunctionType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { type ImportedFunction, provideUnwinding, unwindingOf } from "./emscripten_unwinding.ts";
import type { HostImports } from "./host_imports.ts";
import { ThrownObjects } from "./thrown_objects.ts";

/** The exports that release a thrown object, and those that return the adjusted address. */
const RELEASE = ["__cxa_decrement_exception_refcount", "free"] as const;

const ADDRESS = ["__cxa_get_exception_ptr", "__cxa_is_pointer_type"] as const;

/** One import: the exports that it needs, and the function that makes it. */
interface Entry {
  readonly needs: readonly (readonly string[])[];
  readonly make: (own: ThrownObjects, label: string) => ImportedFunction;
}

/** The imports, by name and type. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  "__cxa_allocate_exception (i32) -> i32": {
    needs: [["malloc"]],
    make: (own) => (byteLength: number) => own.allocate(byteLength),
  },
  "__cxa_free_exception (i32) -> ()": {
    needs: [["free"]],
    make: (own) => (object: number) => own.free(object),
  },
  "__cxa_throw (i32, i32, i32) -> ()": {
    needs: [RELEASE],
    make: (own, label) => (object: number, type: number, destructor: number) => {
      throw own.throw(label, object >>> 0, type >>> 0, destructor >>> 0);
    },
  },
  "__cxa_rethrow () -> ()": {
    needs: [RELEASE],
    make: (own, label) => () => {
      throw own.rethrow(label);
    },
  },
  "__cxa_rethrow_primary_exception (i32) -> ()": {
    needs: [RELEASE],
    make: (own, label) => (object: number) => {
      if (object !== 0) throw own.throwAgain(label, object >>> 0);
    },
  },
  "__resumeException (i32) -> ()": {
    needs: [RELEASE],
    make: (own, label) => (object: number) => {
      throw own.resume(label, object >>> 0);
    },
  },
  "__cxa_begin_catch (i32) -> i32": {
    needs: [ADDRESS],
    make: (own) => (object: number) => own.begin(object >>> 0),
  },
  "__cxa_end_catch () -> ()": {
    needs: [["setThrew"], RELEASE],
    make: (own) => () => own.end(),
  },
  "__cxa_get_exception_ptr (i32) -> i32": {
    needs: [ADDRESS],
    make: (own) => (object: number) => own.address(object >>> 0),
  },
  "__cxa_increment_exception_refcount (i32) -> ()": {
    needs: [],
    make: (own) => (object: number) => {
      if (object !== 0) own.retain(object >>> 0);
    },
  },
  "__cxa_decrement_exception_refcount (i32) -> ()": {
    needs: [RELEASE],
    make: (own) => (object: number) => {
      if (object !== 0) own.release(object >>> 0);
    },
  },
  "__cxa_uncaught_exceptions () -> i32": {
    needs: [],
    make: (own) => () => own.uncaught,
  },
  "__cxa_current_primary_exception () -> i32": {
    needs: [],
    make: (own) => () => own.current(),
  },
  "__cxa_current_exception_type () -> i32": {
    needs: [],
    make: (own) => () => own.currentType(),
  },
  "llvm_eh_typeid_for (i32) -> i32": {
    needs: [],
    make: () => (type: number) => type,
  },
};

/** How the handler of an exception is found, for any number of types. */
const FIND: Entry = {
  needs: [["__cxa_can_catch"]],
  make: (own) => (...types: number[]) => own.find(types),
};

const exceptions = new WeakMap<HostImports, ThrownObjects>();

/**
 * Provides a function for C++ exceptions.
 *
 * @returns A problem if the guest lacks an export that this needs; `undefined` for another import.
 */
function provideExceptions(
  { module, name, kind, type }: WantedImport,
  host: HostImports,
): ImportedFunction | Problem | undefined {
  if (module !== "env" || kind !== "function" || type === undefined) return undefined;
  const { parameters, results } = type as FunctionType;
  const finds = name.startsWith("__cxa_find_matching_catch_") && results.join() === "i32" &&
    parameters.every((parameter) => parameter === "i32");
  const entry = finds
    ? FIND
    : ENTRIES[`${name} (${parameters.join(", ")}) -> ${results.join(", ") || "()"}`];
  if (entry === undefined) return undefined;
  const problem = unwindingOf(host).missing(...entry.needs);
  if (problem !== undefined) return problem;
  let own = exceptions.get(host);
  if (own === undefined) exceptions.set(host, own = new ThrownObjects(unwindingOf(host)));
  return entry.make(own, `${module}.${name}`);
}

/**
 * Provides a function that unwinds an Emscripten guest, carries its C++ exceptions or passes half
 * of a result.
 *
 * @returns A problem if the guest lacks an export that this needs; `undefined` for another import.
 */
export function provideEmscripten(
  item: WantedImport,
  host: HostImports,
): ImportedFunction | Problem | undefined {
  return provideUnwinding(item, host) ?? provideExceptions(item, host);
}
