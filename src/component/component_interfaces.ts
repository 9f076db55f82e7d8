import type { GuestMemory } from "../memory/guest_memory.ts";

/**
 * The JavaScript shapes of a component's values for which JavaScript has no type: `"jco"` uses
 * `undefined` for none and `{ tag, val }` for a case, `"draft"` uses `null` and `{ kind, value }`.
 */
export type ComponentShapes = "jco" | "draft";

/** An instance of a core module within a component. A reset of the guest replaces it. */
export interface CoreInstance {
  /** The name in the binary, if it has one. */
  readonly name: string | undefined;
  /** The raw exports, with no checks of arguments or results. */
  readonly exports: WebAssembly.Exports;
  /**
   * The memory that it exports. It can still be read after a trap.
   *
   * @throws {GuestError} if it exports none or several.
   */
  readonly memory: GuestMemory;
}

/**
 * Interfaces with the same classes, and with functions that return promises, because the guest may
 * wait in them.
 */
export type AsyncInterfaces<I extends object> = {
  readonly [Name in keyof I]: 0 extends 1 & I[Name] ? I[Name] : {
    readonly [Item in keyof I[Name]]: I[Name][Item] extends (...args: infer A) => infer R
      ? (...args: A) => Promise<R>
      : I[Name][Item];
  };
};

/**
 * The interfaces that a component exports, by name: functions and classes. The world's own exports
 * have the empty name, and a name can be written without its version.
 *
 * Only the binary shows what they contain, so the compiler accepts any name.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const imports = { "": { callback() {} } };
 * using guest = await load("testdata/component/linked.wasm", { imports });
 * assertEquals(guest.interfaces[""].echo("Ada"), "Ada");
 * assertEquals(guest.interfaces["test:linked/texts"].twice("Ada"), "AdaAda");
 * ```
 */
export interface ComponentInterfaces {
  /** The functions and the classes of resources of one interface, by its name. */
  // deno-lint-ignore no-explicit-any -- a value of any type is the only one that can be called
  readonly [name: string]: any;
}
