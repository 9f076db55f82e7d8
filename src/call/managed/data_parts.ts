import type { ManagedObject } from "../../abi/managed_layout.ts";
import { orThrow } from "../../base/errors.ts";
import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { byteLengthOf, classOf, type View } from "../../base/typed_arrays.ts";
import { classNameOf, compileAccept } from "../content.ts";
import { compileElements } from "../declared_content.ts";
import { type ManagedClass, OBJECT_SIZES } from "./classes.ts";
import { chooseArray, type ClassContext } from "./object_classes.ts";
import { checkSize, type Data, type Part, type Runtime } from "./object_parts.ts";

// Bytes and typed arrays in an object of AssemblyScript, and the objects around such contents.

/**
 * Makes an object around contents, which it then keeps; `make` is called while the contents are
 * pinned.
 */
export function wrap(
  { memory, make, pin, unpin, isCounted }: Runtime,
  contents: number,
  byteLength: number,
  kind: "view" | "Array",
  classId: number,
  count: number,
): number {
  pin(contents);
  const pointer = make(OBJECT_SIZES[kind], classId);
  const data = memory.data();
  data.setUint32(pointer, contents, true);
  data.setUint32(pointer + 4, contents, true);
  data.setUint32(pointer + 8, byteLength, true);
  if (kind === "Array") data.setUint32(pointer + 12, count, true);
  // With reference counting, that is now the object's own reference.
  if (!isCounted) unpin(contents);
  return pointer;
}

/** Compiles passing bytes or a typed array. */
export function compileData(
  layout: ManagedObject & { readonly kind: "data" },
  context: ClassContext,
  runtime: Runtime,
): Part {
  const { content, nullable } = layout;
  const chosen = orThrow(chooseArray(layout, context));
  const element = content === "bytes" ? "u8" : content.element;
  const name = classNameOf(content);
  return {
    draft(value, at) {
      const view = classOf(value) === name
        ? value
        : compileAccept(content, at.action(), nullable)(value);
      const data: Data = { view: view as View, byteLength: byteLengthOf(view as View) };
      at.data.push(data);
      return data;
    },
    build: compileBuildData(chosen, element, context, runtime),
  };
}

/** Compiles making an array, or a buffer, of data that was checked. */
export function compileBuildData(
  { id, kind }: ManagedClass,
  element: NumericType,
  { symbol }: ClassContext,
  runtime: Runtime,
): (draft: unknown) => number {
  const elements = compileElements(runtime.memory, element);
  const unit = NUMERIC_TYPES[element].byteLength;
  const isWhole = kind === "ArrayBuffer" || kind === "StaticArray";
  return (draft) => {
    const { view, byteLength } = draft as Data;
    const contents = runtime.make(byteLength, isWhole ? id : runtime.bufferId);
    checkSize(draft as Data, symbol); // a guest could have called the host
    elements.write(view, contents);
    if (isWhole) return contents;
    return wrap(runtime, contents, byteLength, kind as "view", id, byteLength / unit);
  };
}
