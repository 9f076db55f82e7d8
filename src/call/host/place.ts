import { checkNumeric, NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { orThrow } from "../../base/errors.ts";
import type { Instance } from "../../instance/instance.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import type { HostPlan, HostTextPlan } from "../../plan/host_plan.ts";
import type { BoundSource, BoundSources } from "../blocks/bound_source.ts";
import { besideOf, bindSource } from "../blocks/bind_sources.ts";
import { writePut } from "../code/put.ts";
import { compileContent, type Content, unitOf } from "../content.ts";
import { managedEngine } from "../managed/engine.ts";
import { type HostCode, planOfHost } from "./host_code.ts";
import type { LowerAnswer } from "./host_parts.ts";
import { compileTell, type PlaceTarget, writeTell } from "./tell.ts";

/** The block of the answer. */
const BLOCK = 0;

/** Compiles the source of the answer's block, if it takes one. */
export function bindAnswerSource(hostPlan: HostPlan, instance: Instance | undefined): BoundSources {
  const { name, result } = hostPlan;
  if (result.kind !== "text" || result.target.kind === "output" || instance === undefined) {
    return [];
  }
  const { place: open, content, encoding, target, terminated } = result;
  const place = open.kind === "managedArray" && content !== "string"
    ? orThrow(managedEngine(instance).settlePlace(open, content, instance, name, "from import"))
    : open;
  const prefix = prefixOf(target);
  return [bindSource(place, instance, {
    symbol: name,
    terminated,
    align: prefix === undefined ? unitOf(content, encoding) : NUMERIC_TYPES[prefix].byteLength,
    beside: besideOf(BLOCK, planOfHost(hostPlan).parameters.length),
    element: typeof content === "object" ? content.element : undefined,
  })];
}

/** Returns the type of the length right before the text, if the guest expects one there. */
function prefixOf(target: HostTextPlan["target"]): NumericType | undefined {
  return target.kind === "pointer" && target.length in NUMERIC_TYPES
    ? target.length as NumericType
    : undefined;
}

/** Compiles putting an answer into a block of the guest, and passing its address to the guest. */
export function compilePlace(
  hostPlan: HostTextPlan,
  target: PlaceTarget,
  { label, type }: HostPlan,
  instance: Instance,
  source: BoundSource,
): LowerAnswer {
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
  const { check, tell } = compileTell(target, type?.results, instance);
  return (frame, value) => {
    // No block is allocated if its address cannot be passed.
    check?.(frame);
    if (value === null) return tell(frame, 0, 0);
    source.put(frame, BLOCK, content, value);
    const length = counts ? frame.codeUnits[BLOCK]! : frame.byteLengths[BLOCK]!;
    const pointer = frame.pointers[BLOCK]!;
    if (isPinned) source.release!(frame, BLOCK);
    return tell(frame, pointer, length);
  };
}

/** Writes putting an answer into a block of the guest, and passing its address to the guest. */
export function writePlace(
  { unit }: HostTextPlan,
  target: PlaceTarget,
  code: HostCode,
  otherwise: () => string,
): string | undefined {
  const parameter = code.plan.parameters[BLOCK]!;
  if (parameter.kind !== "text" || prefixOf(target) !== undefined) return undefined;
  const tell = writeTell(target, code, otherwise);
  if (tell === undefined || !writePut(parameter, BLOCK, code, otherwise)) return undefined;
  const length = code.get(unit === "codeUnits" ? "codeUnits" : "byteLengths", BLOCK);
  return tell(code.get("pointers", BLOCK), length);
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
      refuseChanged: (value: unknown, byteLength: number, symbol: string) =>
        content.refuseChanged!(value, byteLength - head, symbol),
    }),
  };
}
