import type {
  ManagedAgain,
  ManagedFields,
  ManagedLayout,
  ManagedObject,
} from "../../abi/managed_layout.ts";
import { orThrow } from "../../base/errors.ts";
import { writeNumeric } from "../../base/numeric_types.ts";
import { quote } from "../../base/show.ts";
import { compileNumber, compileShape, itemsOf, type ValuePath } from "../value_path.ts";
import { compileData, wrap } from "./data_parts.ts";
import { compileNumbers } from "./number_parts.ts";
import { chooseArray, chooseObject, type ClassContext } from "./object_classes.ts";
import { DraftPath, MOST_LEVELS, type Part, type Runtime, runtimeOf } from "./object_parts.ts";
import { compilePassReference } from "./references.ts";
import { writeFields } from "./write_fields.ts";

/** Makes the object of an argument or of a host function's result. */
export interface Builder {
  /** Checks a value. */
  readonly draft: (value: unknown) => unknown;
  /** Makes its object, pinned; 0 for null. */
  readonly build: (draft: unknown) => number;
}

/** The parts of the objects around a value, by their classes. */
type Around = ReadonlyMap<string, { part?: Part }>;

/** The context in which the parts of an object are compiled. */
interface BuildContext extends ClassContext {
  readonly around: Around;
}

/** Compiles making an object of a value; `failing` is the action in errors. */
export function compileBuilder(
  layout: ManagedObject,
  context: ClassContext,
  failing: ValuePath["failing"],
): Builder {
  const runtime = runtimeOf(context);
  const { draft, build } = compilePart(layout, { ...context, around: new Map() }, runtime);
  return {
    draft(value) {
      const at = new DraftPath(failing);
      const drafted = draft(value, at);
      at.checkSizes(context.symbol);
      return drafted;
    },
    build(drafted) {
      if (drafted === null) return 0;
      const pointer = build(drafted);
      runtime.pin(pointer);
      return pointer;
    },
  };
}

function compilePart(layout: ManagedObject, context: BuildContext, runtime: Runtime): Part {
  const part = compileObjectPart(layout, context, runtime);
  if (!layout.nullable || layout.kind === "reference") return part;
  return {
    draft: (value, at) => value === null ? null : part.draft(value, at),
    build: (draft) => draft === null ? 0 : part.build(draft),
  };
}

function compileObjectPart(layout: ManagedObject, context: BuildContext, runtime: Runtime): Part {
  const { memory, make, stringId } = runtime;
  switch (layout.kind) {
    case "string": {
      const codec = memory.codec("utf-16");
      return {
        draft(value, at) {
          if (typeof value === "string") return value;
          throw at.wrong(value, "a string", layout.nullable);
        },
        build(text) {
          const byteLength = 2 * (text as string).length;
          const pointer = make(byteLength, stringId);
          codec.write(text as string, pointer, byteLength);
          return pointer;
        },
      };
    }
    case "reference": {
      let path: ValuePath;
      const action = () => path.action();
      const { instance, objects } = context;
      const pass = compilePassReference(layout, instance, objects, action);
      return {
        draft(value, at) {
          path = at;
          return pass(value);
        },
        build: (pointer) => pointer as number,
      };
    }
    case "data":
      return compileData(layout, context, runtime);
    case "numbers":
      return compileNumbers(layout, context, runtime);
    case "again":
      return compileAgain(layout, context);
    case "items":
      return compileItems(layout, context, runtime);
    case "object":
      return compileFields(layout, context, runtime);
  }
}

