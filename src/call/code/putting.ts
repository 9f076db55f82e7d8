import type { ParameterPlan } from "../../abi/plan_parts.ts";
import type { CallCode } from "./call_code.ts";
import type { Otherwise } from "./scope.ts";

/** A parameter of text, bytes or an array. */
export type Data = ParameterPlan & { readonly kind: "text" };

/** The parts that the source of one argument is written from. */
export interface Putting {
  readonly parameter: Data;
  readonly argument: number;
  readonly code: CallCode;
  readonly otherwise: Otherwise;
  /** Bytes in a code unit or an element. */
  readonly unit: number;
  /** The source of the value. */
  readonly value: string;
  readonly pointer: string;
  readonly byteLength: string;
  readonly size: string;
}
