import type { Instance } from "../../instance/instance.ts";
import { toOffset } from "../../memory/pointer.ts";
import type { HostPlan, HostTextPlan } from "../../plan/host_plan.ts";
import { writeUnfit } from "../code/put.ts";
import { compileContent, unitOf } from "../content.ts";
import type { HostCode } from "./host_code.ts";
import type { LowerAnswer } from "./host_parts.ts";

/** The guest's buffer for the answer. */
type Buffer = HostTextPlan["target"] & { kind: "output" };

/**
 * Compiles writing into the buffer that the guest passed; the result is the length of the answer.
 */
export function compileFill(
  hostPlan: HostTextPlan,
  { pointer: at, capacity }: Buffer,
  { label, type }: HostPlan,
  { memory }: Instance,
): LowerAnswer {
  const content = compileContent(memory, hostPlan.content, hostPlan.encoding);
  const terminator = hostPlan.terminated === "always" ? content.unit : 0;
  const count = hostPlan.unit === "codeUnits"
    ? content.codeUnits
    : (_value: unknown, byteLength: number) => byteLength;
  return (frame, value) => {
    const args = frame.result as readonly (number | bigint)[];
    const room = toOffset(args[capacity]!);
    const pointer = memory.check("write", args[at]!, room);
    if (terminator > 0) content.refuseNul(value);
    const written = room < terminator ? -1 : content.write(value, pointer, room - terminator);
    if (written < 0) throw tooLargeError(label, content.measure(value), room, terminator);
    memory.clear(pointer + written, terminator);
    const length = count(value, written);
    return type?.results[0] === "i64" ? BigInt(length) : length;
  };
}

function tooLargeError(
  label: string,
  byteLength: number,
  room: number,
  terminator: number,
): RangeError {
  return new RangeError(
    `Cannot return ${byteLength} bytes from ${label}: the guest's buffer holds ` +
      (terminator === 0 ? room : `${Math.max(0, room - terminator)} and a NUL`),
  );
}

/**
 * Writes writing into the buffer that the guest passed; returns the source of the answer's length.
 */
export function writeFill(
  { content, encoding, terminated, unit: counted }: HostTextPlan,
  { pointer, capacity }: Buffer,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  const { type } = code.hostPlan;
  if (type?.parameters[pointer] !== "i32" || type.parameters[capacity] !== "i32") return undefined;
  if (encoding === "latin1+utf16") return undefined;
  const unit = unitOf(content, encoding);
  const terminator = terminated === "always" ? unit : 0;
  const of = (part: "write" | "refuseNul") =>
    code.of(
      `${part} answer`,
      ({ instance }) => compileContent(instance.memory, content, encoding)[part],
    );
  const { memory } = code;
  // An empty buffer can be anywhere.
  code.add(`if (${writeUnfit(content, "a0", code)}) ${otherwise()}
    const at = c${pointer} >>> 0, room = (c${capacity} >>> 0) - ${terminator};
    if (room <= 0 || at + room + ${terminator} > ${memory}.size) ${otherwise()}`);
  if (terminator > 0) code.add(`${of("refuseNul")}(a0);`);
  const write = content === "string"
    ? code.encode(encoding, "a0", "at", "room")
    : `${of("write")}(a0, at, room)`;
  code.add(`const written = ${write};
    if (written < 0) ${otherwise()}`);
  if (terminator > 0) code.add(`${memory}.clear(at + written, ${terminator});`);
  const length = counted === "codeUnits" && unit > 1 ? `written / ${unit}` : "written";
  return type.results[0] === "i64" ? `BigInt(${length})` : length;
}
