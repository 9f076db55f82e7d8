import { allocator } from "../../../mod.ts";
import { BUFFER, buffer, MALLOC, owned, testParity } from "../_parity.ts";

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
    values: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4, 5)],
  },
  {
    name: "a length that the guest takes for granted, of a buffer",
    body: `${BUFFER} (func (export "call") (result i32) (i32.const 4))`,
    convention: buffer,
    symbol: { parameters: [{ type: "bytes", byteLength: 4 }], result: "bytes" },
    values: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4, 5)],
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
    values: ["abc", "Grüße"],
  },
]);
