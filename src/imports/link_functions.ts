// Links imported functions: host functions, and those that toolchains' JavaScript provides. It is
// loaded only for guests with such imports.

import { Problem } from "../base/errors.ts";
import { suspending, waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import { HostForms } from "../call/host/host_forms.ts";
import type { Instance } from "../instance/instance.ts";
import { PAGE_SIZE } from "../memory/pointer.ts";
import { planHost } from "../plan/host_parts.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { abortError, ASSEMBLY_SCRIPT, mathImport } from "./assembly_script_imports.ts";
import type { ToolchainImports } from "./toolchain_imports.ts";
import { type HostFunction, hostFunction, pointerPlans } from "./host_function.ts";
import type { HostImports } from "./host_imports.ts";
import { isOfToolchain } from "./import_problem.ts";

export { abortError };

/**
 * Returns the core function for a host function, or a problem if the import's type cannot carry the
 * declaration.
 */
export function bindHostFunction(
  { declaration, callback }: HostFunction,
  item: WantedImport,
  host: HostImports,
): WebAssembly.ImportValue | Problem {
  const name = `${item.module}.${item.name}`;
  const { async: isAsync = false } = declaration;
  const { context } = host;
  let forms = context.forms.get(item);
  if (forms === undefined) {
    const type = item.type as FunctionType | undefined;
    const convention = context.convention(), address64 = context.address64();
    const plan = planHost({ name, declaration, type, address64 }, convention);
    if (plan instanceof Problem) return plan;
    const problem = isAsync ? waitingProblem(`import ${quote(name)}`) : undefined;
    if (problem !== undefined) return problem;
    const { info } = context.compiled;
    const unfit = pointerPlans.loaded?.settleHostFunctions(plan, { convention, address64, info });
    if (unfit !== undefined) return unfit;
    forms = new HostForms(plan, isAsync);
    context.forms.set(item, forms);
  }
  const fn = forms.on(callback, host);
  return isAsync ? suspending(fn) : fn as WebAssembly.ImportValue;
}

/** A C string. */
const C_STRING = {
  type: "string",
  encoding: "utf-8",
  pass: ["pointer"],
  length: "nul",
  nullable: true,
} as const;

/** Emscripten's imports from `env` that need no file system, by name and type. */
const EMSCRIPTEN: ToolchainImports = {
  "__assert_fail (i32, i32, i32, i32) -> ()": (host) =>
    hostFunction(
      { parameters: [C_STRING, C_STRING, "u32", C_STRING], result: "void" },
      (condition, file, line) => {
        throw abortError(host, { message: `Assertion failed: ${condition}`, file, line });
      },
    ),
  "abort () -> ()": giveUp,
  "_abort_js () -> ()": giveUp,
  "emscripten_notify_memory_growth (i32) -> ()": () => () => {},
  "emscripten_resize_heap (i32) -> i32": (host, name) => (size: number) =>
    growTo(size >>> 0, host.instanceFor(name)),
  "emscripten_memcpy_big (i32, i32, i32) -> ()": copyWithin,
  "emscripten_memcpy_big (i32, i32, i32) -> i32": copyWithin,
  "emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "_emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "emscripten_get_now () -> f64": () => () => performance.now(),
  "emscripten_date_now () -> f64": () => () => Date.now(),
};

function giveUp(host: HostImports) {
  return () => {
    throw abortError(host, {});
  };
}

/** Returns 1 if memory has `byteLength` bytes, or can grow to them. */
function growTo(byteLength: number, { memory, caps }: Instance): 0 | 1 {
  const missing = byteLength - memory.size;
  if (missing <= 0) return 1;
  try {
    memory.grow(Math.ceil(missing / PAGE_SIZE));
    return 1;
  } catch {
    caps?.refuse(byteLength);
    return 0;
  }
}

function copyWithin(host: HostImports, name: string) {
  return (target: number, source: number, byteLength: number) => {
    const { memory } = host.instanceFor(name);
    memory.writeBytes(target, memory.view(source, byteLength >>> 0));
    return target;
  };
}

const KNOWN: ToolchainImports = { ...ASSEMBLY_SCRIPT, ...EMSCRIPTEN };

/**
 * Returns the function that a toolchain's own JavaScript would provide for an import of fixed
 * meaning; `undefined` if it is not known.
 */
export function toolchainImport(item: WantedImport, host: HostImports): unknown {
  const { module, type, kind } = item;
  if (type === undefined || !isOfToolchain(item)) return undefined;
  const name = module === "env" ? item.name : `${module}.${item.name}`;
  if (name.startsWith("Math.")) {
    const made = mathImport(name, item);
    if (made !== undefined) return made;
  }
  if (kind !== "function") return undefined;
  if (isRegistration(name, type as FunctionType)) return ignoreRegistration;
  const key = `${name} ${formatFunctionType(type as FunctionType)}`;
  // No inherited key contains a space.
  return KNOWN[key]?.(host, `${module}.${item.name}`);
}

/**
 * Returns whether an import only registers a class, a type or a constant with Emscripten's embind.
 * A guest registers these at its start for JavaScript that is not present, so they can be ignored.
 */
function isRegistration(name: string, { results }: FunctionType): boolean {
  return name.startsWith("_embind_register_") && results.length === 0;
}

/** Ignores a registration. */
function ignoreRegistration(): void {}
