// The component model's canonical ABI, "Loading" and "Storing": a codec for each type.

import type { ValueType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import { caseTypes, layoutOf, partTypes, recordLayout, variantLayout } from "./value_layout.ts";
import { createList, createMap, createNumbers } from "./list_values.ts";
import { createNumber, flagsForm, handleForm, isNumeric, NUMBER_FORMS } from "./number_values.ts";
import { createRecord, createTuple } from "./record_values.ts";
import { createString } from "./string_values.ts";
import {
  createVariant,
  enumForm,
  optionForm,
  taggedForm,
  type VariantForm,
} from "./variant_values.ts";

/** Makes the codecs of types, each once for a place. */
export class Codecs {
  readonly #place: Place;
  readonly #known = new Map<ValueType, ValueCodec>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Returns the codec of a type. */
  of(type: ValueType): ValueCodec {
    let codec = this.#known.get(type);
    if (codec === undefined) this.#known.set(type, codec = this.#create(type));
    return codec;
  }

  #create(type: ValueType): ValueCodec {
    const bare = unnamed(type) as ValueType;
    const layout = layoutOf(bare);
    const place = this.#place;
    switch (bare.kind) {
      case "primitive":
        return bare.name === "string"
          ? createString(layout, place)
          : createNumber(NUMBER_FORMS[bare.name], layout, place);
      case "list":
        return this.#createList(bare.type);
      case "map":
        return createMap(layout, this.#createTuple([bare.key, bare.value]), place);
      case "record": {
        const keys = bare.fields.map(({ name }) => place.shapes.name(name));
        const types = partTypes(bare);
        return createRecord(recordLayout(types), keys, types.map((part) => this.of(part)));
      }
      case "tuple":
        return this.#createTuple(bare.types);
      case "flags":
        return createNumber(
          flagsForm(layout.byteLength, bare.names.map(place.shapes.name)),
          layout,
          place,
        );
      case "own":
      case "borrow":
        return createNumber(handleForm(bare.kind, place.handlesOf(bare.resource)), layout, place);
      case "variant":
      case "enum":
      case "option":
      case "result": {
        const types = caseTypes(bare);
        const payloads = types.map((part) => part && this.of(part));
        return createVariant(variantLayout(types), payloads, formOf(bare, place), place);
      }
    }
    throw new TypeError(`Cannot carry a ${bare.kind}: expected a synchronous type`);
  }

  #createTuple(types: readonly ValueType[]): ValueCodec {
    return createTuple(recordLayout(types), types.map((part) => this.of(part)));
  }

  #createList(type: ValueType): ValueCodec {
    const element = this.of(type);
    const layout = layoutOf({ kind: "list", type });
    const bare = unnamed(type);
    return bare.kind === "primitive" && isNumeric(bare.name)
      ? createNumbers(layout, NUMBER_FORMS[bare.name].type, element, this.#place)
      : createList(layout, element, this.#place);
  }
}

type VariantType = Extract<
  ValueType,
  { readonly kind: "variant" | "enum" | "option" | "result" }
>;

function formOf(type: VariantType, place: Place): VariantForm {
  switch (type.kind) {
    case "variant": {
      const { cases } = type;
      return taggedForm(cases.map(({ name }) => name), cases.map((item) => !!item.type), place);
    }
    case "enum":
      return enumForm(type.names);
    case "option":
      return isNullable(type)
        ? optionForm(place)
        : taggedForm(["none", "some"], [false, true], place);
    case "result":
      return taggedForm(["ok", "err"], [true, true], place);
  }
}

/** Returns whether an option can be its value: unless that value can be none itself. */
export function isNullable({ type }: { readonly type: ValueType }): boolean {
  const bare = unnamed(type) as ValueType;
  return bare.kind !== "option" || !isNullable(bare);
}
