import { literal } from "../../base/show.ts";
import { comment, printable } from "./comments.ts";

/** The function of a module that loads the guest. */
export interface Loader {
  /** The guest's file name. */
  readonly name: string;
  /** Where the guest is, relative to the module, or a URL. */
  readonly source: string;
  /** A line for each import that the caller has to provide. */
  readonly missing: readonly string[];
  /** The type of the options. */
  readonly options: string;
  /** The source of the options for `load`. */
  readonly given: string;
}

/** Writes the first line of a module. */
export function writeHead(name: string): string {
  return `// Written by passage types for ${printable(name)}: write it anew if the guest changes.`;
}

/** Writes the function that loads a guest, and the type of its options. */
export function writeLoader({ name, source, missing, options, given }: Loader): string[] {
  return [
    ...comment(0, [
      "The options of `load` that the caller can set.",
      ...missing.map((line) => `It needs ${line}.`),
    ]),
    `export type GuestOptions = ${options};`,
    "",
    ...comment(0, [
      `Loads ${printable(name)}.`,
      "@param options Further options of `load`.",
      "@param source Where it is: beside this module unless set.",
    ]),
    "export function loadGuest(",
    `  options: GuestOptions${missing.length === 0 ? " = {}" : ""},`,
    `  source: string | URL | Uint8Array = ${sourceOf(source)},`,
    "): Promise<TypedGuest> {",
    `  return load(source, ${given});`,
    "}",
    "",
  ];
}

function sourceOf(source: string): string {
  return /^[a-z][a-z\d+.-]+:/i.test(source)
    ? `new URL(${literal(source)})`
    : `new URL(${literal(source)}, import.meta.url)`;
}
