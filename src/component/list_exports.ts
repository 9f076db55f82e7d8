import { WasmFormatError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { readComponent } from "./component.ts";
import type { Component, Extern } from "./types.ts";

/** The most exports that an error lists. */
const MOST = 10;

/**
 * Describes the exports of a component as a part of a sentence about it, for an error.
 *
 * @returns the empty string for a component that cannot be read, and for one without exports.
 */
export function listExports(bytes: Uint8Array): string {
  let component: Component;
  try {
    component = readComponent(bytes);
  } catch (error) {
    if (error instanceof WasmFormatError) return "";
    throw error;
  }
  const { exports } = component.type;
  if (exports.length === 0) return "";
  const shown = exports.slice(0, MOST).map(describe);
  const left = exports.length - shown.length;
  return ` that exports ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}

function describe({ name, type }: Extern): string {
  if (type.sort !== "instance") return `the ${type.sort} ${quote(name)}`;
  const functions = type.type.exports.filter((item) => item.type.sort === "function");
  const names = functions.slice(0, MOST).map((item) => quote(item.name));
  const left = functions.length - names.length;
  const more = left > 0 ? ` and ${left} more` : "";
  const inside = names.length > 0 ? ` with ${names.join(", ")}${more}` : "";
  return `the interface ${quote(name)}${inside}`;
}
