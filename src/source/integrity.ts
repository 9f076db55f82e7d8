// https://www.w3.org/TR/SRI/: metadata for integrity.

import { LoadError } from "../base/errors.ts";
import { anyOf } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import type { SourceBytes } from "./source_types.ts";

/** The size of each kind of hash in bytes, from the weakest to the strongest. */
const KINDS: ReadonlyMap<string, number> = new Map(
  Object.entries({ sha256: 32, sha384: 48, sha512: 64 }),
);

/** The hashes of one kind that a binary may have. */
export interface Integrity {
  /** `sha384`. */
  readonly kind: string;
  /** The hashes in base64, with padding. */
  readonly hashes: readonly string[];
}

/**
 * Reads metadata for integrity. Unlike in a page, where metadata without a known hash means no
 * check, a known hash is required.
 *
 * @returns The hashes of the strongest kind, or the problem with the text.
 */
export function parseIntegrity(text: string): Integrity | string {
  const words = text.split(/[\t\n\f\r ]+/).filter((word) => word !== "");
  const found = new Map<string, string[]>();
  for (const word of words) {
    // Options come after a question mark. None is defined.
    const [, name = "", data = ""] = /^([^-?]+)-([^?]*)(?:\?.*)?$/.exec(word) ?? [];
    const kind = name.toLowerCase();
    const byteLength = KINDS.get(kind);
    if (byteLength === undefined) continue;
    const digits = Math.ceil(byteLength * 4 / 3);
    if (!/^[\w+/-]+={0,2}$/.test(data) || data.replace(/=+$/, "").length !== digits) {
      return `has ${quote(word)}, expected ${digits} digits of base64 after "${kind}-"`;
    }
    const hash = data.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
    found.set(kind, [...found.get(kind) ?? [], hash.padEnd(Math.ceil(digits / 4) * 4, "=")]);
  }
  const kind = [...KINDS.keys()].findLast((kind) => found.has(kind));
  if (kind !== undefined) return { kind, hashes: found.get(kind)! };
  const expected = anyOf([...KINDS.keys()].map((kind) => `${kind}-\u2026`));
  return `is ${quote(text)}, expected ${expected}`;
}

/**
 * Throws unless a binary has one of the hashes.
 *
 * @param integrity The metadata with the hashes.
 * @throws {LoadError} with the code `integrity` if it has another one.
 * @throws {TypeError} if there is no known hash.
 */
export async function checkIntegrity(
  { name, source, bytes }: SourceBytes,
  integrity: string,
): Promise<void> {
  const parsed = parseIntegrity(integrity);
  if (typeof parsed === "string") {
    throw new TypeError(`Cannot check the integrity of ${name}: it ${parsed}`);
  }
  const { kind, hashes } = parsed;
  const cannot = `Cannot load ${name}`;
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) {
    throw new LoadError(
      "integrity",
      `${cannot}: its integrity is not known, because this page has no crypto.subtle, expected ` +
        "https: or localhost",
      { source },
    );
  }
  const hash = await subtle.digest(kind.replace("sha", "SHA-"), bytes);
  const found = btoa(String.fromCharCode(...new Uint8Array(hash)));
  if (hashes.includes(found)) return;
  const expected = hashes.map((hash) => `${kind}-${hash}`).join(" or ");
  throw new LoadError(
    "integrity",
    `${cannot}: its integrity is ${kind}-${found}, expected ${expected}`,
    { source },
  );
}
