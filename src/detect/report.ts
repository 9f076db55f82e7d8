import type { Convention } from "../abi/convention.ts";
import { type CustomConvention, isCustom } from "../abi/custom.ts";
import type { CapacityReport } from "./capacity.ts";

/**
 * Which convention a guest is called by, and why. It prints as the option that sets the same.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/passing_data_symbol.wasm");
 * assertEquals(`${guest.convention}`, 'convention: staticBuffer({ pointer: "buffer" })');
 * ```
 */
export class ConventionReport {
  /** What the convention is called: `"static buffer"`, `"AssemblyScript"`. */
  readonly name: string;
  /** Why it was chosen. */
  readonly reason: string;
  /** The convention itself, to be passed to `load` or to be changed. */
  readonly convention: Convention | CustomConvention;
  readonly #capacity: CapacityReport;

  /** Reports on `convention`; `capacity` changes as it becomes known. */
  constructor(convention: Convention | CustomConvention, reason: string, capacity: CapacityReport) {
    this.name = convention.name;
    this.reason = reason;
    this.convention = convention;
    this.#capacity = capacity;
  }

  /**
   * How many bytes the convention's buffer holds, and what shows that; `undefined` if text does not
   * go into a buffer. The guest is asked on the first pass, not before.
   */
  get capacity(): Readonly<CapacityReport> | undefined {
    const { convention } = this;
    const hasBuffer = !isCustom(convention) && convention.place.kind === "buffer";
    return hasBuffer ? { ...this.#capacity } : undefined;
  }

  /** The option of `load` that sets the same: `convention: staticBuffer({ pointer: "buffer" })`. */
  toString(): string {
    const { convention } = this;
    return `convention: ${isCustom(convention) ? convention.name : convention.expression}`;
  }

  /** Shows it for `console.log`: the option, with the reason behind it. */
  [Symbol.for("Deno.customInspect")](): string {
    const { capacity } = this;
    const size = capacity?.byteLength === undefined
      ? ""
      : `; ${
        capacity.kind === "exact" ? "" : "at most "
      }${capacity.byteLength} bytes: ${capacity.reason}`;
    return `${this} // ${this.reason}${size}`;
  }
}
