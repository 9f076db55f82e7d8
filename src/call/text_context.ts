import type { CustomConvention } from "../abi/custom.ts";
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
  /** Notes a block to be freed that nobody reads any more. */
  readonly note?: ((frame: Frame) => void) | undefined;
  /** Notes what is freed as a whole as soon as the export returned. */
  readonly claim?: ((frame: Frame) => void) | undefined;
  /** The length of text or bytes alone, for a call that only asks for it. */
  readonly byteLength?: FrameValue<number>;
  readonly releaseResult?: ((frame: Frame) => void) | undefined;
}

/** What text is lifted with. */
export interface TextContext {
  readonly instance: Instance;
  readonly layout: FrameLayout;
  readonly symbol: string;
  /** The declaration of a symbol like this with a number as its result, as the option has it. */
  readonly number?: ((type: ValueType) => string | undefined) | undefined;
  /** What is lifted, as errors name it: the symbol's result unless said. */
  readonly subject?: string;
  /** The block of the frame that the text's own block is kept in. */
  readonly block: number;
  /** Whether other parts of the call may be freed by the same call of the guest. */
  readonly shared: boolean;
  /** Whether what is lifted is the guest's to keep, or is given back with all that it is part of. */
  readonly kept?: boolean;
  /** The parameters whose blocks the call frees; one that is unpinned is not freed by that. */
  readonly freed?: readonly number[];
  /** Whether it is one of several values of a call, which together are not to take too much. */
  readonly isPart?: boolean;
  /** The convention that lifts by itself, if it is one. */
  readonly custom?: CustomConvention | undefined;
  /** The source that a pointer's block is in and its index, where the text lies in one of the call's. */
  holder(pointer: Value): { readonly source: BoundSource; readonly index: number } | undefined;
}

/** Compiled text or bytes of a result. */
export interface LiftedText {
  /** Reads the text, and notes its block so that it is freed; `at` is its address if it is known. */
  readonly lift: (frame: Frame, at?: number) => unknown;
  /** Notes the block alone: for a text that nobody reads any more. */
  readonly note: (frame: Frame, at?: number) => void;
  /** Notes what is freed as a whole as soon as the export returned, whatever fails afterwards. */
  readonly claim?: ((frame: Frame) => void) | undefined;
  readonly byteLength: FrameValue<number>;
  readonly release?: ((frame: Frame) => void) | undefined;
}
