// WebAssembly 3.0, section 5.5.15 "Code section".

import { findBodies } from "../binary/body.ts";
import type { ByteWriter } from "../binary/byte_writer.ts";
import type { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { BoundedBody } from "./bounded_body.ts";
import { BodyWriter } from "./body_writer.ts";
import { CallGraph } from "./call_graph.ts";
import { SegmentFinder } from "./find_segments.ts";
import { sink } from "./forks.ts";
import type { Helpers } from "./helpers.ts";
import { findReferences } from "./references.ts";
import { findReplaced, type Replaced } from "./replaced.ts";
import { type FunctionSegments, NONE, Place, type Range, Segments } from "./segments.ts";

const CODE = 10;

/** The most locals that engines take, with the parameters. */
const MOST_LOCALS = 50_000;

/** The functions of a module, which count what they execute. */
export class Code {
  /** Exported functions for which callers in the code take units, with these. */
  readonly prepaid: ReadonlyMap<number, number>;
  readonly #bodies: readonly BoundedBody[];
  readonly #info: ModuleInfo;
  readonly #helpers: Helpers;
  readonly #segments = new Segments();
  readonly #functions: readonly FunctionSegments[];
  readonly #calls: CallGraph;

  constructor(
    bytes: Uint8Array,
    info: ModuleInfo,
    sections: ReadonlyMap<number, Reader>,
    helpers: Helpers,
  ) {
    const section = sections.get(CODE);
    const finder = new SegmentFinder(this.#segments, info);
    const ranges = section === undefined ? [] : findBodies(section);
    const imported = info.functions.length - ranges.length;
    this.#bodies = ranges.map((range, own) =>
      new BoundedBody(bytes, range, info, info.functions[imported + own]!.parameters.length)
    );
    this.#info = info;
    this.#helpers = helpers;
    this.#functions = this.#bodies.map((body) => finder.find(body));
    const references = findReferences(sections, info), callees = new Set(this.#segments.callees);
    const exported = new Set(
      info.exports.filter(({ kind }) => kind === "function").map(({ index }) => index),
    );
    this.#calls = new CallGraph(
      this.#segments,
      this.#functions,
      imported,
      (index) => references.has(index) || exported.has(index) && !callees.has(index),
    );
    this.prepaid = new Map(
      [...exported].map((index) => [index, this.#calls.prepaid(index)] as const)
        .filter(([, units]) => units > 0),
    );
  }

  /** The number of functions. */
  get count(): number {
    return this.#bodies.length;
  }

  write(writer: ByteWriter): void {
    const bodyWriter = new BodyWriter(writer, this.#helpers);
    for (const [own, found] of this.#functions.entries()) {
      const body = this.#bodies[own]!;
      const usesLocal = body.localCount < MOST_LOCALS && this.#usesLocal(found);
      if (!usesLocal) sink(this.#segments, found.segments);
      writer.counted(() => {
        bodyWriter.begin(body, usesLocal ? body.localCount : undefined);
        this.#insert(bodyWriter, body, found.places, usesLocal);
        bodyWriter.copyTo(body.end);
      });
    }
  }

  /** Returns whether the fuel is in a local: where a loop calls nothing that takes some. */
  #usesLocal({ handles, loops, calls }: FunctionSegments): boolean {
    if (handles) return false;
    const { loopStarts, loopEnds } = this.#segments;
    let call = calls.start, taking = NONE;
    // Loops come in the order of their ends.
    for (let loop = loops.start; loop < loops.end; loop++) {
      for (; call < loopEnds[loop]!; call++) if (!this.#calls.isFree(call)) taking = call;
      if (taking < loopStarts[loop]!) return true;
    }
    return false;
  }

  /** Returns what replaces the operator at a position, if a deadline could pass meanwhile. */
  #replacement(body: BoundedBody, position: number): Replaced | undefined {
    if (!this.#helpers.asks) return undefined;
    body.position = position;
    return findReplaced(body, body.next(), this.#info);
  }

  /** Inserts what is needed at the places of a function. */
  #insert(
    bodyWriter: BodyWriter,
    body: BoundedBody,
    { start, end }: Range,
    usesLocal: boolean,
  ): void {
    const { positions, places, values, costs, looks } = this.#segments;
    for (let index = start; index < end; index++) {
      const place = places[index]!, value = values[index]!;
      const isNeeded = place === Place.charge
        ? costs[value] !== 0 || looks[value] !== 0
        : place === Place.leave
        ? usesLocal
        : place < Place.call || usesLocal && !this.#calls.isFree(value);
      if (!isNeeded) continue;
      bodyWriter.copyTo(positions[index]!);
      const isLong = place === Place.length || place === Place.wait;
      const replaced = isLong ? this.#replacement(body, positions[index]!) : undefined;
      if (replaced !== undefined) {
        bodyWriter.replace(replaced, value, body.position);
        continue;
      }
      if (place === Place.wait) continue;
      if (place === Place.charge) {
        bodyWriter.charge(costs[value]!, looks[value] !== 0);
      } else if (place === Place.answer) bodyWriter.restore();
      else if (place < Place.call) bodyWriter.measure(place, value);
      else bodyWriter.save();
    }
  }
}
