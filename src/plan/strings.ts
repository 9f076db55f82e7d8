import type { BlockSource, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { StringsParameter } from "../abi/parameter.ts";
import type { ResultPlan, StringsPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type { StringsResultDeclaration } from "../abi/result.ts";
import type { TextResult } from "../abi/text_result.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { objectsOf } from "./arrays.ts";
import { freeingCall, plannedEncoding } from "./plan_blocks.ts";

// Objects with several texts, and those of a class that a declaration names.

/** The function that resolves text, bytes or an array. */
type ResolveText = (
  text: TextResult,
  content: "bytes",
  convention: Convention | undefined,
  declared: { readonly nullable: boolean },
) => TextResultPlan;

/**
 * Returns a block source with the class that a parameter names, or a problem if the source has no
 * objects.
 */
export function withClass(
  place: BlockSource,
  parameter: { readonly type?: string; readonly class?: string | undefined },
): BlockSource | Problem {
  const { class: named, type = "" } = parameter;
  if (named === undefined) return place;
  if (place.kind === "managedArray") return { ...place, class: named };
  return new Problem({
    code: "no-convention",
    part: "class",
    cannot: `Cannot pass ${quote(type)} as an object of class ${quote(named)}`,
    found: "the convention has no classes",
    expected: "convention: assemblyScript(), or no class",
  });
}

/**
 * Resolves several texts. It is a problem if they would have to be garbage-collected objects of an
 * unknown class. `pass` is their core arguments; texts are NUL-terminated if the guest gets no
 * lengths.
 */
export function resolveStrings(
  parameter: StringsParameter,
  pass: readonly Pass[],
  convention: Convention | undefined,
): StringsPlan | Problem {
  const { place: declared, layout = "pointers", freedBy } = parameter;
  const place = withClass(
    declared ?? objectsOf(convention) ?? convention?.place ?? { kind: "stack" },
    parameter,
  );
  if (place instanceof Problem) return place;
  if (place.kind === "allocator" && place.pin !== undefined) {
    return new Problem({
      code: "no-convention",
      part: "place",
      cannot: "Cannot pass several strings",
      found: "the guest's are objects that it collects",
      expected: "a parameter with a place of its own",
    });
  }
  const { layout: stated } = parameter;
  if (place.kind === "managedArray" && (stated !== undefined || parameter.terminated)) {
    const part = stated === undefined ? "terminated" : "layout";
    return new Problem({
      code: "signature",
      part,
      cannot: `Cannot pass several strings with ${part}`,
      found: "the guest's are an array of objects",
      expected: "neither",
    });
  }
  const isMeasured = place.kind === "managedArray" || layout === "pairs" ||
    pass.includes("lengths");
  return {
    kind: "strings",
    encoding: plannedEncoding(parameter, convention),
    place,
    layout,
    terminated: parameter.terminated ?? !isMeasured,
    free: freeingCall(freedBy ?? convention?.argumentsFreedBy ?? "host", place),
  };
}

/** Resolves several strings of a guest whose arrays are managed objects. */
export function resolveStringsResult(
  { pointer = "result", freedBy, nullable = false }: StringsResultDeclaration,
  convention: Convention | undefined,
  resolve: ResolveText,
): ResultPlan | Problem {
  const { length } = convention?.arrayResults?.[0]?.text ?? {};
  if (typeof length !== "object" || !("object" in length)) {
    return new Problem({
      code: "no-convention",
      part: "type",
      cannot: 'Cannot lift "strings"',
      found: "the convention has no objects that hold several",
      expected: 'type: "list" with an item of type "string"',
    });
  }
  return {
    ...resolve({ pointer, length, ...(freedBy && { freedBy }) }, "bytes", convention, {
      nullable,
    }),
    content: "strings",
  };
}
