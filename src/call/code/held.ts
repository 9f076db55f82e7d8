import type { ResultPlan } from "../../abi/plan_parts.ts";
import { partsOf } from "../../plan/plan_blocks.ts";
import { heldBytes, type Lifted } from "../text_read.ts";
import type { CallCode } from "./call_code.ts";
import { freedItems, owesItems } from "./free.ts";
import type { Scope } from "./scope.ts";

// The memory that the host holds for results of several values.

/** The bytes that the host takes to note a block that it has to free. */
const OWED_SIZE = 96;

/**
 * Returns the bytes that the host holds for a value in a record or a list, besides its text or its
 * elements. They are V8 15's, rounded down for values that take a guest few bytes each.
 */
export function sizeOf(result: ResultPlan): number {
  switch (result.kind) {
    case "number":
      return result.type === "i64" || result.type === "u64" ? 32 : 8;
    case "text":
      return (result.content === "string" ? 32 : 240) +
        OWED_SIZE * ((result.free?.length ?? 0) + (result.whole?.length ?? 0));
    case "slice":
      return 32;
    case "record":
      return result.fields.reduce((size, [, field]) => size + sizeOf(field), 32);
    case "choice":
      return 32 +
        Math.max(0, ...result.cases.map(({ item }) => item === undefined ? 0 : sizeOf(item)));
    case "cursor":
    case "elements":
      return 112;
    default:
      return 8;
  }
}

/** Returns the bytes that the host holds for text and elements in a value that was read. */
export function heldIn(value: unknown, result: ResultPlan): number {
  if (value === null || value === undefined) return 0;
  switch (result.kind) {
    case "text":
      return heldBytes(value as Lifted);
    case "record":
      return result.fields.reduce(
        (size, [name, field]) => size + heldIn((value as Record<string, unknown>)[name], field),
        0,
      );
    case "choice": {
      const { tag, value: inner } = value as { readonly tag?: unknown; readonly value?: unknown };
      const chosen = result.cases.find(({ name }) => name === undefined || name === tag);
      if (chosen?.item === undefined) return 0;
      return heldIn(chosen.name === undefined ? value : inner, chosen.item);
    }
    case "cursor":
    case "elements":
      return (value as readonly unknown[]).reduce<number>(
        (size, item) => size + sizeOf(result.item) + heldIn(item, result.item),
        0,
      );
    default:
      return 0;
  }
}

/** Returns the least number of bytes that the host can hold for one of a call's values. */
export function limitOf({ sharing = 1 }: Scope, code: CallCode): string {
  return code.of(`limit of ${sharing}`, ({ instance }) => instance.resultLimit / sharing);
}

/** Adds the count of what the host holds so far, if data adds to it; returns its name. */
export function writeTaken(result: ResultPlan, size: string, code: CallCode): string | undefined {
  if (!hasData(result)) return undefined;
  const taken = code.fresh("taken");
  code.add(`let ${taken} = ${size};`);
  return taken;
}

/** Returns whether a result has data or a list, which take the host memory of their own. */
function hasData(result: ResultPlan): boolean {
  return result.kind === "text" || result.kind === "elements" || partsOf(result).some(hasData);
}

/**
 * Writes leaving the fast form of a result in which texts are counted if nobody frees them, or
 * blocks are noted that are freed later: the run form does that again.
 */
export function writeUndo(
  result: ResultPlan,
  otherwise: () => string,
  code: CallCode,
): () => string {
  const undo: string[] = [];
  if (hasUnfreed(result)) {
    const { unfreed } = code;
    const results = code.fresh("results"), bytes = code.fresh("bytes");
    code.add(`const ${results} = ${unfreed}.results, ${bytes} = ${unfreed}.byteLength;`);
    undo.push(`${unfreed}.results = ${results}; ${unfreed}.byteLength = ${bytes};`);
  }
  if (owesItems(result)) {
    const owed = code.fresh("owed");
    code.add(`const ${owed} = frame.owed.length;`);
    undo.push(`frame.owed.length = ${owed};`);
    for (const { block } of freedItems(result, code.resultBlock)) {
      undo.push(`${code.local("held", block)} = false;`);
    }
  }
  return undo.length === 0 ? otherwise : () => `{ ${undo.join(" ")} ${otherwise()} }`;
}

/** Returns whether a value has a text that nobody frees. */
function hasUnfreed(result: ResultPlan): boolean {
  return result.kind === "text" ? result.unfreed === true : partsOf(result).some(hasUnfreed);
}
