import type { BlockSource } from "../abi/block_source.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { hex, quote } from "../base/show.ts";
import { print } from "../presets/preset_options.ts";
import { isReserved } from "./plan_blocks.ts";

/** A block of a call in the guest's buffer. */
interface Block {
  /** The name of its parameter, or its other purpose. */
  readonly of: number | "area" | "output";
  /** The place of the buffer's address, in errors; absent for a fixed address. */
  readonly buffer: string | undefined;
  /** The offsets of the first byte, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the plan, or a problem if two of its blocks would overlap: the second would overwrite the
 * first before the guest has read it.
 *
 * @param plan The plan of the call.
 * @param word The size of a word of the return area, in bytes.
 */
export function refuseShared(plan: PlanParts, word: 4 | 8): PlanParts | Problem {
  const blocks = bufferBlocks(plan, word);
  for (const [index, second] of blocks.entries()) {
    for (const first of blocks.slice(0, index)) {
      if (first.buffer !== second.buffer) continue;
      const [lower, upper] = first.start <= second.start ? [first, second] : [second, first];
      if (lower.start === upper.start || lower.end > upper.start) {
        return describe(plan, lower, upper);
      }
    }
  }
  return plan;
}

function bufferBlocks({ parameters, area, output }: PlanParts, word: number): Block[] {
  const capacity = output?.capacity;
  return [
    ...parameters.flatMap((parameter, index) =>
      "place" in parameter ? bufferBlock(index, parameter.place) : []
    ),
    ...bufferBlock("area", area?.place, area && area.words * word),
    ...bufferBlock("output", output?.place, typeof capacity === "number" ? capacity : undefined),
  ];
}

/**
 * Returns the block in a list, which is empty if its block source is not the guest's own buffer.
 */
function bufferBlock(
  of: Block["of"],
  place: BlockSource | undefined,
  byteLength?: number,
): Block[] {
  // Each block has its own reserved pages.
  if (place?.kind !== "buffer" || isReserved(place.pointer)) return [];
  const { pointer, offset = 0, capacity } = place;
  const start = typeof pointer === "number" ? pointer + offset : offset;
  const size = byteLength ?? (typeof capacity === "number" ? capacity : Infinity);
  return [{
    of,
    buffer: typeof pointer === "string"
      ? quote(pointer)
      : typeof pointer === "number"
      ? undefined
      : `at ${print(pointer)}`,
    start,
    end: start + size,
  }];
}

function describe({ export: symbol, parameters }: PlanParts, lower: Block, upper: Block): Problem {
  const { buffer, start } = lower;
  const where = buffer === undefined
    ? `the range at ${hex(start)}`
    : `the guest's buffer ${buffer}`;
  const block = [lower, upper].find(({ of }) => typeof of === "string");
  if (block !== undefined) {
    const other = block === lower ? upper : lower;
    const place = '{ kind: "buffer", pointer: "\u2026" }';
    const [action, cure] = block.of === "output"
      ? ["an output buffer", `output: { capacity: \u2026, place: ${place} }`]
      : ["a return area", `the option areaPlace of the convention, such as ${place}`];
    const what = typeof other.of === "number"
      ? `argument ${other.of} goes into`
      : "the return area is in";
    return new Problem({
      code: "signature",
      part: String(block.of),
      cannot: `Cannot take ${action} for ${quote(symbol)}`,
      found: `it would lie in ${where}, which ${what}`,
      expected: `a place of its own: ${cure}`,
      export: symbol,
    });
  }
  const second = Math.max(Number(lower.of), Number(upper.of));
  const reaches = start < upper.start;
  const place = { kind: "buffer", pointer: "\u2026" };
  return new Problem({
    code: "signature",
    part: `parameters[${reaches ? lower.of : second}]`,
    cannot: `Cannot pass arguments ${lower.of} and ${upper.of} to ${quote(symbol)}`,
    found: reaches
      ? `the place of one reaches into that of the other in ${where}`
      : `both go into ${where}`,
    expected: reaches
      ? `a capacity of at most ${upper.start - start} bytes for argument ${lower.of}`
      : "a place of its own for one of them: " + print({ ...typeOf(parameters[second]!), place }),
    export: symbol,
  });
}

/** Returns the type of a parameter in its declaration. */
function typeOf(parameter: ParameterPlan): { type: string; element?: string } {
  if (parameter.kind !== "text") return { type: parameter.kind };
  const { content } = parameter;
  return typeof content === "object" ? { type: "array", ...content } : { type: content };
}
