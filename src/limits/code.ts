// WebAssembly 3.0, section 5.5.15 "Code section".

import { type BodyRange, findBodies } from "../binary/body.ts";
import type { ByteWriter } from "../binary/byte_writer.ts";
import type { Reader } from "../binary/reader.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { BoundedBody } from "./bounded_body.ts";
import type { BranchHints } from "./branch_hints.ts";
import { BodyWriter } from "./body_writer.ts";
import { CallGraph, findReferences } from "./call_graph.ts";
import { PLAIN, SegmentFinder } from "./find_segments.ts";
import type { Helpers } from "./helpers.ts";
import { findReplaced, type Replaced } from "./replaced.ts";
import { NONE, Place, Segments, sink } from "./segments.ts";
import type { Redirects } from "./string_builtins.ts";

const CODE = 10;

// V8 makes faster code for constants of the same file.
const { length: LENGTH, wait: WAIT, object: OBJECT, leave: LEAVE } = Place;

/** A position behind all: engines accept binaries of up to 1 GiB. */
const MOST_BYTES = 2 ** 30;

/** The maximum number of locals, including parameters, that engines accept. */
const MOST_LOCALS = 50_000;

/** The functions of a module, which count what they execute. */
export class Code {
  /** Exported functions for which callers in the code take units, with these. */
  readonly prepaid: ReadonlyMap<number, number>;
  readonly #ranges: readonly BodyRange[];
  readonly #body: BoundedBody;
  /** The function whose body that is at. */
  #entered = NONE;
  readonly #info: ModuleInfo;
  readonly #imported: number;
  readonly #helpers: Helpers;
  readonly #redirects: Redirects;
  readonly #segments: Segments;
  readonly #calls: CallGraph;
  /** What replaces operators, by their bytes as a number. */
  readonly #replaced = new Map<number, Replaced | undefined>();
  /** The next place and the next call at which something may be inserted. */
  #place = 0;
  #call = 0;

