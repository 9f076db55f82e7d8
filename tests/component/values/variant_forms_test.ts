import { assertEquals } from "@std/assert";
import {
  enumForm,
  optionForm,
  taggedForm,
  type VariantForm,
} from "../../../src/component/values/variant_forms.ts";
import { refusal } from "./_place.ts";

const TAGGED = taggedForm(["none", "size"], [false, true], {
  variant: { tag: "kind", payload: "value", make: (kind, value) => ({ kind, value }) },
});

const COLOR = enumForm(["dark-red", "green"]);

const OPTION = optionForm({ none: null });

/** Forms with values, and their cases and payloads. */
const VALUES: readonly (readonly [VariantForm, value: unknown, index: number, payload: unknown])[] =
  [
    [TAGGED, { kind: "none" }, 0, undefined],
    [TAGGED, { kind: "size", value: 7 }, 1, 7],
    [COLOR, "dark-red", 0, undefined],
    [COLOR, "green", 1, undefined],
    [OPTION, null, 0, null],
    [OPTION, 0, 1, 0],
  ];

Deno.test("a value has the form of its case, and its case is found again", () => {
  for (const [form, value, index, payload] of VALUES) {
    assertEquals(form.make(index, payload), value);
    assertEquals(form.choose(value), { index, payload });
  }
  assertEquals(OPTION.choose(undefined).index, 0);
});

Deno.test("the error for a value without a case lists the cases in the names of the shape", () => {
  const refused = (form: VariantForm, value: unknown) => refusal(() => form.choose(value));
  assertEquals([
    refused(TAGGED, "size"),
    refused(TAGGED, { tag: "size" }),
    refused(COLOR, "red"),
  ], [
    'is "size", expected an object { kind, value }',
    'its kind is undefined, expected one of "none", "size"',
    'is "red", expected one of "dark-red", "green"',
  ]);
});
