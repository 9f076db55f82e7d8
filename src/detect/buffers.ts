import type { Convention } from "../abi/convention.ts";
import { GuestError } from "../base/errors.ts";
import { hex, list, quote } from "../base/show.ts";
import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { staticBuffer } from "../presets/buffer.ts";
import { leavesFreeingOpen, offer, WHO_FREES } from "../presets/options.ts";
import { constantOf, lowestAddress } from "./capacity.ts";
import { looksUp, usesMemory } from "./effects.ts";
import {
  areInputAndOutput,
  bufferRank,
  couldDo,
  isGetter,
  isReserved,
  namesGetter,
  namesOutput,
  stemOf,
} from "./names.ts";

/** A convention and why it was chosen. */
export interface Detected {
  readonly convention: Convention;
  readonly reason: string;
  /** All that may name one buffer, this first: they are compared by address at the first pass. */
  readonly rivals?: readonly Rival[] | undefined;
}

/** One of several ways to name what may be one buffer. */
export interface Rival extends Detected {
  /** The getters and globals that give its addresses. */
  readonly names: readonly string[];
}

/** The buffers that getters and globals name, as far as the binary tells them apart. */
export function detectBuffers(info: ModuleInfo): Detected[] {
  const inputs = findInputs(info);
  const outputs = findOutputs(info, inputs);
  const rivals = inputs.flatMap((item) =>
    outputs.length === 0 ? [alone(item)] : outputs.map((output) => withOutput(item, output))
  );
  const [first, ...rest] = rivals;
  if (first === undefined || rest.length === 0) return rivals;
  // Constants that differ stay apart whatever the guest says.
  const isKnown = [...inputs, ...outputs].every((item) => addressIn(info, item) !== undefined);
  if (isKnown) return rivals;
  const others = list(
    new Set(rest.flatMap(({ names }) => names.filter((name) => !first.names.includes(name)))),
  );
  const reason = `${first.reason}; the first pass compares it with ${others}, ` +
    "which may name the same buffer";
  return [{ ...first, reason, rivals }];
}

/** What may name the buffer that text comes out of, where it is another. */
function findOutputs(info: ModuleInfo, inputs: readonly ExportInfo[]): ExportInfo[] {
  const getters = info.exports.filter(isGetter);
  const named = getters.filter(({ name }) => namesOutput(name));
  // Beside a `get_input`, a `get_output` needs no word of pointers.
  const paired = getters.filter(({ name }) =>
    inputs.some((input) => areInputAndOutput(input.name, name))
  );
  return preferFunctions(named.length > 0 ? named : paired, info);
}

/** What may name the buffer that text goes into: a function before a global. */
function findInputs(info: ModuleInfo): ExportInfo[] {
  const ranks = new Map<ExportInfo, number>();
  for (const item of info.exports) {
    const rank = isGetter(item) && canBeAsked(item, info) ? bufferRank(item.name) : undefined;
    if (rank !== undefined) ranks.set(item, rank);
  }
  const best = Math.min(...ranks.values());
  const candidates = [...ranks.keys()].filter((item) => ranks.get(item) === best);
  // Where nothing else could use it, what a getter names is a text to be read.
  const hasUse = info.exports.some((item) =>
    item.kind === "function" && !isReserved(item) && !candidates.includes(item) &&
    usesMemory(info, item.name)
  );
  if (!hasUse) return [];
  if (candidates.every(({ kind }) => kind === "global")) {
    // The getter of a data symbol need not be named as surely as the symbol is.
    candidates.push(
      ...[...ranks.keys()].filter(({ kind, name }) => kind === "function" && namesGetter(name)),
    );
  }
  return preferFunctions(candidates, info);
}

/** Whether to ask is all that happens: what may make a buffer gives another one each time. */
function canBeAsked(item: ExportInfo, info: ModuleInfo): boolean {
  return item.kind === "global" || !couldDo(item.name) || looksUp(info, item.name);
}

