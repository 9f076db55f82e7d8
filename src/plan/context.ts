import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Problem } from "../base/errors.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";

/** The facts about the guest from which a plan is made, in addition to the declaration. */
export interface ResolveContext {
  /** The guest's convention, or why there is none; `undefined` if none is needed. */
  readonly convention: Convention | CustomConvention | Problem | undefined;
  /**
   * Whether it was detected. Then it does not apply to parts with their own place in a declaration.
   */
  readonly isRecognised?: boolean;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** Whether the host can set the guest's stack pointer. */
  readonly hasStack: boolean;
  /** Returns the type of an exported function, if the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** Returns the type of an exported global, if the binary is known. */
  globalType(name: string): ValueType | undefined;
  /** Returns the minimum number of arguments of an export that is known to have optional ones. */
  leastArguments(name: string): number | undefined;
}
