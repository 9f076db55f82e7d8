import type { ManagedObject, ManagedPlan } from "../../abi/managed_layout.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import { quote, subjectOf } from "../../base/show.ts";
import { exportedFunction } from "../../instance/exports.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import type { Lower } from "../blocks/bound_source.ts";
import type { PlanLines } from "../report/plan_lines.ts";
import { series, typeWords } from "../report/words.ts";
import type { Lift, TextContext } from "../text_context.ts";
import { ValuePath } from "../value_path.ts";
import { compileBuilder, passWords } from "./build_object.ts";
import { compileReadObject } from "./read_object.ts";
import { compilePassReference } from "./references.ts";

// Parameters and results that are AssemblyScript objects, as steps of a call.

export { compileReadObject } from "./read_object.ts";
export { findClassProblem } from "./object_classes.ts";
export { forgetPins } from "./references.ts";
export { writeFreeObject, writeLowerObject } from "./object_code.ts";
export { writeLiftObject } from "./read_object_code.ts";

/** Compiles checking an argument and making its object, which is kept until the call ends. */
export function compileLowerObject(
  plan: ManagedPlan,
  index: number,
  symbol: string,
  instance: Instance,
): Lower {
  const { layout, objects } = plan;
  const words = passWords(index, symbol);
  if (layout.kind === "reference") {
    const path = new ValuePath(words);
    const pass = compilePassReference(layout, instance, objects, () => path.action());
    return (frame, value) => {
      frame.values[index] = pass(value);
    };
  }
  const context = { instance, objects, symbol, direction: "to" } as const;
  const { draft, build } = compileBuilder(layout, context, words);
  return (frame, value) => {
    const drafted = draft(value);
    frame.inside = true;
    const pointer = build(drafted);
    frame.inside = false;
    frame.values[index] = pointer;
    frame.held[index] = pointer !== 0;
  };
}

/** Compiles making the object that a host function returns, which the guest then has to keep. */
export function compileResultObject(
  { layout, objects }: ManagedPlan,
  symbol: string,
  label: string,
  instance: Instance,
): (value: unknown) => number {
  const { runtime = "managed" } = objects;
  const words = ["return a value", `from ${label}`] as const;
  const { pin, unpin } = RUNTIMES[runtime];
  if (layout.kind === "reference") {
    const path = new ValuePath(words);
    const pass = compilePassReference(layout, instance, objects, () => path.action());
    const retain = runtime === "arc" ? exportedFunction(instance, pin) : undefined;
    return (value) => {
      const pointer = pass(value);
      if (pointer !== 0) retain?.(pointer);
      return pointer;
    };
  }
  const context = { instance, objects, symbol, direction: "from import" } as const;
  const { draft, build } = compileBuilder(layout, context, words);
  const release = runtime === "arc" ? undefined : exportedFunction(instance, unpin);
  return (value) => {
    const pointer = build(draft(value));
    if (pointer !== 0) release?.(pointer);
    return pointer;
  };
}

/** Compiles the release of the objects that were made for the arguments. */
export function compileFreeObjects(
  { parameters }: PlanParts,
  instance: Instance,
): ((frame: Frame) => void) | undefined {
  const made = parameters.flatMap((parameter, index) =>
    parameter.kind === "managed" && parameter.layout.kind !== "reference" ? [index] : []
  );
  const [first] = made;
  if (first === undefined) return undefined;
  const { unpin } = RUNTIMES[(parameters[first] as ManagedPlan).objects.runtime ?? "managed"];
  const free = exportedFunction(instance, unpin);
  return (frame) => {
    for (const index of made) {
      if (!frame.held[index]) continue;
      frame.held[index] = false;
      frame.freeing = unpin;
      frame.inside = true;
      free(frame.values[index]!);
      frame.inside = false;
      frame.freeing = undefined;
    }
  };
}

/** Compiles making a JavaScript value of the object that an export returned. */
export function compileLiftObject({ layout, objects }: ManagedPlan, context: TextContext): Lift {
  const { instance, symbol } = context;
  const { runtime = "managed" } = objects;
  const isOwned = runtime === "arc";
  const subject = subjectOf(context);
  const read = compileReadObject(layout, { instance, objects, symbol, subject }, isOwned);
  const find = (frame: Frame) => (frame.result as number) >>> 0;
  if (!isOwned || layout.kind === "reference") return { lift: (frame) => read(find(frame)) };
  const release = exportedFunction(instance, RUNTIMES[runtime].unpin);
  return {
    lift(frame) {
      const pointer = find(frame);
      try {
        return read(pointer);
      } finally {
        if (pointer !== 0) release(pointer);
      }
    },
  };
}

/** Reports how an argument is checked and passed. */
export function reportLowerObject(
  { layout }: ManagedPlan,
  argument: number,
  lines: PlanLines,
): void {
  const name = lines.argument(argument);
  const none = layout.nullable ? "; null is passed as a reference of 0" : "";
  const type = layout.kind;
  lines.add("check", `check that ${name} is ${typeName(layout)}${none}`, { argument, type });
  if (layout.kind === "reference") return;
  const text =
    `make an object of ${name}, with all that it refers to, and pin it until the call ends`;
  lines.add("lower", text, { argument, type });
}

/** Reports the object of an argument that the call gives up. */
export function reportFreeObject(plan: ManagedPlan, argument: number, lines: PlanLines): void {
  if (plan.layout.kind === "reference") return;
  const { unpin } = RUNTIMES[plan.objects.runtime ?? "managed"];
  const text = `unpin ${lines.argument(argument)} with ${quote(unpin)}`;
  lines.add("free", text, { argument, export: unpin });
}

/** Reports how a value is made from the result. */
export function reportLiftObject({ layout }: ManagedPlan, lines: PlanLines): void {
  const none = layout.nullable ? "; null if it is 0" : "";
  const type = layout.kind;
  if (layout.kind === "reference") {
    lines.add(
      "pin",
      `pin ${lines.subject}, ${typeName(layout)}, until the host releases it${none}`,
      {
        type,
      },
    );
    return;
  }
  lines.add("read", `copy ${typeName(layout)} from ${lines.subject}${none}`, { type });
}

/** Names the type of a part, which can be null. */
function partName(layout: ManagedObject): string {
  return typeName(layout) + (layout.nullable ? " or null" : "");
}

/** Names a type: `an object of class "Point" with "x" and "y"`. */
function typeName(layout: ManagedObject): string {
  switch (layout.kind) {
    case "string":
      return "a text";
    case "data":
      return layout.content === "bytes" ? "bytes" : `an array of ${layout.content.element}`;
    case "items":
      return `an array, each item of which is ${partName(layout.item)}`;
    case "numbers":
      return layout.item === undefined
        ? "an array of numbers"
        : `an array, each item of which is ${typeWords(layout.item)}`;
    case "again":
      return `another object of class ${quote(layout.class)}`;
    case "reference":
      return layout.class === undefined
        ? "a reference to an object"
        : `a reference to an object of class ${quote(layout.class)}`;
    case "object": {
      const of = layout.class === undefined ? "" : ` of class ${quote(layout.class)}`;
      const fields = layout.fields.map(({ name, offset, layout }) => {
        const type = layout.kind === "number" ? typeWords(layout.type) : partName(layout);
        return `${quote(name)} at ${offset} (${type})`;
      });
      return `an object${of} with ${series(fields)}`;
    }
  }
}
