// WebAssembly 3.0, sections 5.5.11 "Start section" and 5.5.13 "Code section".

import { u32 } from "../../binary/function_module.ts";
import type { Reader } from "../../binary/reader.ts";
import { eachSection } from "./sections.ts";

/** The ids of sections. */
const START = 8, CODE = 10;

/** The engine compiles a smaller module as fast as this could hollow it out. */
const LARGE = 64 * 1024;

/** A getter has no longer body than this. */
const MOST_KEPT = 64;

/** A body that traps: its size, no locals, `unreachable`, `end`. */
const TRAP = [0x03, 0x00, 0x00, 0x0b];

/**
 * Copies a module for a guest that is not called: without its start function and, if it is large,
 * without most of its code, so that the engine has little to compile.
 */
export function hollowOut(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let kept = 0;
  const isLarge = bytes.byteLength > LARGE;
  eachSection(bytes, (id, offset, contents) => {
    if (id !== START && !(id === CODE && isLarge)) return;
    parts.push(bytes.subarray(kept, offset));
    if (id === CODE) parts.push(hollowCode(contents));
    kept = contents.end;
  });
  if (kept === 0) return bytes;
  parts.push(bytes.subarray(kept));
  return joined(parts);
}

function hollowCode(contents: Reader): Uint8Array<ArrayBuffer> {
  const body: number[] = [];
  const first = contents.position;
  const count = contents.u32("code count");
  for (let at = first; at < contents.position; at++) body.push(contents.bytes[at]!);
  for (let index = 0; index < count; index++) {
    const from = contents.position;
    contents.skip(contents.u32("function body"), "function body");
    const isShort = contents.position - from <= MOST_KEPT;
    if (!isShort) body.push(...TRAP);
    else for (let at = from; at < contents.position; at++) body.push(contents.bytes[at]!);
  }
  return Uint8Array.from([CODE, ...u32(body.length)].concat(body));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
