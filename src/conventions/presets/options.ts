import type {
  Convention,
  ConventionEncoding,
  FreedBy,
  Pass,
  Place,
  ResultForm,
  Status,
} from "../convention.ts";
import { RESULT_FORMS, type ResultFormName } from "../forms.ts";

/** What every preset can be told; each part replaces the preset's own. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** What an export gets for each text, where the signature alone can not tell. */
  pass?: readonly Pass[];
  /** Where an export's text is: a form by its name, or its parts. */
  result?: ResultFormName | Omit<ResultForm, "name">;
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees what was passed. */
  argumentsFreedBy?: FreedBy;
  /** Who frees what came back. */
  resultsFreedBy?: FreedBy;
  /** What a result is whose pointer is null and whose length is 0: an error unless said. */
  nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to text that comes back. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** Where return areas and output buffers are put. */
  areaPlace?: Place;
}

/** The options that are parts of the record under the same names. */
const PARTS = [
  "encoding",
  "argumentsFreedBy",
  "resultsFreedBy",
  "nullIs",
  "trailingNul",
  "status",
  "areaPlace",
] as const;

/** A preset with the caller's parts in the place of its own. */
export function complete(preset: Convention, options: ConventionOptions): Convention {
  const { pass, result, terminated, ...parts } = options;
  const chosen: Partial<Convention> = {
    ...(pass !== undefined && { pass: [pass] }),
    ...(terminated !== undefined && { terminated: terminated ? "always" : "never" }),
    ...(result !== undefined && {
      results: [typeof result === "string" ? RESULT_FORMS[result] : { ...result, name: "own" }],
    }),
  };
  for (const key of PARTS) {
    if (parts[key] !== undefined) Object.assign(chosen, { [key]: parts[key] });
  }
  return { ...preset, ...chosen };
}
