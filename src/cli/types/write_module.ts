import { literal } from "../../base/show.ts";
import { print, printKey } from "../../presets/preset_options.ts";
import { wrap } from "../style.ts";
import type { DescribedGuest, DescribedSymbol } from "./described_symbols.ts";

/** What a module is written for. */
export interface ModuleOptions {
  /** The guest's file name. */
  readonly name: string;
  /** Where Passage is imported from. */
  readonly from: string;
  /** Where the guest is, relative to the module, or a URL. */
  readonly source: string;
  /** The convention that the caller has set. */
  readonly convention: { toString(): string } | undefined;
}

/** The width of a comment. */
const WIDTH = 100;

/** Writes a TypeScript module that loads a guest with typed functions. */
export function writeModule(guest: DescribedGuest, options: ModuleOptions): string {
  const { name, from, source, convention } = options;
  const { symbols, serving, missing } = guest;
  const declared = symbols.filter(({ declaration }) => declaration !== undefined);
  const others = symbols.filter(({ declaration }) => declaration === undefined);
  const expression = convention && `${convention}`.replace(/^convention: /, "");
  const preset = expression?.replace(/\(.*$/s, "");
  const names = [
    ...(preset === undefined ? [] : [preset]),
    "type Guest",
    "load",
    "type LoadOptions",
  ];
  const isWhole = missing.length === 0;
  return [
    `// Written by passage types for ${printable(name)}: write it anew if the guest changes.`,
    `import { ${names.join(", ")} } from ${literal(from)};`,
    "",
    ...comment(0, [guest.convention]),
    "export const symbols = {",
    ...declared.flatMap(writeSymbol),
    "} as const;",
    ...others.flatMap((symbol) => ["", ...lineComment(words(symbol))]),
    ...(serving.length === 0 ? [] : [
      "",
      ...lineComment(`These exports serve the others: ${serving.map(printable).join(", ")}.`),
    ]),
    "",
    ...comment(0, ["The guest, with its functions in `symbols`."]),
    "export type TypedGuest = Guest<typeof symbols>;",
    "",
    ...comment(0, [
      "The options of `load` that are open.",
      ...missing.map((line) => `It needs ${line.replace(/: missing$/, "")}.`),
    ]),
    `export type GuestOptions = ${optionsType(isWhole)};`,
    "",
    ...comment(0, [
      `Loads ${printable(name)}.`,
      "@param options Further options of `load`.",
      "@param source Where it is: beside this module unless set.",
    ]),
    "export function loadGuest(",
    `  options: GuestOptions${isWhole ? " = {}" : ""},`,
    `  source: string | URL | Uint8Array = ${sourceOf(source)},`,
    "): Promise<TypedGuest> {",
    `  return load(source, { ${expression === undefined ? "" : `convention: ${expression}, `}` +
    "...options, symbols });",
    "}",
    "",
  ].join("\n");
}

function optionsType(isWhole: boolean): string {
  const open = 'Omit<LoadOptions, "symbols">';
  return isWhole ? open : `${open} & Pick<Required<LoadOptions>, "imports">`;
}

function sourceOf(source: string): string {
  return /^[a-z][a-z\d+.-]+:/i.test(source)
    ? `new URL(${literal(source)})`
    : `new URL(${literal(source)}, import.meta.url)`;
}

function writeSymbol(symbol: DescribedSymbol): string[] {
  const { name, declaration } = symbol;
  // A quoted __proto__ would set the prototype of the object.
  const key = name === "__proto__" ? `["__proto__"]` : printKey(name);
  return [...comment(2, [words(symbol)]), `  ${key}: ${print(declaration)},`];
}

function words({ name, type, declaration, words }: DescribedSymbol): string {
  const head = declaration === undefined ? `${printable(name)} ` : "";
  return `${head}${type === "" ? "" : `\`${type}\`. `}${words.join(" ")}`;
}

/** Writes a doc comment, which no foreign name can end. */
function comment(indent: number, paragraphs: readonly string[]): string[] {
  const margin = " ".repeat(indent);
  const lines = paragraphs.flatMap((text) => broken(text, WIDTH - indent - 3));
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/"));
  const [only] = safe;
  if (safe.length === 1 && only!.length + indent + 7 <= WIDTH) return [`${margin}/** ${only} */`];
  return [`${margin}/**`, ...safe.map((line) => `${margin} * ${line}`), `${margin} */`];
}

function lineComment(text: string): string[] {
  return broken(text, WIDTH - 3).map((line) => `// ${line}`);
}

/** Breaks a text between words. */
function broken(text: string, width: number): string[] {
  return wrap(text, "", width).split("\n");
}

/** Formats a foreign name for a comment: on one line, with what cannot be shown escaped. */
function printable(text: string): string {
  return literal(text).slice(1, -1);
}
