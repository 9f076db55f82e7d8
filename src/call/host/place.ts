import type { CoreValue } from "../../abi/core_value.ts";
import { orThrow } from "../../base/errors.ts";
import {
  checkNumeric,
  isNumericType,
  NUMERIC_TYPES,
  type NumericType,
} from "../../base/numeric_types.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import type {
  BlockTarget,
  HostOutsPlan,
  HostPlan,
  HostStructPlan,
  HostTextPlan,
  Word,
} from "../../plan/host_plan.ts";
import { bindSource } from "../blocks/bind_sources.ts";
import type { BoundSource, BoundSources } from "../blocks/bound_source.ts";
import { isIntegral } from "../code/allocate.ts";
import { writePut } from "../code/put.ts";
import { compileContent, unitOf } from "../content.ts";
import type { Content } from "../content_type.ts";
import { pack, pointerOf } from "../values.ts";
import { managedEngine } from "../on_demand.ts";
import { besideResult, type HostCode, type LowerResult } from "./host_parts.ts";

/** The block of the result. */
const BLOCK = 0;

/** Compiles the source of the result's block, if it takes one. */
export function bindResultSource(hostPlan: HostPlan, instance: Instance | undefined): BoundSources {
  if (instance === undefined) return [];
  const { name: symbol, result } = hostPlan;
  const beside = besideResult(hostPlan);
  const bindStruct = ({ place, layout: { align } }: HostStructPlan | HostOutsPlan): BoundSources =>
    place === undefined
      ? []
      : [bindSource(place, instance, { symbol, terminated: "never", align, beside })];
  if (result.kind === "returned") {
    const own = bindResultSource({ ...hostPlan, result: result.own }, instance);
    return own.length > 0 ? own : bindStruct(result.outs);
  }
  if (result.kind === "compound") return bindStruct(result);
  if (result.kind !== "text" || result.target.kind === "output") return [];
  const { place: open, content, encoding, target, terminated } = result;
  const place = open.kind === "managedArray" && content !== "string"
    ? orThrow(managedEngine(instance).settlePlace(open, content, instance, symbol, "from import"))
    : open;
  const prefix = prefixOf(target);
  return [bindSource(place, instance, {
    symbol,
    terminated,
    align: prefix === undefined ? unitOf(content, encoding) : NUMERIC_TYPES[prefix].byteLength,
    beside,
    element: typeof content === "object" ? content.element : undefined,
  })];
}

/** Returns the type of the length right before the text, if the guest expects one there. */
function prefixOf(target: HostTextPlan["target"]): NumericType | undefined {
  return target.kind === "pointer" && isNumericType(target.length) ? target.length : undefined;
}

/** Compiles putting a result into a block of the guest, and passing its address to the guest. */
export function compilePlace(
  hostPlan: HostTextPlan,
  target: BlockTarget,
  { label, type }: HostPlan,
  instance: Instance,
  source: BoundSource,
): LowerResult {
  const { memory } = instance;
  const plain = compileContent(memory, hostPlan.content, hostPlan.encoding);
  const prefix = prefixOf(target);
  const content = prefix === undefined
    ? plain
    : prefixed(plain, prefix, hostPlan.unit, memory, label);
  const { place } = hostPlan;
  // The guest keeps the block; with reference counting, one of the references is the guest's.
  const isPinned = place.kind === "managedArray" && place.runtime !== "arc";
  const counts = hostPlan.unit === "codeUnits";
  const { check, lower } = compileLowerRange(target, type?.results, instance);
  return (frame, value) => {
    // No block is allocated if its address cannot be passed.
    check?.(frame);
    if (value === null) return lower(frame, 0, 0);
    source.put(frame, BLOCK, content, value);
    const length = counts ? frame.codeUnits[BLOCK]! : frame.byteLengths[BLOCK]!;
    const pointer = frame.pointers[BLOCK]!;
    if (isPinned) source.release!(frame, BLOCK);
    return lower(frame, pointer, length);
  };
}

/** Writes putting a result into a block of the guest, and passing its address to the guest. */
export function writePlace(
  { unit }: HostTextPlan,
  target: BlockTarget,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  const parameter = code.plan.parameters[BLOCK]!;
  if (parameter.kind !== "text" || prefixOf(target) !== undefined) return undefined;
  const lower = writeLowerRange(target, code, otherwise);
  if (lower === undefined || !writePut(parameter, BLOCK, code, otherwise)) return undefined;
  const length = code.get(unit === "codeUnits" ? "codeUnits" : "byteLengths", BLOCK);
  return lower(code.get("pointers", BLOCK), length);
}

/** Makes content with its length before it, in the guest's unit. */
function prefixed(
  content: Content,
  prefix: NumericType,
  unit: HostTextPlan["unit"],
  memory: GuestMemory,
  label: string,
): Content {
  const action = `return a length from ${label}`;
  const { byteLength: head, range } = NUMERIC_TYPES[prefix];
  const lengthOf = (value: unknown, byteLength: number) => {
    const length = unit === "codeUnits" ? content.codeUnits(value, byteLength) : byteLength;
    return typeof range?.[0] === "bigint" ? BigInt(length) : length;
  };
  return {
    ...content,
    measure(value) {
      const byteLength = content.measure(value);
      checkNumeric(prefix, lengthOf(value, byteLength), action);
      return head + byteLength;
    },
    write(value, pointer, room) {
      const written = content.write(value, pointer + head, room - head);
      if (written < 0) return written;
      memory.write(prefix, pointer, lengthOf(value, written) as never);
      return head + written;
    },
    ...(content.refuseChanged && {
      refuseChanged: (value: unknown, byteLength: number, to: string) =>
        content.refuseChanged!(value, byteLength - head, to),
    }),
  };
}

