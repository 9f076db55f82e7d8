import type { ManagedFields, ManagedLayout, ManagedPlan } from "../../abi/managed_layout.ts";
import { orThrow } from "../../base/errors.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import type { CallParts } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import type { Otherwise } from "../code/scope.ts";
import { writeShape } from "../structs/read_leaves.ts";
import { storeNumber, testOf } from "../number.ts";
import { ValuePath } from "../value_path.ts";
import { compileBuilder, makesObjects, passWords } from "./build_object.ts";
import { runtimeOf } from "./object_parts.ts";
import { chooseObject, type ClassContext } from "./object_classes.ts";
import { compilePassReference } from "./references.ts";

// The fast forms of objects. An object of numbers, texts and such objects is written out; for all
// others, the source calls the run form of the value.

type ManagedNumber = ManagedLayout & { readonly kind: "number" };

/** A value of an object, in its local. */
interface Leaf {
  readonly kind: "number" | "string" | "pointer" | "object";
  readonly offset: number;
  readonly local: string;
  readonly isNullable: boolean;
  readonly number?: ManagedNumber;
  /** The parts of an object in the object. */
  readonly object?: ObjectLeaf;
}

interface ObjectLeaf {
  readonly layout: ManagedFields;
  readonly leaves: readonly Leaf[];
  readonly key: string;
}

/** Returns whether an object can be written out. */
export function isPlain(layout: ManagedLayout): boolean {
  switch (layout.kind) {
    case "object":
      return !layout.nullable && layout.fields.every(({ layout }) => isPlain(layout));
    case "number":
    case "string":
    case "reference":
      return true;
    default:
      return false;
  }
}

/** Writes checking an argument and making its object. */
export function writeLowerObject(
  plan: ManagedPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): true {
  const { layout } = plan;
  const value = `a${argument}`;
  if (layout.kind === "reference") {
    code.set("values", argument, `${passOf(plan, argument, [], layout, code)}(${value})`);
    return true;
  }
  if (layout.kind === "object" && isPlain(layout)) {
    const leaves = readFields(layout, value, [], plan, argument, code, otherwise);
    const object = { layout, leaves, key: `class ${argument}` };
    code.add("inside = true;");
    const pointer = writeObject(object, plan, true, code);
    code.set("values", argument, pointer);
    code.set("held", argument, "true");
    code.add("inside = false;");
    return true;
  }
  const builder = code.of(`builder ${argument}`, ({ instance, plan: { export: symbol } }) => {
    const context = { instance, objects: plan.objects, symbol, direction: "to" } as const;
    return compileBuilder(layout, context, passWords(argument, symbol));
  });
  const draft = code.fresh("draft");
  code.add(`const ${draft} = ${builder}.draft(${value}); inside = true;`);
  code.set("values", argument, `${builder}.build(${draft})`);
  code.set("held", argument, `${code.get("values", argument)} !== 0`);
  code.add("inside = false;");
  return true;
}

/** Returns the function that passes a reference at a path of an argument. */
function passOf(
  { objects }: ManagedPlan,
  argument: number,
  path: readonly string[],
  layout: ManagedLayout & { readonly kind: "reference" },
  code: PlanCode,
): string {
  return code.of(`pass ${argument} ${path.join(".")}`, ({ instance, plan }: CallParts) => {
    const words = new ValuePath(passWords(argument, plan.export));
    words.path.push(...path);
    return compilePassReference(layout, instance, objects, () => words.action());
  });
}

