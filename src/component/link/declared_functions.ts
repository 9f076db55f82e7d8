// Declared symbols, compared with the types in the binary.

import type { Parameter, Result, SymbolDeclaration } from "../../abi/declaration.ts";
import type { SymbolDeclarations } from "../../abi/symbol_types.ts";
import { LoadError } from "../../base/errors.ts";
import { expectedWord } from "../../base/misnomers.ts";
import { listLines, quote, show } from "../../base/show.ts";
import type { ValueType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import { formatType } from "../wit_types.ts";
import { type ExportedFunction, fullName } from "./interfaces.ts";

/**
 * Finds the exported function of each declared symbol.
 *
 * @throws {LoadError} with a line for each one that does not fit.
 */
export function findDeclared(
  symbols: SymbolDeclarations,
  exported: readonly ExportedFunction[],
): ReadonlyMap<string, ExportedFunction> {
  const problems: string[] = [];
  const found = new Map<string, ExportedFunction>();
  for (const [name, declaration] of Object.entries(symbols)) {
    const fitting = exported.find((item) => fullName(item) === name) ??
      exported.find((item) => item.name === name);
    const lines = fitting === undefined
      ? [`the component has no such function, ${expectedWord(name, exported.map(fullName))}`]
      : compare(declaration, fitting);
    problems.push(...lines.map((line) => `symbol ${quote(name)}: ${line}`));
    if (fitting !== undefined) found.set(name, fitting);
  }
  if (problems.length === 0) return found;
  const message = `Cannot bind the declared symbols:\n${listLines(problems)}`;
  throw new LoadError("symbols", message, { problems });
}

/** Returns a line for each part of a declaration that does not fit. */
function compare(
  declaration: SymbolDeclarations[string],
  { type: { parameters, result } }: ExportedFunction,
): string[] {
  if (!("parameters" in declaration)) {
    return ["it is a property, expected a function with parameters and a result"];
  }
  const declared = declaration as SymbolDeclaration;
  const given = declared.parameters;
  const problems: string[] = [];
  if (given.length !== parameters.length) {
    problems.push(`it has ${given.length} parameters, expected ${parameters.length}`);
  }
  parameters.forEach(({ type }, index) => {
    if (index >= given.length) return;
    problems.push(...compareType(`parameters[${index}]`, given[index], type));
  });
  problems.push(...compareType("result", declared.result, result));
  return problems;
}

function compareType(part: string, given: unknown, type: ValueType | undefined): string[] {
  const expected = type === undefined ? "void" : declaredName(type);
  if (expected === undefined) {
    const shown = formatType(type!, new Map());
    return [`${part} is ${shown} in the component, expected a call by guest.interfaces`];
  }
  return given === expected ? [] : [`${part} is ${show(given)}, expected ${quote(expected)}`];
}

/** The names in declarations for WIT's primitive types. */
const NAMES: Readonly<Record<string, Parameter & Result & string>> = {
  string: "string",
  bool: "bool",
  f32: "f32",
  f64: "f64",
  s8: "i8",
  u8: "u8",
  s16: "i16",
  u16: "u16",
  s32: "i32",
  u32: "u32",
  s64: "i64",
  u64: "u64",
};

/** Returns the name of a type in declarations, if it has one. */
export function declaredName(named: ValueType): (Parameter & Result & string) | undefined {
  const type = unnamed(named);
  if (type.kind === "primitive") return NAMES[type.name];
  const item = type.kind === "list" ? unnamed(type.type) : undefined;
  return item?.kind === "primitive" && item.name === "u8" ? "bytes" : undefined;
}
