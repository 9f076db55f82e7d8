import type { FieldDeclaration, RecordResultDeclaration } from "./declaration.ts";
import type { ListResultDeclaration, SliceDeclaration } from "./list.ts";
import type { ResultRecipe, TextResultRecipe } from "./recipe.ts";

/** A result that is made of others, or of an argument. */
export type CompoundDeclaration =
  | RecordResultDeclaration
  | ListResultDeclaration
  | SliceDeclaration;

/** The most items that a guest is believed to have, one by one: beyond, it has no end. */
const MOST_ITEMS = 1_000_000;

/** Whether a result is made of others, or of an argument. */
export function isCompound(result: { readonly type: string }): result is CompoundDeclaration {
  return result.type === "record" || result.type === "list" || result.type === "slice";
}

/** A compound with nothing left open; `resolve` does the same for what it is made of. */
export function resolveCompound(
  result: CompoundDeclaration,
  resolve: (field: FieldDeclaration) => ResultRecipe,
): ResultRecipe {
  switch (result.type) {
    case "record":
      return {
        kind: "record",
        nullable: result.nullable ?? false,
        fields: Object.entries(result.fields).map(([name, field]) => [name, resolve(field)]),
      };
    case "list":
      return resolveList(result, resolve);
    case "slice": {
      const { of: parameter, from, to, nullable = false } = result;
      return { kind: "slice", parameter, from, to, nullable };
    }
  }
}

function resolveList(
  list: ListResultDeclaration,
  resolve: (field: FieldDeclaration) => ResultRecipe,
): ResultRecipe {
  const item = resolve(list.item);
  if ("next" in list) {
    const { next, call, most = MOST_ITEMS } = list;
    return { kind: "cursor", item, next, call, most };
  }
  const { pointer, count, stride, freedBy } = list;
  const length = { product: [count, stride] };
  const memory = resolve({ type: "bytes", pointer, length, ...(freedBy && { freedBy }) });
  // Who has no items needs no memory for them.
  const bytes = { ...memory as TextResultRecipe, nullIs: "empty" } as const;
  return { kind: "elements", item, bytes, count, stride };
}

/** How many blocks a result can have to be freed. */
export function blocksOf(result: ResultRecipe): number {
  switch (result.kind) {
    case "record":
      return result.fields.reduce((count, [, field]) => count + blocksOf(field), 0);
    case "cursor":
    case "elements":
      return 1 + blocksOf(result.item);
    default:
      return 1;
  }
}
