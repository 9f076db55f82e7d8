// Calls of guests that pass objects of classes, and the errors of such calls.
import {
  assemblyScript,
  type AssemblyScriptOptions,
  type Parameter,
  type Result,
} from "../../mod.ts";
import { type Row, Thrown } from "./_rows.ts";

export const ARRAYS = "assemblyscript/arrays";
export const STRINGS = "assemblyscript/strings_array";
export const ARC = "assemblyscript_arc/arrays";

export const f64 = { type: "array", element: "f64" } as const;
export const i16 = { type: "array", element: "i16" } as const;
export const i32 = { type: "array", element: "i32" } as const;
export const u8 = { type: "array", element: "u8" } as const;
export const texts = { type: "strings" } as const;

/** A call of `name` with `args`: its declared parameters and result. */
export interface Call {
  readonly guest: string;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly args: readonly unknown[];
  readonly convention?: AssemblyScriptOptions;
}

export function callRow(
  title: string,
  { guest, name, parameters, result, args, convention }: Call,
  gives: unknown,
): Row[] {
  const row: Row = {
    name: title,
    guest,
    options: {
      symbols: { [name]: { parameters, result } },
      ...(convention && { convention: assemblyScript(convention) }),
    },
    ask: ({ symbols }) => symbols[name]!(...args as never[]),
    gives,
  };
  return [row, { ...row, name: `${title}, in a hot call`, warmUp: 120 }];
}

/** Returns the error of `load` for the one symbol that does not fit. */
export function refused(name: string, problem: string): Thrown {
  return new Thrown(
    "LoadError",
    "symbols",
    `Cannot bind the declared symbols:\nsymbol "${name}": Cannot pass ${problem}`,
  );
}

export const count = { guest: ARRAYS, name: "count", parameters: ["i32"], result: i32 } as const;
export const sum = { guest: ARRAYS, result: "f64", args: [Float64Array.of(1, 2, 3.5)] } as const;
export const sumBytes = {
  guest: ARRAYS,
  name: "sumBytes",
  parameters: ["bytes"],
  result: "i32",
  args: [Uint8Array.of(1, 2, 3)],
} as const;
export const join = {
  guest: ARRAYS,
  name: "join",
  parameters: [texts, "string"],
  result: "string",
  args: [["a", "", "🚀", "\ud83d"], ", "],
} as const;
export const split = { guest: ARRAYS, name: "split", parameters: ["string", "string"] } as const;
export const BYTES_LINE =
  'the guest has ArrayBuffer and Uint8Array, expected convention: assemblyScript({ bytes: "ArrayBuffer" }) or ' +
  'assemblyScript({ bytes: "Uint8Array" }), or the parameter { type: "bytes", class: ' +
  '"ArrayBuffer" } or { type: "bytes", class: "Uint8Array" }';
