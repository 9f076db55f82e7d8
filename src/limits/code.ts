// WebAssembly 3.0, section 5.5.15 "Code section".

import { Body, findBodies } from "../binary/body.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import type { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { type Callee, settleCalls } from "./call_graph.ts";
import { sink } from "./forks.ts";
import type { Helpers } from "./helpers.ts";
import { Insertions } from "./insertions.ts";
import { findReferences } from "./references.ts";
import { ENTRY, findSegments, type Segments } from "./segments.ts";

const CODE = 10, I64 = 0x7e;

/** The most locals that engines take, with the parameters. */
const MOST_LOCALS = 50_000;

/**
 * Writes the contents of the code section, whose functions count what they execute; nothing if
 * there is no function.
 */
export function writeCode(
  bytes: Uint8Array,
  info: ModuleInfo,
  sections: ReadonlyMap<number, Reader>,
  helpers: Helpers,
): Uint8Array {
  const section = sections.get(CODE);
  const bodies = section === undefined ? [] : findBodies(section);
  const imported = info.functions.length - bodies.length;
  const references = findReferences(sections, info);
  const found = bodies.map(({ start, end }) => new Body(bytes, start, end));
  const functions = found.map((body) => findSegments(body, info));
  const calleeOf = settleCalls(functions, imported, (index) => references.has(index));
  const writer = new ByteWriter(Math.ceil(bytes.length * 1.5));
  for (const [own, segments] of functions.entries()) {
    const { parameters } = info.functions[imported + own]!;
    writer.counted(() =>
      writeBody(writer, found[own]!, segments, parameters.length, calleeOf, helpers)
    );
  }
  if (bodies.length + helpers.count === 0) return new Uint8Array();
  const code = new ByteWriter(writer.bytes.length + 1024);
  code.unsigned(bodies.length + helpers.count);
  code.copy(writer.bytes);
  helpers.writeBodies(code);
  return code.bytes;
}

/** Writes one function with what is inserted into it. */
function writeBody(
  writer: ByteWriter,
  body: Body,
  segments: Segments,
  parameters: number,
  calleeOf: (index: number) => Callee,
  helpers: Helpers,
): void {
  sink(segments);
  const { bytes } = body, { positions, places, values, costs, looks, calls } = segments;
  let copied = body.range.start;
  let local: number | undefined;
  const locals = parameters + body.locals;
  if (locals < MOST_LOCALS && usesLocal(segments, calleeOf)) {
    local = locals;
    writer.unsigned(body.groups + 1);
    writer.copy(bytes, body.range.groups, body.range.code);
    writer.all([1, I64]);
    copied = body.range.code;
  }
  const insertions = new Insertions(writer, helpers, local);
  for (let index = 0; index < positions.length; index++) {
    const place = places[index]!, value = values[index]!, position = positions[index]!;
    if (place === "charge" && costs[value] === 0 && !looks[value] && value !== ENTRY) continue;
    writer.copy(bytes, copied, position);
    copied = position;
    switch (place) {
      case "charge":
        if (value === ENTRY) insertions.restore();
        insertions.charge(costs[value]!, looks[value]!);
        break;
      case "call":
        if (!calleeOf(calls[value]!.callee).isFree) insertions.save();
        break;
      case "return":
        if (!calleeOf(calls[value]!.callee).isFree) insertions.restore();
        break;
      case "leave":
        insertions.save();
        break;
      default:
        insertions.measure(place, value);
    }
  }
  writer.copy(bytes, copied, body.end);
}

/** Returns whether the fuel is in a local: where a loop calls nothing that takes some. */
function usesLocal(
  { handles, loops, calls }: Segments,
  calleeOf: (index: number) => Callee,
): boolean {
  return !handles &&
    loops.some(([start, end]) =>
      calls.slice(start, end).every(({ callee }) => calleeOf(callee).isFree)
    );
}
