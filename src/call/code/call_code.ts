import type { BlockSource } from "../../abi/block_source.ts";
import type { GuestFacts, Plan } from "../../abi/plan.ts";
import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { TYPED_ARRAYS } from "../../base/typed_arrays.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import { exportedFunction } from "../../instance/exports.ts";
import { Frame } from "../../instance/frame.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { isWide, SHORT_BYTES, SHORT_UNITS } from "../../memory/text/common.ts";
import type { Bound, DataParts } from "../call_parts.ts";
import { declaredContent } from "../content.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { pointerOf } from "../values.ts";
import { Code } from "./code.ts";

/** Returns the name of the method of a `DataView` that reads or writes a numeric type. */
export function dataMethod(action: "get" | "set", type: NumericType): string {
  return action + TYPED_ARRAYS[type].name.slice(0, -"Array".length);
}

const UNIT_BYTES = 3;

/** A range that the source has checked, and the view that shows it. */
interface CheckedRange {
  readonly byteLength: number;
  readonly data: string;
}

/** The source of one call: of the guest by the host, or of the host by the guest. */
export class CallCode extends Code<DataParts> {
  readonly plan: Plan;
  readonly layout: FrameLayout;
  readonly facts: GuestFacts;
  claims = false;
  /** Whether the source notes a result that is freed as a whole. */
  claimsWhole = false;
  /**
   * Whether code of the caller runs during the call: a getter, or a function of the declaration.
   */
  runsCaller = false;

  /** The block of the part of the result that is being written, unless that is all of it. */
  part: number | undefined;
  /** The arguments whose lowering was written out. */
  readonly wrote = new Set<number>();
  /** The arguments whose blocks come from the guest's allocator. */
  readonly handedOut: number[] = [];
  /** Whether a block was allocated on the stack: the next one goes below it. */
  takesFromStack = false;
  #known = new Map<string, string>();
  #checked = new Map<string, CheckedRange>();

  constructor(plan: Plan, layout: FrameLayout, facts: GuestFacts) {
    super();
    this.plan = plan;
    this.layout = layout;
    this.facts = facts;
  }

  get resultBlock(): number {
    return this.part ?? this.layout.output + 1 + this.plan.parameters.length;
  }

  /** Records the block of a result, which is freed when the call ends. */
  holdResult(pointer: string, byteLength: string, around = 0, held = "true"): void {
    const block = this.resultBlock;
    this.set("pointers", block, pointer);
    this.set("byteLengths", block, byteLength);
    this.set("sizes", block, around === 0 ? byteLength : `${byteLength} + ${around}`);
    this.set("held", block, held);
  }

  /** Returns the name of a value that differs between instances. */
  of(key: string, get: (parts: DataParts) => unknown): string {
    return this.bind(key, get);
  }

  get memory(): string {
    return this.bind("memory", ({ instance }) => instance.memory);
  }

  typeOf(name: string): FunctionType | undefined {
    return this.facts.functionType(name);
  }

  get instance(): string {
    return this.bind("instance", ({ instance }) => instance);
  }

  /** The name of the lowest address of guest data. */
  get lowest(): string {
    return this.bind("lowest", ({ instance }) => instance.lowest);
  }

  get newFrame(): string {
    return `new ${this.constant(Frame)}()`;
  }

  /** Returns source that makes a frame if there is none yet: most calls need none. */
  ensureFrame(): string {
    const claim = this.claims ? " frame.outerClaim = outerClaim;" : "";
    return `if (frame === undefined) { frame = ${this.newFrame};${claim} }`;
  }

  /** Returns source that leaves the fast path and calls `act`, which works on a frame. */
  aside(act: string): string {
    const { usesFrame } = this;
    const source = `${this.ensureFrame()} ${this.onFrame(act)}`;
    this.usesFrame = usesFrame;
    return source;
  }

  get unfreed(): string {
    return this.bind("unfreed", ({ instance }) => instance.unfreed);
  }

  /** Adds source that finds the guest's buffer; false if its address may not be a number. */
  locate(
    { pointer, offset = 0 }: BlockSource & { readonly kind: "buffer" },
    into: string,
    action: "read" | "write",
  ): boolean {
    if (offset !== 0 || typeof pointer !== "number" && typeof pointer !== "string") return false;
    if (typeof pointer === "number") {
      this.add(`${into} = ${pointer};`);
      return Number.isSafeInteger(pointer) && pointer >= 0;
    }
    const type = this.typeOf(pointer);
    const asPointer = (found: string) =>
      `${into} = ${this.constant(pointerOf)}(${found}, ${this.instance}, "${action}", ${
        this.constant({ export: pointer })
      }, ${this.constant(this.plan.export)});`;
    if (type !== undefined) {
      const result = type.parameters.length > 0 ? "" : type.results.join();
      if (result === "i32") {
        this.add(`${this.callGuest(pointer, "", `${into} = `)} ${into} >>>= 0;`);
      } else if (result === "i64") {
        const found = this.fresh("found");
        this.add(`${this.callGuest(pointer, "", `const ${found} = `)} ${asPointer(found)}`);
      } else return false;
      return true;
    }
    if (this.facts.exportKind(pointer) !== "global") return false;
    const global = this.bind(`global ${pointer}`, ({ instance }) => instance.exports[pointer]);
    this.add(asPointer(`${global}.value`));
    return true;
  }

  /** Returns source that throws if the guest was poisoned in a call within this one. */
  refuseBroken(action: string): string {
    const { instance } = this;
    return `if (${instance}.refusal !== undefined) throw ${instance}.refuse(${
      this.constant(action)
    }, ${this.constant(this.plan.export)});`;
  }

