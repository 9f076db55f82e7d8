// The guest that passes function pointers to the host, with its imports and symbols.
import { type Guest, hostFunction, load, type LoadOptions } from "../../../mod.ts";

/** The declaration of `int (*)(int, int)`. */
export const OP = { type: "function", parameters: ["i32", "i32"], result: "i32" } as const;

/** The declaration of `void (*)(int, int, void *)`. */
export const HANDLER = {
  type: "function",
  parameters: ["i32", "i32", "pointer"],
  result: "void",
  nullable: true,
} as const;

/** The declaration of `int (*)(int (*count)(int), int)`. */
export const BODY = {
  type: "function",
  parameters: [{ type: "function", parameters: ["i32"], result: "i32" }, "i32"],
  result: "i32",
} as const;

/** The symbols of `function_values.c`. */
export const SYMBOLS = {
  start: { parameters: [], result: "void" },
  stop: { parameters: [], result: "void" },
  clicks: { parameters: ["i32"], result: "i32" },
  last_x: { parameters: ["i32"], result: "i32" },
  calculate: { parameters: ["i32", "i32", "i32"], result: "i32" },
  same_op: { parameters: ["i32"], result: "bool" },
  is_own_op: { parameters: ["i32"], result: "bool" },
  get_op: { parameters: ["i32"], result: OP },
  call_op: { parameters: [OP, "i32", "i32"], result: "i32" },
  is_add: { parameters: [OP], result: "bool" },
  run_twice: { parameters: ["i32"], result: "i32" },
} as const;

/** A handler as the host gets it. */
export type Handler = ((x: number, y: number, data: number) => void) | null;

/** An operator. */
export type Op = (left: number, right: number) => number;

/** The functions that the guest imports, unless a test sets others. */
export interface Imported {
  onClick?: (handler: Handler, data: number) => void;
  findOp?: (name: string) => Op | { readonly pointer: number } | null;
  withCounter?: (body: (count: (by: number) => number, by: number) => number, by: number) => number;
}

/** Returns the path of a guest that was made from `function_values.c`. */
export function guestPath(name = ""): URL {
  const file = `function_values${name === "" ? "" : `_${name}`}.wasm`;
  return new URL(`../../../testdata/c/${file}`, import.meta.url);
}

/** Returns the imports of the guest. */
export function importsOf(
  { onClick = () => {}, findOp = () => null, withCounter = () => 0 }: Imported,
) {
  return {
    env: {
      on_click: hostFunction({ parameters: [HANDLER, "pointer"], result: "void" }, onClick),
      find_op: hostFunction(
        { parameters: ["i32"], result: { ...OP, nullable: true } },
        (code) => findOp(String.fromCharCode(code)),
      ),
      with_counter: hostFunction({ parameters: [BODY, "i32"], result: "i32" }, withCounter),
    },
  };
}

/** Loads one of the guests with all its symbols. */
export function loadValues(
  name = "",
  imported: Imported = {},
  options: Omit<LoadOptions<typeof SYMBOLS>, "symbols" | "imports"> = {},
): Promise<Guest<typeof SYMBOLS>> {
  return load(guestPath(name), { symbols: SYMBOLS, imports: importsOf(imported), ...options });
}

/** Returns the code of a character, as C's `char`. */
export function char(name: string): number {
  return name.charCodeAt(0);
}
