import { join, type Problems } from "./problems.ts";
import { word } from "./shape.ts";

// How C declares a struct or a variant that is passed or returned.

/** The shape of what C passes or returns: the value, or a pointer to it. */
export const by = word(["pointer", "value"], {
  reference: "pointer",
  address: "pointer",
  copy: "value",
});

/** Notes that a value which is passed by value cannot be `null`. */
export function lookAtNull(kept: Record<string, unknown>, at: string, problems: Problems): void {
  if (kept.nullable === true && kept.by === "value") {
    const found = `has no effect on a ${kept.type} that is passed by value`;
    problems.add(join(at, "nullable"), found);
  }
}
