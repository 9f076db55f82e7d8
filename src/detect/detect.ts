import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import { Problem } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { PRESETS } from "../presets/list.ts";
import {
  isCustom,
  leavesFreeingOpen,
  MOST_NAMES,
  offer,
  WHO_FREES,
} from "../presets/preset_options.ts";
import type { Detected, Preset, Rival, SettledRival } from "../presets/preset.ts";
import { lowestAddress } from "./capacity.ts";
import type { CapacityReport } from "./capacity_types.ts";

/**
 * Detects a guest's convention from its binary alone: no guest code runs.
 *
 * @param presets The known toolchains, in the order in which they are tried.
 * @param refine Adds the facts that names suggest to conventions.
 * @returns The convention, a problem if several fit, or `undefined` if nothing is detected.
 */
export function detectConvention(
  info: ModuleInfo,
  presets: readonly Preset[] = PRESETS,
  refine?: (found: readonly Detected[], info: ModuleInfo) => readonly Detected[],
): Detected | Problem | undefined {
  // If a toolchain recognises the guest with certainty, the others are not tried.
  for (const { recognise } of presets) {
    const found = recognise && oneOf(recognise(info));
    if (found !== undefined) return found;
  }
  let suggested: readonly Detected[] = [];
  for (const { suggest } of presets) if (suggest) suggested = [...suggested, ...suggest(info)];
  return oneOf(refine ? refine(suggested, info) : suggested) ??
    oneOf(presets.flatMap(({ fallBack }) => fallBack?.(info) ?? []));
}

function oneOf(found: readonly Detected[]): Detected | Problem | undefined {
  if (found.length < 2) return found[0];
  return ambiguous(found.flatMap((one): readonly Detected[] => one.rivals ?? [one]));
}

/**
 * Chooses between possible names of one buffer, by the addresses that the guest returns.
 *
 * @param rivals In the order in which they are preferred.
 * @param ask Reads the address from a getter or a global.
 * @param size The guest's memory in bytes.
 */
export function settleRivals(
  rivals: readonly Rival[],
  info: ModuleInfo,
  ask: (name: string) => number,
  size: number,
): SettledRival | Problem {
  const asked = new Map<string, number>();
  for (const name of rivals.flatMap(({ names }) => names)) {
    if (!asked.has(name)) asked.set(name, ask(name));
  }
  const lowest = Math.max(1, lowestAddress(info));
  const isBuffer = (name: string) => asked.get(name)! >= lowest && asked.get(name)! < size;
  const possible = rivals.filter(({ names }) => names.every(isBuffer));
  const sure = possible.filter(({ isFallback }) => !isFallback);
  const [first = rivals[0]!, ...others] = sure.length > 0 ? sure : possible;
  const addressesOf = ({ names }: Rival) => names.map((name) => asked.get(name)).join();
  const known = new Set([addressesOf(first)]);
  const different = others.filter((rival) => known.size < known.add(addressesOf(rival)).size);
  if (different.length > 0) return ambiguous([first, ...different]);
  const same = new Set(others.flatMap(({ names }) => names));
  const seen = [...asked.keys()].filter((name) => !first.names.includes(name)).flatMap((name) =>
    same.has(name)
      ? [`${quote(name)} gives the same address`]
      : isBuffer(name)
      ? []
      : [`${quote(name)} gives ${hex(asked.get(name)!)}, where no buffer can be`]
  );
  const unset = first.isFallback !== true
    ? []
    : rivals.filter(({ names }) =>
      names.some((name) => asked.get(name) === 0) &&
      names.every((name) => asked.get(name) === 0 || isBuffer(name))
    );
  return { ...first, reason: [first.reason, ...seen].join("; "), unset, rival: first };
}

/** Linkers leave the memory below this unused, and result counts are rarely above it. */
const LOWEST_DATA = 1024;

/**
 * Calls the getters that returned 0 again after a call that may have set a pointer.
 *
 * @returns A problem if one of them now returns the address of another buffer.
 */
export function reviewRivals(
  { unset, rival }: SettledRival,
  info: ModuleInfo,
  ask: (name: string) => number,
  size: number,
): Problem | undefined {
  const lowest = Math.max(LOWEST_DATA, lowestAddress(info));
  const [input = ""] = rival.names;
  const found = unset.filter(({ names }) =>
    names.every((name) => {
      const address = ask(name);
      return address >= lowest && address < size && (name === input || address !== ask(input));
    })
  );
  return found.length === 0 ? undefined : ambiguous([...found, rival]);
}

const MOST_OPTIONS = 8;

function ambiguous(found: readonly Detected[]): Problem {
  const options = found.slice(0, MOST_OPTIONS).map(({ convention, reason }) =>
    `${offer(convention)} (${reason}${leavesFreeingOpen(convention) ? `; ${WHO_FREES}` : ""})`
  );
  return new Problem({
    code: "ambiguous-convention",
    part: "convention",
    cannot: "Cannot tell how the guest passes text",
    found: `${found.length < MOST_NAMES ? "" : "at least "}${found.length} conventions fit`,
    expected: `one of the options ${options.join(" or ")}` +
      (found.length > MOST_OPTIONS ? ` or one of ${found.length - MOST_OPTIONS} more` : ""),
  });
}

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

  /** Reports on `convention`; `capacity` is updated when more is known. */
  constructor(convention: Convention | CustomConvention, reason: string, capacity: CapacityReport) {
    this.name = convention.name;
    this.reason = reason;
    this.convention = convention;
    this.#capacity = capacity;
  }

  /**
   * The capacity of the convention's buffer in bytes, and the evidence for it; `undefined` if the
   * convention has no buffer. The guest is asked at the first pass, not before.
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