function compileItems(
  layout: ManagedObject & { readonly kind: "items" },
  context: BuildContext,
  runtime: Runtime,
): Part {
  const { make, pin, unpin, bufferId, isCounted } = runtime;
  const { id, kind } = orThrow(chooseArray(layout, context));
  const { draft, build } = compilePart(layout.item, context, runtime);
  const link = compileLink(runtime);
  return {
    draft(value, at) {
      const items = itemsOf(value, at, layout.nullable) as unknown[];
      const { path } = at;
      const depth = path.length;
      for (let index = 0; index < items.length; index++) {
        path[depth] = index;
        items[index] = draft(items[index], at);
      }
      path.length = depth;
      return items;
    },
    build(given) {
      const items = given as readonly unknown[];
      const byteLength = 4 * items.length;
      const isStatic = kind === "StaticArray";
      const contents = make(byteLength, isStatic ? id : bufferId);
      const pointer = isStatic
        ? contents
        : wrap(runtime, contents, byteLength, "Array", id, items.length);
      // The garbage collector scans all items of a pinned array at its end, so each item is found.
      if (!isCounted) pin(pointer);
      for (let index = 0; index < items.length; index++) {
        link(contents + 4 * index, build(items[index]));
      }
      if (!isCounted) unpin(pointer);
      return pointer;
    },
  };
}

/** Compiles writing the reference to an object into another one. */
function compileLink({ memory, pin, isCounted }: Runtime): (at: number, pointer: number) => void {
  return (at, pointer) => {
    memory.data().setUint32(at, pointer, true);
    if (isCounted && pointer !== 0) pin(pointer);
  };
}

/** Compiles an object with the fields of one around it. */
function compileAgain({ class: named }: ManagedAgain, { around }: BuildContext): Part {
  const whole = around.get(named)!;
  return {
    draft(value, at) {
      if (at.path.length > MOST_LEVELS) throw at.tooDeep();
      return whole.part!.draft(value, at);
    },
    build: (draft) => whole.part!.build(draft),
  };
}

/** Compiles an object with fields, of which those inside may be another. */
function compileFields(layout: ManagedFields, context: BuildContext, runtime: Runtime): Part {
  const { class: named } = layout;
  if (named === undefined) return compileWhole(layout, context, runtime);
  const whole: { part?: Part } = {};
  const around = new Map([...context.around, [named, whole]]);
  return whole.part = compileWhole(layout, { ...context, around }, runtime);
}

function compileWhole(layout: ManagedFields, context: BuildContext, runtime: Runtime): Part {
  const { make, memory, pin, unpin, isCounted } = runtime;
  const { fields, size } = layout;
  const id = orThrow(chooseObject(layout, context));
  const shape = compileShape(fields, layout.nullable);
  const link = compileLink(runtime);
  const parts = fields.map(({ name, offset, layout: field }) => {
    if (field.kind === "number") {
      const { store } = field;
      return {
        name,
        draft: compileNumber(field.type, store),
        put: (base: number, value: unknown) =>
          writeNumeric(memory.data(), store, base + offset, value as number),
      };
    }
    const { draft, build } = compilePart(field, context, runtime);
    return {
      name,
      draft,
      put: (base: number, drafted: unknown) => link(base + offset, build(drafted)),
    };
  });
  const isPinned = !isCounted && makesObjects(layout);
  const written = writeFields(layout, parts, { shape, memory, id, make, pin, unpin, isPinned });
  if (written !== undefined) return written;
  return {
    draft(given, at) {
      const value = shape(given, at);
      const { path } = at;
      const depth = path.length;
      const drafted = new Array<unknown>(parts.length);
      for (let index = 0; index < parts.length; index++) {
        const { name, draft } = parts[index]!;
        path[depth] = name;
        drafted[index] = draft(value[name], at);
      }
      path.length = depth;
      return drafted;
    },
    build(drafted) {
      const pointer = make(size, id);
      if (isPinned) pin(pointer);
      for (let index = 0; index < parts.length; index++) {
        parts[index]!.put(pointer, (drafted as readonly unknown[])[index]);
      }
      if (isPinned) unpin(pointer);
      return pointer;
    },
  };
}

/** Names the action of passing an argument. */
export function passWords(index: number, symbol: string): ValuePath["failing"] {
  return [`pass argument ${index}`, `to ${quote(symbol)}`];
}

/** Returns whether other objects are made while the fields of an object are filled in. */
export function makesObjects({ fields }: ManagedFields): boolean {
  return fields.some(({ layout }: { readonly layout: ManagedLayout }) =>
    layout.kind !== "number" && layout.kind !== "reference"
  );
}
