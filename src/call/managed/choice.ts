import type { BlockSource } from "../../abi/block_source.ts";
import { Problem } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { objectPlace, RUNTIMES } from "../../presets/assembly_script.ts";
import { classesOf, type ManagedClass, parseClassName } from "./classes.ts";
import {
  elementFor,
  holds,
  isAnother,
  isUntold,
  kindsFor,
  nameContent,
  nameOf,
  noneFits,
  type Question,
  severalFit,
} from "./question.ts";
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
