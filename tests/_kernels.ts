// The kernels for measuring limits: real guests that process many bytes, and small functions in
// which counting costs most.

import { deflateSync, zstdCompressSync } from "node:zlib";
import { assemble } from "./_wat.ts";
import {
  cjsModuleLexer,
  esModuleLexer,
  hashWasm,
  lodepng,
  lz4Wasm,
  zstddec,
} from "./guests/_bytes.ts";

type Numbers = Record<string, (...args: (number | bigint)[]) => number>;

/** A function of a guest, with its input. */
export interface Kernel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Puts the input into the memory of an instance, and returns a call that takes a while. */
  start(exports: Numbers, memory: WebAssembly.Memory): () => unknown;
}

const IMPORTS = "import { a } from './a.js';\n";

const SOURCE =
  "function f(x) { if (x > 1) { return a(x - 1) + `text ${x}`; } /* no */ return 'b'; }\n";

/** Text that compresses, but is not all the same. */
const TEXT = new TextEncoder().encode(
  Array.from({ length: 20_000 }, (_, line) => `${line} ${line * 7919 % 1009} ${SOURCE}`).join(""),
).subarray(0, 1 << 20);

function put(memory: WebAssembly.Memory, pointer: number, bytes: Uint8Array): void {
  const missing = pointer + bytes.length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  new Uint8Array(memory.buffer).set(bytes, pointer);
}

function hash(name: "sha256" | "xxhash64"): Promise<Kernel> {
  return hashWasm(name).then((bytes) => ({
    name,
    bytes,
    start({ Hash_GetBuffer, Hash_Init, Hash_Update }, memory) {
      put(memory, Hash_GetBuffer!(), TEXT.subarray(0, 16384));
      return () => {
        Hash_Init!(256);
        for (let count = 0; count < 32; count++) Hash_Update!(16384);
      };
    },
  }));
}

/** Puts UTF-16 into a lexer that has no allocator. */
function lexer(name: string, bytes: Uint8Array, parse: string, source: string): Kernel {
  return {
    name,
    bytes,
    start({ sa, [parse]: call }, memory) {
      const units = Uint16Array.from(source.repeat(1000), (unit) => unit.charCodeAt(0));
      memory.grow(64);
      return () => {
        const pointer = sa!(units.length);
        put(memory, pointer, new Uint8Array(units.buffer));
        call!(pointer, units.length, 0, 0, 0, 0);
      };
    },
  };
}

function png(): Uint8Array {
  const width = 256, height = 256;
  const rows = Uint8Array.from(
    { length: height * (width * 4 + 1) },
    (_, at) => at % (width * 4 + 1) === 0 ? at / (width * 4 + 1) % 5 : TEXT[at]! & 15,
  );
  const be32 = (
    value: number,
  ) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  const chunk = (type: string, data: ArrayLike<number>) => {
    const body = [...new TextEncoder().encode(type), ...Array.from(data)];
    return [...be32(data.length), ...body, ...be32(crc32(body))];
  };
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...be32(width), ...be32(height), 8, 6, 0, 0, 0]),
    ...chunk("IDAT", deflateSync(rows)),
    ...chunk("IEND", []),
  ]);
}

function crc32(bytes: readonly number[]): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const image = async (): Promise<Kernel> => ({
  name: "lodepng",
  bytes: await lodepng(),
  start({ malloc, free, lodepng_decode32 }, memory) {
    const input = png(), pointer = malloc!(input.length), area = malloc!(12);
    put(memory, pointer, input);
    return () => {
      const code = lodepng_decode32!(area, area + 4, area + 8, pointer, input.length);
      if (code !== 0) throw new Error(`lodepng answers ${code}`);
      free!(new DataView(memory.buffer).getUint32(area, true));
    };
  },
});

const zstd = async (): Promise<Kernel> => ({
  name: "zstd",
  bytes: await zstddec(),
  start({ malloc, ZSTD_decompress }, memory) {
    const input = zstdCompressSync(TEXT), pointer = malloc!(input.length);
    const output = malloc!(TEXT.length);
    put(memory, pointer, input);
    return () => {
      const length = ZSTD_decompress!(output, TEXT.length, pointer, input.length);
      if (length !== TEXT.length) throw new Error(`zstd answers ${length}`);
    };
  },
});

const lz4 = async (): Promise<Kernel> => ({
  name: "lz4 compress",
  bytes: await lz4Wasm(),
  start(
    { __wbindgen_add_to_stack_pointer: move, __wbindgen_malloc: malloc, compress, ...rest },
    memory,
  ) {
    const input = TEXT.subarray(0, 1 << 18);
    const free = rest.__wbindgen_free!;
    return () => {
      const area = move!(-16), pointer = malloc!(input.length, 1);
      put(memory, pointer, input);
      compress!(area, pointer, input.length);
      const view = new DataView(memory.buffer);
      free(view.getUint32(area, true), view.getUint32(area + 4, true), 1);
      move!(16);
    };
  },
});

