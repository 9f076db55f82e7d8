// What the tables of recipes share.
import {
  allocator,
  type AllocatorOptions,
  type Convention,
  type LoadOptions,
  type SymbolDeclaration,
} from "../../mod.ts";
import { holdsNul, isWellFormed, type StringRow } from "../_strings.ts";

/** One guest, driven by one recipe. */
export interface Recipe {
  readonly guest: string;
  /** What is special about it. */
  readonly name: string;
  /** How it is loaded; nothing where everything is recognised. */
  readonly options?: Omit<LoadOptions, "symbols">;
  /** How its transforms are declared, where `passString` and `passBytes` can not call them. */
  readonly declare?: (content: "string" | "bytes", name: string) => SymbolDeclaration;
  /** What is before the names of its exports. */
  readonly prefix?: string;
  /** What each export makes of a text: `greet` and `echo` unless said. */
  readonly transforms?: Readonly<Record<string, (text: string) => string>>;
  /** What the encoding carries: UTF-8 unless said. */
  readonly carries?: (row: StringRow) => boolean;
  /** Whether a NUL ends what is passed. */
  readonly terminated?: boolean;
  /** Whether the guest takes any bytes for text: as those that read UTF-8 byte by byte do. */
  readonly bytes?: boolean;
  /** The shortest text in bytes: some guests never free a block of none. */
  readonly least?: number;
  /** The longest text in bytes. */
  readonly most?: number;
  /** How many blocks the guest keeps for itself until the next call. */
  readonly keeps?: number;
  /** Whether the guest has no way to free anything. */
  readonly neverFrees?: boolean;
  /** Whether the guest itself traps where it can not allocate. */
  readonly traps?: boolean;
  /** Lengths of text in bytes at which memory runs out, where that can not be told to the guest. */
  readonly tooMuch?: readonly number[];
}

type Declare = NonNullable<Recipe["declare"]>;

/** What `greet` answers. */
export const greet = (text: string): string => `Hello, ${text}!`;
/** What `echo` answers. */
export const echo = (text: string): string => text;

/** UTF-16 and references carry every string. */
export const isEverything = () => true;
/** What a guest carries that looks for a NUL. */
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

/** An output buffer whose size is asked of the guest, or worked out by the caller. */
export const output = (capacity: "query" | "own"): Declare => (type, name) => ({
  parameters: [type],
  result: { type, pointer: "output", length: "result" },
  arguments: ["output", "capacity", text.pointer, text.length],
  output: {
    capacity: capacity === "query"
      ? capacity
      : (given: string | Uint8Array) => given.length * 3 + (name === "greet" ? 8 : 0),
  },
});
