import type { Telling } from "./types.ts";
import { ITEM } from "./words.ts";

/** The path of a value: the fields and the items that it lies in. */
export type Path = readonly string[];

/** Returns the path as a part of a line; absent for the whole result. */
export function about(path: Path): { readonly path?: Path } {
  return path.length === 0 ? {} : { path };
}

/** Reports lines in which `"result"` refers to another subject. */
export function tellAbout(subject: string, told: Telling, tell: () => void): void {
  const { subject: outer } = told;
  told.subject = subject;
  tell();
  told.subject = outer;
}

/** Reports each item of a list with `tell`. */
export function tellItem(path: Path, told: Telling, tell: (path: Path) => void): void {
  tellAbout(ITEM, told, () => tell([...path, "[]"]));
}
