// A place for values without a component: a memory of one page and an allocator that only grows.
import { assertThrows } from "@std/assert";
import { ValueProblem } from "../../../src/component/values/mistakes.ts";
import { GuestMemory } from "../../../src/memory/guest_memory.ts";
import type { CanonOptions, Primitive, ValueType } from "../../../src/component/types.ts";
import type { Handles, Place, ValueCodec } from "../../../src/component/values/value_codec.ts";
import {
  type CoreValue,
  MOST_FLAT_PARAMETERS,
} from "../../../src/component/values/value_layout.ts";
import { forcedTier } from "../../../src/call/call.ts";
import { Codecs, Sources } from "../../../src/component/values/codecs.ts";
import { type BoundPlace, ValueCode } from "../../../src/component/values/value_code.ts";
import { JCO_SHAPES, type Shapes } from "../../../src/component/values/js_shapes.ts";

/** The first address that the allocator returns. */
export const FIRST_BLOCK = 0x100;

/** The requests to a test place. */
export interface TestPlace extends Place {
  /** The codecs of types: compiled ones if that tier is forced. */
  readonly codecs: Pick<Codecs, "of">;
  /** The sizes and alignments of the blocks. */
  readonly blocks: readonly (readonly [byteLength: number, alignment: number])[];
  /** The bytes that values took on the host. */
  readonly charged: number;
}

/** Makes a place. */
export function makePlace(
  options: {
    readonly encoding?: CanonOptions["encoding"];
    readonly shapes?: Shapes;
    readonly handles?: Handles;
  } = {},
): TestPlace {
  const { encoding = "utf8", shapes = JCO_SHAPES, handles } = options;
  const blocks: [number, number][] = [];
  let next = FIRST_BLOCK;
  const place = {
    encoding,
    shapes,
    memory: new GuestMemory(new WebAssembly.Memory({ initial: 1 })),
    blocks,
    charged: 0,
    allocate(byteLength: number, alignment: number) {
      blocks.push([byteLength, alignment]);
      const pointer = Math.ceil(next / alignment) * alignment;
      next = pointer + byteLength;
      return pointer;
    },
    charge: (byteLength: number) => void (place.charged += byteLength),
    handlesOf: () => handles!,
  };
  const codecs = new Codecs(place);
  const compiled = new Map<ValueType, ValueCodec>();
  const of = (type: ValueType) => {
    const found = compiled.get(type) ?? compileCodec({ ...place, codecs }, type);
    compiled.set(type, found);
    return found;
  };
  return Object.assign(place, { codecs: forcedTier() === "compiled" ? { of } : codecs });
}

/** Makes a codec of the source for a type. */
export function compileCodec(place: BoundPlace["place"], type: ValueType): ValueCodec {
  const { flat, ...layout } = place.codecs.of(type);
  const source = new Sources(place).of(type);
  const make = <F>(parameters: string, write: (code: ValueCode) => string): F => {
    const code = new ValueCode(place);
    const result = write(code);
    const body = code.take();
    return code.make<F>(
      `return function (${parameters}) { ${code.variables()} ${body} return ${result}; }`,
    )!({ place });
  };
  const core = flat.map((_, index) => `flat[at + ${index}]`);
  return {
    ...layout,
    flat,
    load: make("pointer", (code) => {
      code.renewData();
      return source.load(code, { base: "pointer", offset: 0 });
    }),
    // More core values go through memory in any case.
    lift: make("flat, at", (code) => {
      code.renewData();
      return flat.length > MOST_FLAT_PARAMETERS ? "undefined" : source.lift(code, core);
    }),
    store: make("value, pointer", (code) => {
      const taken = source.take(code, "value");
      code.renewData();
      taken.store({ base: "pointer", offset: 0 });
      return "undefined";
    }),
    lower: make("value, flat, at", (code) => {
      if (flat.length > MOST_FLAT_PARAMETERS) return "undefined";
      source.take(code, "value").flat().forEach((one, index) =>
        code.add(`${core[index]} = ${one};`)
      );
      return "undefined";
    }),
  };
}

/** The type of a word: that of a primitive. */
export function primitive(name: Primitive): ValueType {
  return { kind: "primitive", name };
}

/** Stores a value at 0, and returns the bytes there and those that were allocated. */
export function storedBytes(place: TestPlace, codec: ValueCodec, value: unknown): number[][] {
  codec.store(value, 0);
  const read = (pointer: number, byteLength: number) => [
    ...place.memory.readBytes(pointer, byteLength),
  ];
  const end = place.blocks.reduce((sum, [byteLength]) => sum + byteLength, 0);
  return [read(0, codec.byteLength), read(FIRST_BLOCK, end)];
}

/** Lowers a value, and lifts it again from the core values. */
export function throughCore(codec: ValueCodec, value: unknown): [CoreValue[], unknown] {
  const flat: CoreValue[] = [];
  codec.lower(value, flat, 0);
  return [flat, codec.lift(flat, 0)];
}

/** Stores a value, and loads it again. */
export function throughMemory(place: TestPlace, codec: ValueCodec, value: unknown): unknown {
  codec.store(value, 8);
  return codec.load(8, place.memory.data());
}

/** Returns the error for a value of the host, without the beginning that is always the same. */
export function refusal(act: () => void): string {
  const { message } = assertThrows(act, ValueProblem).toError("Cannot");
  return message.replace(/^Cannot: (?:it )?/, "");
}
