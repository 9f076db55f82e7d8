import type { BlockSource } from "../abi/block_source.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import { Claim, type Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { ClaimOptions } from "./blocks/bound_source.ts";

/** The name that errors use for a result that lies in no block of the call. */
const RESULT = "the result";

/** The bytes that a call is about to write into a buffer of the guest. */
interface Intent {
  readonly call: object;
  readonly symbol: string;
  /** The failed action in errors: `pass argument 0 to` the symbol. */
  readonly action: string;
  /** The getter or the global of the buffer; absent if the caller set the address of a range. */
  readonly buffer: string | undefined;
  readonly pointer: number;
  readonly end: number;
  /** Whether it may overwrite other blocks of the same call, because the guest has read them. */
  readonly coversOwn: boolean;
}

/**
 * Throws if a call in progress still needs the bytes that would be overwritten.
 *
 * @param claims The claims of all calls in progress.
 * @param own The claim of the same block, from the chunk before.
 * @throws {GuestError} with the code `busy`, or `signature` if it is the same call.
 */
export function refuseClaimed(claims: Claim, own: Claim | undefined, intent: Intent): void {
  const { call, buffer, pointer, end, coversOwn } = intent;
  if (pointer >= end) return;
  for (let claim: Claim | undefined = claims; claim !== undefined; claim = claim.outer) {
    const meets = pointer < claim.end && claim.pointer < end;
    if (claim === own || !meets && (buffer === undefined || claim.buffer !== buffer)) continue;
    if (claim.call !== call) throw busyError(intent, claim);
    if (meets && !coversOwn && claim.block !== RESULT) throw overlapError(intent, claim);
  }
}

function busyError({ symbol, action, buffer, pointer }: Intent, claim: Claim): GuestError {
  const name = buffer === undefined ? `at ${hex(pointer)}` : quote(buffer);
  return new GuestError(
    "busy",
    `Cannot ${action} ${quote(symbol)}: the guest's buffer ${name} holds what the call of ` +
      `${quote(claim.symbol)} in progress still needs, expected a place of its own for one of ` +
      "them, or a call after that one has ended",
    { export: symbol },
  );
}

function overlapError({ symbol, action, pointer }: Intent, claim: Claim): GuestError {
  return new GuestError(
    "signature",
    `Cannot ${action} ${quote(symbol)}: it would lie at ${hex(pointer)}, and ` +
      `${claim.block} lies from ${hex(claim.pointer)} to ${hex(claim.end)}, expected places that ` +
      "do not overlap",
    { export: symbol },
  );
}

/** The places from which a call reads its result after the guest has returned. */
interface ReadPlaces {
  /** The getters and the globals that return an address. */
  readonly exports: ReadonlySet<string>;
  readonly addresses: ReadonlySet<number>;
  /** The parameters in whose blocks a result can lie. */
  readonly parameters: ReadonlySet<number>;
}

/** Finds the places from which a call reads its result, or its error text. */
function findReadPlaces({ result, status }: PlanParts): ReadPlaces {
  const exports = new Set<string>();
  const addresses = new Set<number>();
  const parameters = new Set<number>();
  const visit = (part: unknown, isPointer: boolean): void => {
    if (isPointer && typeof part === "number") addresses.add(part);
    if (typeof part !== "object" || part === null) return;
    const { export: name, argument } = part as { export?: unknown; argument?: unknown };
    if (isPointer && typeof name === "string") exports.add(name);
    if (typeof argument === "number") parameters.add(argument);
    for (const [key, value] of Object.entries(part)) {
      visit(value, key === "pointer" || (isPointer && typeof value === "object"));
    }
  };
  visit(result, false);
  visit(status, false);
  return { exports, addresses, parameters };
}

/** The claims of a call on the guest's buffers. */
export interface Claims {
  /** Returns the claim for the block of a parameter, the return area or the output buffer. */
  of(index: number, place: Buffer): ClaimOptions;
  /** Claims the result's range if it lies in no block of the call. */
  readonly result: ((frame: Frame) => void) | undefined;
}

/** A buffer of the guest. */
type Buffer = BlockSource & { readonly kind: "buffer" };

/**
 * Works out the claims of a call. There are none if no other call can begin before it has ended and
 * its own blocks cannot overlap.
 */
export function compileClaims(plan: PlanParts, instance: Instance): Claims | undefined {
  const { parameters, area, output, chunked, export: symbol } = plan;
  const buffers = parameters.map((part) =>
    "place" in part && part.place.kind === "buffer" ? part.place : undefined
  );
  const others = [area?.place, output?.place].filter((place) => place?.kind === "buffer");
  const count = buffers.filter((place) => place !== undefined).length + others.length;
  if (!instance.reenters && count < 2) return undefined;
  const reads = findReadPlaces(plan);
  const isAt = ({ pointer }: Buffer) =>
    typeof pointer === "string"
      ? reads.exports.has(pointer)
      : reads.addresses.has(pointer as number);

  // No chunk is left when the result is ready, so the result may lie in another place.
  const lasting = buffers.filter((_, index) => index !== chunked?.parameter);
  const isCovered = (at: string | number) => lasting.some((place) => place?.pointer === at);
  const exports = [...reads.exports].filter((name) => !isCovered(name));
  const addresses = [...reads.addresses].filter((address) => !isCovered(address));
  const hasResult = exports.length + addresses.length > 0;
  if (count === 0 && !hasResult) return undefined;

  function claimResult(frame: Frame): void {
    for (const name of exports) enter(new Claim(frame, symbol, RESULT, name), 0, 0);
    for (const at of addresses) enter(new Claim(frame, symbol, RESULT, undefined), at, at + 1);
  }

  function enter(claim: Claim, pointer: number, end: number): void {
    claim.pointer = pointer;
    claim.end = end;
    claim.outer = instance.claim;
    instance.claim = claim;
  }

  const names = [
    ...parameters.map((_, index) => [`argument ${index}`, `pass argument ${index} to`] as const),
    ["the return area", "take a return area for"],
    ["the output buffer", "take an output buffer for"],
  ] as const;
  return {
    of(index, place) {
      const [block, action] = names[index]!;
      const isRead = index >= parameters.length || reads.parameters.has(index) || isAt(place);
      const coversOwn = chunked?.init !== undefined && index === chunked.parameter;
      return { block, action, isRead, coversOwn };
    },
    result: hasResult && instance.reenters ? claimResult : undefined,
  };
}
