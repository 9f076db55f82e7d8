import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { hex, subjectOf } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import { FARTHEST } from "../memory/pointer.ts";
import type { ResultBlock } from "./blocks/release.ts";
import type { Contents } from "./managed/types.ts";
import {
  loadedEngine,
  managedEngine,
  release as releasing,
  resultOwner,
  unfreed as lost,
} from "./on_demand.ts";
import type { LiftedText, TextContext } from "./text_context.ts";
import {
  compileAdmit,
  compileGuard,
  compileLength,
  compileRead,
  heldBytes,
  trimNuls,
} from "./text_read.ts";
import { asksGuest, compileOffset, compilePointer, compileValue, computed } from "./values.ts";

/** The calls that free a text without a block of its own: none. */
const NOTHING_HELD: ResultBlock = {};

/** The length of an absent text. */
const ABSENT = -1;

/** Compiles finding, reading and freeing text. */
export function compileText(plan: TextResultPlan, context: TextContext): LiftedText {
  const { instance, layout, block, holder, isPart } = context;
  const { memory } = instance;
  const { text, content, nullable, nullIs, trailingNul } = plan;
  const locateExactly = compilePointer(text.pointer, instance, layout);
  const contents = compileObject(plan, context);
  const found = { start: 0, byteLength: 0 };
  const base = baseOf(text.pointer);
  const locateBase = base === undefined ? undefined : compilePointer(base, instance, layout);
  // The guest is asked for the address of its struct only once.
  const locateFrom = asksGuest(base)
    ? computed.module.withResult(
      compilePointer({ ...text.pointer as object, at: "result" } as Value, instance, layout),
    )
    : undefined;
  const length = compileLength(plan, instance, layout);
  const { head, tail } = length;
  // An empty value can have any address, even a 64-bit one that a number cannot hold exactly.
  const locate = length.inMemory ? locateExactly : compileOffset(text.pointer, instance, layout);
  const { claim, release, keep } = plan.free === undefined && plan.whole === undefined
    ? NOTHING_HELD
    : releasing.module.compileRelease(plan, tail, context);
  // The caller set a fixed length, so the guest cannot report a wrong one.
  const isStated = typeof text.length === "number" && text.pointer !== "output";
  const guard = isStated ? undefined : compileGuard(text.pointer, context);
  const check = text.check && compileCheck(text.check, context);
  const own = plan.settle && resultOwner.module.compileOwner(plan, context);
  const admit = compileAdmit(plan, context);
  const read = content === "strings"
    ? managedEngine(instance).compileReadStrings({
      ...context,
      subject: subjectOf(context),
      runtime: typeof text.length === "object" && "object" in text.length
        ? text.length.object
        : "managed",
    })
    : compileRead(memory, content, plan, context);
  // A block never begins at address 0; only the guest's own buffer can.
  const lowest = instance.lowest;
  const isOwnBuffer = typeof text.pointer === "number" || holder(text.pointer) !== undefined;
  const { unfreed } = instance;
  const isUnfreed = plan.unfreed === true && !context.kept;
  const canBeEmpty = nullIs === "empty" && !length.inMemory;

  function find(frame: Frame, at?: number): void {
    let { asked } = frame;
    frame.asked = undefined;
    frame.byteLengths[block] = ABSENT;
    const start = locateBase === undefined || at !== undefined ? lowest : locateBase(frame);
    if (start < lowest && start > 0) throw lowError(context, plan, start);
    const pointer = frame.pointers[block] = start === 0
      ? 0
      : at ?? locateFrom?.(frame, start) ?? locate(frame);
    if (pointer === 0 && !isOwnBuffer) {
      if (nullable) return;
      if (start === 0 || !canBeEmpty) throw nullError(context, plan);
      asked ??= length.count(frame, 0);
      if (Number(asked) !== 0) throw nullError(context, plan);
    }
    if (pointer < lowest && length.inMemory && pointer > 0 && !isOwnBuffer) {
      throw lowError(context, plan, pointer);
    }
    check?.(frame);
    if (own) own(frame);
    keep?.(frame);
    if (contents !== undefined) {
      contents(pointer, found);
      frame.byteLengths[block] = frame.sizes[block] = found.byteLength;
      if (release !== undefined) frame.held[block] = true;
      return;
    }
    const count = asked === undefined ? length.count(frame, pointer) : Number(asked);
    const byteLength = length.byteLength(count);
    guard?.(frame, pointer, byteLength);
    if (byteLength !== 0) {
      if (pointer >= FARTHEST) locateExactly(frame);
      memory.check("read", pointer + head, byteLength);
    }
    frame.codeUnits[block] = count;
    frame.byteLengths[block] = byteLength;
    frame.sizes[block] = head + byteLength + tail;
    if (release !== undefined) frame.held[block] = pointer < FARTHEST;
  }

  const ask: typeof find = text.call === undefined
    ? find
    : computed.module.compileAsk(text.call, find, context);
  const note: typeof find = claim === undefined ? ask : (frame, at) => {
    claim(frame);
    ask(frame, at);
  };
  return {
    lift(frame, at) {
      note(frame, at);
      const byteLength = frame.byteLengths[block]!;
      if (byteLength === ABSENT) return null;
      const from = contents !== undefined
        ? found.start
        : byteLength === 0
        ? 0
        : frame.pointers[block]! + head;
      const count = frame.codeUnits[block]!;
      admit(frame, from, byteLength, count);
      const value = read(from, byteLength, content === "strings" ? frame.taken : count);
      // A trimmed string keeps the whole one alive in V8, so the whole is counted.
      if (isPart) frame.taken += heldBytes(value);
      if (isUnfreed) {
        unfreed.results++;
        unfreed.byteLength += frame.sizes[block]!;
      }
      return trailingNul === "trim" && typeof value === "string" ? trimNuls(value) : value;
    },
    note,
    claim,
    byteLength: (frame) => length.byteLength(length.count(frame, locate(frame))),
    release,
  };
}

