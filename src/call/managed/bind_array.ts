import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { orThrow } from "../../base/errors.ts";
import { show } from "../../base/show.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { toOffset } from "../../memory/pointer.ts";
import { objectPlace, RUNTIMES } from "../../presets/assembly_script.ts";
import { bindAllocator } from "../blocks/allocator.ts";
import { compileBlockCall } from "../blocks/block_call.ts";
import { compileFree } from "../blocks/release.ts";
import type { BindOptions, BoundSource } from "../blocks/bound_source.ts";
import type { Content } from "../content_type.ts";
import { chooseClass } from "./choice.ts";
import { OBJECT_SIZES } from "./classes.ts";
import type { ManagedPlace } from "./types.ts";

/** The functions that make objects around blocks. */
interface Wrapping {
  /** The source of the blocks with the contents. */
  readonly blocks: BoundSource;
  /**
   * Makes the object around the block `beside`; it is block `index`, and holds `count` elements.
   */
  readonly wrap: (frame: Frame, index: number, count: number) => void;
  readonly release: (frame: Frame, index: number) => void;
}

/**
 * Compiles making objects of one class, whose address is checked.
 *
 * @param blocks The source of blocks that makes the error for a guest without memory.
 */
function compileMake(
  allocate: string,
  classId: number,
  instance: Instance,
  { symbol, align }: BindOptions,
  blocks: BoundSource,
): (frame: Frame, byteLength: number) => number {
  const { memory } = instance;
  const make = compileBlockCall(
    { export: allocate, pass: ["byteLength", classId] },
    instance,
    { purpose: "allocate", symbol, align },
  );
  return (frame, byteLength) => {
    frame.blockByteLength = byteLength;
    const object = toOffset(make(frame) as number);
    if (object === 0) throw blocks.outOfMemory!(byteLength);
    memory.check("write", object, byteLength);
    return object;
  };
}

/** Compiles making the objects of one class around blocks, both kept until the call ends. */
function compileWrap(
  place: ManagedPlace,
  classId: number,
  size: number,
  instance: Instance,
  options: BindOptions,
): Wrapping {
  const { memory } = instance;
  const { symbol, align, beside } = options;
  const runtime = place.runtime ?? "managed";
  const { allocate, pin, unpin, ArrayBuffer: buffer } = RUNTIMES[runtime];
  const blocks = bindAllocator(objectPlace(runtime, buffer), instance, options);
  const make = compileMake(allocate, classId, instance, options, blocks);
  const pinBlock = compileBlockCall(pin, instance, { purpose: "free", symbol, align });
  const unpinBlock = compileFree(unpin, instance, { symbol, align });

  return {
    blocks,
    wrap(frame, index, count) {
      const contents = frame.pointers[beside]!;
      const byteLength = frame.byteLengths[beside]!;
      const object = frame.blockPointer = make(frame, size);
      pinBlock(frame);
      frame.pointers[index] = object;
      frame.held[index] = true;
      frame.byteLengths[index] = byteLength;
      frame.sizes[index] = size;
      frame.codeUnits[index] = count;
      const data = memory.data();
      data.setUint32(object, contents, true);
      data.setUint32(object + 4, contents, true);
      data.setUint32(object + 8, byteLength, true);
      if (size === OBJECT_SIZES.Array) data.setUint32(object + 12, count, true);
      // With reference counting, the object now holds the reference to its contents.
      if (runtime === "arc") frame.held[beside] = false;
    },
    release(frame, index) {
      if (frame.held[index]) {
        frame.held[index] = false;
        frame.blockPointer = frame.pointers[index]!;
        unpinBlock(frame);
      }
      blocks.release!(frame, beside);
    },
  };
}

/** Makes arrays of numbers: the elements go into an ArrayBuffer, and an object points at it. */
export function bindArray(
  place: ManagedPlace,
  instance: Instance,
  options: BindOptions,
): BoundSource {
  const { symbol, beside, element } = options;
  const content = element === undefined ? "bytes" : { element };
  const { id, kind } = orThrow(chooseClass(place, content, instance, symbol));
  if (kind === "ArrayBuffer" || kind === "StaticArray") {
    return bindAllocator(objectPlace(place.runtime ?? "managed", id), instance, options);
  }
  const size = OBJECT_SIZES[kind === "Array" ? kind : "view"];
  const { blocks, wrap, release } = compileWrap(place, id, size, instance, options);
  const { byteLength: unit } = NUMERIC_TYPES[element ?? "u8"];
  return {
    put(frame, index, content, value) {
      blocks.put(frame, beside, content, value);
      wrap(frame, index, frame.byteLengths[beside]! / unit);
    },
    take(frame, index, byteLength) {
      blocks.take(frame, beside, byteLength);
      wrap(frame, index, byteLength / unit);
    },
    release,
    capacityAt: (frame, index) => frame.sizes[index]!,
  };
}

/** The size of a reference. */
const WORD = 4;

/**
 * Makes arrays of strings. Only the array holds its strings, so each string is put there before the
 * guest is called again, because its collector would take it otherwise.
 */
export function bindStrings(
  place: ManagedPlace,
  instance: Instance,
  options: BindOptions,
): BoundSource {
  const { memory } = instance;
  const { symbol, align, beside } = options;
  const runtime = place.runtime ?? "managed";
  const { allocate, pin, String: string } = RUNTIMES[runtime];
  const { id, kind } = orThrow(chooseClass(place, "strings", instance, symbol));
  const isStatic = kind === "StaticArray";
  const wrapping = isStatic
    ? undefined
    : compileWrap(place, id, OBJECT_SIZES.Array, instance, options);
  const blocks = wrapping?.blocks ?? bindAllocator(objectPlace(runtime, id), instance, options);
  const makeString = compileMake(allocate, string, instance, options, blocks);
  // A collector finds the strings in the array; with reference counting, the array holds a
  // reference.
  const retain = runtime === "arc"
    ? compileBlockCall(pin, instance, { purpose: "free", symbol, align })
    : undefined;

  function putString(frame: Frame, content: Content, text: string): number {
    const byteLength = content.measure(text);
    const pointer = frame.blockPointer = makeString(frame, byteLength);
    content.write(text, pointer, byteLength);
    retain?.(frame);
    return pointer;
  }

  return {
    put(frame, index, content, value) {
      const texts = strings(value, content);
      const held = isStatic ? index : beside;
      const byteLength = texts.length * WORD;
      blocks.take(frame, held, byteLength);
      const base = frame.pointers[held]!;
      memory.clear(base, byteLength);
      wrapping?.wrap(frame, index, texts.length);
      frame.codeUnits[index] = texts.length;
      for (const [at, text] of texts.entries()) {
        memory.write("u32", base + at * WORD, putString(frame, content, text));
      }
    },
    take() {
      throw new TypeError("Cannot take a block for strings: there are none yet");
    },
    release: wrapping?.release ?? blocks.release!,
    capacityAt: (frame, index) => frame.sizes[index]!,
  };
}

/** Checks all texts before any object is made. */
function strings(value: unknown, content: Content): readonly string[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`Cannot pass strings: it is ${show(value)}, expected an array of strings`);
  }
  const texts = [...value];
  texts.forEach((text) => content.measure(text));
  return texts;
}
