import type { BlockSource, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CParameter, Parameter, Result } from "../abi/declaration.ts";
import type { ContentKind, NumberName } from "../abi/number.ts";
import type { ParameterPlan, ResultPlan, StatusPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type {
  CompoundDeclaration,
  FieldDeclaration,
  NumberForm,
  ResultForm,
  Status,
  TextResultDeclaration,
} from "../abi/result.ts";
import type { TextResult, ThrownValue } from "../abi/text_result.ts";
import type { Value } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import {
  freeingCall,
  freeingCalls,
  handsOut,
  plannedEncoding,
  plannedUnit,
} from "./plan_blocks.ts";
import { hasPlace, isObjectType, isText, objects, statedForm } from "./flatten.ts";

// Completes declarations with parts from the convention.

/** The code for declarations of more than a text, bytes, an array or a number. */
export const compound = new OnDemand(() => import("./compound.ts"));

/**
 * Resolves one parameter, or returns a problem if the convention has no block source for it; `pass`
 * is its core arguments.
 */
export function resolveParameter(
  parameter: Exclude<Parameter, CParameter>,
  pass: readonly Pass[],
  convention: Convention | undefined,
): ParameterPlan | Problem {
  if (isObjectType(parameter)) return objects.module.resolveObject(parameter, convention);
  const declared = typeof parameter === "object" ? parameter : undefined;
  const type = typeof parameter === "string" ? parameter : parameter.type;
  if (type === "externref") return { kind: "reference", content: "any" };
  if (declared?.type === "function") {
    const { nullable = false } = declared;
    return { kind: "function", declaration: declared, nullable };
  }
  if (declared?.type === "strings") {
    return compound.module.resolveStrings(declared, pass, convention);
  }
  if (type !== "string" && type !== "bytes" && type !== "array") {
    return { kind: "number", type: type as NumberName };
  }
  const content = contentOf(parameter);
  const nullable = declared?.nullable ?? false;
  if (!isText(parameter, convention)) {
    return { kind: "reference", content: content === "string" ? content : "bytes", nullable };
  }
  const source = declared?.place ?? placeOf(content, convention);
  const place = declared === undefined || !("class" in declared)
    ? source
    : compound.module.withClass(source, declared);
  if (place instanceof Problem) return place;
  const byteLength = declared !== undefined && "byteLength" in declared
    ? declared.byteLength
    : undefined;
  // A guest that relies on a fixed length does not look for a NUL.
  const terminated = declared !== undefined && "terminated" in declared
    ? declared.terminated
    : byteLength === undefined
    ? undefined
    : false;
  return {
    kind: "text",
    content,
    encoding: plannedEncoding(declared, convention),
    place,
    terminated: terminationOf(terminated, content, pass, place, hasPlace(parameter), convention),
    free: freeingCall(declared?.freedBy ?? convention?.argumentsFreedBy ?? "host", place),
    nullable,
    byteLength,
    unfreed: (declared?.freedBy ?? convention?.argumentsFreedBy) === "host" && handsOut(place) &&
      place.free === undefined,
  };
}

function contentOf(part: Parameter | FieldDeclaration): ContentKind {
  if (typeof part === "object" && part.type === "array") return { element: part.element };
  return (typeof part === "string" ? part : part.type) as "string" | "bytes";
}

function placeOf(content: ContentKind, convention: Convention | undefined): BlockSource {
  const declared = content === "string"
    ? undefined
    : content === "bytes"
    ? convention?.bytesPlace
    : convention?.arrayPlace;
  return declared ?? convention?.place ?? { kind: "stack" };
}

function terminationOf(
  declared: boolean | undefined,
  content: ContentKind,
  pass: readonly Pass[],
  place: BlockSource,
  isPlaced: boolean,
  convention: Convention | undefined,
): "always" | "where there is room" | "never" {
  if (declared !== undefined) return declared ? "always" : "never";
  // Bytes are NUL-terminated only in the convention's own block source, if its guests expect that.
  if (typeof content === "object" || (content === "bytes" && isPlaced)) return "never";
  const { terminated = "without length" } = convention ?? {};
  if (terminated === "never") return "never";
  if (terminated === "always") {
    if (!takesLength(pass)) return "always";
    // In a convention of C strings, an export that gets the length needs no NUL.
    const isCounted = convention?.pass.some(takesLength) ?? false;
    return content === "string" && isCounted ? "always" : "never";
  }
  if (place.kind === "buffer") {
    if (!takesLength(pass)) return "always";
    return content === "bytes" ? "never" : "where there is room";
  }
  // A guest without a core argument got the length when it allocated the block.
  return takesLength(pass) || pass.length === 0 ? "never" : "always";
}

function takesLength(pass: readonly Pass[]): boolean {
  return pass.some((item) => item !== "pointer");
}

export function resolveResult(
  result: Result,
  { form, number }: {
    readonly form?: ResultForm | undefined;
    readonly number?: NumberForm | undefined;
  },
  convention: Convention | undefined,
  firstText: number,
): ResultPlan | Problem {
  if (isObjectType(result)) return objects.module.resolveObject(result, convention);
  if (typeof result === "object") {
    if (result.type === "function") {
      const { value = "result", nullable = false } = result;
      return { kind: "function", declaration: result, value, nullable };
    }
    // Structs have already been replaced with records.
    return resolveField(result as FieldDeclaration, form, convention, firstText);
  }
  switch (result) {
    case "void":
      return { kind: "void" };
    case "externref":
      return { kind: "reference", content: "any", nullable: true };
    case "string":
    case "bytes":
      return resolveField({ type: result }, form, convention, firstText);
    default:
      return { kind: "number", type: result, value: number?.value ?? "result" };
  }
}

/** Returns whether a result consists of others, or is part of an argument. */
export function isCompound(result: { readonly type: string }): result is CompoundDeclaration {
  return ["record", "list", "slice", "variant", "pointed"].includes(result.type);
}

function resolveField(
  field: FieldDeclaration | { type: "string" | "bytes" },
  form: ResultForm | undefined,
  convention: Convention | undefined,
  firstText: number,
): ResultPlan | Problem {
  const { when, ...rest } = field as FieldDeclaration;
  if (when !== undefined) {
    const item = resolveField(rest as FieldDeclaration, form, convention, firstText);
    return item instanceof Problem ? item : compound.module.onlyWhen(when, item);
  }
  if ("value" in field) return { kind: "number", type: field.type, value: field.value };
  if (isCompound(field)) {
    return compound.module.resolveCompound(
      field,
      convention,
      (part, convention) => resolveField(part, statedForm(part), convention, firstText),
    );
  }
  if (field.type === "strings") {
    return compound.module.resolveStringsResult(field, convention, resolveText);
  }
  if (form === undefined) return compound.module.openField(field.type);
  const content = contentOf(field as FieldDeclaration);
  const nullable = "nullable" in field ? field.nullable ?? false : false;
  if (form.name === "reference") {
    if ("as" in field && field.as !== undefined) return compound.module.refuseClass(field.as);
    return { kind: "reference", content: content === "string" ? content : "bytes", nullable };
  }
  const declared = field as Partial<TextResultDeclaration>;
  const text = relocate(form.text, firstText);
  const freedBy = declared.freedBy ?? text.freedBy;
  return resolveText({ ...text, ...(freedBy && { freedBy }) }, content, convention, declared);
}

/** Resolves text, bytes or an array of a result. */
function resolveText(
  text: TextResult,
  content: ContentKind,
  convention: Convention | undefined,
  declared: Pick<
    Partial<TextResultDeclaration>,
    "as" | "encoding" | "onInvalid" | "nullable" | "trailingNul" | "unit"
  >,
): TextResultPlan {
  const freedBy = text.freedBy ?? convention?.resultsFreedBy ?? "guest";
  const place = placeOf(content, convention);
  const { free, whole } = isOfTheCall(text.pointer) ? {} : freeingCalls(freedBy, place);
  return {
    kind: "text",
    content,
    encoding: plannedEncoding(declared, convention),
    text: { ...text, unit: plannedUnit(text, content, declared.unit) },
    free,
    whole,
    unfreed: free === undefined && whole === undefined && text.freedBy === undefined &&
      handsOut(place) &&
      isHandedOut(text.pointer),
    nullable: declared.nullable ?? false,
    nullIs: text.nullIs ?? convention?.nullIs ?? "error",
    trailingNul: declared.trailingNul ?? convention?.trailingNul ?? "keep",
    ...(declared.as && { as: declared.as }),
  };
}

/** Returns whether a result is in a block that the call frees anyway. */
function isOfTheCall(pointer: Value): boolean {
  if (pointer === "output" || pointer === "area") return true;
  if (typeof pointer !== "object") return false;
  return "argument" in pointer || ("sum" in pointer && pointer.sum.some(isOfTheCall));
}

/** Returns whether a result may be a newly allocated block. */
function isHandedOut(pointer: Value): boolean {
  return typeof pointer !== "number" && !isOfTheCall(pointer) &&
    !(typeof pointer === "object" && ("export" in pointer || "sum" in pointer));
}

/** Resolves the status of a call, or returns a problem if its details are incomplete. */
export function resolveStatus(
  status: Status | undefined,
  convention: Convention | undefined,
  firstText: number,
): StatusPlan | Problem | undefined {
  if (status === undefined) return undefined;
  const { value, fails, code, message, details: fields } = relocate(status, firstText);
  const lasting = convention && { ...convention, resultsFreedBy: "guest" } as const;
  const details = fields && resolveField({ type: "record", fields }, undefined, lasting, firstText);
  if (details instanceof Problem) return details;
  return { value, fails, code, message: resolveMessage(message, convention), details };
}

function resolveMessage(
  message: Status["message"],
  convention: Convention | undefined,
): StatusPlan["message"] {
  if (message === undefined) return undefined;
  if (typeof message === "function") return { kind: "function", describe: message };
  if (isThrown(message)) return { kind: "thrown", thrown: message };
  if (!("pointer" in message)) {
    return { kind: "function", describe: (code) => message[Number(code)] };
  }
  // The guest owns the message of a failure, unless the declaration sets who frees it.
  const text = { ...message, freedBy: message.freedBy ?? "guest" } as const;
  const declared = { nullable: true, trailingNul: "trim" } as const;
  return resolveText(text, "string", convention, declared);
}

function isThrown(message: object): message is ThrownValue {
  return "table" in message;
}

/** Replaces `{ argument: 0 }` in the values of a form by the first text's place. */
function relocate<T>(part: T, firstText: number): T {
  if (typeof part !== "object" || part === null || firstText <= 0) return part;
  if (Array.isArray(part)) return part.map((item) => relocate(item, firstText)) as T;
  if ("argument" in part && (part as Value & { argument: number }).argument === 0) {
    return { argument: firstText } as T;
  }
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, relocate(value, firstText)]),
  ) as T;
}
