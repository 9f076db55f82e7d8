import type { CompoundPlan } from "../abi/plan_parts.ts";
import type { DataLayout, Layout, LengthPlace, StructLayout } from "../abi/struct_layout.ts";
import { NUMERIC_TYPES, type NumericType, writeNumeric } from "../base/numeric_types.ts";
import { counted, isArray, quote, show } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import { hasPointers } from "../plan/lay_out.ts";
import type { BoundSource, Lower } from "./blocks/bound_source.ts";
import { classNameOf, compileAccept, compileContent, type Content } from "./content.ts";
import { compileLowerNumber } from "./number.ts";
import type { Telling } from "./telling/types.ts";
import { series, typeWords } from "./telling/words.ts";

/** A part of a value that is written by itself: text, bytes or numbers. */
interface Part {
  readonly chunk: Chunk;
  readonly at: number;
  readonly content: Content;
  readonly value: unknown;
  readonly byteLength: number;
}

/** A pointer from one place to another. */
interface Link {
  readonly chunk: Chunk;
  readonly at: number;
  readonly to: Chunk;
  readonly offset: number;
}

/** The contents of one block of the guest. */
class Chunk {
  /** The number of bytes so far. */
  end = 0;
  /** The numbers, in place. All other bytes are 0. */
  data = new DataView(new ArrayBuffer(64));
  /** The address of the block, once there is one. */
  pointer = 0;

  /** Takes room, and returns where it begins. */
  take(byteLength: number, align: number): number {
    const at = Math.ceil(this.end / align) * align;
    this.end = at + byteLength;
    if (this.end > this.data.byteLength) {
      const { buffer, byteLength: before } = this.data;
      const larger = new Uint8Array(Math.max(2 * before, this.end));
      larger.set(new Uint8Array(buffer));
      this.data = new DataView(larger.buffer);
    }
    return at;
  }
}

/**
 * One value that is being checked. It is written into host memory first, so that nothing reaches
 * the guest before all of it was checked, and each property is read once.
 */
class Draft {
  readonly root = new Chunk();
  readonly chunks: Chunk[] = [];
  readonly parts: Part[] = [];
  readonly links: Link[] = [];
  /** The names and the indices of the value that is being checked. */
  readonly path: (string | number)[] = [];
  count = 0;

  constructor(
    /** Whether each pointer leads to a block of its own, because the guest frees them. */
    readonly isEach: boolean,
    readonly index: number,
    readonly symbol: string,
  ) {}

  /** Takes room for something that a pointer leads to. */
  reach(byteLength: number, align: number): { readonly chunk: Chunk; readonly at: number } {
    let chunk = this.root;
    if (this.isEach) this.chunks.push(chunk = new Chunk());
    return { chunk, at: chunk.take(byteLength, align) };
  }

  /** The failed action in errors. */
  action(): string {
    const path = this.path.map((part) =>
      typeof part === "number"
        ? `[${part}]`
        : /^[A-Za-z_$][\w$]*$/.test(part)
        ? `.${part}`
        : `[${quote(part)}]`
    ).join("");
    return `pass argument ${this.index}${path === "" ? "" : ` ${path}`} to ${quote(this.symbol)}`;
  }

  /** Makes the error for a value that is not the expected one. */
  wrong(value: unknown, expected: string): TypeError {
    const found = value === undefined && this.path.length > 0 ? "is missing" : `is ${show(value)}`;
    return new TypeError(`Cannot ${this.action()}: it ${found}, expected ${expected}`);
  }
}

/** Checks a value and drafts it at a place. */
type Put = (value: unknown, chunk: Chunk, at: number, draft: Draft) => void;

/** The parts of the call that a struct needs. */
interface StructContext {
  readonly symbol: string;
  readonly index: number;
  readonly instance: Instance;
  readonly source: BoundSource;
  /** A block for what the struct points to. */
  readonly beside: number;
}

