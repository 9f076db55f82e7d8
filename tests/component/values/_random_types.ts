// Random types of components and values of them, with a component that hands them to the host.
import type { Labeled, Primitive, ValueType } from "../../../src/component/types.ts";
import { camelCase } from "../../../src/component/values/js_shapes.ts";
import { layoutOf, MOST_FLAT_PARAMETERS } from "../../../src/component/values/value_layout.ts";

/** Returns a whole number below a bound. */
export type Random = (below: number) => number;

const PRIMITIVES: readonly Primitive[] = [
  ..."bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char string".split(" ") as Primitive[],
];

const NAMES = ["a", "at-end", "x1", "long-er-name"];

/** Makes a type, with other types in it up to a depth. */
export function randomType(random: Random, depth: number): ValueType {
  const inner = () => randomType(random, depth - 1);
  const maybe = () => random(3) === 0 ? undefined : inner();
  const names = NAMES.slice(0, 1 + random(NAMES.length));
  switch (depth === 0 ? 0 : random(11)) {
    case 1:
    case 2:
      return { kind: "list", type: inner() };
    case 3:
      return { kind: "option", type: inner() };
    case 4:
      return { kind: "tuple", types: names.map(inner) };
    case 5:
      return { kind: "result", ok: maybe(), error: maybe() };
    case 6:
      return { kind: "enum", names };
    case 7:
      return { kind: "flags", names };
    case 8:
      return { kind: "record", fields: names.map((name) => ({ name, type: inner() })) };
    case 9:
      return { kind: "variant", cases: names.map((name) => ({ name, type: maybe() })) };
  }
  return { kind: "primitive", name: PRIMITIVES[random(PRIMITIVES.length)]! };
}

const TEXTS = ["", "a", "Grüße", "\u20ac", "\u{1f680}", "a\u0000b", "x".repeat(300)];

const FLOATS = [0, -0, 1.5, -2.25, NaN, Infinity, -Infinity, 2 ** 100];

const ARRAYS: Readonly<Partial<Record<Primitive, (length: number) => { [at: number]: unknown }>>> =
  {
    s8: (length) => new Int8Array(length),
    u8: (length) => new Uint8Array(length),
    s16: (length) => new Int16Array(length),
    u16: (length) => new Uint16Array(length),
    s32: (length) => new Int32Array(length),
    u32: (length) => new Uint32Array(length),
    s64: (length) => new BigInt64Array(length),
    u64: (length) => new BigUint64Array(length),
    f32: (length) => new Float32Array(length),
    f64: (length) => new Float64Array(length),
  };

/** Makes a JavaScript value of a type. */
export function randomValue(random: Random, type: ValueType): unknown {
  const of = (part: ValueType) => randomValue(random, part);
  switch (type.kind) {
    case "primitive":
      return randomPrimitive(random, type.name);
    case "list": {
      const { type: item } = type;
      const values = Array.from({ length: random(4) }, () => of(item));
      const make = item.kind === "primitive" ? ARRAYS[item.name] : undefined;
      return make === undefined ? values : Object.assign(make(values.length), values);
    }
    case "option": {
      const isNested = type.type.kind === "option";
      if (random(2) === 0) return isNested ? { tag: "none" } : undefined;
      const val = of(type.type);
      return isNested ? { tag: "some", val } : val;
    }
    case "tuple":
      return type.types.map(of);
    case "result": {
      const [tag, part] = random(2) === 0 ? ["ok", type.ok] as const : ["err", type.error] as const;
      return { tag, val: part && of(part) };
    }
    case "enum":
      return type.names[random(type.names.length)];
    case "flags":
      return Object.fromEntries(type.names.map((name) => [camelCase(name), random(2) === 1]));
    case "record":
      return Object.fromEntries(type.fields.map(({ name, type }) => [camelCase(name), of(type)]));
    case "variant": {
      const { name: tag, type: part } = type.cases[random(type.cases.length)]!;
      return part === undefined ? { tag } : { tag, val: of(part) };
    }
  }
  throw new TypeError(`no value of ${type.kind}`);
}