/** Writes reading each value into a local, once, and checking it. */
function readFields(
  { fields }: ManagedFields,
  value: string,
  path: readonly string[],
  plan: ManagedPlan,
  argument: number,
  code: PlanCode,
  otherwise: Otherwise,
): Leaf[] {
  writeShape(value, fields.length, code, otherwise);
  return fields.map(({ name, offset, layout }): Leaf => {
    let local = code.fresh("field");
    code.add(`const ${local} = ${value}[${code.constant(name)}];`);
    const leaf = { offset, isNullable: false };
    const at = [...path, name];
    switch (layout.kind) {
      case "number": {
        code.add(`if (!(${testOf(layout.type, local)})) ${otherwise()}`);
        return { ...leaf, kind: "number", local, number: layout };
      }
      case "string": {
        const { nullable: isNullable } = layout;
        const or = isNullable ? ` && ${local} !== null` : "";
        code.add(`if (typeof ${local} !== "string"${or}) ${otherwise()}`);
        return { ...leaf, kind: "string", local, isNullable };
      }
      case "reference": {
        const pointer = code.fresh("pointer");
        code.add(`const ${pointer} = ${passOf(plan, argument, at, layout, code)}(${local});`);
        local = pointer;
        return { ...leaf, kind: "pointer", local };
      }
      default: {
        const inner = layout as ManagedFields;
        const leaves = readFields(inner, local, at, plan, argument, code, otherwise);
        const object = { layout: inner, leaves, key: `class ${argument} ${at.join(".")}` };
        return { ...leaf, kind: "object", local, object };
      }
    }
  });
}

/** Writes making an object and filling in its fields; returns the local with its address. */
function writeObject(
  { layout, leaves, key }: ObjectLeaf,
  plan: ManagedPlan,
  isKept: boolean,
  code: PlanCode,
): string {
  const { objects } = plan;
  const contextOf = ({ instance, plan: { export: symbol } }: CallParts): ClassContext => ({
    instance,
    objects,
    symbol,
    direction: "to",
  });
  const ofRuntime = (part: "make" | "pin" | "unpin") =>
    code.of(part, (parts) => runtimeOf(contextOf(parts))[part]);
  const id = code.of(key, (parts) => orThrow(chooseObject(layout, contextOf(parts))));
  const isCounted = objects.runtime === "arc";
  const make = ofRuntime("make"), pin = ofRuntime("pin");
  const pointer = code.fresh("object"), data = code.fresh("data");
  const isPinned = isKept || (!isCounted && makesObjects(layout));
  code.add(`const ${pointer} = ${make}(${layout.size}, ${id});`);
  if (isPinned) code.add(`${pin}(${pointer});`);
  const link = (offset: number, child: string) =>
    code.add(
      `${code.memory}.data().setUint32(${pointer} + ${offset}, ${child}, true);` +
        (isCounted ? ` if (${child} !== 0) ${pin}(${child});` : ""),
    );
  for (const leaf of leaves) {
    if (leaf.kind === "string") {
      const text = code.fresh("text"), length = code.fresh("length");
      const { local } = leaf;
      const some = `const ${length} = 2 * ${local}.length;
        ${text} = ${make}(${length}, ${
        code.of("string id", () => RUNTIMES[objects.runtime ?? "managed"].String)
      });
        ${code.codec("utf-16")}.write(${local}, ${text}, ${length});`;
      code.add(`let ${text} = 0; ${leaf.isNullable ? `if (${local} !== null) {` : "{"} ${some} }`);
      link(leaf.offset, text);
    } else if (leaf.kind === "object") {
      link(leaf.offset, writeObject(leaf.object!, plan, false, code));
    } else if (leaf.kind === "pointer") link(leaf.offset, leaf.local);
  }
  if (isPinned && !isKept) code.add(`${ofRuntime("unpin")}(${pointer});`);
  const numbers = leaves.filter(({ kind }) => kind === "number");
  if (numbers.length > 0) code.add(`const ${data} = ${code.memory}.data();`);
  for (const { offset, local, number } of numbers) {
    code.add(storeNumber(number!, data, `${pointer} + ${offset}`, local));
  }
  return pointer;
}

/** Writes giving up the object that was made for an argument. */
export function writeFreeObject(
  { layout, objects }: ManagedPlan,
  argument: number,
  code: PlanCode,
): string {
  if (layout.kind === "reference") return "";
  const { unpin } = RUNTIMES[objects.runtime ?? "managed"];
  const held = code.get("held", argument);
  return `if (${held}) { ${held} = false; ${code.free(unpin, code.get("values", argument))} }`;
}
