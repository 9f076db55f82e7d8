import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom.ts";
import type { Problem } from "../base/errors.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";

/** What a plan is worked out from, beside the declaration. */
export interface ResolveContext {
  /** The guest's convention, or why there is none; `undefined` where none is asked for. */
  readonly convention: Convention | CustomConvention | Problem | undefined;
  /** Whether that was recognised: then it says nothing of what a declaration places by itself. */
  readonly isRecognised?: boolean;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** Whether the guest's stack can be moved from outside. */
  readonly hasStack: boolean;
  /** The type of an exported function, where the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** The type of an exported global, where the binary is known. */
  globalType(name: string): ValueType | undefined;
  /** How many arguments an export with optional ones needs, where it is known to have some. */
  leastArguments(name: string): number | undefined;
}
