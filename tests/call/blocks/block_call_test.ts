import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { allocator, type AllocatorOptions, type BlockCall, load } from "../../../mod.ts";
import { guestErrorOf } from "../../_errors.ts";
import { assemble } from "../../_wat.ts";

/** Each function stores the arguments of its last call at its own addresses. */
const RECORDING = assemble(`(module
  (memory (export "memory") 1)
  (func $keep (param $at i32) (param $a i32) (param $b i32) (param $c i32) (param $d i32)
    (i32.store (local.get $at) (local.get $a))
    (i32.store offset=4 (local.get $at) (local.get $b))
    (i32.store offset=8 (local.get $at) (local.get $c))
    (i32.store offset=12 (local.get $at) (local.get $d)))
  (func (export "alloc0") (result i32) (i32.const 4096))
  (func (export "alloc1") (param i32) (result i32)
    (call $keep (i32.const 16) (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (i32.const 4096))
  (func (export "alloc2") (param i32 i32) (result i32)
    (call $keep (i32.const 16) (local.get 0) (local.get 1) (i32.const 0) (i32.const 0))
    (i32.const 4096))
  (func (export "alloc4") (param i32 i32 i32 i32) (result i32)
    (call $keep (i32.const 16) (local.get 0) (local.get 1) (local.get 2) (local.get 3))
    (i32.const 4096))
  (func (export "alloc6") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "wide") (param i64) (result i64)
    (call $keep (i32.const 16) (i32.wrap_i64 (local.get 0)) (i32.const 0) (i32.const 0)
      (i32.const 0))
    (i64.const 4096))
  (func (export "free1") (param i32)
    (call $keep (i32.const 32) (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0)))
  (func (export "free2") (param i32 i32)
    (call $keep (i32.const 32) (local.get 0) (local.get 1) (i32.const 0) (i32.const 0)))
  (func (export "free3") (param i32 i32 i32)
    (call $keep (i32.const 32) (local.get 0) (local.get 1) (local.get 2) (i32.const 0)))
  (func (export "free4") (param i32 i32 i32 i32) (result i32)
    (call $keep (i32.const 32) (local.get 0) (local.get 1) (local.get 2) (local.get 3))
    (i32.const 0))
  (func (export "free6") (param i32 i32 i32 i32 i32 i32))
  (func (export "use") (param i32 i32) (result i32) (local.get 1)))`);

/** The core arguments for the five bytes of "Bøbs" at 4096. */
const PASSED: [call: string, options: AllocatorOptions, allocate: number[], free: number[]][] = [
  ["nothing", { allocate: "alloc0", free: "free1" }, [0, 0, 0, 0], [4096, 0, 0, 0]],
  ["a size", { allocate: "alloc1", free: "free1" }, [5, 0, 0, 0], [4096, 0, 0, 0]],
  ["an alignment too", { allocate: "alloc2", free: "free2" }, [5, 1, 0, 0], [4096, 5, 0, 0]],
  ["all of realloc", { allocate: "alloc4", free: "free3" }, [0, 0, 1, 5], [4096, 5, 1, 0]],
  ["a realloc that frees", { allocate: "alloc4", free: "free4" }, [0, 0, 1, 5], [4096, 5, 1, 0]],
  ["64 bits", { allocate: "wide", free: "free1" }, [5, 0, 0, 0], [4096, 0, 0, 0]],
  [
    "whatever is said",
    {
      allocate: { export: "alloc4", pass: ["codeUnits", 7, "align", "byteLength"] },
      free: { export: "free3", pass: ["byteLength", "pointer", "codeUnits"] },
    },
    [5, 7, 1, 5],
    [5, 4096, 5, 0],
  ],
  [
    "UTF-16, by units",
    {
      allocate: { export: "alloc2", pass: ["codeUnits", "byteLength"] },
      free: { export: "free3", pass: ["pointer", "codeUnits", "byteLength"] },
      encoding: "utf-16",
    },
    [4, 8, 0, 0],
    [4096, 4, 8, 0],
  ],
];

for (const [what, options, allocate, free] of PASSED) {
  Deno.test(`a block is allocated and freed with ${what}`, async () => {
    using guest = await load(RECORDING, {
      convention: allocator(options),
      symbols: { use: { parameters: ["string"], result: "u32" } },
    });
    assertStrictEquals(guest.symbols.use("Bøbs"), options.encoding === "utf-16" ? 8 : 5);
    const words = (pointer: number) =>
      [0, 4, 8, 12].map((offset) => guest.memory.read("u32", pointer + offset));
    assertEquals([words(16), words(32)], [allocate, free]);
  });
}

/** Exports whose types do not suit any argument. */
const REFUSED: [allocate: BlockCall, free: BlockCall | undefined, message: string][] = [
  [
    "alloc6",
    undefined,
    'Cannot call "alloc6" to allocate: it takes 6 parameters, expected one to four: ' +
    "say which with { export, pass }",
  ],
  [
    "alloc1",
    "free6",
    'Cannot call "free6" to free: it takes 6 parameters, expected one to four: ' +
    "say which with { export, pass }",
  ],
  [
    { export: "alloc2", pass: ["byteLength"] },
    undefined,
    'Cannot call "alloc2" to allocate: it takes 2 parameters, expected 1 (byteLength)',
  ],
  [
    { export: "memory", pass: [] },
    undefined,
    'Cannot find export "memory": The guest exports functions "alloc0", "alloc1", "alloc2", ' +
    '"alloc4", "alloc6", "wide", "free1", "free2", "free3", "free4", "free6", "use"',
  ],
];

for (const [allocate, free, message] of REFUSED) {
  Deno.test(`a block call is refused before anything is called: ${message.split(",")[0]}`, async () => {
    using guest = await load(RECORDING, {
      convention: allocator({ allocate, ...(free !== undefined && { free }), result: "inPlace" }),
    });
    assertStrictEquals(guestErrorOf(() => guest.passString("a", "use"))[1], message);
    assertStrictEquals(guest.memory.read("u32", 16), 0);
  });
}

Deno.test("an argument that an allocator cannot take is a mistake of the caller", async () => {
  const convention = allocator({
    allocate: { export: "alloc1", pass: ["size" as "byteLength"] },
    result: "inPlace",
  });
  const error = await assertRejects(() => load(RECORDING, { convention }), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot load the guest: option convention.place.allocate.pass[0] is "size", ' +
      'did you mean "byteLength"?',
  );
});
