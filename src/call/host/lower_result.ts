import { show } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { unbornError } from "../../instance/import_refusal.ts";
import { toOffset } from "../../memory/pointer.ts";
import type {
  BlockTarget,
  HostPlan,
  HostResultPlan,
  HostStructPlan,
  HostTextPlan,
  StructTarget,
} from "../../plan/host_plan.ts";
import type { BoundSources } from "../blocks/bound_source.ts";
import { isIntegral } from "../code/allocate.ts";
import { writeUnfit } from "../code/put.ts";
import { compileAccept, compileContent, unitOf } from "../content.ts";
import { objectValues, passedFunctions, structValues } from "../on_demand.ts";
import { compileLowerNumber, writeLowerNumber } from "../number.ts";
import {
  besideResult,
  type HostCode,
  HostFrame,
  type HostParts,
  type LowerResult,
} from "./host_parts.ts";
import { compileLowerRange, compilePlace, writeLowerRange, writePlace } from "./place.ts";

/** Returns whether a result is passed unchanged, even a promise. */
export function takesPromise({ result }: HostPlan): boolean {
  return result.kind === "reference" && result.content === "any";
}

/**
 * Compiles making core results from the callback's result.
 *
 * @param sources The source of the result's block, if it takes one.
 */
export function compileLowerResult(
  hostPlan: HostPlan,
  instance: Instance | undefined,
  sources: BoundSources,
): LowerResult {
  const { name, label, result, type } = hostPlan;
  const action = `return a value from ${label}`;
  switch (result.kind) {
    case "void":
      return () => undefined;
    case "number": {
      const lower = compileLowerNumber(result.type, type?.results[0], action);
      return (_frame, value) => lower(value);
    }
    case "reference": {
      const { content, nullable } = result;
      if (content === "any") return (_frame, value) => value;
      return (_frame, value) => {
        if (typeof value === "string" || (value === null && nullable)) return value;
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      };
    }
    case "function": {
      if (instance?.functions === undefined) throw unbornError(name, "exports");
      const lower = passedFunctions.module.compileResult(hostPlan, instance);
      return (_frame, value) => lower(value);
    }
    case "managed": {
      if (instance === undefined) throw unbornError(name);
      const lower = objectValues.module.compileResultObject(result, name, label, instance);
      return (_frame, value) => lower(value);
    }
    case "text": {
      const { target } = result;
      const [source] = sources;
      // Only a text that the guest has made room for needs no export.
      if (target.kind !== "output" && source === undefined) throw unbornError(name, "exports");
      if (instance === undefined) throw unbornError(name);
      const lower = target.kind === "output"
        ? compileFill(result, target, hostPlan, instance)
        : compilePlace(result, target, hostPlan, instance, source!);
      const accept = compileAccept(result.content, action, result.nullable);
      return (frame, value) => lower(frame, accept(value));
    }
    case "returned": {
      if (instance === undefined) throw unbornError(name);
      const { own, outs } = result;
      return structValues.module.compileHostOuts(outs, {
        label,
        instance,
        source: sources[0],
        beside: besideResult(hostPlan),
        own: compileLowerResult({ ...hostPlan, result: own }, instance, sources),
        hasResult: own.kind !== "void",
      });
    }
    case "compound": {
      const [source] = sources;
      if (result.place !== undefined && source === undefined) throw unbornError(name, "exports");
      if (instance === undefined) throw unbornError(name);
      const { target } = result;
      return structValues.module.compileStructResult(result, {
        label,
        instance,
        source,
        beside: besideResult(hostPlan),
        core: type?.results[0],
        range: takesAddress(target)
          ? compileLowerRange(target, type?.results, instance)
          : undefined,
      });
    }
  }
}

/**
 * Writes making core results of the callback's result, which is `a0`. The run form refuses a wrong one,
 * because it has the error messages.
 *
 * @returns The source of the results, or `undefined` if the run form has to make them.
 */
