import type { Parameter, SymbolDeclaration } from "../../abi/declaration.ts";
import { counted, quote } from "../../base/show.ts";
import { readSource } from "../../source/source.ts";
import { UsageError } from "../exit_codes.ts";
import type { Host } from "../host.ts";
import { readLiteral } from "./literal.ts";

/** An argument as it was given: text, or the contents of a file or of standard input. */
export interface GivenArgument {
  /** The argument itself, for errors. */
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/**
 * Reads arguments: `@file` is the contents of a file, `-` is standard input, and `@@` begins a text
 * that begins with `@`.
 *
 * @throws {LoadError} with the code `source` if a file cannot be read.
 * @throws {UsageError} if standard input is used twice.
 */
export async function takeArguments(
  args: readonly string[],
  host: Host,
  isInputTaken: boolean,
): Promise<GivenArgument[]> {
  const taken: GivenArgument[] = [];
  let isTaken = isInputTaken;
  for (const name of args) {
    if (name === "-") {
      if (isTaken) throw new UsageError("Cannot read standard input twice, expected - once");
      isTaken = true;
      taken.push({ name: "standard input", content: await new Response(host.input).bytes() });
    } else if (name.startsWith("@@")) taken.push({ name, content: name.slice(1) });
    else if (name.startsWith("@")) {
      taken.push({ name, content: (await readSource(name.slice(1))).bytes });
    } else taken.push({ name, content: name });
  }
  return taken;
}

/** Returns the text of an argument. */
export function textOf({ name, content }: GivenArgument): string {
  if (typeof content === "string") return content;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new TypeError(`Cannot pass ${quote(name)} as text: it is not UTF-8, expected --bytes`);
  }
}

/** Returns the bytes of an argument: text as UTF-8. */
export function bytesOf({ content }: GivenArgument): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/**
 * Converts arguments to the values of declared parameters. The call itself checks the values.
 *
 * @throws {UsageError} if there are more or fewer than parameters.
 * @throws {TypeError} if an argument does not have its parameter's type.
 */
export function convertArguments(
  given: readonly GivenArgument[],
  { parameters }: SymbolDeclaration,
  name: string,
): unknown[] {
  checkCount(given, parameters.map((type) => typeof type === "string" ? type : type.type), name);
  return given.map((argument, index) => convert(argument, parameters[index]!));
}

/**
 * Checks that there is an argument for each parameter.
 *
 * @param types The types of the parameters, for errors.
 */
export function checkCount(
  given: readonly GivenArgument[],
  types: readonly string[],
  name: string,
): void {
  if (given.length === types.length) return;
  const expected = types.length === 0 ? "none" : `${types.length} (${types.join(", ")})`;
  throw wrongCount(`call ${quote(name)}`, given, expected);
}

/** Makes the error for a number of arguments that is not the expected one. */
export function wrongCount(
  what: string,
  given: readonly GivenArgument[],
  expected: string,
): UsageError {
  const found = counted(given.length, "argument");
  return new UsageError(`Cannot ${what}: it is given ${found}, expected ${expected}`);
}

function convert(argument: GivenArgument, parameter: Parameter): unknown {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  switch (type) {
    case "string":
      return isNull(argument, parameter) ? null : textOf(argument);
    case "bytes":
      return isNull(argument, parameter) ? null : bytesOf(argument);
    case "i64":
    case "u64":
      return BigInt(integerOf(argument, type));
    case "bool":
    case "externref":
      return literalOf(argument);
    case "i8":
    case "u8":
    case "i16":
    case "u16":
    case "i32":
    case "u32":
    case "f32":
    case "f64":
    case "pointer":
      return numberOf(argument, type);
    default:
      return widen(literalOf(argument), parameter);
  }
}

/** Returns whether an argument is `null`, for a parameter that can be. */
function isNull({ content }: GivenArgument, parameter: Parameter): boolean {
  return content === "null" && typeof parameter === "object" && "nullable" in parameter &&
    parameter.nullable === true;
}

/** Returns the value of an argument that is a JavaScript literal. */
export function literalOf(argument: GivenArgument): unknown {
  return readLiteral(textOf(argument), `the argument ${quote(argument.name)}`);
}

/** Returns the number of an argument; `type` is for errors. */
export function numberOf(argument: GivenArgument, type: string): number {
  const text = textOf(argument).trim();
  if (!isNumber(text)) {
    throw new TypeError(
      `Cannot pass ${quote(argument.name)}: it is not a number, expected ${type}`,
    );
  }
  return Number(text);
}

/** Returns whether a text is a number. */
export function isNumber(text: string): boolean {
  return text.trim() !== "" && (!Number.isNaN(Number(text)) || text.trim() === "NaN");
}

/** Returns the digits of an argument; `type` is for errors. */
export function integerOf(argument: GivenArgument, type: string): string {
  const text = textOf(argument).trim().replace(/n$/, "");
  if (!/^[-+]?\d+$|^0x[\da-f]+$/i.test(text)) {
    throw new TypeError(
      `Cannot pass ${quote(argument.name)}: it is not an integer, expected ${type}`,
    );
  }
  return text;
}

/** Converts integers in a value to bigints if their declared types are 64 bits wide. */
function widen(value: unknown, type: unknown): unknown {
  if (type === "i64" || type === "u64") {
    return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (typeof type !== "object" || type === null || typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    const item = "item" in type ? type.item : "element" in type ? type.element : undefined;
    return value.map((one) => widen(one, item));
  }
  if (!("fields" in type)) return value;
  const fields = type.fields as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, widen(field, fields[key])]),
  );
}