/** A kernel in the text format, whose function takes a number. */
const small = (name: string, argument: number, text: string): Kernel => ({
  name,
  bytes: assemble(`(module (memory (export "memory") 2) ${text})`),
  start: ({ f }) => () => f!(argument),
});

const ROUND = "(br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1))))";

const SMALL = [
  small(
    "loop of 11 operators",
    2_000_000,
    `(func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop (local.set $x (i32.xor (i32.mul (local.get $x) (i32.const 31)) (local.get $n))) ${ROUND})
      (local.get $x))`,
  ),
  small(
    "sum of bytes",
    4_000_000,
    `(func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop (local.set $x (i32.add (local.get $x)
        (i32.load8_u (i32.and (local.get $n) (i32.const 0xffff))))) ${ROUND})
      (local.get $x))`,
  ),
  small(
    "recursion",
    25,
    `(func $f (export "f") (param $n i32) (result i32)
      (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
        (else (i32.add (call $f (i32.sub (local.get $n) (i32.const 1)))
          (call $f (i32.sub (local.get $n) (i32.const 2)))))))`,
  ),
  small(
    "recursion by return",
    25,
    `(func $f (export "f") (param $n i32) (result i32)
      (if (i32.lt_u (local.get $n) (i32.const 2)) (then (return (local.get $n))))
      (i32.add (call $f (i32.sub (local.get $n) (i32.const 1)))
        (call $f (i32.sub (local.get $n) (i32.const 2)))))`,
  ),
  small(
    "recursion within a module",
    25,
    `(func $f (param $n i32) (result i32)
      (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
        (else (i32.add (call $f (i32.sub (local.get $n) (i32.const 1)))
          (call $f (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "f") (param i32) (result i32) (call $f (local.get 0)))`,
  ),
  small(
    "leaf calls",
    2_000_000,
    `(func $leaf (param i32) (result i32)
      (i32.add (i32.load8_u (i32.and (local.get 0) (i32.const 0xffff))) (local.get 0)))
    (func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop (local.set $x (i32.add (local.get $x) (call $leaf (local.get $n)))) ${ROUND})
      (local.get $x))`,
  ),
  small(
    "leaf calls with a branch",
    2_000_000,
    `(func $leaf (param i32) (result i32)
      (if (result i32) (i32.and (local.get 0) (i32.const 1)) (then (local.get 0))
        (else (i32.add (i32.load8_u (i32.and (local.get 0) (i32.const 0xffff))) (local.get 0)))))
    (func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop (local.set $x (i32.add (local.get $x) (call $leaf (local.get $n)))) ${ROUND})
      (local.get $x))`,
  ),
  small(
    "indirect calls",
    2_000_000,
    `(type $t (func (param i32) (result i32))) (table funcref (elem $a $b))
    (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))
    (func $b (type $t) (i32.xor (local.get 0) (i32.const 1)))
    (func (export "f") (param $n i32) (result i32) (local $x i32)
      (loop (local.set $x
        (call_indirect (type $t) (local.get $x) (i32.and (local.get $n) (i32.const 1)))) ${ROUND})
      (local.get $x))`,
  ),
];

const swap = small(
  "case of letters",
  65536,
  `(data (i32.const 0) "${"Hello there, this is text. ".repeat(2000)}")
  (func (export "f") (param $n i32) (local $at i32) (local $c i32)
    (loop
      (if (i32.lt_u (i32.sub (local.tee $c (i32.load8_u (local.get $at))) (i32.const 97))
          (i32.const 26))
        (then (i32.store8 (local.get $at) (i32.sub (local.get $c) (i32.const 32))))
        (else (if (i32.lt_u (i32.sub (local.get $c) (i32.const 65)) (i32.const 26))
          (then (i32.store8 (local.get $at) (i32.add (local.get $c) (i32.const 32)))))))
      (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1)))
        (local.get $n)))))`,
);

export const KERNELS: readonly Kernel[] = [
  await hash("sha256"),
  await hash("xxhash64"),
  lexer("es-module-lexer", await esModuleLexer(), "parse", IMPORTS + SOURCE),
  lexer("cjs-module-lexer", await cjsModuleLexer(), "parseCJS", SOURCE),
  await image(),
  await zstd(),
  await lz4(),
  swap,
  ...SMALL,
];

/** Instantiates a module whose imported functions are never called. */
export function instantiate(bytes: Uint8Array): WebAssembly.Instance {
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => 0;
  }
  return new WebAssembly.Instance(module, imports);
}
