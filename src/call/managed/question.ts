import type { NumericType } from "../../base/numeric_types.ts";
import { Problem } from "../../base/errors.ts";
import { list, quote } from "../../base/show.ts";
import { arrayName, type ClassKind, type ManagedClass, type ManagedClasses } from "./classes.ts";
import type { ManagedContent, ManagedPlace } from "./types.ts";

/** Returns the kinds of class that can hold each content, the usual one first. */
export function kindsFor(content: ManagedContent): readonly ClassKind[] {
  if (content === "strings") return ["Array", "StaticArray"];
  return content === "bytes"
    ? ["ArrayBuffer", "view", "Array", "StaticArray"]
    : ["view", "Array", "StaticArray"];
}

/** Returns the elements that a class must have to hold a content. */
export function elementFor(content: ManagedContent): NumericType | "object" {
  if (content === "strings") return "object";
  return content === "bytes" ? "u8" : content.element;
}

/** Returns whether objects of a class can hold a content. */
export function holds(found: ManagedClass, content: ManagedContent): boolean {
  if (found.kind === "ArrayBuffer") return content === "bytes";
  return kindsFor(content).includes(found.kind) && found.element === elementFor(content);
}

/** Returns the name that errors use for the content. */
export function nameContent(content: ManagedContent): string {
  return typeof content === "string" ? content : `an array of ${content.element}`;
}

/** The parts of a question for a class. */
export interface Question {
  readonly content: ManagedContent;
  readonly place: ManagedPlace;
  readonly classes: ManagedClasses;
  readonly symbol: string;
  /** The failed action in errors. */
  readonly action: string;
  /** The part of the declaration that can name a class. */
  readonly part: "parameter" | "result";
}

/** Returns the usual name of a class of one kind for a content. */
export function nameOf(kind: ClassKind, content: ManagedContent): string {
  const element = elementFor(content);
  return arrayName(kind, element === "object" ? "string" : element);
}

function problem(
  { symbol, action }: Question,
  found: string,
  expected: string,
  code: "signature" | "ambiguous-convention" = "signature",
): Problem {
  const cannot = `Cannot ${action}`;
  return new Problem({ code, part: "class", cannot, found, expected, export: symbol });
}

/**
 * Makes the problem that the guest has several classes for a content, with the lines that settle
 * it.
 */
export function severalFit(kinds: readonly ClassKind[], question: Question): Problem {
  const { content, place, classes: { all }, part } = question;
  const names = kinds.map((kind) => nameOf(kind, content));
  const type = typeof content === "string"
    ? quote(content)
    : `"array", element: ${quote(content.element)}`;
  const parameters = names.map((name) => `{ type: ${type}, class: ${quote(name)} }`);
  const arc = place.runtime === "arc" ? 'runtime: "arc", ' : "";
  const options = content === "bytes"
    ? `convention: ${
      series(names.map((name) => `assemblyScript({ ${arc}bytes: ${quote(name)} })`), "or")
    }, or `
    : "";
  const has = all === undefined ? "does not show whether it takes" : "has";
  return problem(
    question,
    `the guest ${has} ${series(names, all === undefined ? "or" : "and")}`,
    `${options}the ${part} ${series(parameters, "or")}`,
    "ambiguous-convention",
  );
}

/** Joins names for a sentence: `a, b and c`. */
function series(names: readonly string[], last: "and" | "or"): string {
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

/** Makes the problem that the guest has no class for a content, or none of a name. */
export function noneFits(question: Question, name?: string): Problem {
  const { content, classes: { all = [] } } = question;
  const arrays = all.filter(({ kind }) => kind !== "other" && kind !== "String");
  const wanted = name ?? kindsFor(content).map((kind) => nameOf(kind, content)).join(" or ");
  const found = `the guest's arrays are ${list(arrays.map(({ name }) => name), 8)}`;
  return problem(question, found, wanted);
}

/** Makes the problem that a class is not the one that was named. */
export function isAnother(is: string, question: Question, name?: string): Problem {
  const { content } = question;
  const usual = () => kindsFor(content).map((kind) => nameOf(kind, content)).join(" or ");
  return problem(question, is, name ?? usual());
}

/** Makes the problem that the id of a class is unknown. */
export function isUntold(name: string, count: number, question: Question): Problem {
  const key = /^\w+$/.test(name) ? name : quote(name);
  const exported = name.replace("<", "_").replace(/\W/g, "");
  return problem(
    question,
    count > 1 ? `${count} guest classes can be ${name}` : "the guest does not show its class id",
    `an export "${exported}_ID" = idof<${name}>(), or classIds: { ${key}: … } of the convention`,
  );
}
