import type { StringsPlan } from "../abi/plan_parts.ts";
import { isArray, quote, show } from "../base/show.ts";
import type { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSource, Lower } from "./blocks/bound_source.ts";
import { isEach } from "../plan/plan_blocks.ts";
import { compileContent, lengthsOffset } from "./content.ts";
import type { Content } from "./content_type.ts";

/** Compiles a parameter of several texts; `beside` is a block for one of the texts. */
export function compileLowerStrings(
  plan: StringsPlan,
  index: number,
  { memory, address64 }: Instance,
  source: BoundSource,
  beside: number,
  symbol: string,
): Lower {
  const { terminated } = plan;
  const text = compileContent(memory, "string", plan.encoding);
  const table = compileTable(plan, address64);
  const writeWord = address64
    ? (pointer: number, value: number) => memory.write("u64", pointer, BigInt(value))
    : (pointer: number, value: number) => memory.write("u32", pointer, value);
  const tail = terminated ? text.unit : 0;

  /** Writes the address of text `at` of `count` into the table at `base`. */
  function note(base: number, at: number, count: number, pointer: number, length: number): void {
    writeWord(base + table.pointerAt(at), pointer);
    writeWord(base + table.lengthAt(at, count), length);
  }

  const together: Content = {
    unit: 1,
    codeUnits: (value) => (value as string[]).length,
    measure: (value) =>
      (value as string[]).reduce(
        (size, item) => size + text.measure(item) + tail,
        table.byteLength((value as string[]).length),
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
    refuseNul: (value) => (value as string[]).forEach(text.refuseNul),
  };

  function each(frame: Frame, items: readonly string[]): void {
    const blocks = items.map((item) => {
      source.put(frame, beside, text, item);
      const pointer = frame.pointers[beside]!;
      return { pointer, size: frame.sizes[beside]!, length: frame.codeUnits[beside]! };
    });
    const size = table.byteLength(items.length);
    source.take(frame, index, size);
    const base = frame.pointers[index]!;
    refuseOverlap([...blocks, { pointer: base, size }], source);
    memory.clear(base, size);
    for (const [at, { pointer, length }] of blocks.entries()) {
      note(base, at, items.length, pointer, length);
    }
    frame.codeUnits[index] = items.length;
  }

  const put: (frame: Frame, items: readonly string[]) => void = isEach(plan)
    ? each
    : (frame, items) => source.put(frame, index, together, items);
  return (frame, value) => {
    const items = strings(value, index, symbol);
    if (terminated) together.refuseNul(items);
    put(frame, items);
  };
}

/** Throws if the guest's allocator has returned what is in use already for one of the blocks. */
function refuseOverlap(
  blocks: readonly { readonly pointer: number; readonly size: number }[],
  source: BoundSource,
): void {
  const ordered = blocks.filter(({ size }) => size > 0).sort((a, b) => a.pointer - b.pointer);
  for (const [at, { pointer, size }] of ordered.entries()) {
    const before = ordered[at - 1];
    if (before !== undefined && pointer < before.pointer + before.size) {
      throw source.overlap!(pointer, size, before.pointer);
    }
  }
}

/** The offsets of the array's words, in bytes from its start. */
interface Table {
  byteLength(count: number): number;
  pointerAt(at: number): number;
  lengthAt(at: number, count: number): number;
}

function compileTable({ layout }: StringsPlan, address64: boolean): Table {
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

/** Reads each text once, because a getter or a proxy may answer differently the next time. */
function strings(value: unknown, index: number, symbol: string): readonly string[] {
  const argument = `argument ${index} to ${quote(symbol)}`;
  if (!isArray(value)) {
    throw new TypeError(
      `Cannot pass ${argument}: it is ${show(value)}, expected an array of strings`,
    );
  }
  return Array.from({ length: value.length }, (_, at) => {
    const item: unknown = value[at];
    if (typeof item === "string") return item;
    throw new TypeError(
      `Cannot pass item ${at} of ${argument}: it is ${show(item)}, expected a string`,
    );
  });
}