/** Compiles finding the contents of an object of AssemblyScript, if that is what is lifted. */
function compileObject(
  { content, text: { length } }: TextResultPlan,
  context: TextContext,
): ((pointer: number, found: Contents) => void) | undefined {
  if (typeof length !== "object" || !("object" in length) || content === "string") return undefined;
  const { instance, symbol } = context;
  const subject = subjectOf(context);
  return managedEngine(instance).compileContents(content, {
    instance,
    symbol,
    subject,
    runtime: length.object,
  });
}

/** Returns the address that a pointer is read from: a struct of the guest, which may be null. */
function baseOf(pointer: Value): Value | undefined {
  if (typeof pointer !== "object" || !("word" in pointer || "load" in pointer)) return undefined;
  return pointer.at;
}

/** Compiles the check that the guest's object is of the expected type. */
function compileCheck(
  { value, is, what }: NonNullable<TextResultPlan["text"]["check"]>,
  context: TextContext,
): (frame: Frame) => void {
  const { instance, layout, symbol } = context;
  const get = compileValue(value, instance, layout);
  return (frame) => {
    const found = Number(get(frame));
    if (found === is) return;
    const name = loadedEngine()?.classNameOf(instance, found);
    throw new GuestError(
      "signature",
      `Cannot lift ${subjectOf(context)}: its ${what} is ${found}` +
        `${name === undefined ? "" : ` (${name})`}, expected ${is}`,
      { export: symbol },
    );
  };
}

function nullError(context: TextContext, plan: TextResultPlan): GuestError {
  return new GuestError(
    "null-pointer",
    `Cannot lift ${subjectOf(context)}: the guest gave a null pointer, expected ` +
      (context.expected ?? contentOf(plan)) +
      (lost.loaded?.tellUnfreed(context.instance, 1 / 2) ?? ""),
    { export: context.symbol },
  );
}

/** Makes the error for a small number in the place of a pointer. */
function lowError(context: TextContext, plan: TextResultPlan, pointer: number): GuestError {
  const { symbol, instance, number } = context;
  const isResult = context.subject === undefined && !context.isPart;
  const line = isResult && number?.(instance.functionType(symbol)?.results[0] ?? "i32");
  return new GuestError(
    "null-pointer",
    `Cannot lift ${subjectOf(context)}: the guest gave ${hex(pointer)}, which is below its data, ` +
      `expected ${context.expected ?? contentOf(plan)}` +
      (!line ? "" : ` or ${line} if it returns a number`),
    { export: symbol },
  );
}

function contentOf({ content }: TextResultPlan): string {
  if (content === "string") return "text";
  return typeof content === "string" ? content : "an array";
}
