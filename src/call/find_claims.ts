import type { BlockSource } from "../abi/block_source.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import { Claim, type Keeper } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { buffersOf, handsOut } from "../plan/plan_blocks.ts";
import type { BlockClaims, ClaimOptions, Claims } from "./blocks/bound_source.ts";

/**
 * Returns whether a call claims the blocks of an allocator. Pinned blocks are not collected, and a
 * guest that never calls the host cannot allocate for another call meanwhile.
 */
export function claimsBlocks(place: BlockSource, reenters: boolean): boolean {
  return reenters && handsOut(place);
}

/** The name that errors use for a result that lies in no block of the call. */
const RESULT = "the result";

/** The bytes that a call is about to write into a buffer of the guest. */
interface Intent {
  readonly symbol: string;
  /** The failed action in errors: `pass argument 0 to` the symbol. */
  readonly action: string;
  /** The getter or the global of the buffer; absent if the caller set the address of a range. */
  readonly buffer: string | undefined;
  readonly pointer: number;
  readonly end: number;
}

/**
 * Throws if a call in progress still needs the bytes that would be overwritten.
 *
 * @param claims The claims of all calls in progress.
 * @param outer The last claim that an outer call has made.
 * @throws {GuestError} with the code `busy`, or `signature` if it is the same call.
 */
export function refuseClaimed(
  claims: Claim,
  outer: Claim | undefined,
  intent: Intent,
): void {
  const { buffer, pointer, end } = intent;
  if (pointer >= end) return;
  let isOwn = true;
  for (let claim: Claim | undefined = claims; claim !== undefined; claim = claim.outer) {
    isOwn &&= claim !== outer;
    const meets = pointer < claim.end && claim.pointer < end;
    if (!meets && (buffer === undefined || claim.buffer !== buffer)) continue;
    if (!isOwn) throw busyError(intent, claim);
    if (meets && claim.block !== RESULT) throw overlapError(intent, claim);
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

interface ReadPlaces {
  /** The getters and the globals that return an address. */
  readonly exports: ReadonlySet<string>;
  readonly addresses: ReadonlySet<number>;
  /** The parameters in whose blocks a result can lie. */
  readonly parameters: ReadonlySet<number>;
}

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

type Buffer = BlockSource & { readonly kind: "buffer" };

/** Determines the claims of a call; none if no data of it has to persist. */
export function findClaims(plan: PlanParts, instance: Instance): Claims | undefined {
  const { parameters, area, output, export: symbol } = plan;
  const buffers = parameters.map((part) =>
    "place" in part && part.place.kind === "buffer" ? part.place : undefined
  );
  const { reenters } = instance;
  const places = parameters.map((part) => "place" in part ? part.place : undefined);
  const hasBlocks = [...places, area?.place, output?.place].some((place) =>
    place !== undefined && claimsBlocks(place, reenters)
  );
  const reads = findReadPlaces(plan);
  const isAt = ({ pointer }: Buffer) =>
    typeof pointer === "string"
      ? reads.exports.has(pointer)
      : reads.addresses.has(pointer as number);

  const isCovered = (at: string | number) => buffers.some((place) => place?.pointer === at);
  const exports = [...reads.exports].filter((name) => !isCovered(name));
  const addresses = [...reads.addresses].filter((address) => !isCovered(address));
  const hasResult = exports.length + addresses.length > 0;
  if (buffersOf(plan) === 0 && !hasResult && !hasBlocks) return undefined;

  function claimResult(): void {
    for (const name of exports) enter(new Claim(symbol, RESULT, name), 0, 0);
    for (const at of addresses) enter(new Claim(symbol, RESULT, undefined), at, at + 1);
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
  const isLeft = places.map((place, index) =>
    place !== undefined && claimsBlocks(place, reenters) && !reads.parameters.has(index) &&
    keeperOf(parameters[index]!) === "guest"
  );

  function leave(outer: Claim | undefined): void {
    for (let { claim } = instance; claim !== undefined && claim !== outer; claim = claim.outer) {
      if (claim.keeper === "guest") claim.end = 0;
    }
  }

  return {
    of(index, place) {
      if (place.kind !== "buffer" && !claimsBlocks(place, reenters)) return undefined;
      const [block, action] = names[index]!;
      const isRead = index >= parameters.length || reads.parameters.has(index) ||
        place.kind === "buffer" && isAt(place);
      const keeper = isRead || place.kind === "buffer" ? "host" : keeperOf(parameters[index]!);
      return { block, action, isRead, keeper };
    },
    leave: isLeft.includes(true) ? leave : undefined,
    result: hasResult && reenters ? claimResult : undefined,
  };
}

/** Returns who owns the block of an argument after the guest was called. */
function keeperOf(parameter: ParameterPlan): Keeper {
  if ("free" in parameter && parameter.free !== undefined) return "host";
  return parameter.kind === "text" && parameter.unfreed ? "host, for ever" : "guest";
}

/** Makes the claims of one parameter, return area or output buffer. */
export function bindClaims(
  { block, keeper }: ClaimOptions,
  instance: Instance,
  symbol: string,
  busyError: (pointer: number, byteLength: number, claim: Claim) => GuestError,
): BlockClaims {
  const claimOf = () => new Claim(symbol, block, undefined, keeper);
  return {
    claimOf,
    claim(outer, pointer, byteLength, claim = claimOf()) {
      const met = findMet(outer, pointer, byteLength);
      if (met !== undefined) throw busyError(pointer, byteLength, met);
      claim.pointer = pointer;
      claim.end = byteLength > 0 ? pointer + byteLength : 0;
      claim.outer = instance.claim;
      instance.claim = claim;
    },
  };
}

/** Finds a claim that a block overlaps, among `claims` and those before it. */
function findMet(
  claims: Claim | undefined,
  pointer: number,
  byteLength: number,
): Claim | undefined {
  if (byteLength === 0) return undefined;
  let claim = claims;
  while (claim !== undefined && !(pointer < claim.end && claim.pointer < pointer + byteLength)) {
    claim = claim.outer;
  }
  return claim;
}
