import { quote } from "../../base/show.ts";
import { compileCount } from "../../instance/exports.ts";
import { writeSlot } from "../code/value.ts";
import type { StepKind, StepOf } from "./step.ts";

/** The call of the guest. */
export const callStep: StepKind<StepOf<"call">> = {
  run(_step, { invoke, realm, plan: { export: symbol } }) {
    return (frame) => {
      frame.result = invoke(frame);
      if (!realm.callable) throw realm.refuse(`complete ${quote(symbol)}`, symbol);
    };
  },
  write(_step, code) {
    const { export: name, slots, own, pieces, passed = slots.length } = code.plan.recipe;
    const type = code.typeOf(name);
    if (pieces !== undefined || own !== undefined || type === undefined) return false;
    const args = slots.map((slot, index) => writeSlot(slot, index, type, code)).join(", ");
    if (code.facts.countsArguments) {
      code.add(`${code.of("count", ({ realm }) => compileCount(realm, name, passed))}();`);
    }
    code.add(code.callGuest(name, args, "core = "));
    code.hasCalled = true;
    code.results = type.results;
    if (code.facts.reenters) code.add(code.refuseBroken(`complete ${quote(name)}`));
    return true;
  },
  tell: (_step, told) => told.call(),
};
