import type { BlockCall, BlockSource, CoreArgument } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { Plan } from "../../abi/plan.ts";
import type { PlanStep, PlanStepName } from "../../abi/plan_step.ts";
import type { ResultPlan, StatusPlan } from "../../abi/plan_parts.ts";
import type { PlannedEncoding, Value } from "../../abi/value.ts";
import type { Instance } from "../../instance/instance.ts";

/** The parts of a plan that names depend on. */
export interface Names {
  /** Names an argument: `the text` if it is the only one, and `argument 0` otherwise. */
  argument(index: number): string;
  /** Returns the words for the units of an argument's length. */
  unitOf(index: number): string;
  /**
   * Names what `"result"` refers to: `the result`, an item of a list, or what an export returned.
   */
  readonly subject: string;
  /** Returns whether an export is a global, which is read; a function is called. */
  isGlobal(name: string): boolean;
}

/** A block of a call, and its content. */
export interface Block {
  /** The name that the lines use for it. */
  readonly name: string;
  readonly place: BlockSource;
  readonly argument?: number | undefined;
  readonly free?: BlockCall | undefined;
  readonly content?: ContentKind | "strings";
  readonly encoding?: PlannedEncoding;
  readonly terminated?: "always" | "where there is room" | "never";
  /** The words for a NUL within it, and for null. */
  readonly refuses?: string;
  readonly unfreed?: boolean | undefined;
}

/** The data that a step adds to a line besides its text. */
export type Facts = Omit<PlanStep, "step" | "text">;

/** The lines of a plan, as its steps add them; `guest.plan` returns them. */
export interface PlanLines extends Names {
  readonly plan: Plan;
  readonly instance: Instance;
  /** Whether the symbol waits for the guest. */
  readonly isAsync: boolean;
  /** The exports that were already called for the address of a block. */
  readonly asked: Set<string>;
  /** Whether the status has shown where the length of the result is. */
  hasLength: boolean;
  subject: string;
  /** The argument of which the call takes a chunk. */
  readonly chunk: number | undefined;
  add(step: PlanStepName, text: string, facts?: Facts): void;
  /** Describes the place of a number. */
  value(value: Value): string;
  /** Describes the core arguments: nothing, or a part of a sentence that begins with "with". */
  passed(coreArguments: readonly CoreArgument[]): string;
  /** Reports how data is put where the guest expects it. */
  block(block: Block): void;
  /** Reports how room for a return area or an output buffer is taken; `size` describes the room. */
  taken(block: Block, size: string): void;
  /** Reports the freeing of a block, if the call frees it. */
  free(block: Pick<Block, "place" | "free" | "name" | "argument">): void;
  /** Reports how the failure of a call is detected. */
  status(status: StatusPlan): void;
  /** Reports how a JavaScript value is made from the result. */
  result(result: ResultPlan): void;
  /** Reports who frees the result, if the call does. */
  freeResult(result: ResultPlan): void;
  /** Reports how one argument is checked and put where the guest expects it. */
  lower(argument: number): void;
  /** Reports the work between lowering and the call. */
  prepare(): void;
  /** Reports how the guest is called. */
  call(): void;
  /** Reports the blocks that the call frees. */
  release(): void;
}
