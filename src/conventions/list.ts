import type { FreedBy, Value } from "./convention.ts";
import type { FieldDeclaration } from "./declaration.ts";

/** A list that the guest gives item by item, until it has no more. */
export interface CursorDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** What each item is, and where: `"result"` in it is what `next` gave. */
  readonly item: Item;
  /** What is asked before each item; 0 when there are no more. */
  readonly next: Value;
  /** An export that is called first, without arguments: it goes back to the first item. */
  readonly call?: string;
  /** How many items there can be; a guest that has more is refused. 1,000,000 unless said. */
  readonly most?: number;
}

/** A list whose items lie in memory one after another. */
export interface ElementsDeclaration<Item extends FieldDeclaration = FieldDeclaration> {
  /** Always `"list"`. */
  readonly type: "list";
  /** What each item is, and where: `"result"` in it is the item's address. */
  readonly item: Item;
  /** The address of the first item. */
  readonly pointer: Value;
  /** How many items there are. */
  readonly count: Value;
  /** How many bytes there are from one item to the next. */
  readonly stride: number;
  /** Who frees the items' memory as a whole, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
}

/** Any number of results of one kind. */
export type ListResultDeclaration = CursorDeclaration | ElementsDeclaration;

/**
 * A part of a text that was passed, by where the guest says that it begins and ends. It is taken
 * from the string itself: the encoding has to be one whose code units are those of latin1 or
 * UTF-16.
 */
export interface SliceDeclaration {
  /** Always `"slice"`. */
  readonly type: "slice";
  /** The text, counted among all parameters. */
  readonly of: number;
  /** Where the part begins, in code units. */
  readonly from: Value;
  /** Where it ends: the index behind its last code unit. */
  readonly to: Value;
  /** Whether it is `null` where it begins at a negative index; otherwise that is an error. */
  readonly nullable?: boolean;
}