  /**
   * @param redirects Gets the places where the module names functions.
   * @param isShared Whether other modules share the units.
   */
  constructor(
    bytes: Uint8Array,
    info: ModuleInfo,
    sections: ReadonlyMap<number, Reader>,
    helpers: Helpers,
    redirects: Redirects,
    isShared: boolean,
  ) {
    const section = sections.get(CODE);
    const byteLength = section?.remaining;
    this.#ranges = section === undefined ? [] : findBodies(section);
    this.#body = new BoundedBody(bytes, info, PLAIN);
    this.#info = info;
    this.#imported = info.functions.length - this.count;
    this.#helpers = helpers;
    this.#redirects = redirects;
    this.#segments = new Segments(this.count, byteLength);
    const references = findReferences(sections, info, redirects);
    const finder = new SegmentFinder(this.#segments, info, this.#body, redirects);
    for (let own = 0; own < this.count; own++) {
      this.#enter(own);
      finder.find(own);
    }
    const { references: more } = this.#segments;
    const callees = this.#segments.calledFunctions(info.functions.length);
    const exported = new Set(
      info.exports.filter(({ kind }) => kind === "function").map(({ index }) => index),
    );
    const { start = NONE } = info;
    if (more.has(start) && !references.has(start) && !exported.has(start)) {
      const problem = `the code refers to function ${start}, expected a declaration of that`;
      section!.fail("ref.func", section!.end, problem); // the export that is added would be one
    }
    const isForeign = (index: number) =>
      index === start || references.has(index) || more.has(index) ||
      exported.has(index) && (isShared || callees[index] === 0);
    if (isShared) this.#lookWhere(isForeign);
    this.#calls = new CallGraph(this.#segments, this.#imported, isForeign);
    this.prepaid = new Map(
      [...exported].map((index) => [index, this.#calls.prepaid(index)] as const)
        .filter(([, units]) => units > 0),
    );
  }

  /** Checks fuel where functions begin: a loop in another module does not see what they take. */
  #lookWhere(isForeign: (index: number) => boolean): void {
    const { looks, segmentStarts } = this.#segments;
    for (let own = 0; own < this.count; own++) {
      if (isForeign(this.#imported + own)) looks[segmentStarts[own]!] = 1;
    }
  }

  /** The number of functions. */
  get count(): number {
    return this.#ranges.length;
  }

  /** Writes the functions, and returns the hints for them. */
  write(writer: ByteWriter): BranchHints {
    const bodyWriter = new BodyWriter(
      writer,
      this.#helpers,
      this.#body.bytes,
      this.#redirects.isEmpty ? undefined : this.#redirects,
    );
    for (let own = 0; own < this.count; own++) this.#write(bodyWriter, own);
    return bodyWriter.hints;
  }

  #write(bodyWriter: BodyWriter, own: number): void {
    const usesLocal = this.#usesLocal(own) && this.#enter(own).localCount < MOST_LOCALS;
    const range = this.#ranges[own]!;
    if (usesLocal) bodyWriter.beginLocal(this.#body);
    else {
      sink(this.#segments, own);
      bodyWriter.begin(range);
    }
    this.#insert(bodyWriter, own, usesLocal);
    bodyWriter.end(this.#imported + own, range);
  }

  /** Returns the body of a function, from its first operator on unless it was entered before. */
  #enter(own: number): BoundedBody {
    if (own !== this.#entered) {
      const { parameters } = this.#info.functions[this.#imported + own]!;
      this.#body.enter(this.#ranges[own]!, parameters.length);
      this.#entered = own;
    }
    return this.#body;
  }

  /** Returns whether to keep the fuel in a local: if a loop calls no function that takes fuel. */
  #usesLocal(own: number): boolean {
    const { handles, loopStarts, callStarts, firstCalls, lastCalls } = this.#segments;
    if (handles[own] === 1) return false;
    let call = callStarts[own]!, taking = NONE;
    // Loops come in the order of their ends.
    for (let loop = loopStarts[own]!; loop < loopStarts[own + 1]!; loop++) {
      for (; call < lastCalls[loop]!; call++) if (!this.#calls.isFree(call)) taking = call;
      if (taking < firstCalls[loop]!) return true;
    }
    return false;
  }

  /** Returns what replaces the operator at a position, if a deadline could pass meanwhile. */
  #replacement(own: number, position: number): Replaced | undefined {
    if (!this.#helpers.asks) return undefined;
    const body = this.#enter(own), { bytes } = body;
    body.position = position;
    const number = body.next();
    // Most are the same few, of four bytes.
    let key = 0;
    for (let at = body.start; at < body.position; at++) key = key * 0x100 + bytes[at]!;
    let replaced = this.#replaced.get(key);
    if (replaced === undefined) {
      replaced = findReplaced(body, number, this.#info);
      if (key <= Number.MAX_SAFE_INTEGER) this.#replaced.set(key, replaced);
    }
    return replaced;
  }

  /** Inserts what is needed into a function. */
  #insert(bodyWriter: BodyWriter, own: number, usesLocal: boolean): void {
    const { segmentStarts, positions, costs, looks, placeStarts, callStarts } = this.#segments;
    const end = segmentStarts[own + 1]!;
    this.#place = placeStarts[own]!;
    this.#call = callStarts[usesLocal ? own : own + 1]!;
    let next = this.#insertBefore(0, bodyWriter, own, usesLocal);
    for (let segment = segmentStarts[own]!; segment < end; segment++) {
      const cost = costs[segment]!, isSeen = looks[segment] === 1;
      if (cost === 0 && !isSeen) continue;
      const position = positions[segment]!;
      if (next < position) next = this.#insertBefore(position, bodyWriter, own, usesLocal);
      bodyWriter.copyTo(position);
      bodyWriter.charge(cost, isSeen);
    }
    this.#insertBefore(MOST_BYTES, bodyWriter, own, usesLocal);
  }

  /**
   * Inserts what is needed at the places and calls of a function that are before a position, and
   * returns the position of the next one.
   */
  #insertBefore(end: number, bodyWriter: BodyWriter, own: number, usesLocal: boolean): number {
    const { placeStarts, placePositions, callStarts, callPositions } = this.#segments;
    const places = placeStarts[own + 1]!, calls = callStarts[own + 1]!;
    for (;;) {
      const place = this.#place < places ? placePositions[this.#place]! : MOST_BYTES;
      const call = this.#call < calls ? callPositions[this.#call]! : MOST_BYTES;
      // What grows before a call ends where that begins.
      const isPlace = place <= call, position = isPlace ? place : call;
      if (position >= end) return position;
      if (isPlace) this.#insertAt(bodyWriter, own, this.#place++, usesLocal);
      else this.#insertAround(bodyWriter, this.#call++);
    }
  }

  /** Inserts what is needed at a place of a function. */
  #insertAt(bodyWriter: BodyWriter, own: number, index: number, usesLocal: boolean): void {
    const { placePositions, places, values } = this.#segments;
    const place = places[index]!, value = values[index]!, position = placePositions[index]!;
    if (place === LEAVE && !usesLocal) return;
    bodyWriter.copyTo(position);
    if (place === LEAVE) {
      bodyWriter.save();
      return;
    }
    if (place === OBJECT) {
      bodyWriter.charge(value, true);
      return;
    }
    const isLong = place === LENGTH || place === WAIT;
    const replaced = isLong ? this.#replacement(own, position) : undefined;
    if (replaced !== undefined) bodyWriter.replace(replaced, value, this.#body.position);
    else if (place !== WAIT) bodyWriter.measure(place, value);
  }

  /** Moves fuel out of a local for a call that takes some, and back. */
  #insertAround(bodyWriter: BodyWriter, call: number): void {
    const position = this.#segments.callPositions[call]!;
    if (position === NONE || this.#calls.isFree(call)) return;
    bodyWriter.copyTo(position);
    bodyWriter.save();
    this.#body.position = position;
    this.#body.next();
    bodyWriter.copyTo(this.#body.position);
    bodyWriter.restore();
  }
}
