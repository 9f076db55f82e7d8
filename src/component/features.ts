// The component model's explainer, "Gated Features".

import type { Reader } from "../binary/reader.ts";

/** The features that components may use since the first release. */
export type Released = "async" | "map" | "implements" | "external-id";

/** The features that are not released, whose binary form may still change. */
export type Gated =
  | "values"
  | "component start"
  | "error-context"
  | "fixed-length lists"
  | "threads"
  | "version suffixes"
  | "nested namespaces"
  | "64-bit memories";

/**
 * Refuses a feature that is not released.
 *
 * @throws {WasmFormatError} with the name of the feature and the offset of its use.
 */
export function refuseGated(reader: Reader, what: string, offset: number, feature: Gated): never {
  return reader.fail(
    what,
    offset,
    `it uses ${feature}, which the component model has not released, expected a component without`,
  );
}