/** Compiles a parameter that is a struct or a list. */
export function compileLowerStruct(
  plan: CompoundPlan,
  { symbol, index, instance, source, beside }: StructContext,
): Lower {
  const { layout, isList, nullable, scalar, place, free } = plan;
  const { memory } = instance;
  const word = instance.address64 ? 8 : 4;
  const isEach = place.kind === "allocator" && free === undefined;
  const put = compilePut(layout, memory);

  function draftOf(value: unknown): Draft {
    const draft = new Draft(isEach, index, symbol);
    if (!isList) {
      put(value, draft.root, draft.root.take(layout.size, layout.align), draft);
      draft.count = 1;
    } else {
      const items = itemsOf(value, draft);
      draft.count = items.length;
      putItems(
        items,
        layout,
        put,
        draft.root,
        draft.root.take(items.length * layout.size, layout.align),
        draft,
      );
    }
    return draft;
  }

  const content: Content = {
    unit: 1,
    codeUnits: (_draft, byteLength) => byteLength,
    measure: (draft) => (draft as Draft).root.end,
    write(draft, pointer, room) {
      const { root } = draft as Draft;
      if (root.end > room) return -1;
      write(draft as Draft, pointer, memory, word);
      return root.end;
    },
    refuseNul() {},
  };

  return (frame, value) => {
    if (value === null && nullable) {
      frame.pointers[index] = frame.byteLengths[index] = frame.codeUnits[index] = 0;
      frame.sizes[index] = 0;
      frame.held[index] = false;
      return;
    }
    const draft = draftOf(value);
    for (const chunk of draft.chunks) {
      source.take(frame, beside, chunk.end);
      chunk.pointer = frame.pointers[beside]!;
    }
    source.put(frame, index, content, draft);
    if (isList) frame.codeUnits[index] = draft.count;
    if (scalar !== undefined) frame.values[index] = memory.read(scalar, frame.pointers[index]!);
  };
}

/** Writes a draft into its blocks. */
function write(
  { root, chunks, parts, links }: Draft,
  pointer: number,
  memory: GuestMemory,
  word: 4 | 8,
): void {
  root.pointer = pointer;
  for (const chunk of [root, ...chunks]) {
    memory.writeBytes(chunk.pointer, new Uint8Array(chunk.data.buffer, 0, chunk.end));
  }
  for (const { chunk, at, content, value, byteLength } of parts) {
    content.refuseChanged?.(value, byteLength, "");
    content.write(value, chunk.pointer + at, byteLength);
  }
  for (const { chunk, at, to, offset } of links) {
    const address = to.pointer + offset;
    if (word === 8) memory.write("u64", chunk.pointer + at, BigInt(address));
    else memory.write("u32", chunk.pointer + at, address);
  }
}

