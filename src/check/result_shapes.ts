import type {
  ArrayResultDeclaration,
  CursorDeclaration,
  ElementsDeclaration,
  NumberForm,
  NumberResultDeclaration,
  RecordResultDeclaration,
  ResultForm,
  SliceDeclaration,
  Status,
  StringsResultDeclaration,
  TextResultDeclaration,
  VariantCase,
  VariantDeclaration,
} from "../abi/result.ts";
import type { ThrownValue } from "../abi/text_result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import { isCount, isObject } from "../base/misnomers.ts";
import { show } from "../base/show.ts";
import { resultFreedByShape, unitShape } from "./block_shapes.ts";
import { array, dictionary, needsBeside, object, typed } from "./object_shape.ts";
import {
  callable,
  choice,
  count,
  exportName,
  flag,
  join,
  known,
  lazy,
  one,
  type Problems,
  type Shape,
  text,
  word,
} from "./shape.ts";
import {
  bytesClassShape,
  encodingShape,
  lookAtClass,
  lookAtInvalid,
  onInvalidShape,
  textResultShape,
  trailingNulShape,
} from "./data_shapes.ts";
import {
  conditionShape,
  lengthShape,
  NUMBER_NAMES,
  numericType,
  testShape,
  valueShape,
} from "./value_shapes.ts";

// The shapes of results, and of the conditions of a failed call.

const message: Shape = choice("{ pointer, length }, texts by code or a function", (value) => {
  if (typeof value === "function") return callable;
  if (!isObject(value)) return undefined;
  if ("table" in value || "drop" in value) return thrown;
  return "pointer" in value || "length" in value ? textResultShape : messages;
});

const thrown = object<ThrownValue>("{ table, drop }", { table: exportName, drop: exportName }, {
  needs: ["table", "drop"],
});

const messages = dictionary(text, "texts by code");

/** When a call has failed. */
export const statusShape: Shape = object<Status>("{ value, fails }", {
  value: valueShape,
  fails: testShape,
  code: valueShape,
  message,
  details: dictionary(lazy("what a detail is", () => fieldShape), "what each detail is, by name"),
}, { needs: ["value", "fails"] });

const formParts = {
  name: text,
  results: array(word(["p", "n", "i64", "externref"]), 'an array such as ["p", "n"]'),
  area: word(["before", "after"]),
  text: textResultShape,
  status: statusShape,
};

/** The place of a result: a form by its name, or its parts. */
const formShape: Shape = choice("the name of a form or { text }", (value) => {
  if (typeof value === "string") return formName;
  return isObject(value) ? form : undefined;
});

const formName = word(Object.keys(RESULT_FORMS));

const form = object<ResultForm>("{ text }", formParts, { needs: ["text"] });

const namedForm = object<ResultForm>("{ name, text }", formParts, { needs: ["name", "text"] });

/** Shapes of a number that comes with a status. */
export const numberFormsShape: Shape = array(
  object<NumberForm>("{ of, results, value, status }", {
    of: word(["i32", "i64", "f32", "f64", "p", "void"]),
    results: array(word(["n", "i32", "i64", "f32", "f64"]), 'an array such as ["i32", "n", "n"]'),
    area: word(["before"]),
    value: valueShape,
    status: statusShape,
  }, { needs: ["of", "results", "value", "status"] }),
  "an array of forms",
);

/** Shapes of a result. */
export const formsShape: Shape = array(namedForm, "an array of forms");

const dataResult = {
  type: known,
  form: formShape,
  pointer: valueShape,
  length: lengthShape,
  unit: unitShape,
  freedBy: resultFreedByShape,
  nullable: flag,
  class: text,
  when: conditionShape,
};

/** The parts of a result of text or bytes. */
export const textResultParts = {
  ...dataResult,
  encoding: encodingShape,
  onInvalid: onInvalidShape,
  call: exportName,
  trailingNul: trailingNulShape,
  as: bytesClassShape,
};

/** The parts of a result of numbers. */
export const arrayResultParts = { ...dataResult, element: numericType };

const textResult = object<TextResultDeclaration>("a result", textResultParts, {
  look(kept, at, problems) {
    lookAtPlace(kept, at, problems);
    lookAtInvalid(kept, at, problems);
    lookAtClass(kept, at, problems);
  },
});

