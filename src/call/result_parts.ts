import type { PlanParts } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { TYPED_ARRAYS } from "../base/typed_arrays.ts";
import { quote } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";
import type { CodecName } from "../memory/text/codec.ts";
import { declaredCodec } from "../memory/text/common.ts";
import { heldBytes, tooMuchError } from "./text_read.ts";

/** A part of a result that the guest returns in parts. */
export type Part = string | Uint8Array;

/** Returns whether a part is empty; a nullable one may be absent. */
export function isEmpty(part: unknown): boolean {
  return part === undefined || part === null || (part as Part).length === 0;
}

/** Makes values for the caller of the parts that the guest returns. */
export interface PartReader {
  /** Returns the value of a part for the caller, which can be empty. */
  read(part: Part): Part;
  /** Returns the rest, after the last part. */
  end(): Part;
}

/** Makes the reader of the parts of one result. It never splits a character. */
export function partReader(
  { result, chunked }: PlanParts,
  instance: Pick<Instance, "onInvalid">,
): PartReader {
  const { export: symbol } = chunked!.calls.update;
  const isText = result.kind === "text" ? result.content === "string" : true;
  if (!isText) return { read: (part) => part, end: () => "" };
  if (result.kind !== "text" || !result.encoding.startsWith("utf-8")) return pairReader();
  const { onInvalid = instance.onInvalid } = declaredCodec(result.encoding as CodecName);
  return utf8Reader(symbol, onInvalid !== "replace");
}

/** Reads UTF-8, of which a part may end within a character. */
function utf8Reader(symbol: string, fatal: boolean): PartReader {
  const decoder = new TextDecoder("utf-8", { fatal, ignoreBOM: true });
  const decode = (part: Uint8Array | undefined, stream: boolean) => {
    try {
      return decoder.decode(part, { stream });
    } catch (cause) {
      throw new GuestError(
        "invalid-text",
        `Cannot decode the result of ${quote(symbol)}: it is not UTF-8, or ends within a ` +
          "character, expected UTF-8",
        { export: symbol, cause },
      );
    }
  };
  return { read: (part) => decode(part as Uint8Array, true), end: () => decode(undefined, false) };
}

/** Reads text in code units, of which a part may end within a pair of surrogates. */
export function pairReader(): PartReader {
  let high = "";
  return {
    read(part) {
      const text = high + (part as string);
      const last = text.charCodeAt(text.length - 1);
      high = (last & 0xfc00) === 0xd800 ? text.slice(-1) : "";
      return high === "" ? text : text.slice(0, -1);
    },
    end: () => high,
  };
}

/** Puts all parts of a result together. */
export function joinParts(
  parts: Iterable<Part>,
  plan: PlanParts,
  instance: Instance,
): unknown {
  const reader = partReader(plan, instance);
  const whole: Part[] = [];
  let taken = 0;
  const add = (part: Part) => {
    taken += heldBytes(part);
    if (taken > instance.resultLimit) {
      throw tooMuchError(taken, { instance, symbol: plan.chunked!.calls.update.export });
    }
    if (part.length > 0) whole.push(part);
  };
  for (const part of parts) add(reader.read(part));
  add(reader.end());
  return concat(whole, emptyOf(plan));
}

/** Returns the result of a guest that returns no part. */
function emptyOf({ result }: PlanParts): Part {
  if (result.kind !== "text" || result.content === "string") return "";
  const { content } = result;
  return typeof content === "object"
    ? new TYPED_ARRAYS[content.element]() as unknown as Part
    : new Uint8Array();
}

/** Puts parts of one kind together. */
export function concat(parts: readonly Part[], empty: Part): Part {
  const [first = empty] = parts;
  if (parts.length < 2) return first;
  if (typeof first === "string") return parts.join("");
  const total = parts.reduce((length, part) => length + part.length, 0);
  const joined = new (first.constructor as Uint8ArrayConstructor)(total);
  let at = 0;
  for (const part of parts) {
    joined.set(part as Uint8Array, at);
    at += part.length;
  }
  return joined;
}
