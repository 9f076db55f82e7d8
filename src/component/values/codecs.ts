// The component model's canonical ABI, "Loading" and "Storing": a codec for each type, and source.

import type { CanonOptions, ValueType } from "../types.ts";
import { unnamed } from "../value_types.ts";
import type { Shapes } from "./js_shapes.ts";
import {
  createList,
  createMap,
  createNumbers,
  listSource,
  mapSource,
  numbersSource,
} from "./list_values.ts";
import {
  createNumber,
  flagsForm,
  handleForm,
  isNumeric,
  NUMBER_FORMS,
  numberSource,
} from "./number_values.ts";
import { codecSource, type RangeSource, rangeSource } from "./range_values.ts";
import { createRecord, createTuple, recordSource, tupleSource } from "./record_values.ts";
import { createString, TEXT_SOURCE } from "./string_values.ts";
import type { ValueSource } from "./value_code.ts";
import type { Place, ValueCodec } from "./value_codec.ts";
import { caseTypes, layoutOf, partTypes, recordLayout, variantLayout } from "./value_layout.ts";
import { enumForm, optionForm, taggedForm, type VariantForm } from "./variant_forms.ts";
import { createVariant, variantSource } from "./variant_values.ts";

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
        return createVariant(variantLayout(types), payloads, formOf(bare, place.shapes), place);
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

/** Returns the JavaScript form of a variant. */
function formOf(type: VariantType, shapes: Shapes): VariantForm {
  switch (type.kind) {
    case "variant": {
      const { cases } = type;
      return taggedForm(cases.map(({ name }) => name), cases.map((item) => !!item.type), shapes);
    }
    case "enum":
      return enumForm(type.names);
    case "option":
      return isNullable(type)
        ? optionForm(shapes)
        : taggedForm(["none", "some"], [false, true], shapes);
    case "result":
      return taggedForm(
        ["ok", shapes.failure],
        [type.ok, type.error].map((part) => shapes.hasEmptyPayloads || part !== undefined),
        shapes,
      );
  }
}

/**
 * Returns whether an option can be represented by its value alone, because the value cannot be
 * none.
 */
export function isNullable({ type }: { readonly type: ValueType }): boolean {
  const bare = unnamed(type) as ValueType;
  return bare.kind !== "option" || !isNullable(bare);
}

/** Makes the writers of source for the values of types. */
export class Sources {
  readonly #encoding: CanonOptions["encoding"];
  readonly #shapes: Shapes;

  constructor(
    { encoding, shapes }: {
      readonly encoding: CanonOptions["encoding"];
      readonly shapes: Shapes;
    },
  ) {
    this.#encoding = encoding;
    this.#shapes = shapes;
  }

  /** Makes the writer of source for the values of a type. */
  of(type: ValueType): ValueSource {
    const bare = unnamed(type) as ValueType;
    const shapes = this.#shapes;
    switch (bare.kind) {
      case "primitive": {
        if (bare.name === "string") {
          return rangeSource(this.#encoding === "utf8" ? TEXT_SOURCE : codecSource(bare));
        }
        const form = NUMBER_FORMS[bare.name];
        return numberSource(form, (code, name) => code.constant(form[name]));
      }
      case "list":
        return rangeSource(this.#listOf(bare));
      case "map": {
        const types = [bare.key, bare.value];
        return rangeSource(mapSource(recordLayout(types), this.#tupleOf(types)));
      }
      case "record": {
        const types = partTypes(bare);
        const keys = bare.fields.map(({ name }) => shapes.name(name));
        return recordSource(recordLayout(types), keys, types.map((part) => this.of(part)));
      }
      case "tuple":
        return this.#tupleOf(bare.types);
      case "flags": {
        const form = flagsForm(layoutOf(bare).byteLength, bare.names.map(shapes.name));
        return numberSource(form, (code, name) => code.constant(form[name]));
      }
      case "own":
      case "borrow": {
        const { kind, resource } = bare;
        return numberSource(
          { type: "u32" },
          (code, name) =>
            code.bindFor(
              bare,
              name,
              ({ place }) => handleForm(kind, place.handlesOf(resource))[name],
            ),
        );
      }
      case "variant":
      case "enum":
      case "option":
      case "result": {
        const types = caseTypes(bare);
        const payloads = types.map((part) =>
          part && { layout: layoutOf(part), source: this.of(part) }
        );
        return variantSource(variantLayout(types), payloads, formOf(bare, shapes));
      }
    }
    throw new TypeError(`Cannot carry a ${bare.kind}: expected a synchronous type`);
  }

  #tupleOf(types: readonly ValueType[]): ValueSource {
    return tupleSource(recordLayout(types), types.map((part) => this.of(part)));
  }

  #listOf(list: Extract<ValueType, { readonly kind: "list" }>): RangeSource {
    const { type } = list;
    const element = unnamed(type);
    return element.kind === "primitive" && isNumeric(element.name)
      ? numbersSource(NUMBER_FORMS[element.name].type, list)
      : listSource(layoutOf(type), this.of(type));
  }
}

/** The weights of the types in use: types do not change. */
const known = new WeakMap<ValueType, number>();

/**
 * Returns how much source the values of a type need, as the number of values in it. It is computed
 * once for each type, because nesting can double it with each level.
 */
export function weightOf(type: ValueType): number {
  let found = known.get(type);
  if (found === undefined) known.set(type, found = findWeight(unnamed(type) as ValueType));
  return found;
}

function findWeight(type: ValueType): number {
  const sum = (parts: readonly (ValueType | undefined)[]) =>
    parts.reduce((total, part) => total + (part === undefined ? 1 : weightOf(part)), 1);
  switch (type.kind) {
    case "list":
      return sum([type.type]);
    case "map":
      return sum([type.key, type.value]);
    case "record":
    case "tuple":
      return sum(partTypes(type));
    case "variant":
    case "enum":
    case "option":
    case "result":
      return sum(caseTypes(type));
  }
  return 1;
}
