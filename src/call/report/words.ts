import type { CoreArgument, DataArgument, Pass } from "../../abi/block_source.ts";
import type { ContentKind, NumberName } from "../../abi/number.ts";
import type { ConventionEncoding, NumberTest, PlannedEncoding, Value } from "../../abi/value.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { hex, quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import type { CodecName, OnInvalid } from "../../memory/text/codec.ts";
import { declaredCodec } from "../../memory/text/common.ts";
import type { Names, PlanLines } from "./plan_lines.ts";

// The words that the lines of a plan use, and the subjects that they are about.

const ENCODINGS: Readonly<Record<ConventionEncoding, string>> = {
  "utf-8": "UTF-8",
  "wtf-8": "WTF-8",
  "utf-16": "UTF-16",
  "latin1": "latin1",
  "latin1+utf16": "latin1 or UTF-16",
};

/** Returns whether the code units, or the elements, of data are bytes. */
function hasByteUnits(content: ContentKind | "strings", encoding: PlannedEncoding): boolean {
  if (typeof content === "object") return NUMERIC_TYPES[content.element].byteLength === 1;
  return content === "bytes" || /^(?:utf-8|wtf-8)/.test(encoding);
}

/** Returns the words for the units of a length in code units. */
export function unitWords(content: ContentKind | "strings", encoding: PlannedEncoding): string {
  if (hasByteUnits(content, encoding)) return "bytes";
  return typeof content === "object" ? "elements" : "code units";
}

/** Returns the suffix for the encoding of data: ` as UTF-8` for text, nothing for bytes. */
export function encodingWords(
  content: ContentKind | "strings",
  encoding: PlannedEncoding,
  instance: Pick<Instance, "onInvalid"> = {},
): string {
  if (typeof content === "object") return ` as an array of ${content.element}`;
  if (content === "bytes") return "";
  const { encoding: name, onInvalid } = encodingFacts(encoding, instance);
  const replaced = onInvalid === "replace" ? " with U+FFFD for what is invalid" : "";
  return ` as ${ENCODINGS[name]}${replaced}`;
}

/** Returns the encoding in a plan and how invalid text is handled, as in a declaration. */
export function encodingFacts(
  encoding: PlannedEncoding,
  { onInvalid }: Pick<Instance, "onInvalid">,
): { readonly encoding: ConventionEncoding; readonly onInvalid?: OnInvalid } {
  if (encoding.startsWith("latin1")) return { encoding: encoding as ConventionEncoding };
  return { ...(onInvalid && { onInvalid }), ...declaredCodec(encoding as CodecName) };
}

/** Returns the word for data: `text`. */
export function contentWords(content: ContentKind | "strings"): string {
  if (typeof content === "object") return "array";
  return content === "string" ? "text" : content;
}

/** Joins names, with "and" before the last one. */
export function series(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join();
  const and = parts.some((part) => part.includes(" and ")) ? ", and" : " and";
  return `${parts.slice(0, -1).join(", ")}${and} ${parts[parts.length - 1]}`;
}

/** Names a field of a value, whose own words come last. */
export function fieldOf(name: string, of = ""): string {
  return `field ${quote(name)} of ${of}`;
}

/** Formats a type with its article: `a u32`. */
export function typeWords(type: NumberName): string {
  return `${/^[if]/.test(type) ? "an" : "a"} ${type}`;
}

/** The name of a list's item: its address is the result in the values of its parts. */
export const ITEM = "the item";

/** Describes the place of a number: `the low half of the result`. */
export function valueWords(value: Value, names: Names): string {
  const words = (part: Value) => valueWords(part, names);
  if (typeof value === "number") return String(value);
  if (value === "result") return names.subject;
  if (value === "output") return "the address of the output buffer";
  if (value === "area") return "the address of the return area";
  if (value === "allocated") return "what the allocator returned";
  if (typeof value === "function") return "what the declaration's function returns";
  if ("result" in value) return `result ${value.result}`;
  if ("low" in value) return `the low half of ${words(value.low)}`;
  if ("high" in value) return `the high half of ${words(value.high)}`;
  if ("argument" in value) return `the address of ${names.argument(value.argument)}`;
  if ("countOf" in value) return `the number of items of ${names.argument(value.countOf)}`;
  if ("byteLengthOf" in value) return `the byte length of ${names.argument(value.byteLengthOf)}`;
  if ("parameter" in value) return names.argument(value.parameter);
  if ("word" in value) return `word ${value.word} of ${baseWords(value.at, names)}`;
  if ("load" in value) {
    const { load, at, offset = 0 } = value;
    const where = offset < 0 ? `${-offset} bytes before` : `at offset ${offset} of`;
    return `the ${load} ${where} ${baseWords(at, names)}`;
  }
  if ("export" in value) {
    const { export: name } = value;
    return names.isGlobal(name) ? `the global ${quote(name)}` : `what ${quote(name)} returns`;
  }
  if ("call" in value) {
    const given = value.with.length === 0 ? "" : ` for ${series(value.with.map(words))}`;
    return `what ${quote(value.call)} returns${given}`;
  }
  if ("when" in value) {
    const { when, then, else: other } = value;
    return `${words(then)} if ${words(when.value)} is ${testWords(when.is)}, and otherwise ${
      words(other)
    }`;
  }
  if ("product" in value) return `the product of ${series(value.product.map(words))}`;
  if ("sum" in value) return `the sum of ${series(value.sum.map(words))}`;
  if ("difference" in value) return `the difference of ${series(value.difference.map(words))}`;
  if ("layout" in value) return `the address of "${value.layout}"`;
  return `the index in ${names.argument(value.indexIn)} that ${words(value.of)} points at`;
}