/** Compiles checking and drafting a value of a type. */
function compilePut(layout: Layout, memory: GuestMemory): Put {
  switch (layout.kind) {
    case "number": {
      const { type, store } = layout;
      const core = store === "u64" ? "i64" : "i32";
      const isPlain = type !== "bool" && type !== "pointer";
      return (value, chunk, at, draft) => {
        if (value === undefined) throw draft.wrong(value, typeWords(type));
        const number = isPlain && isOf(type, value)
          ? value
          : compileLowerNumber(type, core, draft.action())(value);
        writeNumeric(chunk.data, store, at, number as number);
      };
    }
    case "data":
      return compileData(layout, memory);
    case "struct":
      return compileFields(layout, memory);
    case "pointed": {
      const { to, nullable } = layout;
      const put = compileFields(to, memory);
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

/** Returns the items, each read once. */
function itemsOf(value: unknown, draft: Draft): readonly unknown[] {
  if (!isArray(value)) throw draft.wrong(value, "an array");
  return Array.from({ length: value.length }, (_, index) => value[index] as unknown);
}

function compileFields({ fields }: StructLayout, memory: GuestMemory): Put {
  const names = new Set(fields.map(({ name }) => name));
  const all = fields.map(({ name, offset, layout }) => ({
    name,
    offset,
    put: compilePut(layout, memory),
  }));
  const expected = `an object with ${series([...names].map(quote))}`;
  return (value, chunk, at, draft) => {
    if (typeof value !== "object" || value === null || isArray(value)) {
      throw draft.wrong(value, expected);
    }
    const { path } = draft;
    const depth = path.length;
    for (const key of Object.keys(value)) {
      if (names.has(key)) continue;
      throw new TypeError(
        `Cannot ${draft.action()}: it has ${quote(key)}, which is no field, expected ${expected}`,
      );
    }
    for (let index = 0; index < all.length; index++) {
      const { name, offset, put } = all[index]!;
      path[depth] = name;
      put((value as Record<string, unknown>)[name], chunk, at + offset, draft);
    }
    path.length = depth;
  };
}

function compileData(
  { content: kind, encoding, inline, length, nullable, align }: DataLayout,
  memory: GuestMemory,
): Put {
  const content = compileContent(memory, kind, encoding);
  const unit = typeof kind === "object" ? NUMERIC_TYPES[kind.element].byteLength : content.unit;
  const name = kind === "string" ? "a string" : `a ${classNameOf(kind)}`;
  const expected = nullable ? `${name} or null` : name;

  /** Returns the content as it is written; bytes and numbers as a typed array. */
  function accept(value: unknown, draft: Draft): unknown {
    const isRight = kind === "string"
      ? typeof value === "string"
      : typeof value === "object" && value !== null;
    if (!isRight) throw draft.wrong(value, expected);
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
    const { chunk: target, at: offset } = draft.reach(
      byteLength + nul,
      kind === "string" ? unit : Math.min(unit, align),
    );
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
  // The content is named behind the field: text with a NUL at an index.
  const message = error.message.replace(
    /^Cannot (?:pass|encode) /,
    () => `Cannot ${draft.action()}, `,
  );
  return new TypeError(message, { cause: error });
}

/** Returns whether a number is of a type. */
function isOf(type: Exclude<NumericType, never>, value: unknown): value is number | bigint {
  const { range } = NUMERIC_TYPES[type];
  if (range === undefined) return typeof value === "number";
  if (typeof value !== typeof range[0]) return false;
  const number = value as number | bigint;
  return number >= range[0] && number <= range[1] &&
    (typeof number === "bigint" || Number.isInteger(number));
}

/** Reports how a struct or a list is checked and put where the guest expects it. */
export function tellStruct(
  { layout, isList, place, free, nullable, scalar }: CompoundPlan,
  argument: number,
  told: Telling,
): void {
  const name = told.argument(argument);
  const none = nullable ? "; null is passed as an address of 0" : "";
  const what = isList ? `a list of ${typeName(layout)}` : typeName(layout);
  told.add("check", `check that ${name} is ${what}${none}`, { argument });
  const more = hasPointers(layout) ? " and what it points to" : "";
  const size = more !== ""
    ? ""
    : isList
    ? ` of ${layout.size} bytes an item`
    : ` of ${layout.size} bytes`;
  told.taken({ place, free, name, argument }, `for ${name}${more}${size}`);
  told.add("write", `write ${name} there as C lays it out${placesOf(layout)}`, { argument });
  if (scalar === undefined) return;
  const text = `read the ${scalar} there, because a struct of one number is passed as that number`;
  told.add("read", text, { argument, type: scalar });
}

/** Names a type: `a struct with "x" and "y"`. */
function typeName(layout: Layout): string {
  switch (layout.kind) {
    case "number":
      return typeWords(layout.type);
    case "data":
      return typeof layout.content === "object"
        ? `an array of ${layout.content.element}`
        : layout.content === "string"
        ? "a text"
        : layout.content;
    case "struct":
      return `a struct with ${series(layout.fields.map(({ name }) => quote(name)))}`;
    case "pointed":
      return typeName(layout.to);
    default:
      return `a list of ${typeName(layout.item)}`;
  }
}

/** Lists the offsets of a struct's fields. */
function placesOf(layout: Layout): string {
  if (layout.kind !== "struct") return "";
  return `: ${series(layout.fields.map(({ name, offset }) => `${quote(name)} at ${offset}`))}`;
}

export { writeStruct } from "./code/struct.ts";
