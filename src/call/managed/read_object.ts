import type {
  ManagedAgain,
  ManagedFields,
  ManagedLayout,
  ManagedObject,
  ManagedPlan,
} from "../../abi/managed_layout.ts";
import { GuestError } from "../../base/errors.ts";
import { readNumeric } from "../../base/numeric_types.ts";
import type { Instance } from "../../instance/instance.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { makeFunction } from "../code/code.ts";
import { propertyName } from "../code/several.ts";
import { compileElements } from "../declared_content.ts";
import { fieldOf } from "../report/words.ts";
import { ITEM_SIZE, tooMuchError } from "../text_read.ts";
import { nameObject } from "./choice.ts";
import { classesOf, hasFields, type ManagedClass, showClass } from "./classes.ts";
import { compileContents } from "./managed.ts";
import { compileReadNumbers } from "./number_parts.ts";
import { MOST_LEVELS } from "./object_parts.ts";
import { ObjectReference, pinsOf } from "./references.ts";

/** The parts that reading objects needs. */
export interface ReadContext {
  readonly instance: Instance;
  readonly objects: ManagedPlan["objects"];
  readonly symbol: string;
  /** The name that errors use for the value. */
  readonly subject: string;
  /** The objects around it, by their classes. */
  readonly around?: ReadonlyMap<string, { read?: Read }>;
}

/** The size of an object's header, which lies before it. */
const HEADER = 20;

/** The minimum size of a number in a host array, in bytes. */
const NUMBER_SIZE = 8;

/** The state of one lifting. */
export class Reading {
  /** The bytes of host memory that the value takes so far. */
  taken = 0;
  /** The current nesting of objects of the same class. */
  levels = 0;
  /** The references so far, which are released if the rest cannot be lifted. */
  made: ObjectReference[] | undefined = undefined;
}

/** Reads the object at an address. */
export type Read = (pointer: number, reading: Reading) => unknown;

/**
 * Compiles reading an object and all that it refers to; the classes and the sizes are checked.
 *
 * @returns A function of an address, and of whether a reference has already been counted for the
 * host.
 */
export function compileReadObject(
  layout: ManagedObject,
  context: ReadContext,
  isOwned: boolean,
): (pointer: number) => unknown {
  const read = compileRead(layout, context, isOwned);
  return (pointer) => {
    const reading = new Reading();
    try {
      return read(pointer, reading);
    } catch (error) {
      for (const reference of reading.made ?? []) reference.release();
      throw error;
    }
  };
}

function compileRead(layout: ManagedObject, context: ReadContext, isOwned: boolean): Read {
  const read = compileReadKnown(layout, context, isOwned);
  if (layout.nullable) return (pointer, reading) => pointer === 0 ? null : read(pointer, reading);
  const { subject, symbol } = context;
  return (pointer, reading) => {
    if (pointer !== 0) return read(pointer, reading);
    throw new GuestError(
      "null-pointer",
      `Cannot lift ${subject}: the guest gave a null reference, expected ${nameObject(layout)}`,
      { export: symbol },
    );
  };
}

function compileReadKnown(layout: ManagedObject, context: ReadContext, isOwned: boolean): Read {
  const { instance, objects: { runtime = "managed" } } = context;
  const { memory } = instance;
  switch (layout.kind) {
    case "string": {
      const { String: string } = RUNTIMES[runtime];
      const codec = memory.codec("utf-16");
      const checkClass = compileClassCheck(string, "String", context);
      return (pointer, reading) => {
        checkClass(pointer);
        const byteLength = memory.data().getUint32(pointer - 4, true);
        if (pointer + byteLength > memory.size) memory.check("read", pointer, byteLength);
        take(reading, byteLength, context);
        return codec.read(pointer, byteLength);
      };
    }
    case "data": {
      const { content } = layout;
      const find = compileContents(content, { ...context, runtime });
      const element = content === "bytes" ? "u8" : content.element;
      const elements = compileElements(memory, element);
      return (pointer, reading) => {
        const found = { start: 0, byteLength: 0 };
        find(pointer, found);
        take(reading, found.byteLength, context);
        memory.check("read", found.start, found.byteLength);
        return elements.read(found.start, found.byteLength);
      };
    }
    case "items": {
      const find = compileContents("objects", { ...context, runtime });
      const item = compileRead(layout.item, {
        ...context,
        subject: `an item of ${context.subject}`,
      }, false);
      return (pointer, reading) => {
        const found = { start: 0, byteLength: 0 };
        find(pointer, found);
        take(reading, found.byteLength / 4 * ITEM_SIZE, context);
        memory.check("read", found.start, found.byteLength);
        const items: unknown[] = [];
        for (let at = 0; at < found.byteLength; at += 4) {
          items.push(item(memory.data().getUint32(found.start + at, true), reading));
        }
        return items;
      };
    }
    case "numbers": {
      const readNumbers = compileReadNumbers(layout, { ...context, runtime });
      return (pointer, reading) =>
        readNumbers(pointer, (count) => take(reading, count * NUMBER_SIZE, context));
    }
    case "again":
      return compileReadAgain(layout, context);
    case "object":
      return compileReadFields(layout, context);
    case "reference":
      return compileReference(layout.class, context, isOwned);
  }
}