/** The functions, and the globals of other stems; each function and each known address once. */
function preferFunctions(candidates: readonly ExportInfo[], info: ModuleInfo): ExportInfo[] {
  const seen = new Set<string>();
  const ordered = [
    ...candidates.filter(({ kind }) => kind === "function"),
    ...candidates.filter(({ kind }) => kind === "global"),
  ];
  return ordered.filter((item) => {
    const address = addressIn(info, item);
    const stem = `stem ${stemOf(item.name)}`;
    const self = address === undefined ? `${item.kind} ${item.index}` : `at ${address}`;
    // The data symbol of that name can be a variable that holds the address.
    const isNew = !seen.has(self) && (item.kind === "function" || !seen.has(stem));
    if (isNew) seen.add(self);
    if (item.kind === "function") seen.add(stem);
    return isNew;
  });
}

/** The address that an exported constant is. */
function addressIn(info: ModuleInfo, item: ExportInfo): number | undefined {
  return item.kind === "global" && !item.type.mutable ? constantOf(info, item.index) : undefined;
}

function alone(item: ExportInfo): Rival {
  const { name } = item;
  return { convention: staticBuffer({ pointer: name }), reason: reasonOf(item), names: [name] };
}

/** A buffer that text goes into where another is named that it comes out of. */
function withOutput(input: ExportInfo, { name: output }: ExportInfo): Rival {
  return {
    convention: staticBuffer({
      pointer: input.name,
      result: {
        results: ["n"],
        text: { pointer: { export: output }, length: "result" },
        status: { value: "result", fails: "negative" },
      },
    }),
    reason: `${reasonOf(input)}, and ${quote(output)} tells where text comes out`,
    names: [input.name, output],
  };
}

function reasonOf({ kind, name }: ExportInfo): string {
  return kind === "function"
    ? `${quote(name)} takes nothing and returns a pointer`
    : `global ${quote(name)} names a buffer`;
}

/**
 * Chooses between what may name one buffer, by the addresses that the guest gives.
 *
 * @param rivals In the order in which they are preferred.
 * @param ask Asks a getter or a global for its address.
 * @param size The size of the guest's memory.
 */
export function settleRivals(
  rivals: readonly Rival[],
  info: ModuleInfo,
  ask: (name: string) => number,
  size: number,
): Detected | GuestError {
  const asked = new Map<string, number>();
  for (const name of rivals.flatMap(({ names }) => names)) {
    if (!asked.has(name)) asked.set(name, ask(name));
  }
  const lowest = Math.max(1, lowestAddress(info));
  const isBuffer = (name: string) => asked.get(name)! >= lowest && asked.get(name)! < size;
  const possible = rivals.filter(({ names }) => names.every(isBuffer));
  const [first = rivals[0]!, ...others] = possible;
  const addressesOf = ({ names }: Rival) => names.map((name) => asked.get(name)).join();
  const different = others.filter((rival, index) =>
    [first, ...others.slice(0, index)].every((other) => addressesOf(other) !== addressesOf(rival))
  );
  if (different.length > 0) return ambiguous([first, ...different]);
  const same = new Set(others.flatMap(({ names }) => names));
  const none = new Set(rivals.flatMap(({ names }) => names.filter((name) => !isBuffer(name))));
  const said = [...asked.keys()].filter((name) => !first.names.includes(name)).flatMap((name) =>
    same.has(name)
      ? [`${quote(name)} gives the same address`]
      : none.has(name)
      ? [`${quote(name)} gives ${hex(asked.get(name)!)}, where no buffer can be`]
      : []
  );
  return { ...first, reason: [first.reason, ...said].join("; ") };
}

/** The most options that an error lists. */
const MOST_OPTIONS = 8;

/** The error for several conventions that fit equally well. */
export function ambiguous(found: readonly Detected[]): GuestError {
  const options = found.slice(0, MOST_OPTIONS).map(({ convention, reason }) =>
    `${offer(convention)} (${reason}${leavesFreeingOpen(convention) ? `; ${WHO_FREES}` : ""})`
  );
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how the guest passes text: ${found.length} conventions fit, ` +
      `expected one of the options ${options.join(" or ")}` +
      (found.length > MOST_OPTIONS ? ` or one of ${found.length - MOST_OPTIONS} more` : ""),
  );
}
