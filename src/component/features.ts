// The component model's explainer, "Gated Features".

/** The features that components may use since the first release. */
export type Released = "async" | "map" | "implements" | "external-id";

/** The unreleased features, whose binary format may still change. */
export type Gated =
  | "values"
  | "component start"
  | "error-context"
  | "fixed-length lists"
  | "threads"
  | "version suffixes"
  | "nested namespaces"
  | "64-bit memories";
