import type { SymbolDeclarations } from "../../abi/symbol_types.ts";
import { messageOf } from "../../base/errors.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import { allocator, cString } from "../../presets/allocator.ts";
import { assemblyScript } from "../../presets/assembly_script.ts";
import { canonicalAbi } from "../../presets/canonical_abi.ts";
import { jsStrings } from "../../presets/js_strings.ts";
import { inPlace, staticBuffer } from "../../presets/static_buffer.ts";
import { wasmBindgen } from "../../presets/wasm_bindgen.ts";
import { UsageError } from "../exit_codes.ts";
import type { CommandOption } from "../command.ts";
import { type Functions, readLiteral } from "./literal.ts";

/** The options of a command that are passed to `load`. */
export const LOAD_OPTIONS = {
  convention: {
    value: "EXPRESSION",
    help: "how data is passed, as inspect and errors print it: 'cString({ allocate: \"malloc\" })'",
  },
  symbols: {
    value: "DECLARATIONS",
    help: "parameters and results of exports, as inspect and errors print them: " +
      '\'{ repeat: { parameters: ["string", "u32"], result: "string" } }\'',
  },
  "memory-name": {
    value: "NAME",
    help: "the memory in which data is passed, if the guest has several: the option memoryName",
  },
  missing: {
    value: "trap|ignore",
    help: "what a missing import does when it is called: trap, or return 0",
  },
} as const satisfies Record<string, CommandOption>;

/** The functions that make conventions, by names that do not change if a bundler minifies them. */
const CONVENTIONS: Functions = new Map<string, (...args: never[]) => unknown>(Object.entries({
  allocator,
  assemblyScript,
  canonicalAbi,
  cString,
  inPlace,
  jsStrings,
  staticBuffer,
  wasmBindgen,
}));

/**
 * Reads the options of the command line that are passed to `load`, which checks their values.
 *
 * @throws {UsageError} if an expression cannot be parsed, or a word is not valid for the option.
 */
export function readLoadOptions(options: ReadonlyMap<string, string>): LoadOptions {
  const convention = readOption(options, "convention", CONVENTIONS);
  const symbols = readOption(options, "symbols");
  const memoryName = options.get("memory-name");
  const missing = options.get("missing");
  if (missing !== undefined && missing !== "trap" && missing !== "ignore") {
    throw new UsageError(`Cannot use --missing ${missing}, expected trap or ignore`);
  }
  return {
    ...(convention !== undefined && { convention: convention as LoadOptions["convention"] }),
    ...(symbols !== undefined && { symbols: symbols as SymbolDeclarations }),
    ...(memoryName !== undefined && { memoryName }),
    ...(missing !== undefined && { missing }),
  };
}

/**
 * Refuses options that apply only to modules.
 *
 * @param refused The names of these options.
 * @throws {UsageError} if one of them is set.
 */
export function refuseForComponent(
  options: ReadonlyMap<string, string>,
  refused: readonly (keyof typeof LOAD_OPTIONS)[],
  name: string,
): void {
  const option = refused.find((option) => options.has(option));
  if (option === undefined) return;
  throw new UsageError(
    `Cannot use --${option}: ${name} is a component, which has the types itself`,
  );
}

/** Reads the value of an option, which may start with the option's name as in a program. */
export function readOption(
  options: ReadonlyMap<string, string>,
  name: string,
  functions?: Functions,
): unknown {
  const given = options.get(name);
  if (given === undefined) return undefined;
  const text = given.replace(new RegExp(`^\\s*${name}:`), "");
  try {
    return readLiteral(text, `the option --${name}`, functions);
  } catch (error) {
    throw new UsageError(messageOf(error)); // a TypeError would be a mistake in the call
  }
}
