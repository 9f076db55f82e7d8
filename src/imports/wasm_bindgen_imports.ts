// The imports that wasm-bindgen's JavaScript provides for every guest: the table of objects, and
// the function that throws. Other imports belong to the guest's own interface.

import { GuestError, Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import type { ImportedFunction } from "./emscripten_unwinding.ts";
import type { HostImports } from "./host_imports.ts";

/** The names of the exported table, of new and old versions. */
const TABLE = /^__wbindgen_(?:externrefs|export_\d+)$/;

/** The values that every guest has in its table, after its own. */
const VALUES = [undefined, null, true, false];

/** Makes the function that puts the first values into the guest's table. */
function initializeTable(host: HostImports, name: string): ImportedFunction | Problem {
  const names = [...host.context.exports()].filter((name) => TABLE.test(name));
  if (names.length === 0) {
    return new Problem({
      code: "missing-export",
      part: "imports",
      cannot: "Cannot start the guest",
      found: 'it exports no table "__wbindgen_externrefs"',
      expected: "the output of `wasm-bindgen` or `wasm-pack build`",
    });
  }
  return () => {
    const { exports } = host.bornFor(name);
    const tables = names.map((name) => exports[name]).filter((item) =>
      item instanceof WebAssembly.Table
    );
    const table = tables.find(holdsAnything);
    if (table === undefined) return;
    const offset = table.grow(VALUES.length);
    for (const [index, value] of VALUES.entries()) table.set(offset + index, value as never);
  };
}

/**
 * Returns whether a table contains references to any value: the first one is `undefined` in each
 * guest.
 */
function holdsAnything(table: WebAssembly.Table): boolean {
  try {
    table.set(0, undefined as never);
    return true;
  } catch {
    return false; // a table of functions
  }
}

/** Makes the function that throws a text. */
function throwText(host: HostImports, name: string): ImportedFunction {
  return (pointer: number, byteLength: number) => {
    const { memory } = host.instanceFor(name);
    const text = memory.readString(pointer >>> 0, byteLength >>> 0);
    throw new GuestError("exception", `Cannot continue: the guest threw ${quote(text)}`, {
      guestMessage: text,
    });
  };
}

/** The imports, by name and type. Newer versions add a hash to a name. */
const FUNCTIONS: Readonly<
  Record<string, (host: HostImports, name: string) => ImportedFunction | Problem>
> = {
  "__wbindgen_init_externref_table () ": initializeTable,
  "__wbindgen_throw (i32,i32) ": throwText,
};

/**
 * Provides a function that a guest of wasm-bindgen needs to start or to throw.
 *
 * @returns A problem if the guest lacks an export that this needs; `undefined` for another import.
 */
export function provideBindgen(
  { module, name, kind, type }: WantedImport,
  host: HostImports,
): ImportedFunction | Problem | undefined {
  if (kind !== "function" || type === undefined || !isBindgen(module)) return undefined;
  const { parameters, results } = type as FunctionType;
  const plain = name.replace(/^__wbg___/, "__").replace(/_[0-9a-f]{16}$/, "");
  return FUNCTIONS[`${plain} (${parameters}) ${results}`]?.(host, `${module}.${name}`);
}

/** Returns whether a module is that of the imports: its name depends on the version and the target. */
function isBindgen(module: string): boolean {
  return module === "wbg" || module === "__wbindgen_placeholder__" || module.endsWith("_bg.js");
}
