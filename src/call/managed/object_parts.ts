import type { CoreFunction } from "../../abi/core_value.ts";
import { byteLengthOf, changedError, type View } from "../../base/typed_arrays.ts";
import { quote } from "../../base/show.ts";
import { exportedFunction } from "../../instance/exports.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { ValuePath } from "../value_path.ts";
import type { ClassContext } from "./object_classes.ts";

/** The functions of a guest that makes objects. */
export interface Runtime {
  readonly memory: GuestMemory;
  /** Makes an object of a size in bytes and a class. */
  readonly make: (byteLength: number, classId: number) => number;
  readonly pin: CoreFunction;
  readonly unpin: CoreFunction;
  /** Whether references are counted: then an object lives as long as another refers to it. */
  readonly isCounted: boolean;
  readonly stringId: number;
  readonly bufferId: number;
}

/** Returns the functions of a guest that makes objects. */
export function runtimeOf({ instance, objects: { runtime = "managed" } }: ClassContext): Runtime {
  const { allocate, pin, unpin, String: stringId, ArrayBuffer: bufferId } = RUNTIMES[runtime];
  const { memory } = instance;
  const allocated = exportedFunction(instance, allocate);
  const isCounted = runtime === "arc";
  return {
    memory,
    make(byteLength, classId) {
      const pointer = (allocated(byteLength, classId) as number) >>> 0;
      if (pointer + byteLength > memory.size) memory.check("write", pointer, byteLength);
      // The allocator of such a guest leaves what was there before.
      if (isCounted) memory.clear(pointer, byteLength);
      return pointer;
    },
    pin: exportedFunction(instance, pin),
    unpin: exportedFunction(instance, unpin),
    isCounted,
    stringId,
    bufferId,
  };
}

/**
 * The maximum nesting of objects of the same class. Each level takes several calls on the host's
 * stack, which has room for about 10,000.
 */
export const MOST_LEVELS = 1000;

/** The part of an argument that is being checked, and all data in it. */
export class DraftPath extends ValuePath {
  readonly data: Data[] = [];

  /** Makes the error for a value that contains itself or nests too deep. */
  tooDeep(): TypeError {
    this.path.length = 0;
    return new TypeError(
      `Cannot ${this.action()}: it goes more than ${MOST_LEVELS} levels deep, expected fewer, and ` +
        "no object that holds itself",
    );
  }

  /** Throws if a getter that was read since has changed the size of any data. */
  checkSizes(symbol: string): void {
    for (const data of this.data) checkSize(data, symbol);
  }
}

/** Data that is passed, and its size when it was checked. */
export interface Data {
  readonly view: View;
  readonly byteLength: number;
}

export function checkSize({ view, byteLength }: Data, symbol: string): void {
  if (byteLengthOf(view) !== byteLength) throw changedError(byteLength, `to ${quote(symbol)}`);
}

/** The two halves of passing a value: nothing is made before all of it was checked. */
export interface Part {
  /** Checks a value, and returns it as {@linkcode build} takes it: each property is read once. */
  readonly draft: (value: unknown, at: DraftPath) => unknown;
  /** Makes the object, which nothing keeps yet. */
  readonly build: (draft: unknown) => number;
}
