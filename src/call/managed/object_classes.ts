import type {
  ManagedFields,
  ManagedLayout,
  ManagedNumbers,
  ManagedObject,
  ManagedPlan,
} from "../../abi/managed_layout.ts";
import type { NumberName } from "../../abi/number.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import { Problem } from "../../base/errors.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import { list, quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { chooseClass, holds } from "./choice.ts";
import { classesOf, type ManagedClass, parseClassName } from "./classes.ts";

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
    case "numbers": {
      const chosen = chooseNumbers(layout, context);
      return chosen instanceof Problem ? chosen : undefined;
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

/** Returns how the elements of an array hold numbers of a type. */
export function storeOf(item: NumberName): NumericType {
  return item === "bool" ? "u8" : item === "pointer" ? "u32" : item;
}

/** Returns whether a class is an array of numbers, of one type if that is given. */
export function isOfNumbers({ kind, element }: ManagedClass, store?: NumericType): boolean {
  if (kind !== "Array" && kind !== "StaticArray") return false;
  return store === undefined ? element !== undefined && element !== "object" : element === store;
}

/** Chooses the class of a plain array of numbers. Without its type, the class shows that. */
export function chooseNumbers(
  { item, class: named }: ManagedNumbers,
  { instance, objects, symbol, direction }: ClassContext,
): ManagedClass | Problem {
  const { all = [], idOf } = classesOf(instance, objects.runtime);
  const fitting = all.filter((found) => isOfNumbers(found, item && storeOf(item)));
  const [sole] = fitting;
  if (named === undefined && sole !== undefined && fitting.length === 1) return sole;
  const id = named === undefined ? undefined : idOf(named, objects);
  const element = item === undefined
    ? parseClassName(named ?? "")?.element ?? all[id ?? -1]?.element
    : storeOf(item);
  if (element === undefined || element === "object") {
    return new Problem({
      code: "ambiguous-convention",
      part: "item",
      cannot: `Cannot ${direction === "to" ? "pass" : "return"} an array ${direction} ${
        quote(symbol)
      }`,
      found: `the guest's arrays of numbers are ${list(fitting.map(({ name }) => name), 8)}`,
      expected: 'the type of its numbers, such as item: "i32", or a class, such as ' +
        'class: "Array<i32>"',
      export: symbol,
    });
  }
  const place = { ...objects, class: named ?? `Array<${item}>` };
  return chooseClass(place, { element }, instance, symbol, direction);
}

/** Names a type as AssemblyScript does, as far as it is declared. */
function typeName(layout: ManagedObject): string {
  switch (layout.kind) {
    case "string":
      return "string";
    case "items":
      return layout.class ?? `Array<${typeName(layout.item)}>`;
    case "numbers":
      return layout.class ?? `Array<${layout.item ?? "T"}>`;
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
