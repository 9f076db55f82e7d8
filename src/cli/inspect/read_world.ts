// wit-component's encoding of WIT, as tools embed it in a core module: the custom section
// `component-type` is a component that contains the guest's world as a component type.

import { WasmFormatError } from "../../base/errors.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { readComponent } from "../../component/component.ts";
import type { Extern, FunctionType, Type } from "../../component/types.ts";
import { unnamed } from "../../component/value_types.ts";
import { formatFunction } from "../../component/wit_types.ts";

/** A function in the guest's world. */
export interface WorldFunction {
  readonly type: FunctionType;
  /** The type as WIT writes it: `func(name: string) -> string`. */
  readonly wit: string;
}

/**
 * Reads the functions that a guest exports according to its world, if the binary contains its
 * types.
 *
 * @returns The functions by the names of their core exports; none if there are no types, or their
 * encoding is unknown.
 */
export function readWorld(
  bytes: Uint8Array,
  { customSections }: Pick<ModuleInfo, "customSections">,
): ReadonlyMap<string, WorldFunction> {
  const found = new Map<string, WorldFunction>();
  for (const { name, offset, byteLength } of customSections) {
    if (name !== "component-type" && !name.startsWith("component-type:")) continue;
    try {
      const { type } = readComponent(bytes.subarray(offset, offset + byteLength));
      for (const world of worldsOf(type.exports)) addFunctions(world, "", found);
    } catch (error) {
      // Engines accept any contents of a custom section.
      if (!(error instanceof WasmFormatError)) throw error;
    }
  }
  return found;
}

/**
 * Returns the exports of each world. The encoding exports a type that in turn exports the world.
 */
function worldsOf(exports: readonly Extern[]): (readonly Extern[])[] {
  return exports.flatMap(({ type: { sort, type } }) => {
    if (sort === "component") return [type.exports];
    const encoded = sort === "type" ? unnamed(type) : undefined;
    return encoded?.kind === "component" ? worldsOf(encoded.exports) : [];
  });
}

/** Adds the functions that a world or an interface exports. */
function addFunctions(
  exports: readonly Extern[],
  prefix: string,
  found: Map<string, WorldFunction>,
): void {
  const names = new Map<Type, string>();
  for (const { name, type: { sort, type } } of exports) {
    if (sort === "type") names.set(type, name);
    else if (sort === "instance") addFunctions(type.exports, `${name}#`, found);
    else if (sort === "function") {
      found.set(prefix + name, { type, wit: formatFunction(type, names) });
    }
  }
}
