// WebAssembly 3.0, section 5.4 "Instructions"; the threads proposal, "Wait and Notify operators".

import type { Body } from "../binary/body.ts";
import type { ByteWriter } from "../binary/byte_writer.ts";
import { OPERATORS } from "../binary/operators.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { findRanged, writePieces } from "./pieces.ts";

const I32 = 0x7f, I64 = 0x7e, EMPTY = 0x40;

const LOOP = 0x03, IF = 0x04, END = 0x0b, BR = 0x0c, DROP = 0x1a;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, I32_CONST = 0x41, I64_CONST = 0x42;

const I32_EQ = 0x46, I64_NE = 0x52, I64_LT_U = 0x54, I32_AND = 0x71, I64_SUB = 0x7d;

const I64_SHL = 0x86, I64_EXTEND_U = 0xad;

/**
 * A function that a module calls instead of an operator or another one, so that it ends in time.
 */
export interface Replaced {
  /** The bytes of the operator, which name the function, or another name. */
  readonly key: string;
  /** The bytes of each type. */
  readonly parameters: readonly (readonly number[])[];
  readonly results: readonly (readonly number[])[];
  /** The locals, as the binary has them. */
  readonly locals: readonly number[];
  write(writer: ByteWriter, parts: ReplacedParts): void;
}

/** What such functions call. */
export interface ReplacedParts {
  /** Writes taking the units of a length, which stays on the stack. */
  charge(isWide: boolean): void;
  /** Writes asking for more units, which ends the call if its time is over. */
  more(): void;
  /** Writes replacing a timeout by the time that is left, if that is less. */
  shorten(): void;
  /** Writes replacing a text by its length. */
  measure(): void;
}

/** Returns the function for the last operator of a body, if that can take long. */
export function findReplaced(
  body: Body,
  number: number,
  info: ModuleInfo,
): Replaced | undefined {
  const bytes = body.bytes.slice(body.start, body.position);
  const key = [...bytes].join();
  const { name } = OPERATORS[number]!;
  if (name.startsWith("memory.atomic.wait")) {
    const address = info.memories[body.index]?.address === "i64" ? I64 : I32;
    return {
      key,
      parameters: [[address], [name.endsWith("64") ? I64 : I32], [I64]],
      results: [[I32]],
      locals: [2, 1, I64, 1, I32],
      write: (writer, parts) => writeWait(bytes, writer, parts),
    };
  }
  const ranged = findRanged(body, number, info);
  return ranged && {
    key,
    parameters: ranged.operands.map(({ type }) => type),
    results: [],
    locals: [0],
    write(writer, { charge, more }) {
      writer.all([LOCAL_GET, ranged.operands.length - 1]);
      charge(ranged.operands.at(-1)!.isWide);
      writer.u8(DROP);
      writePieces(ranged, writer, more);
    },
  };
}

/** The parameters of a wait, and the locals of its function. */
const ADDRESS = 0, EXPECTED = 1, TIMEOUT = 2, SHORTER = 3, RESULT = 4;

/** The result of a wait whose time has passed. */
const TIMED_OUT = 2;

/** Writes a wait that takes no longer than the call has time. */
function writeWait(operator: Uint8Array, writer: ByteWriter, { more, shorten }: ReplacedParts) {
  writer.all([LOOP, EMPTY, LOCAL_GET, TIMEOUT]);
  shorten();
  writer.all([LOCAL_SET, SHORTER]);
  writer.all([LOCAL_GET, ADDRESS, LOCAL_GET, EXPECTED, LOCAL_GET, SHORTER]);
  writer.copy(operator);
  writer.all([LOCAL_TEE, RESULT, I32_CONST, TIMED_OUT, I32_EQ]);
  writer.all([LOCAL_GET, SHORTER, LOCAL_GET, TIMEOUT, I64_NE, I32_AND, IF, EMPTY]);
  more();
  // The clock of the wait may be ahead of the other one.
  writer.all([BR, 1, END, END, LOCAL_GET, RESULT]);
}

/** What takes long from a size on, and cannot be done in pieces. */
interface Whole {
  /** The size from which on it takes a millisecond or more. */
  readonly least: number;
  /** The size from which on engines refuse it. */
  readonly most: number;
  /** Writes pushing the size, as an i64. */
  size(): void;
  /** Writes pushing the nanoseconds that it takes at most, as an i64. */
  time(): void;
}

/** Writes ending the call with its time if something takes more than is left of that. */
export function writeWhole(
  { least, most, size, time }: Whole,
  writer: ByteWriter,
  { more, shorten }: Pick<ReplacedParts, "more" | "shorten">,
): void {
  size();
  writer.u8(I64_CONST);
  writer.signed(least);
  writer.all([I64_SUB, I64_CONST]);
  writer.signed(most - least);
  writer.all([I64_LT_U, IF, EMPTY, LOOP, EMPTY]);
  time();
  shorten();
  time();
  writer.all([I64_NE, IF, EMPTY]);
  more();
  writer.all([BR, 1, END, END, END]);
}

/** The bytes of arrays that take a millisecond or more, up to those that no engine makes. */
const LEAST_BYTES = 2 ** 20, MOST_BYTES = 2 ** 30;

const LENGTH = 0, BYTES = 1;

/**
 * Returns the function that takes the units of an array, whose length it takes and returns, before
 * it is made. That cannot be done in pieces, so a call ends with its time if the array would take
 * more than is left of that: a byte takes up to a nanosecond, most of it for the memory it is in.
 *
 * @param shift The power of two of the bytes of an element.
 */
export function roomFor(shift: number): Replaced {
  return {
    key: `room ${shift}`,
    parameters: [[I32]],
    results: [[I32]],
    locals: [1, 1, I64],
    write(writer, { charge, more, shorten }) {
      writer.all([LOCAL_GET, LENGTH]);
      charge(false);
      writer.all([I64_EXTEND_U, I64_CONST, shift, I64_SHL, LOCAL_SET, BYTES]);
      const bytes = () => writer.all([LOCAL_GET, BYTES]);
      const whole = { least: LEAST_BYTES, most: MOST_BYTES, size: bytes, time: bytes };
      writeWhole(whole, writer, { more, shorten });
      writer.all([LOCAL_GET, LENGTH]);
    },
  };
}
