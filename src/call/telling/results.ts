import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { ChoicePlan, ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import type { Length, Value } from "../../abi/value.ts";
import { hex, quote } from "../../base/show.ts";
import { expandName } from "../../instance/exports.ts";
import { findBlock } from "../../plan/plan_blocks.ts";
import { objectValues } from "../on_demand.ts";
import { showDeclaration } from "../../presets/preset_options.ts";
import { askWords } from "./blocks.ts";
import { tellFreeResult } from "./free_results.ts";
import type { Telling } from "./types.ts";
import {
  about,
  contentWords,
  does,
  encodingFacts,
  encodingWords,
  type Path,
  pronoun,
  tellAbout,
  tellItem,
  testWords,
  typeWords,
  unitWords,
} from "./words.ts";

/** Reports how a JavaScript value is made from the result. */
export function tellResult(result: ResultPlan, path: Path, told: Telling): void {
  const facts = about(path);
  switch (result.kind) {
    case "void":
      return;
    case "number":
      return told.add("read", `take ${told.value(result.value)} as ${typeWords(result.type)}`, {
        ...facts,
        type: result.type,
        value: result.value,
      });
    case "function": {
      const { declaration, value, nullable } = result;
      const type = showDeclaration(declaration as SymbolDeclaration);
      const none = nullable ? "; 0 is null" : "";
      const text = `take the function ${type} in the guest's table at ${told.value(value)}${none}`;
      return told.add("read", text, { ...facts, type: "function", value });
    }
    case "reference": {
      if (result.content !== "any") {
        told.add("check", `check that the result is a string${result.nullable ? " or null" : ""}`);
      }
      return told.add("read", "take the result as it is");
    }
    case "custom":
      return told.add(
        "lift",
        `let the convention ${quote(told.plan.custom!.name)} lift the result`,
      );
    case "choice": {
      const { value, cases, isOpen } = result;
      tellNull(result, path, told);
      for (const { is, name, item } of cases) {
        const what = name === undefined
          ? `unless ${told.value(value)} is ${testWords(is)}, there is no value`
          : `check ${told.value(value)}: if it is ${testWords(is)}, this is ${quote(name)}`;
        told.add("check", what, { ...facts, value });
        if (item !== undefined) tellResult(item, name === undefined ? path : [...path, name], told);
      }
      if (!isOpen) told.add("check", "any other tag is an error", facts);
      return;
    }
    case "record":
      tellNull(result, path, told);
      for (const [name, field] of result.fields) tellResult(field, [...path, name], told);
      return;
    case "managed":
      return objectValues.module.tellLiftObject(result, told);
    case "slice": {
      const { parameter: argument, from, to, nullable } = result;
      const ends = `from ${told.value(from)} to ${told.value(to)}`;
      told.add("check", `check that ${told.argument(argument)} has a part ${ends}`, {
        ...facts,
        argument,
      });
      const none = nullable ? "; a negative beginning is null" : "";
      return told.add("read", `take that part of the string itself${none}`, { ...facts, argument });
    }
    case "cursor": {
      const { next, call, most, item } = result;
      if (call !== undefined) {
        const called = expandName(call, told.plan.export);
        told.add("call", `call ${quote(called)}`, { ...facts, export: called });
      }
      told.add(
        "find",
        `take ${told.value(next)} as the next item, until it is 0, at most ${most} times`,
        {
          ...facts,
          value: next,
        },
      );
      return tellItem(path, told, (path) => {
        tellResult(item, path, told);
        tellFreeResult(item, path, told);
      });
    }
    case "elements": {
      const { bytes: { text: { pointer } }, count, stride, item } = result;
      tellPointer(pointer, "the first item", path, told);
      told.add("length", `take the number of items from ${told.value(count)}`, {
        ...facts,
        value: count,
      });
      if (typeof stride === "number") {
        told.add("check", `check that the items lie within memory, ${stride} bytes each`, facts);
      }
      return tellItem(path, told, (path) => {
        if (typeof stride !== "number") {
          const text = `take its size from ${
            told.value(stride)
          }, and check that it lies within memory`;
          told.add("check", text, { ...about(path), value: stride });
        }
        tellResult(item, path, told);
      });
    }
    case "text":
      return tellData(result, path, told);
  }
}

/** Reports that an address of 0 is `null`. */
function tellNull(
  { nullable, pointer = "result" }: Pick<ChoicePlan, "nullable" | "pointer">,
  path: Path,
  told: Telling,
): void {
  if (!nullable) return;
  told.add("check", `check ${told.value(pointer)}: 0 is null`, { ...about(path), value: pointer });
}

/** Reports how text, bytes or an array is found, checked and read. */
function tellData(plan: TextResultPlan, path: Path, told: Telling): void {
  const { text, content, encoding, nullable, nullIs, trailingNul, unfreed, settle } = plan;
  const { plan: { export: symbol } } = told;
  const facts = about(path);
  const name = `the ${content === "strings" ? "array" : contentWords(content)}`;
  const tellPlace = () => {
    tellPointer(text.pointer, name, path, told);
    if (text.check !== undefined) {
      const { value, what, is } = text.check;
      told.add("check", `check ${told.value(value)}: the ${what} is ${is}`, { ...facts, value });
    }
    tellLength(plan, path, told);
  };
  if (text.call === undefined) tellPlace();
  else {
    const called = expandName(text.call, symbol);
    told.add("call", `call ${quote(called)}`, { ...facts, export: called });
    tellAbout(`the result of ${quote(called)}`, told, tellPlace);
  }
  const none = nullable
    ? "; a null pointer is null"
    : nullIs === "empty"
    ? "; a null pointer without a length is empty"
    : "";
  told.add(
    "check",
    `check that ${does(name, "lie")} within ${holderOf(plan, told)}${none}`,
    facts,
  );
  if (settle !== undefined) {
    const text = `check that the guest has not allocated ${name}: nothing shows who frees it`;
    told.add("check", text, facts);
  }
  const trimmed = trailingNul === "trim" && content === "string"
    ? ", without the NULs at its end"
    : "";
  const own = unfreed ? "; it is the guest's to free" : "";
  const verb = content === "string"
    ? "read it"
    : content === "strings"
    ? "read its texts"
    : `copy ${pronoun(name)}`;
  told.add("read", `${verb}${encodingWords(content, encoding, told.instance)}${trimmed}${own}`, {
    ...facts,
    type: typeof content === "object" ? content.element : content,
    ...((content === "string" || content === "strings") && encodingFacts(encoding, told.instance)),
  });
}

/** Reports how an address is found. */
function tellPointer(pointer: Value, name: string, path: Path, told: Telling): void {
  const facts = { ...about(path), value: pointer };
  if (typeof pointer === "number") {
    return told.add("find", `use the address ${hex(pointer)} for ${name}`, facts);
  }
  if (typeof pointer === "object" && "export" in pointer) {
    const { export: asked } = pointer;
    return told.add("find", askWords(asked, name, told), { ...facts, export: asked });
  }
  if (typeof pointer === "object" && "argument" in pointer) {
    const { argument } = pointer;
    return told.add("find", `go back to where ${told.argument(argument)} was put`, {
      ...facts,
      argument,
    });
  }
  if (pointer === "output") return told.add("find", "go to the output buffer", facts);
  told.add("find", `take the address of ${name} from ${told.value(pointer)}`, facts);
}

/** Reports how the length of text or bytes is found. */
function tellLength(result: TextResultPlan, path: Path, told: Telling): void {
  const { content, encoding, text: { length } } = result;
  const unit = result.text.unit === "codeUnits" ? unitWords(content, encoding) : "bytes";
  if (told.hasLength && path.length === 0) return;
  told.add("length", lengthWords(length, unit, told), { ...about(path), value: length });
}

function lengthWords(length: Length, unit: string, told: Telling): string {
  if (length === "nul") return "find the NUL that ends it";
  const inUnit = unit === "bytes" ? "" : `, in ${unit}`;
  if (typeof length === "number") {
    return `its length is ${length} ${unit}`;
  }
  if (typeof length === "object") {
    if ("prefix" in length) {
      const { prefix, offset = 0 } = length;
      if (offset === 0) {
        return `take the length from the ${prefix} there, which it follows${inUnit}`;
      }
      const where = offset < 0
        ? `${-offset} bytes before it`
        : `${offset} bytes behind that address`;
      return `take the length from the ${prefix} ${where}${inUnit}`;
    }
    if ("within" in length) {
      return `find the NUL that ends it within ${length.within} bytes, which it may fill`;
    }
    if ("end" in length) return `take the address of its end from ${told.value(length.end)}`;
    if ("object" in length) {
      return "take its contents and their length from its object, by its class";
    }
  }
  return `take the length from ${told.value(length)}${inUnit}`;
}

/** Names the range that a result has to lie within: a block of the call, or memory. */
function holderOf({ text: { pointer, length } }: TextResultPlan, told: Telling): string {
  const block = findBlock(pointer, told.plan);
  if (block === "output") return "the output buffer";
  if (block === undefined || typeof length === "number") return "memory";
  const parameter = told.plan.parameters[block];
  const isBuffer = parameter?.kind === "text" && parameter.place.kind === "buffer";
  return isBuffer ? "the buffer" : `the block of ${told.argument(block)}`;
}
