import type { Place } from "../../abi/block_source.ts";
import { exportedFunction } from "../../instance/exports.ts";
import type { Realm } from "../../instance/realm.ts";
import { refuseNul } from "../../memory/memory_text.ts";
import type { HostRecipe, HostTextRecipe, Word } from "../../plan/host_plan.ts";
import { blockCallName, passOf } from "../blocks/block_call.ts";
import { compileStore } from "../blocks/stores.ts";
import { hasNoMore, type Source, writeBounds } from "../code/source.ts";
import { unitOf } from "../content.ts";
import { pack } from "../values.ts";
import type { LowerReturn } from "./host_steps.ts";

/** What an answer is written with. */
interface Answering {
  readonly source: Source;
  readonly recipe: HostRecipe;
  readonly realm: Realm;
  /** Lowers what is no text. */
  readonly lower: LowerReturn;
  /** What hands the answer to the steps. */
  readonly otherwise: string;
}

/** Writes lowering `value` and returning it to the guest. */
export function writeAnswer(answering: Answering): string {
  const { source, recipe: { result }, lower, otherwise } = answering;
  if (result.kind === "reference" && result.content === "any") return "return value;";
  if (result.kind !== "text") {
    // A promise is refused: whether it is one is for the steps to find out.
    return `if (typeof value === "object") ${otherwise}
    return ${source.bind(lower)}(undefined, value);`;
  }
  const place = writePlace(answering, result);
  return place === undefined
    ? otherwise
    : `if (typeof value !== "string") ${otherwise}\n    ${place}`;
}

/** Writes getting a block for a string from the guest, and telling it where that is. */
function writePlace(
  { source, recipe: { name, type }, realm }: Answering,
  recipe: HostTextRecipe,
): string | undefined {
  // The block is the guest's to free, and what is null is left to the steps.
  const {
    kind: _kind,
    content,
    encoding,
    place,
    target,
    terminated,
    unit,
    free: _free,
    nullable: _nullable,
    byteLength: _byteLength,
    unfreed: _unfreed,
    ...others
  } = recipe;
  if (!hasNoMore(others)) return undefined;
  if (content !== "string" || encoding === "latin1+utf16" || place.kind !== "allocator") return;
  const size = unitOf(content, encoding);
  const terminator = terminated === "always" ? size : 0;
  const memory = source.bind(realm.memory);
  const codec = source.bind(realm.memory.codec(encoding));
  const allocate = writeAllocate(place, name, size, source, realm);
  const assign = writeAssign(target, unit === "codeUnits" ? `byteLength / ${size}` : "byteLength", {
    memory,
    pack: source.bind(pack),
  });
  if (allocate === undefined || assign === undefined) return undefined;
  if (target.kind !== "packed" && type!.results.some((result) => result !== "i32")) {
    return undefined;
  }
  return `${assign.check}
    const byteLength = ${codec}.byteLength(value);
    ${terminator > 0 ? `${source.bind(refuseNul)}(value);` : ""}
    const size = byteLength + ${terminator};
    ${allocate}
    ${writeBounds(memory, "write", "pointer", "size")}
    ${terminator > 0 ? "" : "if (size > 0) "}${codec}.write(value, pointer, byteLength);
    ${terminator > 0 ? `${memory}.clear(pointer + byteLength, ${terminator});` : ""}
    ${assign.give}`;
}

/** Writes asking the guest's allocator, if it takes and gives nothing but 32-bit numbers. */
function writeAllocate(
  place: Place & { readonly kind: "allocator" },
  symbol: string,
  align: number,
  source: Source,
  realm: Realm,
): string | undefined {
  const {
    kind: _kind,
    allocate: _allocate,
    free: _free,
    empty: _empty,
    unpin: _unpin,
    room,
    pointer,
    pin,
    ...others
  } = place;
  if (room !== undefined || pointer !== undefined || pin !== undefined) return undefined;
  if (!hasNoMore(others)) return undefined;
  const name = blockCallName(place.allocate, symbol);
  const type = realm.functionType(name);
  const isPlain = type?.results.join() === "i32" &&
    type.parameters.every((parameter) => parameter === "i32");
  if (!isPlain) return undefined;
  const args = passOf(place.allocate, "allocate", name, type).map((value) =>
    value === "align"
      ? String(align)
      : value === "byteLength"
      ? "size"
      : typeof value === "number"
      ? String(value)
      : undefined
  );
  if (args.includes(undefined)) return undefined;
  const { outOfMemory } = compileStore(place, realm, {
    symbol,
    terminated: "never",
    align,
    beside: 0,
  });
  // A pointer to nothing is no null pointer where nothing is not allocated.
  return `let pointer = ${align};
    if (${place.empty === "none" ? "size > 0" : "true"}) {
      inside = true;
      pointer = ${source.bind(exportedFunction(realm, name))}(${args.join(", ")}) >>> 0;
      inside = false;
      if (pointer === 0 && size > 0) throw ${source.bind(outOfMemory)}(size);
    }`;
}

/** Writes returning `pointer` and the length, or putting them where the guest said. */
function writeAssign(
  target: HostTextRecipe["target"],
  length: string,
  { memory, pack }: { memory: string; pack: string },
): { readonly check: string; readonly give: string } | undefined {
  const word = ({ argument, words }: Word) => `(a${argument} >>> 0) + ${words * 4}`;
  switch (target.kind) {
    case "packed": {
      const halves = target.pointer === "high" ? `pointer, ${length}` : `${length}, pointer`;
      return { check: "", give: `return ${pack}(${halves});` };
    }
    case "pointer":
      return target.length === "nul" || target.length === "managed"
        ? { check: "", give: "return pointer;" }
        : undefined;
    case "results":
      return {
        check: "",
        give: target.pointer === 0
          ? `return [pointer, ${length}];`
          : `return [${length}, pointer];`,
      };
    case "area":
      return {
        check: `${memory}.check("write", ${word(target.pointer)}, 4);
    ${memory}.check("write", ${word(target.length)}, 4);`,
        give: `${memory}.write("u32", ${word(target.pointer)}, pointer);
    ${memory}.write("u32", ${word(target.length)}, ${length});`,
      };
    case "output":
      return undefined;
  }
}
