import { assertEquals } from "@std/assert";
import { OPERATORS } from "../../src/binary/operators.ts";
import { COST_OF, Flow, FLOW_OF } from "../../src/limits/flow.ts";

/** Returns the names of the operators that have a property, in alphabetical order. */
const named = (has: (number: number) => boolean) =>
  OPERATORS.flatMap((operator, number) => operator && has(number) ? [operator.name] : []).sort();

Deno.test("all operators cost a unit, except those that delimit blocks", () => {
  assertEquals(
    named((number) => COST_OF[number] === 0),
    ["block", "catch", "catch_all", "delegate", "else", "end", "loop", "try", "try_table"],
  );
});

// WebAssembly 3.0, section 5.4.1 "Control Instructions", without `nop`, and the proposals.
Deno.test("the operators that change the flow of control are known", () => {
  assertEquals(
    named((number) => FLOW_OF[number] !== Flow.next),
    [
      ...["block", "br", "br_if", "br_on_cast", "br_on_cast_fail", "br_on_non_null", "br_on_null"],
      ...[
        "br_table",
        "call",
        "call_indirect",
        "call_ref",
        "catch",
        "catch_all",
        "delegate",
        "else",
      ],
      ...[
        "end",
        "if",
        "loop",
        "ref.func",
        "resume",
        "resume_throw",
        "resume_throw_ref",
        "rethrow",
        "return",
      ],
      ...["return_call", "return_call_indirect", "return_call_ref", "suspend", "switch", "throw"],
      ...["throw_ref", "try", "try_table", "unreachable"],
    ],
  );
});
