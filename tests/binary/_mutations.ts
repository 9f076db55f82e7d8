import { leb } from "./_build.ts";

/** Makes a generator of numbers that are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns an integer from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** Returns one of `items`. */
  pick<Item>(items: ArrayLike<Item>): Item {
    return items[this.below(items.length)]!;
  }
}

const TELLING_BYTES = [
  0x00,
  0x01,
  0x02,
  0x0b,
  0x3f,
  0x40,
  0x60,
  0x63,
  0x64,
  0x7e,
  0x7f,
  0x80,
  0xff,
];

/** Bytes that may replace a byte that was a whole LEB128. */
const TAMPERED: readonly ((byte: number) => number[])[] = [
  (byte) => [byte | 0x80, 0x00],
  (byte) => [byte | 0x80, 0x80, 0x80, 0x80, 0x00],
  (byte) => [byte | 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  (byte) => [byte | 0x80, 0xff, 0xff, 0xff, 0x0f],
  (byte) => [byte | 0x80, 0x7f],
  () => [0xff, 0xff, 0xff, 0xff, 0x07],
  () => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

type Mutation = (bytes: number[], random: Random, other: Uint8Array) => void;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes[random.below(bytes.length)]! ^= 1 << random.below(8),
  (bytes, random) => bytes[random.below(bytes.length)] = random.pick(TELLING_BYTES),
  (bytes, random) => bytes[random.below(bytes.length)] = random.below(256),
  (bytes, random) => bytes[random.below(bytes.length)]! += random.below(2) === 0 ? 1 : 255,
  (bytes, random) => bytes.splice(random.below(bytes.length), 1 + random.below(4)),
  (bytes, random) => bytes.splice(random.below(bytes.length), 0, random.pick(TELLING_BYTES)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    bytes.splice(at, 1, ...random.pick(TAMPERED)(bytes[at]! & 0x7f));
  },
  (bytes, random) => {
    const from = random.below(bytes.length);
    const copied = bytes.slice(from, from + 1 + random.below(16));
    bytes.splice(random.below(bytes.length), 0, ...copied);
  },
  (bytes, random, other) => {
    const from = random.below(other.length);
    const spliced = other.slice(from, from + 1 + random.below(16));
    bytes.splice(random.below(bytes.length), random.below(2) * spliced.length, ...spliced);
  },
];

/** The seeds of the mutations. */
interface Seeds {
  readonly first: number;
  readonly rounds: number;
}

/**
 * Returns how many mutated samples, one for each seed, `take` accepts.
 *
 * @throws what `take` throws, with the seed and the bytes.
 */
export async function countTaken(
  samples: readonly Uint8Array[],
  take: (mutated: Uint8Array<ArrayBuffer>) => boolean | Promise<boolean>,
  { first, rounds }: Seeds,
): Promise<number> {
  let taken = 0;
  for (let seed = first; seed < first + rounds; seed++) {
    const random = new Random(seed);
    const mutated = mutate(random.pick(samples), random, random.pick(samples));
    try {
      if (await take(mutated)) taken++;
    } catch (cause) {
      throw new Error(`seed ${seed}: ${mutated.toHex()}`, { cause });
    }
  }
  return taken;
}

/** Makes a mutated copy of a module; parts of `other` may be copied into it. */
function mutate(
  bytes: Uint8Array,
  random: Random,
  other: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (random.below(20) === 0) return bytes.slice(0, random.below(bytes.length));
  if (random.below(4) === 0) return mutateAnywhere(bytes, random, other);
  return mutateSection(bytes, random, other);
}

function mutateAnywhere(bytes: Uint8Array, random: Random, other: Uint8Array) {
  const mutated = Array.from(bytes);
  random.pick(MUTATIONS)(mutated, random, other);
  return Uint8Array.from(mutated);
}

/** Mutates the contents of one section and corrects its size, which reaches deeper code. */
function mutateSection(bytes: Uint8Array, random: Random, other: Uint8Array) {
  const places = sections(bytes);
  if (places.length === 0) return mutateAnywhere(bytes, random, other);
  const { start, contents, end } = random.pick(places);
  const mutated = Array.from(bytes.subarray(contents, end));
  if (mutated.length === 0) mutated.push(0);
  for (let times = 1 + random.below(2); times > 0 && mutated.length > 0; times--) {
    random.pick(MUTATIONS)(mutated, random, other);
  }
  const head = bytes.subarray(0, start + 1), size = leb(mutated.length), rest = bytes.subarray(end);
  const whole = new Uint8Array(head.length + size.length + mutated.length + rest.length);
  whole.set(head);
  whole.set(size, head.length);
  whole.set(mutated, head.length + size.length);
  whole.set(rest, whole.length - rest.length);
  return whole;
}

const CODE = 10;

/** Returns the places of the sections, except the code, which is not read. */
function sections(bytes: Uint8Array): { start: number; contents: number; end: number }[] {
  const places = [];
  for (let start = 8; start < bytes.length;) {
    let size = 0;
    let contents = start + 1;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = bytes[contents++]!;
      size += (byte & 0x7f) * 2 ** shift;
    }
    const end = contents + size;
    if (bytes[start] !== CODE) places.push({ start, contents, end });
    start = end;
  }
  return places;
}
