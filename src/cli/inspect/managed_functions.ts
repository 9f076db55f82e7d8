import type { Parameter, SymbolDeclaration } from "../../abi/declaration.ts";
import type { FunctionType, ModuleInfo } from "../../binary/types.ts";
import type { Guest } from "../../guest.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { namesNumber } from "../../presets/names.ts";
import { ask } from "./guest_buffer.ts";
import { conventionOf, type IdleGuest } from "./idle_guest.ts";
import { managedParameters } from "./managed_parameters.ts";

/** The declaration of a function, and how its types were derived. */
export interface Understood {
  readonly declaration: SymbolDeclaration;
  /** Sentences. */
  readonly words: readonly string[];
}

/** Declares a function whose parameters and result are all numbers in WebAssembly. */
export type Understand = (
  name: string,
  core: FunctionType,
  numbers: SymbolDeclaration,
) => Understood;

/**
 * Makes a function that declares the functions of an AssemblyScript guest, whose code shows which
 * parameters are objects.
 *
 * @returns `undefined` for any other guest, and for one without a garbage collector.
 */
export function understandManaged({ guest, info, bytes }: IdleGuest): Understand | undefined {
  const isManaged = conventionOf(guest)?.name === "AssemblyScript";
  const managed = isManaged ? managedParameters(bytes, info) : undefined;
  if (managed === undefined) return undefined;
  return (name, core, numbers) =>
    core.parameters.length === 0 && isStringConstant(guest, info, name)
      ? CONSTANT
      : declareManaged(name, core, numbers, managed.get(name) ?? []);
}

const CONSTANT: Understood = {
  declaration: { parameters: [], result: "string" },
  words: ["Its result is the address of a string."],
};

/** Returns whether a function that only returns a value returns the address of a string. */
function isStringConstant(guest: Guest, info: ModuleInfo, name: string): boolean {
  const address = ask(name, guest, info);
  const { memory } = guest;
  return address !== undefined && address >= 20 && address % 16 === 0 && address <= memory.size &&
    memory.read("u32", address - 8) === RUNTIMES.managed.String;
}

/** Declares a function by the parameters that it protects from the garbage collector. */
function declareManaged(
  name: string,
  core: FunctionType,
  numbers: SymbolDeclaration,
  managed: readonly number[],
): Understood {
  const parameters = numbers.parameters.map((parameter: Parameter, index) =>
    managed.includes(index) ? "string" : parameter
  );
  const mayReturn = core.results[0] === "i32" && managed.length > 0 && !namesNumber(name);
  const result = mayReturn ? "string" : numbers.result;
  const which = managed.map((index) => `argument ${index}`).join(" and ");
  const objects = managed.length === 1
    ? "an object, taken as a string"
    : "objects, taken as strings";
  const words = managed.length === 0
    ? ["It protects no argument from the garbage collector, so it takes only numbers."]
    : [`It keeps ${which} from the collector: ${objects}.`];
  if (core.results[0] === "i32") {
    const kind = mayReturn ? "string" : "number";
    words.push(`Its result is a number or the address of an object, taken as a ${kind}.`);
  }
  return { declaration: { parameters, result }, words };
}
