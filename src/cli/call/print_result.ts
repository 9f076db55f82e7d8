import type { Host } from "../host.ts";
import { hexDump } from "./hex_dump.ts";

/**
 * Writes the result of a call to standard output: text and bytes as they are, anything else as JSON
 * with a line feed. On a terminal text ends with a line feed, and what the terminal cannot show is
 * escaped or dumped.
 */
export async function printResult(value: unknown, { out }: Pick<Host, "out">): Promise<void> {
  if (value === undefined) return;
  if (value instanceof Uint8Array) {
    await out.write(out.isTerminal ? `${hexDump(value, 0).join("\n")}\n` : value);
  } else if (typeof value === "string") {
    await out.write(out.isTerminal ? forTerminal(value) : value);
  } else await out.write(`${toJson(value)}\n`);
}

/** Characters that are invisible or affect others, except line feeds and tabs. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function forTerminal(text: string): string {
  const shown = text.replace(
    UNPRINTABLE,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return shown.endsWith("\n") ? shown : `${shown}\n`;
}

/**
 * Formats a value as JSON: bigints as numbers, typed arrays as arrays, maps as arrays of entries,
 * and the resources of a component as their class and the names of their methods.
 */
export function toJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value)) return `[${[...value as Uint8Array].map(toJson).join(",")}]`;
  if (value instanceof Map) return toJson([...value]);
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  const shown = describeResource(value) ?? value;
  const fields = Object.entries(shown).map(([key, field]) =>
    `${JSON.stringify(key)}:${toJson(field)}`
  );
  return `{${fields.join(",")}}`;
}

/** Describes an object of a class by its methods. */
function describeResource(value: object): object | undefined {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return undefined;
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  return { class: prototype.constructor.name, methods };
}
