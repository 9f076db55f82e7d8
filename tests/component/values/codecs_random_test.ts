import { assert, assertEquals } from "@std/assert";
import type { Primitive, ValueType } from "../../../src/component/types.ts";
import { Codecs, weightOf } from "../../../src/component/values/codecs.ts";
import { ValueProblem } from "../../../src/component/values/mistakes.ts";
import {
  type CoreValue,
  layoutOf,
  MOST_FLAT_PARAMETERS,
} from "../../../src/component/values/value_layout.ts";
import type { ValueCodec } from "../../../src/component/values/value_codec.ts";
import { randomOf } from "../../limits/_random.ts";
import { compileCodec, FIRST_BLOCK, makePlace, primitive } from "./_place.ts";

type Random = (below: number) => number;

const PRIMITIVES = [
  ...["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64"] as const,
  ...["char", "string"] as const,
];

/** Names of fields, cases and flags: they are in kebab case. */
const NAMES = ["a", "to-string", "proto", "x-1", "at-end"];

/** Makes a type. */
function randomType(random: Random, depth: number): ValueType {
  const inner = () => randomType(random, depth - 1);
  const names = NAMES.slice(0, 1 + random(NAMES.length));
  const maybe = () => random(3) === 0 ? undefined : inner();
  switch (depth === 0 ? 0 : random(12)) {
    case 1:
      return { kind: "list", type: inner() };
    case 2:
      return { kind: "map", key: primitive("string"), value: inner() };
    case 3:
      return { kind: "record", fields: names.map((name) => ({ name, type: inner() })) };
    case 4:
      return { kind: "tuple", types: names.map(inner) };
    case 5:
      return {
        kind: "variant",
        cases: names.map((name) => ({ name, type: maybe() })),
      };
    case 6:
      return { kind: "option", type: inner() };
    case 7:
      return { kind: "result", ok: maybe(), error: maybe() };
    case 8:
      return { kind: "flags", names };
    case 9:
      return { kind: "enum", names };
  }
  return primitive(PRIMITIVES[random(PRIMITIVES.length)]!);
}

/** Values of each primitive type, and at the end some that most types refuse. */
const VALUES: Readonly<Record<Primitive, readonly unknown[]>> = {
  bool: [true, false, 1],
  s8: [-128, 127, 128],
  u8: [0, 255, -1],
  s16: [-32768, 32767, 40000],
  u16: [0, 65535, 0.5],
  s32: [-0x80000000, 0x7fffffff, NaN],
  u32: [0, 0xffffffff, "1"],
  s64: [-(2n ** 63n), 2n ** 63n - 1n, 5],
  u64: [0n, 2n ** 64n - 1n, -1n],
  f32: [0.5, -Infinity, 0.1, 1n],
  f64: [0.1, -0, NaN, null],
  char: ["a", "\u{1f370}", "\ud800", "ab"],
  string: ["", "caf\u00e9 \u{1f370}", "x".repeat(300), "\udc00", undefined],
};

/** Makes a value of a type; one in some does not fit. */
function randomValue(type: ValueType, random: Random): unknown {
  const inner = (part: ValueType | undefined) => part && randomValue(part, random);
  if (random(60) === 0) return [undefined, null, {}, [1], "a", 5][random(6)];
  switch (type.kind) {
    case "primitive": {
      const values = VALUES[type.name];
      return values[random(random(20) === 0 ? values.length : 2)];
    }
    case "list":
      return Array.from({ length: random(4) }, () => inner(type.type));
    case "map":
      return new Map(Array.from({ length: random(3) }, (_, at) => [`k${at}`, inner(type.value)]));
    case "record":
      return Object.fromEntries(type.fields.map((field) => [camel(field.name), inner(field.type)]));
    case "tuple":
      return type.types.map(inner);
    case "variant": {
      const { name: tag, type: payload } = type.cases[random(type.cases.length)]!;
      return { tag, val: inner(payload) };
    }
    case "option": {
      const isTagged = type.type.kind === "option";
      if (random(3) === 0) return isTagged ? { tag: "none" } : undefined;
      return isTagged ? { tag: "some", val: inner(type.type) } : inner(type.type);
    }
    case "result":
      return random(2) === 0
        ? { tag: "ok", val: inner(type.ok) }
        : { tag: "err", val: inner(type.error) };
    case "flags":
      return Object.fromEntries(type.names.map((name) => [camel(name), random(2) === 0]));
    case "enum":
      return type.names[random(type.names.length)];
  }
  return undefined;
}

const camel = (name: string) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

type Make = (place: Parameters<typeof compileCodec>[0], type: ValueType) => ValueCodec;

/** Returns what a codec of a type does with a value, with random memory, and with core values. */
function observe(make: Make, type: ValueType, value: unknown, seed: number): unknown[] {
  const isFlat = layoutOf(type).flat.length <= MOST_FLAT_PARAMETERS;
  const attempt = (act: (codec: ValueCodec, place: ReturnType<typeof makePlace>) => unknown) => {
    const place = makePlace();
    const codec = make({ ...place, codecs: new Codecs(place) }, type);
    try {
      const result = act(codec, place);
      const { blocks, charged, memory } = place;
      return [result, blocks, charged, [...memory.readBytes(0, 2 * FIRST_BLOCK)]];
    } catch (error) {
      // Of several faults of a guest, each form finds another one first.
      return [error instanceof ValueProblem ? error.toError("Cannot").message : "a trap"];
    }
  };
  const stored = attempt((codec) => codec.store(value, 8));
  const random = randomOf(seed);
  const bytes = Uint8Array.from({ length: 2 * FIRST_BLOCK }, () => random(3) > 0 ? 0 : random(256));
  const loaded = attempt((codec, { memory }) => {
    memory.writeBytes(0, bytes);
    return codec.load(64, memory.data());
  });
  const lifted = attempt((codec, { memory }) => {
    memory.writeBytes(0, bytes);
    return isFlat && codec.lift(codec.flat.map((core) => randomCore(core, random)), 0);
  });
  const lowered = attempt((codec) => {
    const flat: CoreValue[] = [];
    if (isFlat) codec.lower(value, flat, 0);
    return flat;
  });
  return [stored, loaded, lifted, lowered];
}

function randomCore(type: string, random: Random): CoreValue {
  if (type === "i64") return BigInt(random(3)) << BigInt(random(64));
  return type === "i32" ? random(3) << (random(4) === 0 ? random(32) : 0) : random(100) / 8;
}

Deno.test("source and codecs do the same with random values of random types", () => {
  let fits = 0;
  for (let seed = 0; seed < 400; seed++) {
    const random = randomOf(seed);
    const type = randomType(random, 3);
    const value = randomValue(type, random);
    const byCodec = observe((place) => place.codecs.of(type), type, value, seed);
    const bySource = observe(compileCodec, type, value, seed);
    assertEquals(bySource, byCodec, `seed ${seed}: ${JSON.stringify(type)}`);
    if ((byCodec[0] as unknown[])[0] === undefined) fits++;
  }
  assert(fits > 200 && fits < 390, `${fits} values fit`);
});

Deno.test("the weight of a type is the number of values in it, and types that double are quick", () => {
  assertEquals(weightOf({ kind: "tuple", types: [primitive("u8"), primitive("string")] }), 3);
  let type = primitive("u8");
  for (let step = 0; step < 60; step++) type = { kind: "tuple", types: [type, type] };
  assert(weightOf(type) > 2 ** 60);
});
