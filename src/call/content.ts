import type { ContentKind } from "../abi/number.ts";
import type { ParameterPlan, PlanParts } from "../abi/plan_parts.ts";
import type { PlannedEncoding } from "../abi/value.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import {
  byteLengthOf,
  changedError,
  classOf,
  indexOfByte,
  isBytes,
  refuseStale,
  toView,
  TYPED_ARRAYS,
} from "../base/typed_arrays.ts";
import { OnDemand } from "../base/lazy.ts";
import { show, withArticle } from "../base/show.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { CodecName } from "../memory/text/codec.ts";
import { isWide, refuseNul } from "../memory/text/common.ts";
import type { Content } from "./content_type.ts";

/** Content that only declared calls pass. */
export const declaredContent = new OnDemand(() => import("./declared_content.ts"));

/**
 * Returns the size in bytes of one unit, for a guest that counts in code units; also the alignment.
 */
export function unitOf(content: ContentKind | "strings", encoding: PlannedEncoding): number {
  if (typeof content === "object") return NUMERIC_TYPES[content.element].byteLength;
  return content === "string" && (encoding === "latin1+utf16" || isWide(encoding)) ? 2 : 1;
}

/** Returns whether a returned text would lose its trailing NULs. */
export function losesTrailingNuls(
  { content, terminated }: ParameterPlan & { kind: "text" },
  { result }: PlanParts,
): boolean {
  return content === "string" && terminated !== "always" && result.kind === "text" &&
    result.content === "string" && result.trailingNul === "trim";
}

/** Returns the class of the JavaScript value for bytes or an array. */
export function classNameOf(content: Exclude<ContentKind, "string">): string {
  return content === "bytes" ? "Uint8Array" : TYPED_ARRAYS[content.element].name;
}

/**
 * Completes what was expected in place of a value.
 *
 * @param nullable Whether the value can be `null`; absent if no declaration allows that.
 */
export function orNull(value: unknown, nullable: boolean | undefined): string {
  if (nullable) return " or null";
  if (nullable !== false) return "";
  return value === null
    ? ", or nullable: true"
    : value === undefined
    ? ", or null and nullable: true"
    : "";
}

/**
 * Compiles accepting text, bytes or an array of the declared elements, and null if that is
 * `nullable`. Other containers of bytes or elements are converted to a typed array; other values
 * are refused.
 */
export function compileAccept(
  kind: ContentKind,
  action: string,
  nullable?: boolean,
): (value: unknown) => unknown {
  const name = kind === "string" ? undefined : classNameOf(kind);
  const expected = name === undefined ? "a string" : withArticle(name);
  return (value) => {
    if (name === undefined ? typeof value === "string" : classOf(value) === name) return value;
    if (nullable && value === null) return value;
    const view = kind === "string"
      ? undefined
      : toView(value, kind === "bytes" ? "u8" : kind.element, action);
    if (view !== undefined) return view;
    throw new TypeError(
      `Cannot ${action}: it is ${show(value)}, expected ${expected}${orNull(value, nullable)}`,
    );
  };
}

/** Returns the content of a parameter of text, bytes or numbers. */
export function compileContent(
  memory: GuestMemory,
  content: ContentKind,
  encoding: PlannedEncoding,
): Content {
  if (typeof content === "object") {
    return declaredContent.module.arrayContent(bytesContent(memory), content.element);
  }
  if (content === "bytes") return bytesContent(memory);
  return encoding === "latin1+utf16"
    ? declaredContent.module.taggedContent(
      textContent(memory, "latin1"),
      textContent(memory, "utf-16"),
    )
    : textContent(memory, encoding);
}

/** Makes the content for text in `encoding`. */
function textContent(memory: GuestMemory, encoding: CodecName): Content {
  const codec = memory.codec(encoding);
  const unit = isWide(encoding) ? 2 : 1;
  return {
    unit,
    codeUnits: (_value, byteLength) => byteLength / unit,
    measure: (value) => codec.byteLength(toText(value)),
    write: (value, pointer, room) => codec.write(toText(value), pointer, room),
    refuseNul: (value) => refuseNul(toText(value)),
  };
}

/** Makes the content for bytes, which are unchanged. */
function bytesContent(memory: GuestMemory): Content {
  return {
    unit: 1,
    codeUnits: (_value, byteLength) => byteLength,
    measure: (value) => measureBytes(bytes(value)),
    write(value, pointer, room) {
      const source = bytes(value);
      const byteLength = measureBytes(source);
      if (byteLength > room) return -1;
      memory.writeBytes(pointer, source);
      return byteLength;
    },
    refuseNul(value) {
      const index = indexOfByte(bytes(value), 0);
      if (index >= 0) {
        throw new TypeError(
          `Cannot pass bytes with a NUL at index ${index}: the guest takes them to end there`,
        );
      }
    },
    refuseChanged(value, byteLength, to) {
      if (measureBytes(bytes(value)) !== byteLength) throw changedError(byteLength, to);
    },
  };
}

function measureBytes(value: Uint8Array): number {
  const byteLength = byteLengthOf(value);
  if (byteLength === 0) refuseStale(value, "pass bytes");
  return byteLength;
}

/**
 * Returns a value that is text.
 *
 * @throws {TypeError} if it is not a string.
 */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot pass text: it is ${show(value)}, expected a string`);
}

function bytes(value: unknown): Uint8Array {
  if (isBytes(value)) return value;
  throw new TypeError(`Cannot pass bytes: it is ${show(value)}, expected a Uint8Array`);
}

/**
 * Returns the offset of the lengths of several texts: after their addresses and the 0 that ends
 * those.
 */
export function lengthsOffset(count: number, word: 4 | 8): number {
  return (count + 1) * word;
}