function randomPrimitive(random: Random, name: Primitive): unknown {
  switch (name) {
    case "bool":
      return random(2) === 1;
    case "char":
      return ["a", "\u0000", "ß", "\u{1f680}"][random(4)];
    case "string":
      return TEXTS[random(TEXTS.length)];
    case "f32":
    case "f64":
      return FLOATS[random(FLOATS.length)];
  }
  const bits = Number(name.slice(1));
  const isSigned = name.startsWith("s");
  const edge = [0n, 1n, 2n ** BigInt(bits) - 1n, 2n ** BigInt(bits - 1)][random(4)]!;
  const value = isSigned ? BigInt.asIntN(bits, edge) : edge;
  return bits === 64 ? value : Number(value);
}

/**
 * Writes a component with functions `relay-0`, `relay-1` and so on. Each takes a value of a type,
 * calls the import `take-0` and so on with it, and returns what that returns.
 */
export function writeRelays(types: readonly ValueType[]): string {
  const named: string[] = [];
  const refer = (type: ValueType): string => {
    const fields = (list: readonly Labeled[]) =>
      list.map(({ name, type }) => `(field "${name}" ${refer(type)})`).join(" ");
    switch (type.kind) {
      case "primitive":
        return type.name;
      case "list":
      case "option":
        return `(${type.kind} ${refer(type.type)})`;
      case "tuple":
        return `(tuple ${type.types.map(refer).join(" ")})`;
      case "result":
        return `(result${type.ok ? ` ${refer(type.ok)}` : ""}${
          type.error ? ` (error ${refer(type.error)})` : ""
        })`;
    }
    const text = type.kind === "record"
      ? `(record ${fields(type.fields)})`
      : type.kind === "variant"
      ? `(variant ${
        type.cases.map(({ name, type }) => `(case "${name}"${type ? ` ${refer(type)}` : ""})`)
          .join(" ")
      })`
      : `(${type.kind} ${
        (type as Extract<ValueType, { kind: "enum" }>).names.map((name) => `"${name}"`).join(" ")
      })`;
    const id = named.length / 2;
    named.push(`(type $own${id} ${text})`, `(import "t${id}" (type $t${id} (eq $own${id})))`);
    return `$t${id}`;
  };
  const parts = types.map((type, index) => {
    const shown = refer(type);
    const { flat } = layoutOf(type);
    const isSpilled = flat.length > MOST_FLAT_PARAMETERS;
    const parameters = isSpilled ? ["i32"] : flat;
    const isInMemory = flat.length > 1;
    const [result = ""] = isInMemory ? ["i32"] : flat;
    const taken = `(param ${parameters.join(" ")}${isInMemory ? " i32" : ""})`;
    const returned = isInMemory ? "" : `(result ${result})`;
    const passed = parameters.map((_, at) => `(local.get ${at})`).join(" ");
    return {
      import:
        `(import "take-${index}" (func $take${index} (param "it" ${shown}) (result ${shown})))`,
      lower: `(core func $take${index}' (canon lower (func $take${index})
        (memory $memory) (realloc $realloc)))`,
      given: `(export "take${index}" (func $take${index}'))`,
      coreImport: `(import "host" "take${index}" (func $take${index} ${taken} ${returned}))`,
      core: `(func (export "relay${index}") (param ${parameters.join(" ")}) (result ${result})
        (call $take${index} ${passed}${isInMemory ? " (i32.const 64)" : ""})
        ${isInMemory ? "(i32.const 64)" : ""})
        (func (export "end${index}") (param ${result}) (global.set $next (i32.const 4096)))`,
      lift: `(func (export "relay-${index}") (param "it" ${shown}) (result ${shown})
        (canon lift (core func $main "relay${index}") (memory $memory) (realloc $realloc)
          (post-return (core func $main "end${index}"))))`,
    };
  });
  const all = (key: keyof typeof parts[number]) => parts.map((part) => part[key]).join("\n");
  return `(component
    ${named.join("\n")}
    ${all("import")}
    (core module $heap
      (memory (export "memory") 64)
      (global $next (export "next") (mut i32) (i32.const 4096))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $found i32)
        (local.set $found (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
        (global.set $next (i32.add (local.get $found) (local.get 3)))
        (local.get $found)))
    (core instance $heap (instantiate $heap))
    (alias core export $heap "memory" (core memory $memory))
    (alias core export $heap "realloc" (core func $realloc))
    ${all("lower")}
    (core module $main
      (import "heap" "next" (global $next (mut i32)))
      ${all("coreImport")}
      ${all("core")})
    (core instance $main (instantiate $main
      (with "heap" (instance $heap)) (with "host" (instance ${all("given")}))))
    ${all("lift")})`;
}
