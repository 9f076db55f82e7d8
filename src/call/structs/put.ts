import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type {
  DataLayout,
  Layout,
  LengthPlace,
  StructLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import { NUMERIC_TYPES, writeNumeric } from "../../base/numeric_types.ts";
import { counted, isArray, quote, withArticle } from "../../base/show.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { classNameOf, compileAccept, compileContent } from "../content.ts";
import { compileNumber, compileShape, itemsOf } from "../value_path.ts";
import { type Chunk, Draft, type Put } from "./draft.ts";
import { isCallable } from "./struct_functions.ts";

/** Compiles checking and drafting one value of a type, or a list of such values. */
export function compileDraft(
  { layout, isList, nullable }: Pick<CompoundPlan, "layout" | "isList" | "nullable">,
  memory: GuestMemory,
  isEach: boolean,
  failing: Draft["failing"],
): (value: unknown) => Draft {
  const put = compilePut(layout, memory, isList ? undefined : nullable);
  const { size, align } = layout;
  return (value) => {
    const draft = new Draft(isEach, failing);
    const { root } = draft;
    if (isList) {
      const items = itemsOf(value, draft, nullable);
      draft.count = items.length;
      putItems(items, layout, put, root, root.take(items.length * size, align), draft);
    } else {
      put(value, root, root.take(size, align), draft);
      draft.count = 1;
    }
    return draft;
  };
}

/** Compiles checking and drafting a value of a type; `nullable` is that of its errors. */
export function compilePut(layout: Layout, memory: GuestMemory, nullable?: boolean): Put {
  switch (layout.kind) {
    case "number": {
      const { type, store } = layout;
      const check = compileNumber(type, store);
      return (value, chunk, at, draft) => {
        writeNumeric(chunk.data, store, at, check(value, draft) as number);
      };
    }
    case "variant":
      return compileVariant(layout, memory, nullable);
    case "function": {
      const { nullable } = layout;
      const expected = `a function${nullable ? ", a callback or null" : " or a callback"}`;
      return (value, chunk, at, draft) => {
        if (value === null && nullable) return;
        if (!isCallable(value)) throw draft.wrong(value, expected);
        draft.functions.push({ chunk, at, layout, value });
      };
    }
    case "data":
      return compileData(layout, memory);
    case "struct":
      return compileFields(layout, memory, nullable);
    case "pointed": {
      const { to, nullable } = layout;
      const put = compileFields(to, memory, nullable);
      return (value, chunk, at, draft) => {
        if (value === null && nullable) return;
        const { chunk: target, at: offset } = draft.reach(to.size, to.align);
        draft.links.push({ chunk, at, to: target, offset });
        put(value, target, offset, draft);
      };
    }
    case "items": {
      const { item, count } = layout;
      const put = compilePut(item, memory);
      return (value, chunk, at, draft) => {
        const items = itemsOf(value, draft);
        if (items.length !== count) {
          throw lengthError(counted(items.length, "item"), `${count}`, draft);
        }
        putItems(items, item, put, chunk, at, draft);
      };
    }
    case "list": {
      const { item, length } = layout;
      const put = compilePut(item, memory);
      return (value, chunk, at, draft) => {
        if (value === null) throw draft.wrong(value, "an array; [] is a null pointer");
        const items = itemsOf(value, draft);
        putLength(items.length, length, "item", chunk, at, draft);
        if (items.length === 0) return;
        const { chunk: target, at: offset } = draft.reach(items.length * item.size, item.align);
        draft.links.push({ chunk, at, to: target, offset });
        putItems(items, item, put, target, offset, draft);
      };
    }
  }
}

function putItems(
  items: readonly unknown[],
  { size }: Layout,
  put: Put,
  chunk: Chunk,
  at: number,
  draft: Draft,
): void {
  const { path } = draft;
  const depth = path.length;
  for (let index = 0; index < items.length; index++) {
    path[depth] = index;
    put(items[index], chunk, at + index * size, draft);
  }
  path.length = depth;
}

function compileFields({ fields }: StructLayout, memory: GuestMemory, nullable?: boolean): Put {
  const check = compileShape(fields, nullable);
  const all = fields.map(({ name, offset, layout }) => ({
    name,
    offset,
    put: compilePut(layout, memory),
  }));
  return (given, chunk, at, draft) => {
    const value = check(given, draft);
    const { path } = draft;
    const depth = path.length;
    for (let index = 0; index < all.length; index++) {
      const { name, offset, put } = all[index]!;
      path[depth] = name;
      put(value[name], chunk, at + offset, draft);
    }
    path.length = depth;
  };
}

/** Compiles checking and drafting a variant. */
function compileVariant(
  { tag, cases }: VariantLayout,
  memory: GuestMemory,
  nullable?: boolean,
): Put {
  const known = new Map(cases.map(({ name, is, offset, layout }) => {
    const put = layout && compilePut(layout, memory);
    const names = [{ name: "tag" }, ...(put === undefined ? [] : [{ name: "value" }])];
    return [name, { is, offset, put, check: compileShape(names) }] as const;
  }));
  const expected = [...known.keys()].map(quote).join(" or ");
  return (given, chunk, at, draft) => {
    if (typeof given !== "object" || given === null || isArray(given)) {
      throw draft.wrong(given, `an object with the "tag" ${expected}`, nullable);
    }
    const { path } = draft;
    const depth = path.length;
    const { tag: name } = given as { tag?: unknown };
    const chosen = known.get(name as string);
    if (chosen === undefined) {
      path.push("tag");
      throw draft.wrong(name, expected);
    }
    const { is, offset, put, check } = chosen;
    const value = check(given, draft);
    writeNumeric(chunk.data, tag, at, is);
    if (put === undefined) return;
    path.push("value");
    put(value.value, chunk, at + offset, draft);
    path.length = depth;
  };
}

function compileData(
  { content: kind, encoding, unit, inline, length, nullable }: DataLayout,
  memory: GuestMemory,
): Put {
  const content = compileContent(memory, kind, encoding);
  const expected = kind === "string" ? "a string" : withArticle(classNameOf(kind));
  // Data in the struct itself is always present.
  const canBeNull = inline === undefined ? nullable : undefined;

  /** Returns the content to write; bytes and numbers as a typed array. */
  function accept(value: unknown, draft: Draft): unknown {
    const isRight = kind === "string"
      ? typeof value === "string"
      : typeof value === "object" && value !== null;
    if (!isRight) throw draft.wrong(value, expected, canBeNull);
    return kind === "string" ? value : compileAccept(kind, draft.action())(value);
  }

  function measure(value: unknown, draft: Draft): number {
    try {
      if (kind === "string" && length === "nul") content.refuseNul(value);
      return content.measure(value);
    } catch (error) {
      throw inField(error, draft);
    }
  }

  if (inline !== undefined) {
    const room = kind === "string" ? inline - unit : inline;
    return (given, chunk, at, draft) => {
      const value = accept(given, draft);
      const byteLength = measure(value, draft);
      if (kind === "string" ? byteLength > room : byteLength !== room) {
        const expected = kind === "string" ? `at most ${room} and a NUL` : `${room}`;
        throw lengthError(counted(byteLength, "byte"), expected, draft);
      }
      draft.parts.push({ chunk, at, content, value, byteLength });
    };
  }
  return (given, chunk, at, draft) => {
    if (given === null && nullable) {
      if (length !== "nul") putLength(0, length, "", chunk, at, draft);
      return;
    }
    const value = accept(given, draft);
    const byteLength = measure(value, draft);
    if (length !== "nul") {
      const what = typeof kind === "object" ? "item" : "code unit";
      putLength(byteLength / unit, length, what, chunk, at, draft);
    }
    const nul = length === "nul" ? unit : 0;
    const { chunk: target, at: offset } = draft.reach(byteLength + nul, unit);
    draft.links.push({ chunk, at, to: target, offset });
    draft.parts.push({ chunk: target, at: offset, content, value, byteLength });
  };
}

/** Drafts a length beside a pointer. */
function putLength(
  count: number,
  { offset, store }: LengthPlace,
  what: string,
  chunk: Chunk,
  at: number,
  draft: Draft,
): void {
  const { range } = NUMERIC_TYPES[store];
  if (range !== undefined && count > Number(range[1])) {
    const most = `at most ${range[1]}, which ${store} can count`;
    throw lengthError(counted(count, what), most, draft);
  }
  const isWide = typeof range?.[0] === "bigint";
  writeNumeric(chunk.data, store, at + offset, isWide ? BigInt(count) : count);
}

function lengthError(found: string, expected: string, draft: Draft): RangeError {
  return new RangeError(`Cannot ${draft.action()}: it has ${found}, expected ${expected}`);
}

/** Names the field in an error of its content. */
function inField(error: unknown, draft: Draft): unknown {
  if (!(error instanceof TypeError) || draft.path.length === 0) return error;
  // The error names the content after the field, such as text with a NUL at an index.
  const message = error.message.replace(
    /^Cannot (?:pass|encode) /,
    () => `Cannot ${draft.action()}, `,
  );
  return new TypeError(message, { cause: error });
}
