import type { ParameterPlan } from "../../abi/plan_parts.ts";
import { byteLengthOf } from "../../base/typed_arrays.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { compileContent } from "../content.ts";
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

/** A value that was measured, and the source of where it goes. */
interface Measured {
  readonly value: string;
  readonly at: string;
  readonly byteLength: string;
  /** The words for where it goes in errors: `to "greet"`. */
  readonly to: string;
  /** Source of a further check, of a value that has not changed. */
  readonly check?: string;
}

/** Writes writing text, bytes or an array at an address where there is room for it. */
export function writeContent(
  { content, encoding }: Pick<Data, "content" | "encoding">,
  { value, at, byteLength, to, check = "" }: Measured,
  code: CallCode,
): void {
  if (content === "string") {
    // The value that was measured last is staged, so it is not encoded twice.
    code.add(`${code.codec(encoding as CodecName)}.write(${value}, ${at}, ${byteLength});`);
    return;
  }
  const kind = typeof content === "object" ? content.element : content;
  const refuse = code.of(`refuse changed ${kind} ${to}`, ({ instance }) => {
    const { refuseChanged } = compileContent(instance.memory, content, encoding);
    return (value: unknown, byteLength: number) => refuseChanged!(value, byteLength, to);
  });
  const put = typeof content === "object"
    ? `${code.elements(content.element)}.write(${value}, ${at})`
    : `${code.memory}.bytes().set(${value}, ${at})`;
  // An array that became stale looks empty.
  code.add(
    `if (${byteLength} === 0 || ${
      code.constant(byteLengthOf)
    }(${value}) !== ${byteLength}) ${refuse}(${value}, ${byteLength});
    ${check} if (${byteLength} > 0) ${put};`,
  );
}
