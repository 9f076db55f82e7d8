// WebAssembly 3.0, section 5.4.1 "Control Instructions".

import { OPERATORS } from "../binary/operators.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { BoundedBody } from "./bounded_body.ts";
import { ControlStack } from "./control_stack.ts";
import { COST_OF, EXTRA_OF } from "./extras.ts";
import { NONE, Place, type Segments } from "./segments.ts";
import type { Redirects } from "./string_builtins.ts";

const ELSE = 0x05, BR = 0x0c, BR_TABLE = 0x0e, CALL = 0x10, RETURN_CALL = 0x12;

/** The effect of an operator on control flow. */
export const Flow = {
  /** It goes on to the next operator. */
  next: 0,
  block: 1,
  if: 2,
  loop: 3,
  try: 4,
  tryTable: 5,
  arm: 6,
  end: 7,
  branch: 8,
  branches: 9,
  leave: 10,
  stop: 11,
  call: 12,
  tailCall: 13,
  resume: 14,
  throw: 15,
  /** It makes a reference, through which others can call a function. */
  refer: 16,
} as const;

/** The effects of operators, by their names; others go on. */
const BY_NAME: Readonly<Record<string, keyof typeof Flow>> = {
  block: "block",
  loop: "loop",
  if: "if",
  else: "arm",
  try: "try",
  try_table: "tryTable",
  catch: "arm",
  catch_all: "arm",
  delegate: "end",
  end: "end",
  br: "leave",
  br_table: "leave",
  return: "leave",
  throw: "throw",
  rethrow: "throw",
  throw_ref: "throw",
  br_if: "branch",
  br_on_null: "branch",
  br_on_non_null: "branch",
  br_on_cast: "branches",
  br_on_cast_fail: "branches",
  unreachable: "stop",
  call: "call",
  call_indirect: "call",
  call_ref: "call",
  suspend: "call",
  switch: "call",
  resume: "resume",
  resume_throw: "resume",
  resume_throw_ref: "resume",
  return_call: "tailCall",
  return_call_indirect: "tailCall",
  return_call_ref: "tailCall",
  "ref.func": "refer",
};

/** The effects of operators on control flow, by number. */
export const FLOWS = Uint8Array.from(
  OPERATORS,
  (operator) => Flow[operator && BY_NAME[operator.name] || "next"],
);

// V8 makes faster code for tables of the same file, and for constants.
const COSTS = COST_OF, EXTRAS = EXTRA_OF;

const { next: NEXT, end: END, block: BLOCK, leave: LEAVE, branch: BRANCH, if: IF } = Flow;

const { loop: LOOP, arm: ARM, stop: STOP, call: CALLS, tailCall: TAIL_CALLS } = Flow;

const { branches: BRANCHES, try: TRY, tryTable: TRY_TABLE, throw: THROW } = Flow;

const { resume: RESUME, refer: REFER } = Flow;

/** 1 for the operators that cost one unit and go on to the next one; 0 for others. */
export const PLAIN = Uint8Array.from(
  COSTS,
  (cost, number) => cost === 1 && FLOWS[number] === NEXT && !EXTRAS[number] ? 1 : 0,
);

/**
 * The least units of an object that is large. A few bytes of code can make one of 10,000 fields, so
 * its cost is taken and checked where it is made.
 */
const LARGE = 8;

/** Finds the segments of functions, one after the other. */
export class SegmentFinder {
  readonly #segments: Segments;
  readonly #info: ModuleInfo;
  readonly #redirects: Redirects;
  readonly #body: BoundedBody;
  readonly #control: ControlStack;
  #own = 0;
  #handles = false;

  /**
   * @param body The body of the current function; `PLAIN` are its plain operators.
   * @param redirects Gets the places where the code names functions.
   */
  constructor(segments: Segments, info: ModuleInfo, body: BoundedBody, redirects: Redirects) {
    this.#segments = segments;
    this.#info = info;
    this.#body = body;
    this.#redirects = redirects;
    this.#control = new ControlStack(segments, body);
  }

  /** Finds the segments of the function at whose first operator the body is. */
  find(own: number): void {
    const segments = this.#segments, body = this.#body, control = this.#control;
    segments.begin(own);
    this.#own = own;
    this.#handles = false;
    control.begin();
    while (!body.isAtEnd) {
      const { position } = body, number = body.nextOther(), flow = FLOWS[number]!;
      const units = body.passed + COSTS[number]!;
      if (units > 0) control.execute(units, position);
      if (flow === NEXT) this.#addExtra(number);
      else this.#follow(flow, number);
    }
    control.finish();
    segments.end(own, this.#handles);
  }

  #addExtra(number: number): void {
    const extra = EXTRAS[number]?.(this.#body, this.#info);
    if (extra === undefined) return;
    const segments = this.#segments, { start, position } = this.#body;
    if (typeof extra === "number") {
      if (extra < LARGE) this.#control.add(extra);
      else segments.addPlace(start, Place.object, extra);
    } else if ("length" in extra) segments.addPlace(start, Place.length, extra.length);
    else if ("waits" in extra) segments.addPlace(start, Place.wait, 0);
    else {
      segments.addPlace(start, Place.note, extra.grows);
      segments.addPlace(position, Place.settle, extra.grows);
    }
  }

  #follow(flow: number, number: number): void {
    const body = this.#body, control = this.#control;
    // The most frequent ones come first.
    switch (flow) {
      case END:
        control.end();
        break;
      case CALLS:
        if (number === CALL) this.#redirect();
        control.call(number === CALL ? body.index : NONE, body.start);
        break;
      case BLOCK:
        control.open();
        break;
      case LEAVE:
        if (number === BR) control.branch(body.index);
        else if (number !== BR_TABLE) control.leave();
        else {
          control.branches();
          control.stop();
        }
        break;
      case BRANCH:
        control.branchIf(body.index);
        break;
      case IF:
        control.openIf();
        break;
      case LOOP:
        control.openLoop();
        break;
      case ARM:
        control.arm(number === ELSE);
        break;
      case STOP:
        control.stop();
        break;
      case BRANCHES:
        control.branchIfAny();
        break;
      case TRY:
        this.#handles = true;
        control.open();
        break;
      case TRY_TABLE:
        this.#handles = true;
        control.openTryTable();
        break;
      case THROW:
        this.#segments.throws[this.#own] = 1;
        control.leave();
        break;
      case TAIL_CALLS:
        if (number === RETURN_CALL) this.#redirect();
        control.call(number === RETURN_CALL ? body.index : NONE);
        control.leave();
        break;
      case RESUME:
        this.#handles = true;
        control.call(NONE);
        control.branchIfAny();
        break;
      case REFER:
        this.#segments.references.add(body.index);
        this.#redirect();
        break;
    }
  }

  /** Records that the last operator refers to a function. */
  #redirect(): void {
    const { start, position, index } = this.#body;
    this.#redirects.note(start + 1, position, index);
  }
}
