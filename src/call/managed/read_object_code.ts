import type { ManagedFields, ManagedPlan } from "../../abi/managed_layout.ts";
import { subjectOf } from "../../base/show.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { propertyName } from "../code/several.ts";
import { ITEM_SIZE } from "../text_read.ts";
import { classesOf, hasFields } from "./classes.ts";
import { isPlain } from "./object_code.ts";
import { compileReadObject } from "./read_object.ts";

/** Writes making a value of the object that the export returned; the source of the value. */
export function writeLiftObject(
  plan: ManagedPlan,
  code: PlanCode,
  otherwise: Otherwise,
): string | undefined {
  const { layout, objects } = plan;
  const isCounted = objects.runtime === "arc";
  if (isCounted && layout.kind !== "reference") return undefined;
  const pointer = code.fresh("object");
  code.add(`const ${pointer} = core >>> 0;`);
  if (layout.kind === "object" && isPlain(layout) && !hasReferences(layout)) {
    const taken = code.fresh("taken");
    code.add(`let ${taken} = 0;`);
    const value = writeRead(layout, pointer, taken, plan, "result", code, otherwise);
    const limit = code.of("limit", ({ instance }) => instance.resultLimit);
    code.add(`if (${taken} > ${limit}) ${otherwise()}`);
    return value;
  }
  const read = code.of("read object", ({ instance, plan: { export: symbol } }) => {
    const subject = subjectOf({ symbol });
    return compileReadObject(layout, { instance, objects, symbol, subject }, isCounted);
  });
  return `${read}(${pointer})`;
}

function hasReferences({ fields }: ManagedFields): boolean {
  return fields.some(({ layout }) =>
    layout.kind === "reference" || (layout.kind === "object" && hasReferences(layout))
  );
}

/** Writes checking an object and reading its fields. */
function writeRead(
  layout: ManagedFields,
  pointer: string,
  taken: string,
  plan: ManagedPlan,
  key: string,
  code: PlanCode,
  otherwise: Otherwise,
): string {
  const { objects } = plan;
  const { runtime = "managed" } = objects;
  const { class: named, fields, size } = layout;
  const data = code.fresh("view");
  // Nothing below the first 20 bytes of a header is an object.
  code.add(`if (${pointer} < 20 || ${pointer} + ${size} > ${code.memory}.size) ${otherwise()}
    const ${data} = ${code.memory}.data();
    if (${data}.getUint32(${pointer} - 4, true) < ${size}) ${otherwise()}
    ${taken} += ${ITEM_SIZE + 8 * fields.length};`);
  code.notice(pointer, size, data);
  const fits = code.of(`class ${key}`, ({ instance }) => {
    const { all, idOf } = classesOf(instance, runtime);
    const wanted = named === undefined ? undefined : idOf(named, objects);
    return wanted === undefined
      ? (id: number) => hasFields(all, id)
      : (id: number) => id === wanted;
  });
  code.add(`if (!${fits}(${data}.getUint32(${pointer} - 8, true))) ${otherwise()}`);
  const values = fields.map(({ name, offset, layout: field }) => {
    if (field.kind === "number") {
      const source = code.load(field.store, pointer, offset);
      const lifted = field.type === "bool" ? `${source} !== 0` : source;
      const local = code.fresh("field");
      code.add(`const ${local} = ${lifted};`);
      return [name, local];
    }
    const child = code.fresh("child");
    code.add(`const ${child} = ${code.load("u32", pointer, offset)};`);
    if (field.kind === "object") {
      return [name, writeRead(field, child, taken, plan, `${key} ${name}`, code, otherwise)];
    }
    const local = code.fresh("text");
    const length = code.fresh("length");
    const string = code.constant(RUNTIMES[runtime].String);
    code.add(`let ${local} = null; ${field.nullable ? `if (${child} !== 0) {` : "{"}
      if (${child} < 20 || ${child} > ${code.memory}.size ||
        ${data}.getUint32(${child} - 8, true) !== ${string}) ${otherwise()}
      const ${length} = ${data}.getUint32(${child} - 4, true);
      if (${child} + ${length} > ${code.memory}.size) ${otherwise()}
      ${taken} += ${length};
      ${local} = ${code.decode("utf-16", child, length)}; }`);
    return [name, local];
  });
  const literal = values.map(([name, local]) => `${propertyName(name!)}: ${local}`).join(", ");
  const value = code.fresh("value");
  code.add(`const ${value} = { ${literal} };`);
  return value;
}
