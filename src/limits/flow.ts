// WebAssembly 3.0, section 5.4.1 "Control Instructions".

import { OPERATORS } from "../binary/operators.ts";
import { DEAD } from "./segments.ts";

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

const FLOWS: Readonly<Record<string, keyof typeof Flow>> = {
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

/** Operators that mark where blocks begin and end. The engine makes no code for them. */
const MARKS = /^(?:block|loop|else|end|try|try_table|catch|catch_all|delegate)$/;

/** The effects of operators on control flow, by number. */
export const FLOW_OF = Uint8Array.from(
  OPERATORS,
  (operator) => Flow[operator && FLOWS[operator.name] || "next"],
);

/** The units of operators, by their numbers. */
export const COST_OF = Uint8Array.from(
  OPERATORS,
  (operator) => operator === undefined || MARKS.test(operator.name) ? 0 : 1,
);

/** A block that is open. */
export class Frame {
  isLoop = false;
  /** The segment in which it begins. */
  outer = DEAD;
  /** The first call that can be in it. */
  calls = 0;
  /** The segments in which the arms of an `if` begin. */
  first = DEAD;
  second = DEAD;
  /** The outermost block to which a branch in it goes; a negative number for the function. */
  reach = 0;
  /** The number of ways in which its end is reached. */
  arrivals = 0;
  /** The segment from which it is reached at last. */
  last = DEAD;
  /** The segment that follows that one unless this end is reached; `DEAD` if none does. */
  aside = DEAD;
}
