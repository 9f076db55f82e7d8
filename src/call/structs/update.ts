import type { StructLayout } from "../../abi/struct_layout.ts";
import { isArray, quote } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { series } from "../telling/words.ts";
import { Draft, writeDraft } from "./draft.ts";
import { compilePut } from "./put.ts";
import { compileKeepDraft } from "./struct_functions.ts";

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
          }, which is no field, expected ${expected}`,
        );
      }
      const { offset, layout, put } = field;
      // Nothing is left of the value before.
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
