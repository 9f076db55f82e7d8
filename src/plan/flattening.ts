import type { CoreArgument, Pass } from "../abi/block_source.ts";
import type { NumberForm, ResultForm } from "../abi/result.ts";

/** One way to pass a symbol's parameters and result as core arguments and results. */
export interface Flattening {
  readonly coreArguments: readonly CoreArgument[];
  /** The shape of a text result; absent for a number or a void result. */
  readonly form?: ResultForm;
  /** The core arguments for each text. */
  readonly pass: readonly Pass[];
  /** The shape of a number or a void result that comes with a status. */
  readonly number?: NumberForm;
  /** The number of passed arguments, if the last ones are optional. */
  readonly passed?: number;
}
