import type { SymbolDeclaration } from "../../abi/declaration.ts";
import type { ChoicePlan, ResultPlan, TextResultPlan } from "../../abi/plan_parts.ts";
import type { Length, Value } from "../../abi/value.ts";
import { hex, quote } from "../../base/show.ts";
import { expandName } from "../../instance/exports.ts";
import { findBlock } from "../../plan/plan_blocks.ts";
import { objectValues } from "../on_demand.ts";
import { showDeclaration } from "../../presets/preset_options.ts";
import { askWords } from "./blocks.ts";
import { reportFreeResult } from "./free_results.ts";
import type { PlanLines } from "./plan_lines.ts";
import {
  about,
  contentWords,
  does,
  encodingFacts,
  encodingWords,
  type Path,
  pronoun,
  reportAbout,
  reportItem,
  testWords,
  typeWords,
  unitWords,
} from "./words.ts";

/** Reports how a JavaScript value is made from the result. */
export function reportResult(result: ResultPlan, path: Path, lines: PlanLines): void {
  const facts = about(path);
  switch (result.kind) {
    case "void":
      return;
    case "number":
      return lines.add("read", `take ${lines.value(result.value)} as ${typeWords(result.type)}`, {
        ...facts,
        type: result.type,
        value: result.value,
      });
    case "function": {
      const { declaration, value, nullable } = result;
      const type = showDeclaration(declaration as SymbolDeclaration);
      const none = nullable ? "; 0 is null" : "";
      const text = `take the function ${type} in the guest's table at ${lines.value(value)}${none}`;
      return lines.add("read", text, { ...facts, type: "function", value });
    }
    case "reference": {
      if (result.content !== "any") {
        lines.add("check", `check that the result is a string${result.nullable ? " or null" : ""}`);
      }
      return lines.add("read", "take the result as it is");
    }
    case "custom":
      return lines.add(
        "lift",
        `let the convention ${quote(lines.plan.custom!.name)} lift the result`,
      );
    case "choice": {
      const { value, cases, isOpen } = result;
      reportNull(result, path, lines);
      for (const { is, name, item } of cases) {
        const what = name === undefined
          ? `unless ${lines.value(value)} is ${testWords(is)}, there is no value`
          : `check ${lines.value(value)}: if it is ${testWords(is)}, this is ${quote(name)}`;
        lines.add("check", what, { ...facts, value });
        if (item !== undefined) {
          reportResult(item, name === undefined ? path : [...path, name], lines);
        }
      }
      if (!isOpen) lines.add("check", "any other tag is an error", facts);
      return;
    }
    case "record":
      reportNull(result, path, lines);
      for (const [name, field] of result.fields) reportResult(field, [...path, name], lines);
      return;
    case "managed":
      return objectValues.module.reportLiftObject(result, lines);
    case "slice": {
      const { parameter: argument, from, to, nullable } = result;
      const ends = `from ${lines.value(from)} to ${lines.value(to)}`;
      lines.add("check", `check that ${lines.argument(argument)} has a part ${ends}`, {
        ...facts,
        argument,
      });
      const none = nullable ? "; a negative beginning is null" : "";
      return lines.add("read", `take that part of the string itself${none}`, {
        ...facts,
        argument,
      });
    }
    case "cursor": {
      const { next, call, most, item } = result;
      if (call !== undefined) {
        const called = expandName(call, lines.plan.export);
        lines.add("call", `call ${quote(called)}`, { ...facts, export: called });
      }
      lines.add(
        "find",
        `take ${lines.value(next)} as the next item, until it is 0, at most ${most} times`,
        {
          ...facts,
          value: next,
        },
      );
      return reportItem(path, lines, (path) => {
        reportResult(item, path, lines);
        reportFreeResult(item, path, lines);
      });
    }
    case "elements": {
      const { bytes: { text: { pointer } }, count, stride, item } = result;
      reportPointer(pointer, "the first item", path, lines);
      lines.add("length", `take the number of items from ${lines.value(count)}`, {
        ...facts,
        value: count,
      });
      if (typeof stride === "number") {
        lines.add("check", `check that the items lie within memory, ${stride} bytes each`, facts);
      }
      return reportItem(path, lines, (path) => {
        if (typeof stride !== "number") {
          const text = `take its size from ${
            lines.value(stride)
          }, and check that it lies within memory`;
          lines.add("check", text, { ...about(path), value: stride });
        }
        reportResult(item, path, lines);
      });
    }
    case "text":
      return reportData(result, path, lines);
  }
}

