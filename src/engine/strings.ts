import type { StringsRecipe } from "../conventions/recipe.ts";
import { show } from "../numbers.ts";
import { compileContent, type Content } from "./content.ts";
import type { Lower } from "./lower.ts";
import type { Frame, Realm } from "./realm.ts";
import type { Store } from "./stores.ts";
import type { Layout } from "./values.ts";

/** Whether each text has a block of its own: where the guest takes them over, it frees each. */
export function isEach({ place, free }: StringsRecipe): boolean {
  return place.kind === "allocator" && free === undefined;
}

/** Compiles a parameter of several texts; `beside` is a block for one text of its own. */
export function compileLowerStrings(
  recipe: StringsRecipe,
  index: number,
  { memory, address64 }: Realm,
  store: Store,
  beside: number,
): Lower {
  const { terminated } = recipe;
  const text = compileContent(memory, "string", recipe.encoding);
  const table = compileTable(recipe, address64);
  const writeWord = address64
    ? (pointer: number, value: number) => memory.write("u64", pointer, BigInt(value))
    : (pointer: number, value: number) => memory.write("u32", pointer, value);
  const tail = terminated ? text.unit : 0;

  /** Notes in the table at `base` where text `at` of `count` lies. */
  function note(base: number, at: number, count: number, pointer: number, length: number): void {
    writeWord(base + table.pointerAt(at), pointer);
    writeWord(base + table.lengthAt(at, count), length);
  }

  const together: Content = {
    unit: 1,
    codeUnits: (value) => (value as string[]).length,
    measure: (value) =>
      strings(value).reduce(
        (size, item) => size + text.measure(item) + tail,
        table.byteLength(strings(value).length),
      ),
    write(value, base, room) {
      if (together.measure(value) > room) return -1;
      const items = value as string[];
      let pointer = base + table.byteLength(items.length);
      memory.clear(base, pointer - base);
      for (const [at, item] of items.entries()) {
        const byteLength = text.write(item, pointer, base + room - pointer);
        note(base, at, items.length, pointer, text.codeUnits(item, byteLength));
        memory.clear(pointer + byteLength, tail);
        pointer += byteLength + tail;
      }
      return pointer - base;
    },
    refuseNul: (value) => strings(value).forEach(text.refuseNul),
  };

  function each(frame: Frame, value: unknown): void {
    const items = strings(value);
    const blocks = items.map((item) => {
      store.put(frame, beside, text, item);
      return [frame.pointers[beside]!, frame.codeUnits[beside]!] as const;
    });
    const byteLength = table.byteLength(items.length);
    store.take(frame, index, byteLength);
    const base = frame.pointers[index]!;
    memory.clear(base, byteLength);
    for (const [at, [pointer, length]] of blocks.entries()) {
      note(base, at, items.length, pointer, length);
    }
    frame.codeUnits[index] = items.length;
  }

  const put: Lower = isEach(recipe)
    ? each
    : (frame, value) => store.put(frame, index, together, value);
  if (!terminated) return put;
  return (frame, value) => {
    together.refuseNul(value);
    put(frame, value);
  };
}

/** Where the words of the array are, in bytes from its beginning. */
interface Table {
  byteLength(count: number): number;
  pointerAt(at: number): number;
  lengthAt(at: number, count: number): number;
}

function compileTable({ layout }: StringsRecipe, address64: boolean): Table {
  const word = address64 ? 8 : 4;
  if (layout === "pairs") {
    return {
      byteLength: (count) => 2 * count * word,
      pointerAt: (at) => 2 * at * word,
      lengthAt: (at) => (2 * at + 1) * word,
    };
  }
  return {
    byteLength: (count) => (2 * count + 1) * word,
    pointerAt: (at) => at * word,
    lengthAt: (at, count) => lengthsOffset(count, word) + at * word,
  };
}

/** Where the array of lengths begins: behind the addresses and the 0 that ends them. */
export function lengthsOffset(count: number, word: Layout["word"]): number {
  return (count + 1) * word;
}

function strings(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`Cannot pass strings: it is ${show(value)}, expected an array of strings`);
}
