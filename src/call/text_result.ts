import type { TextResultPlan } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { subjectOf } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import { FARTHEST } from "../memory/pointer.ts";
import type { ResultBlock } from "./blocks/release.ts";
import type { CallCode } from "./code/call_code.ts";
import type { Scope } from "./code/scope.ts";
import { writeKept, writeValue } from "./code/value.ts";
import type { Contents } from "./managed/types.ts";
import { loadedEngine, managedEngine, release as releasing, resultOwner } from "./on_demand.ts";
import type { LiftedText, TextContext } from "./text_context.ts";
import {
  compileByteLength,
  compileLength,
  compileWithin,
  lowError,
  nullError,
  plainText,
  structOf,
  traitsOf,
  waits,
  writeAddress,
  writeLength,
} from "./text_place.ts";
import {
  compileAdmit,
  compileGuard,
  compileRead,
  heldBytes,
  holderOf,
  mostHeld,
  trimNuls,
  writeGuard,
  writeRead,
} from "./text_read.ts";
import { asksGuest, compileOffset, compilePointer, compileValue, computed } from "./values.ts";

// Both forms of lifting text, bytes or an array go through the same phases: its address, the checks
// of what is there, its length, the limits for it, its block, and its contents. `traitsOf` determines
// what these involve, and `text_place.ts` and `text_read.ts` have both forms of each.

/** The calls that free a text without a block of its own: none. */
const NOTHING_HELD: ResultBlock = {};

/** The length of an absent text. */
const ABSENT = -1;

/** Compiles finding, reading and freeing text. */
export function compileText(plan: TextResultPlan, context: TextContext): LiftedText {
  const { instance, layout, block, holder, isPart } = context;
  const { memory, unfreed } = instance;
  const { text, content } = plan;
  const traits = traitsOf(plan);
  const { head, tail, unit, isEnded, nullIs, isTrimmed } = traits;
  const locateExactly = compilePointer(text.pointer, instance, layout);
  const contents = compileObject(plan, context);
  const found = { start: 0, byteLength: 0 };
  const countUnits = compileLength(plan, instance, layout);
  const byteLengthOf = unit === 1 ? (count: number) => count : compileByteLength(plan, unit);
  // An empty value can have any address, even a 64-bit one that a number cannot hold exactly.
  const locate = isEnded ? locateExactly : compileOffset(text.pointer, instance, layout);
  const base = structOf(text.pointer);
  const address = base === undefined ? locate : compileWithin(plan, base, context, locate);
  const { claim, release, keep } = traits.isFreed
    ? releasing.module.compileRelease(plan, tail, context)
    : NOTHING_HELD;
  const guard = traits.isStated ? undefined : compileGuard(text.pointer, context);
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
  const { lowest } = instance;
  const isOwnBuffer = typeof text.pointer === "number" || holder(text.pointer) !== undefined;
  const isUnfreed = plan.unfreed === true && !context.kept;

  function find(frame: Frame, at?: number): void {
    let { asked } = frame;
    frame.asked = undefined;
    frame.byteLengths[block] = ABSENT;
    const pointer = at ?? address(frame);
    frame.pointers[block] = pointer < 0 ? 0 : pointer;
    if (pointer <= 0 && !isOwnBuffer) {
      if (nullIs === "null") return;
      if (pointer < 0 || nullIs === "error") throw nullError(context, plan);
      asked ??= countUnits(frame, 0);
      if (Number(asked) !== 0) throw nullError(context, plan);
    }
    if (pointer < lowest && isEnded && pointer > 0 && !isOwnBuffer) {
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
    const count = asked === undefined ? countUnits(frame, pointer) : Number(asked);
    const byteLength = byteLengthOf(count);
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
      return isTrimmed ? trimNuls(value as string) : value;
    },
    note,
    claim,
    byteLength: (frame) => byteLengthOf(countUnits(frame, locate(frame))),
    release,
  };
}

/**
 * Writes the same. Unusual data (a null pointer, an impossible length) is left to the run form.
 *
 * @returns The source of the value, or `undefined` if the run form has to do all of it.
 */
