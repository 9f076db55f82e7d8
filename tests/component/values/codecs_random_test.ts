import { assert, assertEquals } from "@std/assert";
import type { ValueType } from "../../../src/component/types.ts";
import { Codecs, weightOf } from "../../../src/component/values/codecs.ts";
import { ValueProblem } from "../../../src/component/values/mistakes.ts";
import type { ValueCodec } from "../../../src/component/values/value_codec.ts";
import {
  type CoreValue,
  layoutOf,
  MOST_FLAT_PARAMETERS,
} from "../../../src/component/values/value_layout.ts";
import { randomOf } from "../../limits/_random.ts";
import { compileCodec, FIRST_BLOCK, makePlace, primitive } from "./_place.ts";
import { type Random, randomType, randomValue } from "./_random_types.ts";

/** Values that most types refuse. */
const WRONG = [
  undefined,
  null,
  {},
  [1],
  "ab",
  "\ud800",
  0.5,
  -1,
  2 ** 40,
  NaN,
  5n,
  2n ** 64n,
  true,
];

/** Puts a wrong value in the place of a part. */
function spoil(value: unknown, random: Random): unknown {
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype;
  const keys = isPlain ? Object.keys(value as object) : [];
  if (keys.length === 0) return WRONG[random(WRONG.length)];
  const key = keys[random(keys.length)]!;
  const parts = value as Record<string, unknown>;
  const part = spoil(parts[key], random);
  return Array.isArray(value) ? value.with(Number(key), part) : { ...parts, [key]: part };
}

type Make = (place: Parameters<typeof compileCodec>[0], type: ValueType) => ValueCodec;

/** Returns the results of a codec for a value, for random memory and for core values. */
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

Deno.test("generated source and codecs have the same results for random values of random types", () => {
  let fits = 0;
  for (let seed = 0; seed < 400; seed++) {
    const random = randomOf(seed);
    const type = randomType(random, 3);
    const fitting = randomValue(random, type);
    const value = seed % 2 === 0 ? fitting : spoil(fitting, random);
    const byCodec = observe((place) => place.codecs.of(type), type, value, seed);
    const bySource = observe(compileCodec, type, value, seed);
    assertEquals(bySource, byCodec, `seed ${seed}: ${JSON.stringify(type)}`);
    if ((byCodec[0] as unknown[])[0] === undefined) fits++;
  }
  assert(fits >= 200 && fits < 300, `${fits} values fit`);
});

Deno.test("the weight of a type is the number of values in it, and types that double are quick", () => {
  assertEquals(weightOf({ kind: "tuple", types: [primitive("u8"), primitive("string")] }), 3);
  let type = primitive("u8");
  for (let step = 0; step < 60; step++) type = { kind: "tuple", types: [type, type] };
  assert(weightOf(type) > 2 ** 60);
});
