import type { CoreValue } from "../../abi/core_value.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostTextPlan, Word } from "../../plan/host_plan.ts";
import { pack } from "../core_argument.ts";
import { pointerOf } from "../values.ts";
import type { HostCode } from "./host_code.ts";

/** The places in which the guest expects the address of a block. */
export type PlaceTarget = Exclude<HostTextPlan["target"], { kind: "output" }>;

/** The function that makes the core results, or writes the words that the guest expects. */
interface Tell {
  /** Throws if the guest's own addresses are outside memory. */
  readonly check?: (frame: Frame) => void;
  readonly tell: (frame: Frame, pointer: number, length: number) => CoreValue;
}

/** Compiles passing the address of a block and the length of its content to the guest. */
export function compileTell(
  target: PlaceTarget,
  core: readonly ValueType[] | undefined,
  instance: Instance,
): Tell {
  const asCore = (value: number, index: number) => core?.[index] === "i64" ? BigInt(value) : value;
  switch (target.kind) {
    case "packed":
      return target.pointer === "high"
        ? { tell: (_frame, pointer, length) => pack(pointer, length) }
        : { tell: (_frame, pointer, length) => pack(length, pointer) };
    case "pointer":
      return { tell: (_frame, pointer) => asCore(pointer, 0) };
    case "results":
      return target.pointer === 0
        ? { tell: (_frame, pointer, length) => [asCore(pointer, 0), asCore(length, 1)] }
        : { tell: (_frame, pointer, length) => [asCore(length, 0), asCore(pointer, 1)] };
    case "area":
      return compileArea(target, instance);
  }
}

function compileArea(
  { pointer: first, length: second }: PlaceTarget & { kind: "area" },
  instance: Instance,
): Tell {
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
      memory.check("write", locate(frame, first), size);
      memory.check("write", locate(frame, second), size);
    },
    tell(frame, pointer, length) {
      write(locate(frame, first), pointer);
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
export function writeTell(
  target: PlaceTarget,
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
      return writeArea(target, code, otherwise);
  }
}

function writeArea(
  { pointer: first, length: second }: PlaceTarget & { kind: "area" },
  code: HostCode,
  otherwise: () => string,
): ((pointer: string, length: string) => string) | undefined {
  const { type } = code.hostPlan;
  const { memory } = code;
  if ([first, second].some(({ argument }) => type?.parameters[argument] !== "i32")) {
    return undefined;
  }
  const word = ({ argument, words }: Word) => `(c${argument} >>> 0) + ${words * 4}`;
  const highest = `Math.max(${word(first)}, ${word(second)})`;
  // No block is allocated if its address cannot be passed.
  code.add(`if (${highest} + 4 > ${memory}.size) ${otherwise()}`);
  return (pointer, length) => {
    code.add(`${memory}.write("u32", ${word(first)}, ${pointer});
    ${memory}.write("u32", ${word(second)}, ${length});`);
    return "undefined";
  };
}