export function writeText(plan: TextResultPlan, scope: Scope, code: CallCode): string | undefined {
  const text = plainText(plan, code);
  if (text === undefined) return;
  const { content } = plan;
  const traits = traitsOf(plan);
  const { head, tail, unit, isEnded } = traits;
  const holder = holderOf(text.pointer, code);
  if (holder === undefined && text.pointer === "output") return;
  if (holder !== undefined && (holder.isNullable || !code.wrote.has(holder.argument))) return;
  const at = code.fresh("at"), count = code.fresh("count");
  const from = code.fresh("from"), length = code.fresh("length");
  const kind = writeAddress(text, at, holder, traits, scope, code);
  if (kind === undefined) return;
  // The guest is not asked twice.
  let asked: string | undefined;
  const otherwise = () => scope.otherwise(at, asked);
  const inner = { ...scope, otherwise };
  const isOwnBuffer = typeof text.pointer === "number" || holder !== undefined;
  const isPlain = !isOwnBuffer && text.check === undefined;
  const isNull = isPlain && traits.nullIs === "null" && waits(text.length, scope);
  const isEmpty = isPlain && traits.nullIs === "empty";
  if (!isOwnBuffer) {
    const isUnfit = isNull
      ? `${at} !== 0 && ${at} < ${isEnded ? code.lowest : 1}`
      : `${at} < ${isEnded ? code.lowest : isEmpty ? 0 : 1}`;
    // A 64-bit pointer can be beyond any memory, which is not an error if the value is empty.
    const isBeyond = kind === "number" ? "" : ` || ${at} >= ${FARTHEST}`;
    code.add(`if (${isUnfit}${isBeyond}) ${otherwise()}`);
  }
  if (plan.settle !== undefined) {
    code.add(`if (${resultOwner.module.isBeyond(at, code)}) ${otherwise()}`);
  }
  if (text.check !== undefined) {
    const found = writeValue(text.check.value, inner, code, "number");
    code.add(`if (Number(${found.signed}) !== ${code.constant(text.check.is)}) ${otherwise()}`);
  }
  const found = writeLength(text.length, at, plan, inner, code);
  const { sharing = 1 } = scope;
  const held = mostHeld(plan) * unit * sharing;
  const most = code.of(
    `most ${held}`,
    ({ instance }) => Math.min(Math.floor(instance.resultLimit / held), 0x7fffffff),
  );
  if (asksGuest(text.length)) asked = count;
  code.add(`const ${count} = ${isNull ? `${at} === 0 ? 0 : ` : ""}${found};
    if (!(${count} >= 0 && ${count} <= ${most})${
    isEmpty ? ` || (${at} === 0 && ${count} !== 0)` : ""
  }) ${otherwise()}
    var ${from} = ${at} + ${head}, ${length} = ${count} * ${unit};`);
  if (scope.taken !== undefined) {
    const limit = code.of(`limit of ${sharing}`, ({ instance }) => instance.resultLimit / sharing);
    code.add(`${scope.taken} += ${length} * ${mostHeld(plan)};
    if (${scope.taken} > ${limit}) ${otherwise()}`);
  }
  const bounds = scope.later === undefined
    ? code.bounds("read", from, length)
    : `if (${from} + ${length} > ${code.memory}.size && ${length} > 0) ${otherwise()}`;
  if (holder === undefined || traits.isStated) code.add(bounds);
  else writeGuard(holder, { at, length, bounds, head }, inner, code);
  const size = typeof content === "object" ? NUMERIC_TYPES[content.element].byteLength : 1;
  if (size > 1) code.add(`if (${length} % ${size} !== 0) ${otherwise()}`);
  const around = head + tail;
  if (traits.isFreed) {
    writeKept(plan.free, scope, code);
    code.holdResult(at, length, around, isNull ? `${at} !== 0` : "true");
  }
  const value = code.fresh("value");
  const finish = () => {
    const read = writeRead(plan, [from, length], code);
    code.add(`var ${value} = ${isNull ? `${at} === 0 ? null : ${read}` : read};`);
    const isThere = isNull ? `${at} !== 0 && ` : "";
    if (plan.unfreed) {
      const { unfreed } = code;
      const counted = `${unfreed}.results++; ${unfreed}.byteLength += ${length} + ${around};`;
      code.add(isNull ? `if (${at} !== 0) { ${counted} }` : counted);
    }
    if (traits.isTrimmed) {
      code.add(
        `if (${isThere}${value}.charCodeAt(${value}.length - 1) === 0) ${value} = ${
          code.constant(trimNuls)
        }(${value});`,
      );
    }
  };
  if (scope.later === undefined) finish();
  else scope.later.push(finish);
  return value;
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
