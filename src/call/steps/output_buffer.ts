import type { OutputPlan } from "../../abi/plan_parts.ts";
import { quote, show } from "../../base/show.ts";
import type { Frame, FrameValue } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { BoundSource } from "../blocks/bound_source.ts";
import type { Run } from "../call_parts.ts";
import type { PlanCode } from "../code/call_code.ts";
import { compileCount } from "../../instance/exports.ts";
import { writeCoreArgument, writeValue } from "../code/value.ts";
import type { Scope } from "../code/scope.ts";
import { unitOf } from "../content.ts";
import { compileOffset } from "../values.ts";
import type { FrameLayout } from "../frame_layout.ts";
import { allocator } from "../on_demand.ts";

/** Writes taking the buffer that the export writes its result into. */
export function writeOutput(output: OutputPlan, scope: Scope, code: PlanCode): boolean {
  const { place, free, capacity: given, unit = 1 } = output;
  const capacity = writeCapacity(output, scope, code);
  if (capacity === undefined) return false;
  const byteLength = given === "query" || unit === 1 ? capacity : `${capacity} * ${unit}`;
  return allocator.module.writeTake({
    place,
    free,
    block: code.layout.output,
    align: unit,
    byteLength,
  }, code);
}

/** Writes finding the size of the output buffer; returns its source. */
function writeCapacity(
  { capacity, status }: OutputPlan,
  scope: Scope,
  code: PlanCode,
): string | undefined {
  // The run form asks whether the size is a failure before it takes a buffer.
  if (status !== undefined) return undefined;
  if (typeof capacity === "number") {
    return Number.isSafeInteger(capacity) && capacity >= 0 ? String(capacity) : undefined;
  }
  const size = code.fresh("capacity");
  if (typeof capacity === "function") {
    const { parameters, export: symbol } = code.plan;
    const args = parameters.map((_, index) => `a${index}`).join(", ");
    const check = code.constant(checkCapacity);
    code.add(
      `const ${size} = ${check}(${code.constant(capacity)}(${args}), ${code.constant(symbol)});`,
    );
    return size;
  }
  if (capacity === "query") return writeQuery(size, scope, code);
  code.add(`const ${size} = ${writeValue(capacity, scope, code, "count").offset};`);
  return size;
}

/** Writes calling the export with a null buffer of 0 bytes, to ask for the size. */
function writeQuery(size: string, scope: Scope, code: PlanCode): string | undefined {
  const { export: name, result, status, area, coreArguments, passed, waits } = code.plan;
  const type = code.typeOf(name);
  if (type === undefined || result.kind !== "text" || waits) return;
  // By default, a negative length is a failure.
  if (status !== undefined && (status.value !== "result" || status.fails !== "negative")) return;
  const { length, call, unit } = result.text;
  // A length in memory needs the buffer.
  const isFound = length === "result" || typeof length === "object" && "result" in length;
  if (!isFound || call !== undefined || area?.holds !== undefined) return;
  const { output } = code.layout;
  code.add(`${code.local("pointers", output)} = ${code.local("sizes", output)} = 0;`);
  const args = coreArguments.map((coreArgument, index) =>
    writeCoreArgument(coreArgument, index, type, code)
  );
  if (code.facts.countsArguments) {
    const count = passed ?? coreArguments.length;
    code.add(`${code.of("count", ({ instance }) => compileCount(instance, name, count))}();`);
  }
  if (code.leaves) code.add(`${code.of("leave", ({ claims }) => claims!.leave)}(outerClaim);`);
  const asked = code.fresh("asked");
  code.add(code.callGuest(name, args.join(", "), `const ${asked} = `));
  if (status !== undefined) {
    const fail = code.of("status", ({ status }) => status);
    code.add(
      `if (${asked} < 0) { ${code.aside(`frame.result = ${asked}; ${fail}(frame);`)} }`,
    );
  }
  const found = writeValue(
    length,
    { ...scope, result: asked, types: type.results, key: asked },
    code,
    "count",
  );
  const scale = unit === "codeUnits" ? unitOf(result.content, result.encoding) : 1;
  code.add(`const ${size} = ${found.offset} * ${scale};`);
  return size;
}

/** The parts of the call that taking an output buffer needs. */
export interface OutputContext {
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly symbol: string;
  readonly source: BoundSource;
  /** Fills the return area, which may have the address of the output buffer. */
  readonly fill?: Run | undefined;
  /** The call itself, its status and its length, to ask for the size. */
  readonly invoke: FrameValue;
  readonly status: ((frame: Frame) => void) | undefined;
  readonly byteLength: FrameValue<number> | undefined;
}

/** Compiles taking the buffer that the export writes its result into. */
export function compileTakeOutput(
  { capacity, unit = 1 }: OutputPlan,
  { instance, layout, symbol, source, fill, invoke, status, byteLength }: OutputContext,
): Run {
  const { output } = layout;
  if (capacity === "query") {
    return (frame) => {
      frame.pointers[output] = frame.sizes[output] = 0;
      fill?.(frame);
      frame.result = invoke(frame);
      status?.(frame);
      source.take(frame, output, byteLength!(frame));
    };
  }
  if (typeof capacity === "function") {
    return (frame) =>
      source.take(frame, output, unit * checkCapacity(capacity(...frame.args as never[]), symbol));
  }
  const size = compileOffset(capacity, instance, layout);
  return (frame) => source.take(frame, output, unit * size(frame));
}

function checkCapacity(capacity: unknown, symbol: string): number {
  if (typeof capacity === "number" && capacity >= 0 && Number.isSafeInteger(capacity)) {
    return capacity;
  }
  throw new RangeError(
    `Cannot take an output buffer for ${quote(symbol)}: its capacity is ${show(capacity)}, ` +
      "expected an integer, 0 or more",
  );
}
