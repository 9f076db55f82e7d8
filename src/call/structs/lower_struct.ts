import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { Layout, StructLayout } from "../../abi/struct_layout.ts";
import { isArray, quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { isEach } from "../../plan/plan_blocks.ts";
import { functionsOf, hasPointers } from "../../plan/structs/lay_out.ts";
import type { BoundSource, Lower } from "../blocks/bound_source.ts";
import type { Content } from "../content_type.ts";
import type { PlanLines } from "../report/plan_lines.ts";
import { series, typeWords } from "../report/words.ts";
import { Draft, takeChunks, writeDraft } from "./draft.ts";
import { compileDraft, compilePut } from "./put.ts";
import { compileKeepDraft, compileLendDraft } from "./struct_functions.ts";

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
  const { isList, nullable, scalar, place, free } = plan;
  const { memory } = instance;
  const word = instance.address64 ? 8 : 4;
  const failing = [`pass argument ${index}`, `to ${quote(symbol)}`] as const;
  const draftOf = compileDraft(plan, memory, isEach({ place, free }), failing);
  const lend = compileLendDraft(plan.layout, failing.join(" "), instance, beside);

  const content: Content = {
    unit: 1,
    codeUnits: (_draft, byteLength) => byteLength,
    measure: (draft) => (draft as Draft).root.end,
    write(draft, pointer, room) {
      const { root } = draft as Draft;
      if (root.end > room) return -1;
      writeDraft(draft as Draft, pointer, memory, word);
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
    takeChunks(draft, frame, source, beside);
    lend?.(draft, frame);
    source.put(frame, index, content, draft);
    if (isList) frame.codeUnits[index] = draft.count;
    if (scalar !== undefined) frame.values[index] = memory.read(scalar, frame.pointers[index]!);
  };
}

/** The parts of a guest that writing into its struct needs. */
interface UpdateContext {
  /** The failed action in errors, before and after the name of the field. */
  readonly failing: Draft["failing"];
  /** Takes a block of the guest, which then owns it. */
  allocate(byteLength: number): number;
}

/** Compiles writing some fields of a struct of the guest. */
export function compileUpdate(
  layout: StructLayout,
  instance: Instance,
  { failing, allocate }: UpdateContext,
): (values: unknown, pointer: number) => void {
  const { fields, size, align } = layout;
  const { memory, address64 } = instance;
  const word = address64 ? 8 : 4;
  const keep = compileKeepDraft(layout, failing.join(" "), instance);
  const puts = new Map(
    fields.map((field) =>
      [field.name, { ...field, put: compilePut(field.layout, memory) }] as const
    ),
  );
  const expected = `an object with fields among ${series([...puts.keys()].map(quote))}`;
  return (values, pointer) => {
    const draft = new Draft(true, failing);
    if (typeof values !== "object" || values === null || isArray(values)) {
      throw draft.wrong(values, expected);
    }
    const { root, path } = draft;
    const start = root.take(size, align);
    const bytes = new Uint8Array(root.data.buffer, start, size);
    bytes.set(memory.view(pointer, size));
    for (const [name, value] of Object.entries(values)) {
      const field = puts.get(name);
      if (field === undefined) {
        throw new TypeError(
          `Cannot ${draft.action()}: it has ${
            quote(name)
          }, which is not a field, expected ${expected}`,
        );
      }
      const { offset, layout, put } = field;
      // Clear the previous value.
      bytes.fill(0, offset, offset + layout.size);
      path[0] = name;
      put(value, root, start + offset, draft);
      path.length = 0;
    }
    keep?.(draft);
    for (const chunk of draft.chunks) chunk.pointer = allocate(chunk.end);
    writeDraft(draft, pointer, memory, word);
  };
}

/** Reports how a struct or a list is checked and put where the guest expects it. */
export function reportStruct(
  { layout, isList, place, free, nullable, scalar }: CompoundPlan,
  argument: number,
  lines: PlanLines,
): void {
  const name = lines.argument(argument);
  const none = nullable ? "; null is passed as an address of 0" : "";
  const what = isList ? `a list of ${typeName(layout)}` : typeName(layout);
  lines.add("check", `check that ${name} is ${what}${none}`, { argument });
  const more = hasPointers(layout) ? " and what it points to" : "";
  const size = more !== ""
    ? ""
    : isList
    ? ` of ${layout.size} bytes an item`
    : ` of ${layout.size} bytes`;
  lines.taken({ place, free, name, argument }, `for ${name}${more}${size}`);
  if (functionsOf(layout).length > 0) {
    const text = `put its functions into the guest's table for the call`;
    lines.add("write", text, { argument });
  }
  lines.add("write", `write ${name} there with its C layout${placesOf(layout)}`, { argument });
  if (scalar === undefined) return;
  const text = `read the ${scalar} there, because a struct of one number is passed as that number`;
  lines.add("read", text, { argument, type: scalar });
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
    case "function":
      return "a function";
    case "variant":
      return `a variant of ${series(layout.cases.map(({ name }) => quote(name)))}`;
    default:
      return `a list of ${typeName(layout.item)}`;
  }
}

/** Lists the offsets of a struct's fields, or of a variant's tag and its values. */
function placesOf(layout: Layout): string {
  if (layout.kind === "variant") {
    const found = layout.cases.find(({ layout }) => layout !== undefined);
    return `: the tag at 0${found === undefined ? "" : ` and its value at ${found.offset}`}`;
  }
  if (layout.kind !== "struct") return "";
  return `: ${series(layout.fields.map(({ name, offset }) => `${quote(name)} at ${offset}`))}`;
}

export { compileHostOuts, writeHostOuts } from "./host_outs.ts";
export { compileStructResult, writeStructResult } from "./host_struct_result.ts";
export { functionsOf } from "../../plan/structs/lay_out.ts";
export { writeRelease } from "./struct_functions.ts";
export { writeStruct } from "./write_struct.ts";