/** Reports that an address of 0 is `null`. */
function reportNull(
  { nullable, pointer = "result" }: Pick<ChoicePlan, "nullable" | "pointer">,
  path: Path,
  lines: PlanLines,
): void {
  if (!nullable) return;
  lines.add("check", `check ${lines.value(pointer)}: 0 is null`, {
    ...about(path),
    value: pointer,
  });
}

/** Reports how text, bytes or an array is found, checked and read. */
function reportData(plan: TextResultPlan, path: Path, lines: PlanLines): void {
  const { text, content, encoding, nullable, nullIs, trailingNul, unfreed, settle } = plan;
  const { plan: { export: symbol } } = lines;
  const facts = about(path);
  const name = `the ${content === "strings" ? "array" : contentWords(content)}`;
  const reportPlace = () => {
    reportPointer(text.pointer, name, path, lines);
    if (text.check !== undefined) {
      const { value, what, is } = text.check;
      lines.add("check", `check ${lines.value(value)}: the ${what} is ${is}`, { ...facts, value });
    }
    reportLength(plan, path, lines);
  };
  if (text.call === undefined) reportPlace();
  else {
    const called = expandName(text.call, symbol);
    lines.add("call", `call ${quote(called)}`, { ...facts, export: called });
    reportAbout(`the result of ${quote(called)}`, lines, reportPlace);
  }
  const none = nullable
    ? "; a null pointer is null"
    : nullIs === "empty"
    ? "; a null pointer without a length is empty"
    : "";
  lines.add(
    "check",
    `check that ${does(name, "lie")} within ${holderOf(plan, lines)}${none}`,
    facts,
  );
  if (settle !== undefined) {
    const text = `check that the guest has not allocated ${name}: nothing shows who frees it`;
    lines.add("check", text, facts);
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
  lines.add("read", `${verb}${encodingWords(content, encoding, lines.instance)}${trimmed}${own}`, {
    ...facts,
    type: typeof content === "object" ? content.element : content,
    ...((content === "string" || content === "strings") && encodingFacts(encoding, lines.instance)),
  });
}

/** Reports how an address is found. */
function reportPointer(pointer: Value, name: string, path: Path, lines: PlanLines): void {
  const facts = { ...about(path), value: pointer };
  if (typeof pointer === "number") {
    return lines.add("find", `use the address ${hex(pointer)} for ${name}`, facts);
  }
  if (typeof pointer === "object" && "export" in pointer) {
    const { export: asked } = pointer;
    return lines.add("find", askWords(asked, name, lines), { ...facts, export: asked });
  }
  if (typeof pointer === "object" && "argument" in pointer) {
    const { argument } = pointer;
    return lines.add("find", `go back to where ${lines.argument(argument)} was put`, {
      ...facts,
      argument,
    });
  }
  if (pointer === "output") return lines.add("find", "go to the output buffer", facts);
  lines.add("find", `take the address of ${name} from ${lines.value(pointer)}`, facts);
}

/** Reports how the length of text or bytes is found. */
function reportLength(result: TextResultPlan, path: Path, lines: PlanLines): void {
  const { content, encoding, text: { length } } = result;
  const unit = result.text.unit === "codeUnits" ? unitWords(content, encoding) : "bytes";
  if (lines.hasLength && path.length === 0) return;
  lines.add("length", lengthWords(length, unit, lines), { ...about(path), value: length });
}

function lengthWords(length: Length, unit: string, lines: PlanLines): string {
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
    if ("end" in length) return `take the address of its end from ${lines.value(length.end)}`;
    if ("object" in length) {
      return "take its contents and their length from its object, by its class";
    }
  }
  return `take the length from ${lines.value(length)}${inUnit}`;
}

/** Names the range that a result has to lie within: a block of the call, or memory. */
function holderOf({ text: { pointer, length } }: TextResultPlan, lines: PlanLines): string {
  const block = findBlock(pointer, lines.plan);
  if (block === "output") return "the output buffer";
  if (block === undefined || typeof length === "number") return "memory";
  const parameter = lines.plan.parameters[block];
  const isBuffer = parameter?.kind === "text" && parameter.place.kind === "buffer";
  return isBuffer ? "the buffer" : `the block of ${lines.argument(block)}`;
}
