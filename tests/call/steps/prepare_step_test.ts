import { assertEquals } from "@std/assert";
import { allocator } from "../../../mod.ts";
import { makeParts } from "../../../src/call/make_parts.ts";
import { prepareStep } from "../../../src/call/steps/prepare_step.ts";
import { BUFFER, buffer, MALLOC, owned, type ParityRow, testParity } from "../_parity.ts";
import { frameOf, instanceOf, makeWritten, otherwise, planOf } from "../_unit.ts";

/** Returns the outcome of a call with bytes of which the guest expects four. */
const ofFourBytes: ParityRow["calls"] = [
  [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4)],
  ...[3, 5].map((length) =>
    [new Uint8Array(length), {
      name: "RangeError",
      message: `Cannot pass argument 0 to "call": it has ${length} bytes, expected 4`,
      code: undefined,
    }] as const
  ),
];

testParity([
  {
    name: "a length that the guest takes for granted, of a block",
    body: `${MALLOC} (func (export "call") (param i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.const 4)))`,
    convention: allocator(owned),
    symbol: {
      parameters: [{ type: "bytes", byteLength: 4 }],
      result: { type: "bytes", form: "packedPointerHigh" },
    },
    calls: ofFourBytes,
  },
  {
    name: "a length that the guest takes for granted, of a buffer",
    body: `${BUFFER} (func (export "call") (result i32) (i32.const 4))`,
    convention: buffer,
    symbol: { parameters: [{ type: "bytes", byteLength: 4 }], result: "bytes" },
    calls: ofFourBytes,
  },
  {
    name: "a return area that holds the place of the text",
    body: `${MALLOC} (func (export "call") (param i32) (result i32) (i32.const 0))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      arguments: [{ area: 0 }],
      area: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
    },
    calls: [["abc", "abc"], ["Grüße", "Grüße"]],
  },
]);

/** The sizes that the allocator was asked for. */
const sizes: number[] = [];
const instance = await instanceOf(
  `(import "env" "asked" (func $asked (param i32)))
   (global $next (export "next") (mut i32) (i32.const 0))
   (func (export "malloc") (param i32) (result i32)
     (call $asked (local.get 0))
     (global.set $next (i32.add (global.get $next) (i32.const 128)))
     (global.get $next))
   (func (export "f"))`,
  { asked: (size: number) => sizes.push(size) },
);
const place = { kind: "allocator", allocate: "malloc" } as const;

for (const [words, size] of [[1, 4], [2, 8], [3, 12], [17, 68]] as const) {
  Deno.test(`exactly the ${words} words of a return area are cleared, and an output buffer has its size`, () => {
    const { memory, exports } = instance;
    const step = { step: "prepare" } as const;
    const plan = planOf({ area: { words, place }, output: { capacity: 9, place } });
    const parts = makeParts(plan, instance);
    const written = makeWritten(
      instance,
      plan,
      (code) => {
        assertEquals(prepareStep.write!(step, code, otherwise), true);
        return "undefined";
      },
      [],
      parts.sources,
    );
    const run = prepareStep.run(step, parts);
    for (const prepare of [run, (frame: Parameters<typeof run>[0]) => written(undefined, frame)]) {
      sizes.length = 0;
      (exports.next as WebAssembly.Global).value = 0;
      memory.writeString(120, "x".repeat(300));
      const frame = frameOf();
      prepare(frame);
      assertEquals(sizes, [size, 9]);
      assertEquals([...frame.pointers.slice(0, 2), frame.sizes[1]], [128, 256, 9]);
      const rest = "x".repeat(300 - 8 - size);
      assertEquals(memory.readString(120, 300), `xxxxxxxx${"\0".repeat(size)}${rest}`);
    }
  });
}