  /** Returns the source of freeing; its errors name the export that frees. */
  free(name: string, args: string): string {
    return `freeing = ${this.constant(name)}; ${
      this.callGuest(name, args, "")
    } freeing = undefined;`;
  }

  callGuest(name: string, args: string, assign: string): string {
    return `inside = true; ${assign}${this.exported(name)}(${args}); inside = false;`;
  }

  /** Returns the name of an exported function. */
  exported(name: string): string {
    return this.bind(`export ${name}`, ({ instance }) => exportedFunction(instance, name));
  }

  /** Makes a local of the call for what is written once; `check` adds the code after it. */
  once(key: string, expression: string, check?: (local: string) => void): string {
    let local = this.#known.get(key);
    if (local === undefined) {
      local = this.fresh("at");
      this.add(`var ${local} = ${expression};`);
      this.#known.set(key, local);
      check?.(local);
    }
    return local;
  }

  /**
   * Returns the lines and the result of `write`, for a branch: what is known in it ends with it.
   */
  branch<T>(write: () => T): { readonly lines: string; readonly value: T } {
    const known = this.#known, checked = this.#checked;
    this.#known = new Map(known);
    this.#checked = new Map(checked);
    const branch = this.capture(write);
    this.#known = known;
    this.#checked = checked;
    return branch;
  }

  known(key: string, local: string): void {
    this.#known.set(key, local);
  }

  /**
   * Remembers that `byteLength` bytes from `base` are within memory, which the view `data` shows.
   */
  notice(base: string, byteLength: number, data: string): void {
    this.#checked.set(base, { byteLength, data });
  }

  /** Returns the source of a number in memory, with a check unless it lies in a checked range. */
  load(type: NumericType, base: string, offset: number): string {
    const { byteLength } = NUMERIC_TYPES[type];
    // A declaration comes from the caller, so only what is certainly a number becomes source.
    const address = offset === 0 ? base : `${base} + ${Number(offset)}`;
    const range = this.#checked.get(base);
    if (range !== undefined && offset >= 0 && offset + byteLength <= range.byteLength) {
      const order = byteLength > 1 ? ", true" : "";
      return `${range.data}.${dataMethod("get", type)}(${address}${order})`;
    }
    return `${this.memory}.read("${type}", ${address})`;
  }

  elements(element: NumericType): string {
    return this.bind(
      `elements ${element}`,
      ({ instance }) => declaredContent.module.compileElements(instance.memory, element),
    );
  }

  codec(encoding: CodecName): string {
    return this.bind(`codec ${encoding}`, ({ instance }) => instance.memory.codec(encoding));
  }

  /**
   * Returns the source of encoding: the number of bytes, or a negative number if `room` is too
   * small.
   */
  encode(encoding: CodecName, value: string, pointer: string, room: string): string {
    const whole = `${this.codec(encoding)}.write(${value}, ${pointer}, ${room})`;
    if (isWide(encoding) || encoding === "latin1") return whole;
    const short = this.bind(`short write ${encoding}`, ({ instance }) => {
      const codec = instance.memory.codec(encoding);
      return codec.short()?.write ??
        ((text: string, _length: number, pointer: number, room: number) =>
          codec.write(text, pointer, room));
    });
    // If all of memory is the room, its size may not fit an i32.
    const most = `Math.min(${room}, ${SHORT_UNITS * UNIT_BYTES})`;
    return `${value}.length <= ${SHORT_UNITS}
      ? ${short}(${value}, ${value}.length, ${pointer}, ${most})
      : ${whole}`;
  }

  decode(encoding: CodecName, pointer: string, byteLength: string): string {
    const whole = `${this.codec(encoding)}.read(${pointer}, ${byteLength})`;
    if (isWide(encoding) || encoding === "latin1") return whole;
    const short = this.bind(
      `short read ${encoding}`,
      ({ instance }) => instance.memory.codec(encoding).short()?.read ?? (() => null),
    );
    return `(${byteLength} <= ${SHORT_BYTES} ? ${short}(${pointer}, ${byteLength}) : null) ?? ` +
      whole;
  }

  bounds(action: "read" | "write", pointer: string, byteLength: string): string {
    const { memory } = this;
    // Neither number is negative, so they can be compared before a call; an empty range can be
    // anywhere.
    return `if (${pointer} + ${byteLength} > ${memory}.size && ${byteLength} > 0) ` +
      `${memory}.check("${action}", ${pointer}, ${byteLength});`;
  }
}

/**
 * Returns whether a record has no other fields than those that were taken out of it. A fast form
 * must not ignore a field that it does not know: the compiler refuses a field that was added since.
 */
export function hasNoMore(rest: Readonly<Record<PropertyKey, never>>): boolean {
  return Object.values(rest).every((value) => value === undefined);
}

export class PlanCode extends CallCode {
  /** The core results of the export, once it was called. */
  results: readonly ValueType[] = [];
  /** The source of the first value that the export returned. */
  get returned(): string {
    return this.results.length > 1 ? "core[0]" : "core";
  }

  /** Whether the export was called, so that `core` is its result. */
  hasCalled = false;
  hasArguments = false;
  /** Whether the result was lifted by source of its own. */
  isLifted = false;
  /** The source of the call's result, once it was lifted. */
  value = "undefined";
  /** Whether the call claims a buffer for its result. */
  claimsResult = false;
  /** Whether the call releases claims when the guest is called. */
  leaves = false;

  /** The name of a value that differs between instances. */
  override of(key: string, get: (parts: Bound) => unknown): string {
    return this.bind(key, get as (parts: DataParts) => unknown);
  }
}