export function writeLowerResult(
  result: HostResultPlan,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  switch (result.kind) {
    case "void":
      code.add(`if (a0 !== undefined) ${otherwise()}`);
      return "undefined";
    case "number": {
      const core = code.hostPlan.type?.results[0];
      const written = writeLowerNumber(result.type, core, "a0", code.of("lower", lowerOf));
      code.add(written.check);
      return written.core;
    }
    case "reference":
      if (result.content !== "any") code.add(`if (typeof a0 !== "string") ${otherwise()}`);
      return "a0";
    case "managed":
    case "function":
      return `${code.of("lower", lowerOf)}(a0)`;
    case "text":
      return result.target.kind === "output"
        ? writeFill(result, result.target, code, otherwise)
        : writePlace(result, result.target, code, otherwise);
    case "returned": {
      const { own, outs } = result;
      const offset = (argument: number) => code.offset(argument);
      const places = { ...placesOf(code), offset };
      return outs.pieces.every(({ argument }) => isAddress(argument, code))
        ? structValues.module.writeHostOuts(outs, own, code, otherwise, places)
        : undefined;
    }
    case "compound":
      return writeStruct(result, code, otherwise);
  }
}

/** Returns whether a core argument can be an address, as far as the import's type is known. */
function isAddress(argument: number, { hostPlan: { type } }: HostCode): boolean {
  const core = type?.parameters[argument];
  return core === "i32" || core === "i64";
}

/** Writes returning a struct. */
function writeStruct(
  result: HostStructPlan,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  const { target } = result;
  if (target.kind === "at" && !isAddress(target.argument, code)) return undefined;
  return structValues.module.writeStructResult(result, code, otherwise, {
    ...placesOf(code),
    at: target.kind === "at" ? code.offset(target.argument) : undefined,
    lowerRange: takesAddress(target) ? writeLowerRange(target, code, otherwise) : undefined,
  });
}

/** Returns what a struct needs to know of the host function. */
function placesOf({ hostPlan }: HostCode): { readonly label: string; readonly beside: number } {
  return { label: hostPlan.label, beside: besideResult(hostPlan) };
}

/** Returns whether the guest gets the address of a block. */
function takesAddress(target: StructTarget): target is BlockTarget {
  return target.kind !== "at" && target.kind !== "number";
}

/** Returns the run form of a number or a function: it needs no frame. */
function lowerOf({ finish }: HostParts): (value: unknown) => unknown {
  return (value) => finish(new HostFrame([]), value);
}

/** The guest's buffer for the result. */
type Buffer = HostTextPlan["target"] & { kind: "output" };

/**
 * Compiles writing into the buffer that the guest passed; the core result is the length of the result.
 */
function compileFill(
  hostPlan: HostTextPlan,
  { pointer: at, capacity }: Buffer,
  { label, type }: HostPlan,
  { memory }: Instance,
): LowerResult {
  const content = compileContent(memory, hostPlan.content, hostPlan.encoding);
  const terminator = hostPlan.terminated === "always" ? content.unit : 0;
  const scale = unitOfRoom(hostPlan);
  const count = hostPlan.unit === "codeUnits"
    ? content.codeUnits
    : (_value: unknown, byteLength: number) => byteLength;
  return (frame, value) => {
    const args = frame.result as readonly (number | bigint)[];
    const room = toOffset(args[capacity]!) * scale;
    const pointer = memory.check("write", args[at]!, room);
    if (terminator > 0) content.refuseNul(value);
    const written = room < terminator ? -1 : content.write(value, pointer, room - terminator);
    if (written < 0) throw tooLargeError(label, content.measure(value), room, terminator);
    memory.clear(pointer + written, terminator);
    const length = count(value, written);
    return type?.results[0] === "i64" ? BigInt(length) : length;
  };
}

/** Returns the bytes of each unit in which the guest counts the room for a result. */
function unitOfRoom({ content, encoding, unit }: HostTextPlan): number {
  return typeof content === "object" && unit === "codeUnits" ? unitOf(content, encoding) : 1;
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
 * Writes writing into the buffer that the guest passed; returns the source of the result's length.
 */
function writeFill(
  plan: HostTextPlan,
  { pointer, capacity }: Buffer,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  const { type } = code.hostPlan;
  const { content, encoding, terminated, unit: counted } = plan;
  if (type === undefined || !isIntegral(type)) return undefined;
  if (encoding === "latin1+utf16") return undefined;
  const unit = unitOf(content, encoding);
  const terminator = terminated === "always" ? unit : 0;
  const of = (part: "write" | "refuseNul") =>
    code.of(
      `${part} result`,
      ({ instance }) => compileContent(instance.memory, content, encoding)[part],
    );
  const { memory } = code;
  // An empty buffer can be anywhere.
  code.add(`if (${writeUnfit(content, "a0", code)}) ${otherwise()}
    const at = ${code.offset(pointer)}, room = ${code.offset(capacity)} * ${
    unitOfRoom(plan)
  } - ${terminator};
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