function take(reading: Reading, byteLength: number, context: ReadContext): void {
  reading.taken += byteLength;
  if (reading.taken > context.instance.resultLimit) throw tooMuchError(reading.taken, context);
}

/**
 * Compiles the check that an object has the class with an id, or any that fits if that is unknown.
 */
function compileClassCheck(
  wanted: number | undefined,
  named: string,
  { instance, objects, subject, symbol }: ReadContext,
  fits: (all: readonly ManagedClass[] | undefined, id: number) => boolean = () => true,
): (pointer: number) => number {
  const { all } = classesOf(instance, objects.runtime);
  const { memory } = instance;
  return (pointer) => {
    if (pointer < HEADER || pointer > memory.size) memory.check("read", pointer - HEADER, HEADER);
    const id = memory.data().getUint32(pointer - 8, true);
    if (wanted === undefined ? fits(all, id) : id === wanted) return id;
    throw new GuestError(
      "signature",
      `Cannot lift ${subject}: its class is ${showClass(all, id)}, expected ${named}`,
      { export: symbol },
    );
  };
}

/** Returns the id of a named class, if it is known. */
function idOf(named: string | undefined, { instance, objects }: ReadContext): number | undefined {
  if (named === undefined) return undefined;
  return classesOf(instance, objects.runtime).idOf(named, objects);
}

/** Compiles reading an object with the fields of one around it. */
function compileReadAgain({ class: named }: ManagedAgain, context: ReadContext): Read {
  const whole = context.around!.get(named)!;
  const { subject, symbol } = context;
  return (pointer, reading) => {
    if (++reading.levels > MOST_LEVELS) {
      throw new GuestError(
        "result-too-large",
        `Cannot lift ${subject}: it goes more than ${MOST_LEVELS} levels deep, expected fewer, and ` +
          "no object that holds itself",
        { export: symbol },
      );
    }
    const value = whole.read!(pointer, reading);
    reading.levels--;
    return value;
  };
}

/** Compiles reading an object with fields, of which those inside may be another. */
function compileReadFields(layout: ManagedFields, context: ReadContext): Read {
  const { class: named } = layout;
  if (named === undefined) return compileReadWhole(layout, context);
  const whole: { read?: Read } = {};
  const around = new Map([...context.around ?? [], [named, whole]]);
  return whole.read = compileReadWhole(layout, { ...context, around });
}

function compileReadWhole(layout: ManagedFields, context: ReadContext): Read {
  const { fields, size, class: named } = layout;
  const { instance: { memory }, subject, symbol } = context;
  const expected = named ?? "a class with fields";
  const checkClass = compileClassCheck(idOf(named, context), expected, context, hasFields);
  const reads = fields.map(({ name, offset, layout }) =>
    [name, compileField(layout, offset, { ...context, subject: fieldOf(name, subject) })] as const
  );
  const made = compileRecord(reads);
  return (pointer, reading) => {
    checkClass(pointer);
    const found = memory.data().getUint32(pointer - 4, true);
    if (found < size || pointer + size > memory.size) {
      memory.check("read", pointer, found);
      throw new GuestError(
        "signature",
        `Cannot lift ${subject}: its object has ${found} bytes, expected at least ${size} for ` +
          "its fields",
        { export: symbol },
      );
    }
    take(reading, ITEM_SIZE + 8 * fields.length, context);
    return made(pointer, reading);
  };
}

/**
 * Compiles reading all fields into an object. A separate object literal gives each class of objects
 * a hidden class, which takes a tenth of the time of other ways.
 */
function compileRecord(reads: readonly (readonly [name: string, read: Read])[]): Read {
  const fields = reads.map(([name], index) => `${propertyName(name)}: r${index}(pointer, reading)`);
  const make = makeFunction(
    reads.map((_, index) => `r${index}`),
    `return (pointer, reading) => ({ ${fields.join(", ")} });`,
  );
  if (make !== undefined) return make(...reads.map(([, read]) => read)) as Read;
  return (pointer, reading) =>
    Object.fromEntries(reads.map(([name, read]) => [name, read(pointer, reading)]));
}

function compileField(layout: ManagedLayout, offset: number, context: ReadContext): Read {
  const { memory } = context.instance;
  if (layout.kind === "number") {
    const { type, store } = layout;
    // Memory holds a number as its type shows it; a reference has 4 bytes, and so has a pointer.
    return type === "bool"
      ? (pointer) => memory.data().getUint8(pointer + offset) !== 0
      : (pointer) => readNumeric(memory.data(), store, pointer + offset);
  }
  const read = compileRead(layout, context, false);
  return (pointer, reading) => read(memory.data().getUint32(pointer + offset, true), reading);
}

function compileReference(
  named: string | undefined,
  context: ReadContext,
  isOwned: boolean,
): Read {
  const { instance, objects: { runtime = "managed" }, subject } = context;
  const checkClass = compileClassCheck(idOf(named, context), named ?? "", context);
  const holder = pinsOf(instance, runtime);
  return (pointer, reading) => {
    const id = checkClass(pointer);
    const { pins } = holder;
    pins.hold(pointer, isOwned, subject);
    const reference = new ObjectReference(pins, pointer, id, named);
    (reading.made ??= []).push(reference);
    return reference;
  };
}