/** The function that makes the core results, or writes the words that the guest expects. */
interface LowerRange {
  /** Throws if the guest's own addresses are outside memory. */
  readonly check?: (frame: Frame) => void;
  readonly lower: (frame: Frame, pointer: number, length: number) => CoreValue;
}

/** Compiles passing the address of a block and the length of its content to the guest. */
export function compileLowerRange(
  target: BlockTarget,
  core: readonly ValueType[] | undefined,
  instance: Instance,
): LowerRange {
  const asCore = (value: number, index: number) => core?.[index] === "i64" ? BigInt(value) : value;
  switch (target.kind) {
    case "packed":
      return target.pointer === "high"
        ? { lower: (_frame, pointer, length) => pack(pointer, length) }
        : { lower: (_frame, pointer, length) => pack(length, pointer) };
    case "pointer":
      return { lower: (_frame, pointer) => asCore(pointer, 0) };
    case "results":
      return target.pointer === 0
        ? { lower: (_frame, pointer, length) => [asCore(pointer, 0), asCore(length, 1)] }
        : { lower: (_frame, pointer, length) => [asCore(length, 0), asCore(pointer, 1)] };
    case "area":
      return compileWords([target.pointer, target.length], instance);
    case "counted": {
      const { check, lower } = compileWords([undefined, target.length], instance);
      return {
        check: check!,
        lower(frame, pointer, length) {
          lower(frame, pointer, length);
          return asCore(pointer, 0);
        },
      };
    }
  }
}

/** Compiles writing the address and the length into words in guest memory. */
function compileWords(
  [first, second]: readonly [pointer: Word | undefined, length: Word],
  instance: Instance,
): LowerRange {
  const { memory, address64 } = instance;
  const size = address64 ? 8 : 4;
  const locate = (frame: Frame, { argument, words }: Word): number => {
    const at = (frame.result as readonly (number | bigint)[])[argument]!;
    return pointerOf(at, instance, "write") + words * size;
  };
  const write = (at: number, value: number) =>
    address64 ? memory.write("u64", at, BigInt(value)) : memory.write("u32", at, value);
  return {
    check(frame) {
      if (first !== undefined) memory.check("write", locate(frame, first), size);
      memory.check("write", locate(frame, second), size);
    },
    lower(frame, pointer, length) {
      if (first !== undefined) write(locate(frame, first), pointer);
      write(locate(frame, second), length);
    },
  };
}

/**
 * Writes passing the address of a block and the length of its content to the guest.
 *
 * @returns A function that makes the source of the core results from those of a pointer and a
 * length.
 */
export function writeLowerRange(
  target: BlockTarget,
  code: HostCode,
  otherwise: () => string,
): ((pointer: string, length: string) => string) | undefined {
  const { type } = code.hostPlan;
  const asCore = (source: string, index: number) =>
    type?.results[index] === "i64" ? `BigInt(${source})` : source;
  switch (target.kind) {
    case "packed": {
      const packed = code.constant(pack);
      return target.pointer === "high"
        ? (pointer, length) => `${packed}(${pointer}, ${length})`
        : (pointer, length) => `${packed}(${length}, ${pointer})`;
    }
    case "pointer":
      return (pointer) => asCore(pointer, 0);
    case "results":
      return target.pointer === 0
        ? (pointer, length) => `[${asCore(pointer, 0)}, ${asCore(length, 1)}]`
        : (pointer, length) => `[${asCore(length, 0)}, ${asCore(pointer, 1)}]`;
    case "area":
      return writeWords([target.pointer, target.length], code, otherwise);
    case "counted": {
      const lower = writeWords([undefined, target.length], code, otherwise);
      return lower && ((pointer, length) => {
        lower(pointer, length);
        return asCore(pointer, 0);
      });
    }
  }
}

function writeWords(
  [first, second]: readonly [pointer: Word | undefined, length: Word],
  code: HostCode,
  otherwise: () => string,
): ((pointer: string, length: string) => string) | undefined {
  const { memory, layout } = code;
  if (!isIntegral(code.hostPlan.type)) return undefined;
  const word = ({ argument, words }: Word) => `${code.offset(argument)} + ${words * layout.word}`;
  const highest = first === undefined
    ? `${word(second)}`
    : `Math.max(${word(first)}, ${word(second)})`;
  // No block is allocated if its address cannot be passed.
  code.add(`if (${highest} + ${layout.word} > ${memory}.size) ${otherwise()}`);
  return (pointer, length) => {
    const type = layout.word === 8 ? "u64" : "u32";
    const write = (at: Word, value: string) =>
      `${memory}.write("${type}", ${word(at)}, ${layout.word === 8 ? `BigInt(${value})` : value});`;
    if (first !== undefined) code.add(write(first, pointer));
    code.add(write(second, length));
    return "undefined";
  };
}
