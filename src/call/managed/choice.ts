import type { BlockSource } from "../../abi/block_source.ts";
import type { ManagedObject } from "../../abi/managed_layout.ts";
import { Problem } from "../../base/errors.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import { list, quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { objectPlace, RUNTIMES } from "../../presets/assembly_script.ts";
import {
  arrayName,
  classesOf,
  type ClassKind,
  type ManagedClass,
  type ManagedClasses,
  parseClassName,
} from "./classes.ts";
import type { ManagedContent, ManagedPlace } from "./types.ts";

/**
 * Chooses the class of the passed objects: the one that the declaration names, or the guest's only
 * class that can hold the content. If there is none, or if there are several, it returns a problem
 * with the line that settles it.
 */
export function chooseClass(
  place: ManagedPlace,
  content: ManagedContent,
  instance: Instance,
  symbol: string,
  direction: "to" | "from import" = "to",
): ManagedClass | Problem {
  const classes = classesOf(instance, place.runtime);
  const verb = direction === "to" ? "pass" : "return";
  const action = `${verb} ${nameContent(content)} ${direction} ${quote(symbol)}`;
  const part = direction === "to" ? "parameter" : "result";
  const question = { content, place, classes, symbol, action, part } as const;
  const { all } = classes;
  if (place.class !== undefined) return findNamed(place.class, question);
  if (all === undefined) {
    if (content === "bytes") return severalFit(["ArrayBuffer", "view"], question);
    return findNamed(defaultName(content), question);
  }
  const fitting = all.filter((found) => holds(found, content));
  const kinds = kindsFor(content).filter((kind) => fitting.some((found) => found.kind === kind));
  if (kinds.length > 1) return severalFit(kinds, question);
  if (kinds.length === 0) return noneFits(question);
  return fitting.length === 1
    ? fitting[0]!
    : findTold(nameOf(kinds[0]!, content), fitting, question);
}

function defaultName(content: ManagedContent): string {
  return nameOf(kindsFor(content)[0]!, content);
}

function findNamed(name: string, question: Question): ManagedClass | Problem {
  const { content, place, classes: { all, idOf } } = question;
  const named = parseClassName(name);
  const element = elementFor(content);
  if (named?.kind === "ArrayBuffer" && content === "bytes") {
    return { id: RUNTIMES[place.runtime ?? "managed"].ArrayBuffer, kind: named.kind, name };
  }
  // A class can have any name, and so can an enumeration whose numbers look like ids.
  const isAlike = named === undefined || (named.kind !== "ArrayBuffer" &&
    (named.element ?? element) === element);
  if (!isAlike) return isAnother(`${name} holds others`, question);
  const id = idOf(name, place) ?? aliasOf(name, question);
  if (id !== undefined) {
    const found = all === undefined ? named && { id, ...named, element, name } : all[id];
    if (
      found !== undefined && holds(found, content) && found.kind === (named?.kind ?? found.kind)
    ) {
      return { ...found, name };
    }
    return isAnother(`class ${id} is ${found?.name ?? "unknown"}`, question, name);
  }
  const fitting = (all ?? []).filter((found) =>
    holds(found, content) && found.kind === named?.kind
  );
  if (fitting.length === 1) return { ...fitting[0]!, name };
  if (fitting.length === 0 && all !== undefined && named !== undefined) {
    return noneFits(question, name);
  }
  return isUntold(name, fitting.length, question);
}

/** Returns the id under JavaScript's name for an array of 64-bit integers. */
function aliasOf(name: string, { place, classes }: Question): number | undefined {
  return /^U?int64Array$/i.test(name) ? classes.idOf(`Big${name}`, place) : undefined;
}

/** Chooses one of several classes of the same kind: the one whose id is known. */
function findTold(
  name: string,
  fitting: readonly ManagedClass[],
  question: Question,
): ManagedClass | Problem {
  const { place, classes } = question;
  const id = classes.idOf(name, place) ?? aliasOf(name, question);
  if (id === undefined) return isUntold(name, fitting.length, question);
  const found = fitting.find((found) => found.id === id);
  if (found !== undefined) return { ...found, name };
  return isAnother(`class ${id} is ${classes.all?.[id]?.name ?? "unknown"}`, question, name);
}

/** Returns a block source with the class chosen; an `ArrayBuffer` is a block without an object. */
export function settlePlace(
  place: ManagedPlace,
  content: ManagedContent,
  instance: Instance,
  symbol: string,
  direction?: "to" | "from import",
): BlockSource | Problem {
  const chosen = chooseClass(place, content, instance, symbol, direction);
  if (chosen instanceof Problem) return chosen;
  const { id, kind, name } = chosen;
  return kind === "ArrayBuffer" || kind === "StaticArray"
    ? objectPlace(place.runtime ?? "managed", id)
    : { ...place, class: name, classIds: { ...place.classIds, [name]: id } };
}

/** Returns the kinds of class that can hold each content, the usual one first. */
export function kindsFor(content: ManagedContent): readonly ClassKind[] {
  if (content === "strings" || content === "objects") return ["Array", "StaticArray"];
  return content === "bytes"
    ? ["ArrayBuffer", "view", "Array", "StaticArray"]
    : ["view", "Array", "StaticArray"];
}

/** Returns the elements that a class must have to hold a content. */
export function elementFor(content: ManagedContent): NumericType | "object" {
  if (content === "strings" || content === "objects") return "object";
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

/** Returns the name that errors use for an expected object. */
export function nameObject(layout: ManagedObject): string {
  switch (layout.kind) {
    case "string":
      return "a string";
    case "data":
      return nameContent(layout.content);
    case "items":
    case "numbers":
      return "an array";
    default:
      return layout.class === undefined ? "an object" : `an object of class ${quote(layout.class)}`;
  }
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
function isAnother(is: string, question: Question, name?: string): Problem {
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
