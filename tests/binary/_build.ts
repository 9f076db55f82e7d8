import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readModule } from "./_read.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";

/** Bytes, names (their length, then UTF-8) and nested lists of these. */
export type Part = number | string | readonly Part[];

/** The magic and the version. */
export const HEADER: Part = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The ids of the sections. */
export const TYPE = 1;
export const IMPORT = 2;
export const FUNCTION = 3;
export const TABLE = 4;
export const MEMORY = 5;
export const GLOBAL = 6;
export const EXPORT = 7;
export const START = 8;
export const ELEMENT = 9;
export const CODE = 10;
export const DATA = 11;
export const DATA_COUNT = 12;
export const TAG = 13;

/** A type section with `() -> ()` alone. */
export const VOID_TYPE: Part = [TYPE, 4, 1, 0x60, 0, 0];

/** Encodes an unsigned LEB128 in its shortest form. */
export function leb(value: number): number[] {
  return value < 0x80 ? [value] : [value % 0x80 | 0x80, ...leb(Math.floor(value / 0x80))];
}

/** Returns the bytes of `parts`. */
export function flat(...parts: Part[]): number[] {
  const bytes: number[] = [];
  const append = (part: Part): void => {
    if (typeof part === "number") bytes.push(part);
    else if (typeof part !== "string") part.forEach(append);
    else {
      const utf8 = new TextEncoder().encode(part);
      bytes.push(...leb(utf8.length), ...utf8);
    }
  };
  parts.forEach(append);
  return bytes;
}

/** Makes a section with the right size. */
export function section(id: number, ...parts: Part[]): Part {
  const contents = flat(parts);
  return [id, leb(contents.length), contents];
}

/** Makes a module of these sections. */
export function build(...sections: Part[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(flat(HEADER, sections));
}

/** Makes a code section with that many empty bodies. */
export function bodies(count: number): Part {
  return section(CODE, leb(count), Array.from({ length: count }, () => [2, 0, 0x0b]));
}

/** Reads a module that the engine also accepts. */
export function readValid(...sections: Part[]): ModuleInfo {
  const bytes = build(...sections);
  new WebAssembly.Module(bytes); // throws if the engine refuses it
  return readModule(bytes);
}

/** Reads a module of a proposal that the engine does not accept. */
export function readUnsupported(feature: string, ...sections: Part[]): ModuleInfo {
  const bytes = build(...sections);
  assertStrictEquals(WebAssembly.validate(bytes), false, "the engine takes it by now");
  const info = readModule(bytes);
  assertEquals<readonly string[]>(info.unsupported, [feature]);
  return info;
}

/**
 * Asserts that the bytes are refused with exactly this message, and that the engine refuses them,
 * too.
 */
export function assertMalformed(bytes: Uint8Array, message: string): void {
  const error = assertThrows(() => readModule(bytes), WasmFormatError);
  assertStrictEquals(error.message, message);
  assertStrictEquals(error.code, "format");
  assertStrictEquals(
    `0x${error.offset.toString(16)}`,
    / at offset (0x[0-9a-f]+):/.exec(message)?.[1],
  );
  assertStrictEquals(WebAssembly.validate(Uint8Array.from(bytes)), false, "the engine takes it");
}
