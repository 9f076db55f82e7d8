import type { ValueType } from "../../binary/types.ts";
import type { Bound, DataParts } from "../call_parts.ts";
import { CallCode } from "./call_code.ts";

/** The source of a plan, written step by step. */
export class PlanCode extends CallCode {
  /** The core results of the export, once it was called. */
  results: readonly ValueType[] = [];
  /** Whether the export was called, so that `core` is its result. */
  hasCalled = false;
  /** Whether the frame has the arguments. */
  hasArguments = false;
  /** Whether the result was lifted by source of its own. */
  isLifted = false;
  /** The source of the call's result, once it was lifted. */
  value = "undefined";
  /** Whether the call claims a buffer for its result. */
  claimsResult = false;
  /** Whether the call gives up claims when the guest is called. */
  leaves = false;

  /** The name of a value that differs between instances. */
  override of(key: string, get: (parts: Bound) => unknown): string {
    return this.bind(key, get as (parts: DataParts) => unknown);
  }
}
