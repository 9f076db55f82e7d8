import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Value } from "../abi/value.ts";
import type { ValueType } from "../binary/types.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import type { BoundSource } from "./blocks/bound_source.ts";
import type { FrameLayout } from "./frame_layout.ts";

/** A compiled result. */
export interface Lift {
  /** Reads the result; `at` is the address of its text if it is known. */
  readonly lift: (frame: Frame, at?: number) => unknown;
  /** Goes on with a list that the guest returns one by one, from the item that it found last. */
  readonly rest?: (frame: Frame, items: unknown[], found: number | bigint) => unknown[];
  /** Records a block to be freed without reading it. */
  readonly note?: ((frame: Frame) => void) | undefined;
  /** Records the blocks that are freed as a whole, as soon as the export has returned. */
  readonly claim?: ((frame: Frame) => void) | undefined;
  /** Returns only the length of text or bytes, for a call that asks for it. */
  readonly byteLength?: FrameValue<number>;
  /** Frees the recorded blocks. */
  readonly release?: ((frame: Frame) => void) | undefined;
}

/** The parts of a call that lifting text needs. */
export interface TextContext {
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly symbol: string;
  /** Formats, as the option has it, a symbol like this one with a number as its result. */
  readonly number?: ((type: ValueType) => string | undefined) | undefined;
  /** The name that errors use for the value: the symbol's result unless set. */
  readonly subject?: string;
  /** The words before that name for a part of the value: `field "name" of `. */
  readonly part?: string;
  /** The expected value in errors for a null pointer: the content unless set. */
  readonly expected?: string;
  /** The index of the text's own block in the frame. */
  readonly block: number;
  /** Whether the same call of the guest may free other parts of the result. */
  readonly shared: boolean;
  /** Whether the guest keeps the value, or the value is freed with the whole that it belongs to. */
  readonly kept?: boolean;
  /** Returns the parameters whose blocks the call frees; absent if it has none. */
  freed?(): readonly number[];
  /** Whether it is one of several values of a call, whose total size is limited. */
  readonly isPart?: boolean;
  /** The custom convention, if there is one. */
  readonly custom?: CustomConvention | undefined;
  /**
   * Returns the block source and the index of the pointer's block, if the text lies in a block of
   * the call.
   */
  holder(pointer: Value): { readonly source: BoundSource; readonly index: number } | undefined;
}

/** Compiled text or bytes of a result. */
export interface LiftedText extends Lift {
  /** Records the block without reading the text; `at` is the address of the text if it is known. */
  readonly note: (frame: Frame, at?: number) => void;
  readonly byteLength: FrameValue<number>;
}
