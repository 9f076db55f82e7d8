import { GuestError } from "../errors.ts";
import type { Convention, ConventionEncoding, FreedBy, Pass, Place } from "./convention.ts";
import { freeingCall, type StringsRecipe } from "./recipe.ts";

/** A parameter of any number of texts: an array in memory says where they are. */
export interface StringsParameter {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** Their encoding, if it is not the convention's. */
  readonly encoding?: ConventionEncoding;
  /** Where they go, if not where the convention says. */
  readonly place?: Place;
  /**
   * What the array holds: the address of each text, and 0 behind the last (unless said); or
   * address and length of each by turns. Lengths are in code units, which are bytes in UTF-8.
   */
  readonly layout?: "pointers" | "pairs";
  /**
   * What the export gets: the array (`"pointer"`), an array of lengths (`"lengths"`) and how many
   * there are (`"count"`). All three unless said, without the lengths where they are in the array
   * or a NUL ends each text.
   */
  readonly pass?: readonly Pass[];
  /** Whether a NUL follows each text. */
  readonly terminated?: boolean;
  /** Who frees array and texts, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
}

/** What an export gets for several texts. */
export function passOfStrings({ pass, layout, terminated }: StringsParameter): readonly Pass[] {
  if (pass !== undefined) return pass;
  return layout === "pairs" || terminated ? ["pointer", "count"] : ["pointer", "lengths", "count"];
}

/**
 * Several texts with nothing left open.
 *
 * @throws {GuestError} if they would have to be objects of a guest's garbage collector.
 */
export function resolveStrings(
  { encoding, place: own, layout = "pointers", terminated = false, freedBy }: StringsParameter,
  convention: Convention | undefined,
): StringsRecipe {
  const place = own ?? convention?.place ?? { kind: "stack" };
  const isManaged = place.kind === "managedArray" ||
    (place.kind === "allocator" && place.pin !== undefined);
  if (isManaged) {
    throw new GuestError(
      "no-convention",
      "Cannot pass several strings: the guest's are objects that it collects, expected a " +
        "parameter with a place of its own",
    );
  }
  return {
    kind: "strings",
    encoding: encoding ?? convention?.encoding ?? "utf-8",
    place,
    layout,
    terminated,
    free: freeingCall(freedBy ?? convention?.argumentsFreedBy ?? "host", place),
  };
}
