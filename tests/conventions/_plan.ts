// The shared parts of the tables of plans.
import {
  allocator,
  type AllocatorOptions,
  type Convention,
  type LoadOptions,
  type SymbolDeclaration,
} from "../../mod.ts";
import { holdsNul, isWellFormed, type StringRow } from "../_strings.ts";

/** One guest, driven by one plan. */
export interface PlanParts {
  readonly guest: string;
  /** Its special feature. */
  readonly name: string;
  /** The options of `load`; `undefined` if everything is detected. */
  readonly options?: Omit<LoadOptions, "symbols">;
  /** The declarations of its transforms, if `passString` and `passBytes` cannot call them. */
  readonly declare?: (content: "string" | "bytes", name: string) => SymbolDeclaration;
  /** The prefix of its exports' names. */
  readonly prefix?: string;
  /** The transform of each export: `greet` and `echo` unless set. */
  readonly transforms?: Readonly<Record<string, (text: string) => string>>;
  /** The strings that the encoding carries: those of UTF-8 unless set. */
  readonly carries?: (row: StringRow) => boolean;
  /** Whether a NUL ends the argument. */
  readonly terminated?: boolean;
  /** Whether the guest accepts any bytes as text, as guests that copy UTF-8 byte by byte do. */
  readonly bytes?: boolean;
  /** The shortest text in bytes: some guests never free an empty block. */
  readonly least?: number;
  /** The longest text in bytes. */
  readonly most?: number;
  /** The number of blocks that the guest keeps for itself until the next call. */
  readonly keeps?: number;
  /** Whether the guest cannot free anything. */
  readonly neverFrees?: boolean;
  /** Whether the guest traps if it cannot allocate. */
  readonly traps?: boolean;
  /** Lengths of text in bytes at which memory runs out, if the guest cannot be asked to fail. */
  readonly tooMuch?: readonly number[];
}

type Declare = NonNullable<PlanParts["declare"]>;

/** The result of `greet`. */
export const greet = (text: string): string => `Hello, ${text}!`;
/** The result of `echo`. */
export const echo = (text: string): string => text;

/** UTF-16 and references carry every string. */
export const isEverything = () => true;
/** A guest that looks for a NUL carries these. */
export const hasNoNul = (row: StringRow) => isWellFormed(row) && !holdsNul(row);

/** The allocator of most guests, whose results the caller frees. */
export const malloc = (more: Partial<AllocatorOptions> = {}): { convention: Convention } => ({
  convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host", ...more }),
});

/** Allocators by their names; the result is an i64 with the pointer in its high half. */
export const packed = (options: AllocatorOptions): { convention: Convention } => ({
  convention: allocator({ result: "packedPointerHigh", resultsFreedBy: "host", ...options }),
});

const text = {
  pointer: { text: 0, as: "pointer" },
  length: { text: 0, as: "byteLength" },
} as const;

/** `f(text, length, &pointer, &length) -> status`. */
export const outParameters: Declare = (type) => ({
  parameters: [type],
  result: { type, pointer: { word: 0 }, length: { word: 1 } },
  arguments: [text.pointer, text.length, { area: 0 }, { area: 1 }],
  status: { value: "result", fails: "nonzero" },
});

/** An output buffer whose size the guest returns, or the caller computes. */
export const output = (capacity: "query" | "custom"): Declare => (type, name) => ({
  parameters: [type],
  result: { type, pointer: "output", length: "result" },
  arguments: ["output", "capacity", text.pointer, text.length],
  output: {
    capacity: capacity === "query"
      ? capacity
      : (given: string | Uint8Array) => given.length * 3 + (name === "greet" ? 8 : 0),
  },
});
