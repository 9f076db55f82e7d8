import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readComponent } from "../../src/component/component.ts";
import type { Component } from "../../src/component/types.ts";
import { flat, type Part, section } from "../binary/_build.ts";

/** The magic, the version 0x0d and the layer 1. */
export const HEADER: Part = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** A core module without sections. */
export const MODULE: Part = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The ids of the sections. */
export const CORE_MODULE = 1,
  CORE_INSTANCE = 2,
  CORE_TYPE = 3,
  COMPONENT = 4,
  INSTANCE = 5,
  ALIAS = 6,
  TYPE = 7,
  CANON = 8,
  IMPORT = 10,
  EXPORT = 11;

/** Makes a section that lists `items`. */
export function list(id: number, ...items: Part[]): Part {
  return section(id, items.length, ...items);
}

/** Makes the bytes of a component of these sections. */
export function build(...sections: Part[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(flat(HEADER, sections));
}

/** Reads a component of these sections. */
export function read(...sections: Part[]): Component {
  return readComponent(build(...sections));
}

/** Returns the message of the error for a component of these sections. */
export function refusal(...sections: Part[]): string {
  return assertThrows(() => read(...sections), WasmFormatError).message;
}

/** Tests the messages of the errors for components of these sections. */
export function testRefusals(
  rows: Iterable<readonly [message: string, ...sections: readonly Part[]]>,
): void {
  for (const [message, ...sections] of rows) {
    Deno.test(`a component is refused: ${message}`, () =>
      assertEquals(refusal(...sections), message));
  }
}

/** Makes an import: the form of its name, the name and the type. */
export function named(name: string, ...type: Part[]): Part {
  return [0x00, name, ...type];
}

/** The type of a function without parameters and results. */
export const VOID: Part = [0x40, 0x00, 0x01, 0x00];

/** Core modules with a memory 0, and a function 0 of no type in particular. */
export const MEMORY_AND_FUNCTION: readonly Part[] = [
  section(CORE_MODULE, MODULE),
  list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
  list(ALIAS, [0x00, 0x02, 0x01, 0x00, "m"], [0x00, 0x00, 0x01, 0x00, "f"]),
];
