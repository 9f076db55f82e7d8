import type { ParameterPlan, PlanParts } from "../../abi/plan_parts.ts";
import { allOf, GuestError, Problem } from "../../base/errors.ts";
import { NUMERIC_TYPES } from "../../base/numeric_types.ts";
import { hex } from "../../base/show.ts";
import type { Instance } from "../../instance/instance.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import { heldBytes, ITEM_SIZE, tooMuchError } from "../text_read.ts";
import { bindArray, bindStrings } from "./bind_array.ts";
import { chooseClass, elementFor, holds, nameContent, settlePlace } from "./choice.ts";
import { classesOf, type ManagedClass, OBJECT_SIZES, showClass } from "./classes.ts";
import type { Contents, ContentsContext, ManagedContent, ManagedEngine } from "./types.ts";

function settle(plan: PlanParts, instance: Instance): PlanParts | Problem {
  const { parameters } = plan;
  const isOpen = (parameter: ParameterPlan) =>
    "place" in parameter && parameter.place.kind === "managedArray";
  if (!parameters.some(isOpen)) return plan;
  const settled = allOf(
    parameters.map((parameter) => settleParameter(parameter, instance, plan.export)),
  );
  return settled instanceof Problem ? settled : { ...plan, parameters: settled };
}

function settleParameter(
  parameter: ParameterPlan,
  instance: Instance,
  symbol: string,
): ParameterPlan | Problem {
  if (!("place" in parameter) || parameter.place.kind !== "managedArray") return parameter;
  const { kind, place } = parameter;
  // A struct is not an object, and its place is refused when the plan is made.
  if (kind === "compound") return parameter;
  if (kind === "strings") {
    // The class is chosen when the parameter is bound; this only checks that there is one.
    const chosen = chooseClass(place, "strings", instance, symbol);
    return chosen instanceof Problem ? chosen : parameter;
  }
  const { content } = parameter;
  if (content === "string") return parameter;
  const settled = settlePlace(place, content, instance, symbol);
  return settled instanceof Problem ? settled : { ...parameter, place: settled };
}

/** The code that is loaded for the guests of AssemblyScript. */
export const engine: ManagedEngine = {
  settle,
  settlePlace,
  bindArray,
  bindStrings,
  compileContents,
  compileReadStrings,
  classNameOf: (instance, id) => classesOf(instance).all?.[id]?.name,
};

/**
 * Compiles finding the contents of an object by the layout of its class. The fields of the object
 * are checked.
 */
export function compileContents(
  content: ManagedContent,
  { instance, symbol, subject, runtime }: ContentsContext,
): (pointer: number, found: Contents) => void {
  const { memory } = instance;
  const { all } = classesOf(instance, runtime);

  /** Reads a word; most of them lie in memory, and need no checks of what is read. */
  function word(at: number): number {
    if (at >= 0 && at + 4 <= memory.size) return memory.data().getUint32(at, true);
    return memory.read("u32", at) as number;
  }

  const unit = typeof content === "object" ? NUMERIC_TYPES[content.element].byteLength : 4;
  const size = content === "bytes" ? 1 : unit;

  function classAt(pointer: number, byteLength: number): ManagedClass {
    const id = word(pointer - 8);
    const found = all === undefined ? undescribed(id, byteLength) : all[id];
    if (found !== undefined && holds(found, content)) return found;
    throw fail(`its class is ${showClass(all, id)}, expected ${nameContent(content)}`);
  }

  /**
   * Describes a class of a guest without type information: an object of a view's size is a view.
   */
  function undescribed(id: number, byteLength: number): ManagedClass | undefined {
    const { ArrayBuffer: buffer, String: string } = RUNTIMES[runtime];
    if (id === buffer) return { id, kind: "ArrayBuffer", name: "ArrayBuffer" };
    if (id === string) return { id, kind: "String", name: "String" };
    const element = elementFor(content);
    const isArray = byteLength === OBJECT_SIZES.Array;
    if (!isArray && byteLength !== OBJECT_SIZES.view) return undefined;
    const kind = isArray ? "Array" : "view";
    return { id, kind, element, name: `class ${id}` };
  }

  function fail(problem: string): GuestError {
    return new GuestError("signature", `Cannot lift ${subject}: ${problem}`, { export: symbol });
  }

  return (pointer, found) => {
    // The header ends with the class id and the size in bytes.
    const byteLength = word(pointer - 4);
    const { kind } = classAt(pointer, byteLength);
    memory.check("read", pointer, byteLength);
    if (kind !== "view" && kind !== "Array") {
      found.start = pointer;
      found.byteLength = byteLength;
      return;
    }
    if (byteLength < OBJECT_SIZES[kind]) {
      throw fail(`its object has ${byteLength} bytes, expected ${OBJECT_SIZES[kind]}`);
    }
    const used = word(pointer + 8);
    // An Array can have spare room after its elements.
    found.byteLength = kind === "view" ? used : word(pointer + 12) * size;
    found.start = word(pointer + 4);
    // An empty array needs no buffer.
    if (found.byteLength === 0) return void (found.start = pointer);
    const buffer = word(pointer);
    const end = buffer + word(buffer - 4);
    if (found.start >= buffer && found.start + found.byteLength <= end) return;
    throw new GuestError(
      "overrun",
      `Cannot lift ${subject}: its elements are ${found.byteLength} bytes at ${
        hex(found.start)
      }, expected them within its buffer, ${hex(buffer)} to ${hex(end)}`,
      { export: symbol },
    );
  };
}

/** Compiles reading one string of an array; the word at an address points to the string. */
function compileReadString(
  { instance, symbol, subject, runtime }: ContentsContext,
): (address: number, index: number) => string {
  const { String: string } = RUNTIMES[runtime];
  const { all } = classesOf(instance, runtime);
  const { memory } = instance;
  const options = { encoding: "utf-16" } as const;

  function fail(code: "null-pointer" | "signature", index: number, problem: string): GuestError {
    return new GuestError(code, `Cannot lift item ${index} of ${subject}: ${problem}`, {
      export: symbol,
    });
  }

  return (address, index) => {
    const pointer = Number(memory.read("u32", address));
    if (pointer === 0) {
      throw fail("null-pointer", index, "the guest gave a null pointer, expected text");
    }
    const id = Number(memory.read("u32", pointer - 8));
    if (id !== string) {
      throw fail("signature", index, `its class is ${showClass(all, id)}, expected String`);
    }
    return memory.readString(pointer, Number(memory.read("u32", pointer - 4)), options);
  };
}

/** Compiles reading the strings of an array, as many as the host may hold. */
export function compileReadStrings(
  context: ContentsContext,
): (pointer: number, byteLength: number, before: number) => readonly string[] {
  const read = compileReadString(context);
  const { instance } = context;
  return (pointer, byteLength, before) => {
    const texts: string[] = [];
    let taken = before;
    for (let at = 0; at < byteLength / 4; at++) {
      const text = read(pointer + at * 4, at);
      taken += ITEM_SIZE + heldBytes(text);
      if (taken > instance.resultLimit) throw tooMuchError(taken, context);
      texts.push(text);
    }
    return texts;
  };
}
