// The bytes that each tier writes for a struct that a host function returns: each text has its own
// block.
import { assertEquals } from "@std/assert";
import { allocator, hostFunction, load, type StructValue } from "../../../mod.ts";
import { refuseRunSteps, testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { MALLOC, owned } from "../_parity.ts";
import { bytesOf, SIZE, TYPE, VARIANT_ROWS } from "./_variant_rows.ts";

refuseRunSteps();

const TARGET = 64;

/** The address of the first block of the allocator. */
const FIRST = 4096;

/** Each export calls an import that returns a struct; `act` calls the function in the struct. */
const GUEST = assemble(`(module
  (import "env" "value" (func $value (param i32)))
  (import "env" "out" (func $out (param i32)))
  (import "env" "pointer" (func $pointer (result i32)))
  (memory (export "memory") 1)
  (type $unary (func (param i32) (result i32)))
  (table (export "__indirect_function_table") 1 funcref)
  ${MALLOC}
  (func $start (global.set $next (i32.const ${FIRST}))
    (memory.fill (i32.const 0) (i32.const 255) (i32.const ${FIRST + 1024})))
  (func (export "value") (result i32)
    (call $start) (call $value (i32.const ${TARGET})) (i32.const ${TARGET}))
  (func (export "out") (result i32)
    (call $start) (call $out (i32.const ${TARGET})) (i32.const ${TARGET}))
  (func (export "pointer") (result i32) (call $start) (call $pointer))
  (func (export "act") (param i32) (result i32)
    (call_indirect (type $unary) (i32.const 20) (i32.load offset=16 (local.get 0)))))`);

testTiers("a host function returns a variant with its tag, its value and zeros", async () => {
  let what: StructValue<typeof TYPE.fields>["what"] = { tag: "none" };
  const answer = () => ({ id: 200, what, end: 513 });
  using guest = await load(GUEST, {
    convention: allocator(owned),
    imports: {
      env: {
        value: hostFunction({ parameters: [], result: { ...TYPE, by: "value" } }, answer),
        out: hostFunction({
          parameters: [{ type: "out", name: "found", value: TYPE }],
          result: "void",
        }, () => ({ found: answer() })),
        pointer: hostFunction({ parameters: [], result: TYPE }, answer),
      },
    },
    symbols: {
      value: { parameters: [], result: "u32" },
      out: { parameters: [], result: "u32" },
      pointer: { parameters: [], result: "u32" },
      act: { parameters: ["u32"], result: "i32" },
    },
  });
  const { act, ...ways } = guest.symbols;
  for (const [way, call] of Object.entries(ways)) {
    for (const row of VARIANT_ROWS) {
      what = row.what;
      const at = call();
      assertEquals(
        guest.memory.readBytes(at, SIZE),
        bytesOf(row, FIRST),
        `${way} ${what.tag}`,
      );
      const { behind = [] } = row;
      assertEquals([...guest.memory.readBytes(FIRST, behind.length)], behind);
    }
    what = { tag: "act", value: (number) => 3 * number };
    assertEquals(act(call()), 60, way);
  }
});
