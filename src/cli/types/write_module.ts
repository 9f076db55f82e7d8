import { literal } from "../../base/show.ts";
import { print, printKey } from "../../presets/preset_options.ts";
import { comment, lineComment, printable } from "./comments.ts";
import type { DescribedGuest, DescribedSymbol } from "./described_symbols.ts";
import { type Loader, writeHead, writeLoader } from "./write_loader.ts";

/** The guest for which a module is written. */
export interface WrittenFor extends Pick<Loader, "name" | "source"> {
  /** Where Passage is imported from. */
  readonly from: string;
}

/** The guest for which a module is written, and the options that the caller has set. */
export interface ModuleOptions extends WrittenFor {
  /** The convention that the caller has set. */
  readonly convention: { toString(): string } | undefined;
  /** The name of the memory that the caller has chosen. */
  readonly memoryName: string | undefined;
}

/** Writes a TypeScript module that loads a guest with typed functions. */
export function writeModule(guest: DescribedGuest, options: ModuleOptions): string {
  const { name, from, source, convention, memoryName } = options;
  const { symbols, serving, missing } = guest;
  const declared = symbols.filter(({ declaration }) => declaration !== undefined);
  const others = symbols.filter(({ declaration }) => declaration === undefined);
  const expression = convention && `${convention}`.replace(/^convention: /, "");
  const chosen = [
    ...(expression === undefined ? [] : [`convention: ${expression}`]),
    ...(memoryName === undefined ? [] : [`memoryName: ${literal(memoryName)}`]),
  ];
  const preset = expression?.replace(/\(.*$/s, "");
  const names = [
    ...(preset === undefined ? [] : [preset]),
    "type Guest",
    "load",
    "type LoadOptions",
  ];
  return [
    writeHead(name),
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
    ...writeLoader({
      name,
      source,
      missing: missing.map((line) => line.replace(/: missing$/, "")),
      options: optionsType(missing.length === 0),
      given: `{ ${[...chosen, "...options", "symbols"].join(", ")} }`,
    }),
  ].join("\n");
}

function optionsType(isWhole: boolean): string {
  const open = 'Omit<LoadOptions, "symbols">';
  return isWhole ? open : `${open} & Pick<Required<LoadOptions>, "imports">`;
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
