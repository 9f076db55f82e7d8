import { allocator } from "../../../mod.ts";
import { BUFFER, buffer, MALLOC, owned, testParity } from "../_parity.ts";

testParity([
  {
    name: "a negative status beside a text that is found elsewhere",
    body: `${MALLOC} (func (export "call") (param i32 i32 i32) (result i32)
      (i32.store (local.get 2) (local.get 0))
      (i32.store offset=4 (local.get 2) (local.get 1))
      (select (i32.const -7) (i32.const 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: { value: "result", fails: "negative" },
    },
    values: ["abc", "fails"],
  },
  {
    name: "a negative status in the place of a pointer",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32)
      (select (i32.const -7) (local.get 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul" },
      status: { value: "result", fails: "negative" },
    },
    values: ["abc", "fails"],
  },
  {
    name: "a result in the argument's place, in the guest's buffer",
    body: `${BUFFER} (func (export "call") (param i32 i32) (result i32)
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6e)) (then (return (i32.const -3))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x74)) (then (return (i32.const 4))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6f)) (then (return (i32.const 101))))
      (local.get 1))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { argument: 0 }, length: "result" },
    },
    values: ["abc", "negative", "tri", "overrun"],
  },
  {
    name: "a length of 64 bits",
    body: `${BUFFER} (func (export "call") (param i32) (result i64)
      (i64.extend_i32_s (local.get 0)))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { export: "buffer" }, length: "result" },
    },
    values: ["abc", "Grüße"],
  },
  {
    name: "text in UTF-16 up to a NUL, for any unit of its length",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32) (local.get 0))`,
    convention: allocator({ ...owned, encoding: "utf-16" }),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul", unit: "codeUnits" },
    },
    values: ["abc", "Grüße"],
  },
]);
