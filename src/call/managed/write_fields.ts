import type { ManagedFields } from "../../abi/managed_layout.ts";
import { makeFunction } from "../code/code.ts";
import { storeNumber, testOf } from "../number.ts";
import type { compileShape } from "../value_path.ts";
import type { Part, Runtime } from "./object_parts.ts";

/** The parts of an object with fields, and the functions that its source calls. */
interface FieldsContext extends Pick<Runtime, "memory" | "make" | "pin" | "unpin"> {
  readonly shape: ReturnType<typeof compileShape>;
  readonly id: number;
  readonly isPinned: boolean;
}

/**
 * Makes both halves of an object with fields from generated source, because loops over fields of
 * different types take twice as long.
 *
 * @returns `undefined` if the engine makes no code from strings.
 */
export function writeFields(
  { fields, size }: ManagedFields,
  parts: readonly {
    readonly draft: Part["draft"];
    readonly put: (base: number, drafted: unknown) => void;
  }[],
  { shape, memory, id, make, pin, unpin, isPinned }: FieldsContext,
): Part | undefined {
  const checks = fields.map(({ layout, name }, index) => {
    const check = `path[depth] = n${index}; v${index} = d${index}(v${index}, at);`;
    const isPlain = layout.kind === "number" && layout.type !== "bool" && layout.type !== "pointer";
    const test = isPlain ? `if (!(${testOf(layout.type, `v${index}`)})) { ${check} }` : check;
    return `let v${index} = value[${JSON.stringify(name)}]; ${test}`;
  });
  const puts = fields.map(({ layout, offset }, index) => {
    if (layout.kind !== "number") return `p${index}(pointer, drafted[${index}]);`;
    return storeNumber(layout, "data", `pointer + ${offset}`, `drafted[${index}]`);
  });
  const isNumber = (index: number) => fields[index]!.layout.kind === "number";
  const values = {
    shape,
    memory,
    id,
    make,
    pin,
    unpin,
    ...Object.fromEntries(fields.map(({ name }, index) => [`n${index}`, name])),
    ...Object.fromEntries(parts.map(({ draft }, index) => [`d${index}`, draft])),
    ...Object.fromEntries(parts.map(({ put }, index) => [`p${index}`, put])),
  };
  const made = makeFunction(
    Object.keys(values),
    `return {
  draft(given, at) {
    const value = shape(given, at), { path } = at, depth = path.length;
    ${checks.join("\n    ")}
    path.length = depth;
    return [${fields.map((_, index) => `v${index}`).join(", ")}];
  },
  build(drafted) {
    const pointer = make(${size}, id);
    ${isPinned ? "pin(pointer);" : ""}
    ${puts.filter((_, index) => !isNumber(index)).join(" ")}
    const data = memory.data();
    ${puts.filter((_, index) => isNumber(index)).join(" ")}
    ${isPinned ? "unpin(pointer);" : ""}
    return pointer;
  },
};`,
  );
  return made?.(...Object.values(values)) as Part | undefined;
}
