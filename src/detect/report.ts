import type { Convention } from "../abi/convention.ts";
import { type CustomConvention, isCustom } from "../abi/custom_convention.ts";
import type { CapacityReport } from "./capacity.ts";

/**
 * The convention of a guest, and why it was chosen. It prints as the option that sets the same.
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
  /** The name of the convention: `"static buffer"`, `"AssemblyScript"`. */
  readonly name: string;
  /** The reason why it was chosen. */
  readonly reason: string;
  /** The convention itself, to pass to `load` or to change. */
  readonly convention: Convention | CustomConvention;
  readonly #capacity: CapacityReport;

  /** Reports on `convention`; `capacity` changes when more is known of it. */
  constructor(convention: Convention | CustomConvention, reason: string, capacity: CapacityReport) {
    this.name = convention.name;
    this.reason = reason;
    this.convention = convention;
    this.#capacity = capacity;
  }

  /**
   * How many bytes the convention's buffer holds, and the evidence for that; `undefined` if text
   * does not go into a buffer. The guest is asked on the first pass, not before.
   */
  get capacity(): Readonly<CapacityReport> | undefined {
    const { convention } = this;
    const hasBuffer = !isCustom(convention) && convention.place.kind === "buffer";
    return hasBuffer ? { ...this.#capacity } : undefined;
  }

  /** Returns the option that sets the same: `convention: staticBuffer({ pointer: "buffer" })`. */
  toString(): string {
    const { convention } = this;
    return `convention: ${isCustom(convention) ? convention.name : convention.expression}`;
  }

  /** Shows the option and the reason for `console.log`. */
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