/** Describes the numbers that pass a test. */
export function testWords(test: NumberTest): string {
  if (test === "negative") return "a negative number";
  if (test === "zero") return "0";
  if (test === "nonzero") return "anything but 0";
  if (typeof test === "number") return String(test);
  return "except" in test
    ? `anything but ${series(test.except.map(String))}`
    : `one of ${series(test.map(String))}`;
}

/** Describes the memory that a number is read from. */
function baseWords(at: Value | undefined, names: Names): string {
  if (at === undefined) return "the return area";
  if (at === "result" && names.subject === ITEM) return ITEM;
  return typeof at === "number"
    ? `memory at ${hex(at)}`
    : `what ${valueWords(at, names)} points at`;
}

/** Describes one core argument that does not belong to data. */
function coreArgumentWords(
  coreArgument: Exclude<CoreArgument, { readonly text: number }>,
  names: Names,
): string {
  if (typeof coreArgument === "number") return String(coreArgument);
  if (coreArgument === "output") return "the address of the output buffer";
  if (coreArgument === "capacity") return "its capacity";
  if ("parameter" in coreArgument) return names.argument(coreArgument.parameter);
  return coreArgument.area === 0
    ? "the address of the return area"
    : `the address of word ${coreArgument.area}`;
}

const PASSES: Readonly<Record<Pass, string>> = {
  pointer: "the address",
  byteLength: "the byte length",
  codeUnits: "the number of units",
  count: "the number",
  lengths: "the address of the lengths",
  packedPointerHigh: "one i64 with the address (high half) and the byte length",
  packedPointerLow: "one i64 with the byte length (high half) and the address",
};

/** Describes a core argument that belongs to data, with its length in the unit that it has. */
function passWords({ text, as, unit }: DataArgument, names: Names): string {
  if (as !== "codeUnits" && unit !== "codeUnits") return PASSES[as];
  const units = names.unitOf(text);
  const length = units === "bytes" ? PASSES.byteLength : `the number of ${units}`;
  return PASSES[as].replace(as === "codeUnits" ? PASSES.codeUnits : PASSES.byteLength, length);
}

/** Describes several core arguments; those of one value are described together. */
export function coreArgumentsWords(coreArguments: readonly CoreArgument[], names: Names): string {
  const parts: string[] = [];
  let same: string[] = [];
  for (const [index, coreArgument] of coreArguments.entries()) {
    if (typeof coreArgument !== "object" || !("text" in coreArgument)) {
      parts.push(coreArgumentWords(coreArgument, names));
      continue;
    }
    same.push(passWords(coreArgument, names));
    const next = coreArguments[index + 1];
    if (typeof next === "object" && "text" in next && next.text === coreArgument.text) continue;
    parts.push(`${series(same)} of ${names.argument(coreArgument.text)}`);
    same = [];
  }
  return series(parts);
}

/** Returns whether a name is plural, so that its verb has no "s". */
function isPlural(name: string): boolean {
  return /(?:bytes|texts)$/.test(name);
}

/** Joins a name and its verb: `the text fits`, `the bytes fit`. */
export function does(name: string, verb: string): string {
  return `${name} ${verb}${isPlural(name) ? "" : "s"}`;
}

/** Returns the pronoun for a name. */
export function pronoun(name: string): string {
  return isPlural(name) ? "them" : "it";
}

/** The path of a value: the fields and the items that it lies in. */
export type Path = readonly string[];

/** Returns the path as a part of a line; absent for the whole result. */
export function about(path: Path): { readonly path?: Path } {
  return path.length === 0 ? {} : { path };
}

/** Reports lines in which `"result"` refers to another subject. */
export function reportAbout(subject: string, lines: PlanLines, report: () => void): void {
  const { subject: outer } = lines;
  lines.subject = subject;
  report();
  lines.subject = outer;
}

/** Reports each item of a list with `report`. */
export function reportItem(path: Path, lines: PlanLines, report: (path: Path) => void): void {
  reportAbout(ITEM, lines, () => report([...path, "[]"]));
}
