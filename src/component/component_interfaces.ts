import type { GuestMemory } from "../memory/guest_memory.ts";

/**
 * What values of a component are in JavaScript where it has no type for them: `"jco"` has
 * `undefined` for none and `{ tag, val }` for a case, `"draft"` has `null` and `{ kind, value }`.
 */
export type ComponentShapes = "jco" | "draft";

/**
 * An instance of a core module within a component. When the guest is reset, the fresh instance is
 * another one.
 */
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
 * Interfaces with functions that return promises, because the guest may wait in them, and with the same
 * classes.
 */
export type AsyncInterfaces<I extends object> = {
  readonly [Name in keyof I]: 0 extends 1 & I[Name] ? I[Name] : {
    readonly [Item in keyof I[Name]]: I[Name][Item] extends (...args: infer A) => infer R
      ? (...args: A) => Promise<R>
      : I[Name][Item];
  };
};

/**
 * The interfaces that a component exports, by their names: functions and classes. What the world
 * exports itself has the empty name, and a name can be written without its version.
 *
 * Only the binary knows what is in them, so that the compiler accepts any name.
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