const arrayResult = object<ArrayResultDeclaration>("a result", arrayResultParts, {
  needs: ["element"],
  // A length from the convention has a unit too.
  look: (kept, at, problems) => lookAtPlace(kept, at, problems, ["length"]),
});

/** Reports a result with two places, or with an incomplete one. */
function lookAtPlace(
  kept: Record<string, unknown>,
  at: string,
  problems: Problems,
  parts: readonly string[] = ["length", "unit", "call"],
): void {
  const { form, pointer } = kept;
  if (form === undefined) needsBeside(kept, parts, "pointer", at, problems);
  else if (pointer !== undefined) {
    problems.add(at, 'has "form" and "pointer", expected one of them');
  }
}

const strings = object<StringsResultDeclaration>("a result", {
  when: conditionShape,
  type: known,
  pointer: valueShape,
  freedBy: resultFreedByShape,
  nullable: flag,
});

const field = lazy("a type with its place", () => fieldShape);

const record = object<RecordResultDeclaration>("a record", {
  when: conditionShape,
  type: known,
  fields: dictionary(field, "the fields by name"),
  freedBy: resultFreedByShape,
  nullable: flag,
  pointer: valueShape,
}, {
  needs: ["fields"],
  look: (kept, at, problems) => needsBeside(kept, ["pointer"], "nullable", at, problems),
});

const most = one(
  "an integer, 0 or more, or Infinity",
  (value) => value === Infinity || isCount(value),
);

const cursor = object<CursorDeclaration>("a list", {
  when: conditionShape,
  type: known,
  item: field,
  next: valueShape,
  call: exportName,
  most,
}, { needs: ["item", "next"] });

const stride: Shape = choice(
  "a number of bytes, or its place in each item",
  (value) => typeof value === "number" ? count : valueShape,
);

const elements = object<ElementsDeclaration>("a list", {
  when: conditionShape,
  type: known,
  item: field,
  pointer: valueShape,
  count: valueShape,
  stride,
  freedBy: resultFreedByShape,
}, { needs: ["item", "pointer", "count", "stride"] });

const list: Shape = choice("a list", (value) => "next" in (value as object) ? cursor : elements);

const slice = object<SliceDeclaration>("a slice", {
  when: conditionShape,
  type: known,
  of: count,
  from: valueShape,
  to: valueShape,
  nullable: flag,
}, { needs: ["of", "from", "to"] });

const number = object<NumberResultDeclaration>("a number", {
  type: known,
  value: valueShape,
  when: conditionShape,
}, {
  needs: ["value"],
});

const variantCase = object<VariantCase>("{ is, value }", { is: testShape, value: field }, {
  needs: ["is"],
});

const variant = object<VariantDeclaration>("a variant", {
  type: known,
  tag: valueShape,
  cases: dictionary(variantCase, "the cases by name"),
  when: conditionShape,
  freedBy: resultFreedByShape,
  nullable: flag,
  pointer: valueShape,
}, {
  needs: ["tag", "cases"],
  look(kept, at, problems) {
    lookAtCases(kept, at, problems);
    needsBeside(kept, ["pointer"], "nullable", at, problems);
  },
});

/** Reports a tag that two cases have, because the second would never apply. */
function lookAtCases({ cases }: Record<string, unknown>, at: string, problems: Problems): void {
  const known = new Map<number, string>();
  for (const [name, one] of Object.entries(cases ?? {})) {
    const { is } = (one ?? {}) as Partial<VariantCase>;
    for (const tag of typeof is === "number" ? [is] : Array.isArray(is) ? is : []) {
      const before = known.get(tag);
      if (before === undefined) {
        known.set(tag, name);
        continue;
      }
      const path = join(join(at, "cases"), name);
      problems.add(path, `has the tag ${tag}, which ${show(before)} has`);
    }
  }
}

/** The results that are objects, by their types. */
export const fieldForms = {
  string: textResult,
  bytes: textResult,
  array: arrayResult,
  strings,
  record,
  list,
  slice,
  variant,
  ...Object.fromEntries(NUMBER_NAMES.map((name) => [name, number])),
};

/** A field of a record or an item of a list, always with its place. */
const fieldShape: Shape = typed([], fieldForms, (type) => {
  if (type === "void" || type === "externref") return "which only a result as a whole can be";
  if (Object.hasOwn(fieldForms, type)) return `expected an object: { type: "${type}", … }`;
  return undefined;
});
