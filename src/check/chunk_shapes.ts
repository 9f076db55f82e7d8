import type { ChunkDeclaration, Chunked, SymbolDeclaration } from "../abi/declaration.ts";
import { isObject } from "../base/misnomers.ts";
import { quote, show } from "../base/show.ts";
import { DECLARED_CALLS } from "../plan/resolve_chunked.ts";
import { chunkArgumentsShape } from "./block_shapes.ts";
import { array, object } from "./object_shape.ts";
import { choice, count, exportName, flag, join, type Problems, type Shape, word } from "./shape.ts";
import { valueShape } from "./value_shapes.ts";

// The shape of declarations of chunked input.

const chunk: Shape = choice("the name of an export or { export, arguments }", (value) => {
  if (typeof value === "string") return exportName;
  return isObject(value) ? chunkObject : undefined;
});

const chunkObject = object<Exclude<ChunkDeclaration, string>>("{ export, arguments }", {
  export: exportName,
  arguments: chunkArgumentsShape,
}, { needs: ["export", "arguments"] });

/** The exports of a guest that takes its input in chunks. */
export const chunkedShape: Shape = object<Chunked>("{ init, update, final }", {
  parameter: count,
  init: chunk,
  update: chunk,
  drain: chunk,
  final: chunk,
  destroy: chunk,
  handle: word(["pointer", "i32", "u32", "i64", "u64"]),
  parts: flag,
  repeat: array(word(["update", "final"]), 'an array such as ["update", "final"]'),
  taken: valueShape,
}, { needs: ["update"], look: lookAtChunks });

/** Checks that the parts of a declaration of chunked input are consistent. */
function lookAtChunks(kept: Partial<Chunked>, at: string, problems: Problems): void {
  const { init, final, handle, parts } = kept;
  if (final === undefined && !parts) {
    problems.wrong(join(at, "final"), undefined, `${chunk.expected}, or parts: true beside update`);
  }
  if (handle !== undefined && init === undefined) {
    problems.add(
      join(at, "handle"),
      `is ${show(handle)}, expected "init" beside it, which returns it`,
    );
  }
  for (const key of ["drain", "repeat", "taken"] as const) {
    if (kept[key] === undefined || parts) continue;
    problems.add(join(at, key), "has no effect alone, expected parts: true beside it");
  }
  if (parts && final === undefined && asList(kept.repeat).includes("final")) {
    problems.add(join(at, "repeat"), 'has "final", expected "final" to be declared beside it');
  }
  if (handle !== undefined) return;
  for (const key of DECLARED_CALLS) {
    const call = kept[key];
    if (!isObject(call)) continue;
    for (const [index, item] of asList((call as { arguments?: unknown }).arguments).entries()) {
      if (item !== "handle") continue;
      problems.add(
        join(join(join(at, key), "arguments"), index),
        'is "handle", expected the type of the handle in "handle"',
      );
    }
  }
}

/** Returns an array, or an empty one for an invalid part. */
function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The types of results that can be returned in parts. */
const PARTS: readonly unknown[] = ["string", "bytes", "array"];

/** Checks that the result and the parameter of a symbol can be chunked. */
export function lookAtSymbol(
  { chunked, result, parameters }: Partial<SymbolDeclaration>,
  at: string,
  problems: Problems,
): void {
  if (!isObject(chunked)) return;
  const { parts, taken, parameter } = chunked as Partial<Chunked>;
  const type = (value: unknown) => isObject(value) ? (value as { type?: unknown }).type : value;
  if (parts && result !== undefined && !PARTS.includes(type(result))) {
    problems.add(
      join(join(at, "chunked"), "parts"),
      `is true, but the result is ${quote(String(type(result)))}, expected text, bytes or an array`,
    );
  }
  if (parts && isObject(result) && "as" in result) {
    const words = `is ${show(result.as)}, but parts are joined as a Uint8Array, expected no class`;
    problems.add(join(join(at, "result"), "as"), words);
  }
  const data = asList(parameters);
  const given = type(
    data[parameter ?? data.findIndex((item) => isObject(item) || PARTS.includes(item))],
  );
  if (taken !== undefined && given !== undefined && given !== "bytes") {
    problems.add(
      join(join(at, "chunked"), "taken"),
      `is set for a parameter of type ${quote(String(given))}, expected "bytes"`,
    );
  }
}
