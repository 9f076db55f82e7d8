// WebAssembly 3.0, section 5.4.1 "Control Instructions".

import { OPERATORS } from "../binary/operators.ts";

/** What an operator does to the flow of control. */
export type Flow =
  | "block"
  | "loop"
  | "if"
  | "arm"
  | "try"
  | "try table"
  | "end"
  | "branch"
  | "branches"
  | "leave"
  | "stop"
  | "call"
  | "tail call"
  | "resume";

const FLOWS: Readonly<Record<string, Flow>> = {
  block: "block",
  loop: "loop",
  if: "if",
  else: "arm",
  try: "try",
  try_table: "try table",
  catch: "arm",
  catch_all: "arm",
  delegate: "end",
  end: "end",
  br: "leave",
  br_table: "leave",
  return: "leave",
  throw: "leave",
  rethrow: "leave",
  throw_ref: "leave",
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
  return_call: "tail call",
  return_call_indirect: "tail call",
  return_call_ref: "tail call",
};

/** Operators that mark where blocks begin and end. The engine makes no code for them. */
const MARKS = /^(?:block|loop|else|end|try|try_table|catch|catch_all|delegate)$/;

/** What operators do to the flow of control, by their numbers; the others go on to the next. */
export const FLOW_OF = OPERATORS.map((operator) => operator && FLOWS[operator.name]);

/** The units of operators, by their numbers. */
export const COST_OF = Uint8Array.from(
  OPERATORS,
  (operator) => operator === undefined || MARKS.test(operator.name) ? 0 : 1,
);
