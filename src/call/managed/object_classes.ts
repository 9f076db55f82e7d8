import type {
  ManagedFields,
  ManagedLayout,
  ManagedObject,
  ManagedPlan,
} from "../../abi/managed_layout.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import { Problem } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { chooseClass, holds } from "./choice.ts";
import { classesOf, type ManagedClass } from "./classes.ts";

/** The parts of a plan that choosing classes needs. */
export interface ClassContext {
  readonly instance: Instance;
  readonly objects: ManagedPlan["objects"];
  readonly symbol: string;
  readonly direction: "to" | "from import";
}

/** Returns the first problem of the objects that a plan passes, if one of them has no class. */
export function findClassProblem(plan: PlanParts, instance: Instance): Problem | undefined {
  for (const parameter of plan.parameters) {
    if (parameter.kind !== "managed") continue;
    const { objects, layout } = parameter;
    const context = { instance, objects, symbol: plan.export, direction: "to" } as const;
    const problem = problemOf(layout, context);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Returns why an object of a layout cannot be made; absent if it can be. */
export function problemOf(layout: ManagedLayout, context: ClassContext): Problem | undefined {
  switch (layout.kind) {
    case "data":
    case "items": {
      const chosen = chooseArray(layout, context);
      if (chosen instanceof Problem) return chosen;
      return layout.kind === "items" ? problemOf(layout.item, context) : undefined;
    }
    case "object": {
      const id = chooseObject(layout, context);
      if (id instanceof Problem) return id;
      for (const { layout: field } of layout.fields) {
        const problem = problemOf(field, context);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** Chooses the class of an array. */
export function chooseArray(
  layout: ManagedObject & { readonly kind: "data" | "items" },
  { instance, objects, symbol, direction }: ClassContext,
): ManagedClass | Problem {
  const content = layout.kind === "data" ? layout.content : "objects";
  let { class: named } = layout;
  if (named === undefined && layout.kind === "items") {
    const all = classesOf(instance, objects.runtime).all ?? [];
    const fitting = all.filter((found) => holds(found, "objects"));
    if (fitting.length === 1) return fitting[0]!;
    named = typeName(layout);
  }
  const { class: _, ...rest } = objects;
  const place = { ...rest, ...(named !== undefined && { class: named }) };
  return chooseClass(place, content, instance, symbol, direction);
}

/** Names a type as AssemblyScript does, as far as it is declared. */
function typeName(layout: ManagedObject): string {
  switch (layout.kind) {
    case "string":
      return "string";
    case "items":
      return layout.class ?? `Array<${typeName(layout.item)}>`;
    case "data":
      return layout.class ??
        (layout.content === "bytes" ? "Uint8Array" : `Array<${layout.content.element}>`);
    default:
      return layout.class ?? "T";
  }
}

/** Returns the class id for a new object with fields. */
export function chooseObject(
  { class: named }: ManagedFields,
  { instance, objects, symbol, direction }: ClassContext,
): number | Problem {
  const verb = direction === "to" ? "pass" : "return";
  const problem = (found: string, expected: string) =>
    new Problem({
      code: "signature",
      part: "class",
      cannot: `Cannot ${verb} an object${
        named === undefined ? "" : ` of class ${quote(named)}`
      } ${direction} ${quote(symbol)}`,
      found,
      expected,
      export: symbol,
    });
  if (named === undefined) {
    return problem("its declaration names no class", 'class: "\u2026" beside its fields');
  }
  const { all, idOf } = classesOf(instance, objects.runtime);
  const id = idOf(named, objects);
  const key = /^\w+$/.test(named) ? named : quote(named);
  const exported = named.replace(/\W+/g, "_");
  if (id === undefined) {
    return problem(
      "the guest does not show its class id",
      `an export "${exported}_ID" = idof<${named}>(), or classIds: { ${key}: \u2026 } of the ` +
        "convention",
    );
  }
  const found = all?.[id];
  if (all === undefined || found?.kind === "other") return id;
  return problem(`class ${id} is ${found?.name ?? "unknown"}`, "the id of a class with fields");
}
