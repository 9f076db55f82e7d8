import type { BlockCall, BlockSource, CoreArgument } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { Plan } from "../../abi/plan.ts";
import type { PlanStep, PlanStepName } from "../../abi/plan_step.ts";
import type { ResultPlan, StatusPlan } from "../../abi/plan_parts.ts";
import type { ConventionEncoding, Value } from "../../abi/value.ts";
import type { Instance } from "../../instance/instance.ts";

/** What a step needs to know to name things. */
export interface Names {
  /** What an argument is called: `the text` if it is the only one, and `argument 0` otherwise. */
  argument(index: number): string;
  /** What `"result"` stands for: `the result`, an item of a list, or what an export returned. */
  readonly subject: string;
  /** Whether an export is a global: it is read where a function is asked. */
  isGlobal(name: string): boolean;
}

/** A block of a call, and what goes into it. */
export interface Block {
  /** What the lines call it. */
  readonly name: string;
  readonly place: BlockSource;
  readonly argument?: number | undefined;
  readonly free?: BlockCall | undefined;
  readonly content?: ContentKind | "strings";
  readonly encoding?: ConventionEncoding;
  readonly terminated?: "always" | "where there is room" | "never";
  /** What the lines say of a NUL within it, and of null. */
  readonly refuses?: string;
  readonly unfreed?: boolean | undefined;
}

/** What a step adds to a line beside its text. */
export type Facts = Omit<PlanStep, "step" | "text">;

/** What the steps of a plan are told to: it makes lines of them, which `guest.plan` returns. */
export interface Telling extends Names {
  readonly plan: Plan;
  readonly instance: Instance;
  /** Whether the symbol waits for the guest. */
  readonly isAsync: boolean;
  /** The exports that were asked already where a block is. */
  readonly asked: Set<string>;
  /** Whether the status told where the length of the result is. */
  hasLength: boolean;
  subject: string;
  /** The argument that is passed in chunks, while one of them is told of. */
  chunk: number | undefined;
  add(step: PlanStepName, text: string, facts?: Facts): void;
  /** Where a number is found. */
  value(value: Value): string;
  /** What is passed: nothing, or a part of a sentence that begins with "with". */
  passed(coreArguments: readonly CoreArgument[]): string;
  /** Tells how data gets where the guest wants it. */
  block(block: Block): void;
  /** Tells how room is taken: for a return area, or for an output buffer; `size` is what for. */
  taken(block: Block, size: string): void;
  /** Tells who gives a block back, if the call does. */
  free(block: Pick<Block, "place" | "free" | "name" | "argument">): void;
  /** Tells how a call is found to have failed. */
  status(status: StatusPlan): void;
  /** Tells how a JavaScript value is made of what came back. */
  result(result: ResultPlan): void;
  /** Tells who gives back what came back, if the call does. */
  freeResult(result: ResultPlan): void;
  /** Tells how one argument is checked and put where the guest wants it. */
  lower(argument: number): void;
  /** Tells what is done between lowering and the call. */
  prepare(): void;
  /** Tells how the guest is called. */
  call(): void;
  /** Tells what the call gives back. */
  release(): void;
}
