// A new toolchain is one file, `_zed.ts`, one line in the list of presets, and a guest.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load, MemoryRangeError } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { detectConvention } from "../../src/detect/detect.ts";
import { PRESETS } from "../../src/presets/list.ts";
import type { Preset } from "../../src/presets/preset.ts";
import { guestErrorOf } from "../_errors.ts";
import { presetRows, sourceOf, tableProblems } from "../_preset_rows.ts";
import { utf8Strings } from "../_strings.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";
import { ZED, zed } from "./_zed.ts";

// The one line: before the presets that it could be taken for.
(PRESETS as Preset[]).unshift(ZED);

/** The presets of src/ alone. */
const OTHERS = PRESETS.slice(1);

/** A guest of Zed, which traps if a block is freed twice, or with another length than it has. */
const GUEST = `(module
  (memory (export "memory") 64)
  (global $top (mut i32) (i32.const 1024))
  (global $live (mut i32) (i32.const 0))
  (global $made (mut i32) (i32.const 0))
  (func (export "live") (result i32) (global.get $live))
  (func (export "made") (result i32) (global.get $made))
  (func $zalloc (export "zalloc") (param $length i32) (result i32) (local $at i32)
    (local.set $at (global.get $top))
    (i32.store (local.get $at) (local.get $length))
    (i32.store offset=4 (local.get $at) (i32.const 0x7a656421))
    (global.set $top (i32.and (i32.const -8)
      (i32.add (local.get $at) (i32.add (local.get $length) (i32.const 15)))))
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (global.set $made (i32.add (global.get $made) (i32.const 1)))
    (i32.add (local.get $at) (i32.const 8)))
  (func (export "zfree") (param $pointer i32) (param $length i32) (local $at i32)
    (local.set $at (i32.sub (local.get $pointer) (i32.const 8)))
    (if (i32.ne (i32.load (local.get $at)) (local.get $length)) (then unreachable))
    (if (i32.ne (i32.load offset=4 (local.get $at)) (i32.const 0x7a656421)) (then unreachable))
    (i32.store offset=4 (local.get $at) (i32.const 0))
    (global.set $live (i32.sub (global.get $live) (i32.const 1)))
    (if (i32.eqz (global.get $live)) (then (global.set $top (i32.const 1024)))))
  (func $return (param $pointer i32) (param $length i32) (result i32) (local $struct i32)
    (local.set $struct (call $zalloc (i32.const 8)))
    (i32.store (local.get $struct) (local.get $pointer))
    (i32.store offset=4 (local.get $struct) (local.get $length))
    (local.get $struct))
  (func $copy (param $pointer i32) (param $length i32) (result i32) (local $at i32)
    (local.set $at (call $zalloc (local.get $length)))
    (memory.copy (local.get $at) (local.get $pointer) (local.get $length))
    (local.get $at))
  (func (export "echo") (param i32 i32) (result i32)
    (call $return (call $copy (local.get 0) (local.get 1)) (local.get 1)))
  (func (export "join") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (call $zalloc (i32.add (local.get 1) (local.get 3))))
    (memory.copy (local.get $at) (local.get 0) (local.get 1))
    (memory.copy (i32.add (local.get $at) (local.get 1)) (local.get 2) (local.get 3))
    (call $return (local.get $at) (i32.add (local.get 1) (local.get 3))))
  (func (export "invalid") (param i32 i32) (result i32) (local $at i32)
    (local.set $at (call $copy (local.get 0) (local.get 1)))
    (i32.store8 (local.get $at) (i32.const 255))
    (call $return (local.get $at) (local.get 1)))
  (func (export "lies") (param i32 i32) (result i32)
    (call $return (i32.const 0x7fffffff) (local.get 1)))
  (func (export "nothing") (param i32 i32) (result i32) (i32.const 0))
  (func (export "measure") (param i32 i32) (result i64)
    (i64.extend_i32_u (local.get 1))))`;

/** The number of blocks that a guest has made, and the number of those that are not freed. */
const live = {
  live: { parameters: [], result: "u32" },
  made: { parameters: [], result: "u32" },
} as const;

/** Symbols with text and bytes in several places. */
const symbols = {
  ...live,
  join: { parameters: ["string", "string"], result: "string" },
  joinBytes: { name: "join", parameters: ["bytes", "string"], result: "bytes" },
  measure: { parameters: ["string"], result: "u64" },
} as const;

Deno.test("a guest of a new toolchain is detected without an option", async () => {
  using guest = await load(assemble(GUEST));
  const { convention: report } = guest;
  assertEquals(`${report}`, "convention: zed()");
  assertEquals(
    [report.name, report.reason, report.convention, report.capacity],
    ["zed", 'it exports "zalloc" and "zfree"', zed(), undefined],
  );
  assertEquals(Deno.inspect(report), 'convention: zed() // it exports "zalloc" and "zfree"');
});

Deno.test("the plan of a call frees each block of a new toolchain", async () => {
  using guest = await load(assemble(GUEST));
  assertEquals(`${await guest.plan("echo")}`.split("\n").slice(3), [
    '4. call "echo" with the address and the byte length of the text',
    "5. take the address of the text from word 0 of what the result points at",
    "6. take the length from word 1 of what the result points at",
    "7. check that the text lies within memory",
    "8. read it as UTF-8",
    '9. free the result with "zfree"',
    '10. free what the export returned with "zfree"',
    '11. free the block of the text with "zfree"',
  ]);
});

testTiers("the convention of a new toolchain can be set by hand, and changed", async () => {
  const convention = zed({ resultsFreedBy: "guest" });
  using guest = await load(assemble(GUEST), { convention, symbols: live });
  assertEquals(`${guest.convention}`, 'convention: zed({ resultsFreedBy: "guest" })');
  assertEquals(guest.passString("Zoë", "echo"), "Zoë");
  assertEquals([guest.symbols.made(), guest.symbols.live()], [3, 2]);
});

Deno.test("without its line in the list, a guest of a new toolchain is detected as something similar", () => {
  const found = detectConvention(readModule(assemble(GUEST)), OTHERS);
  assertEquals(
    found && "convention" in found && found.convention.expression,
    'allocator({ allocate: "zalloc", free: "zfree" })',
  );
});

Deno.test("names of a new toolchain on other types do not count", () => {
  const info = readModule(assemble(`(module (memory (export "memory") 1)
    (func (export "zalloc") (param f64) (result i32) (i32.const 0))
    (func (export "zfree") (param i32 i32)))`));
  assertEquals(detectConvention(info), undefined);
});

testTiers("151 calls of a new toolchain leave nothing allocated", async () => {
  using guest = await load(assemble(GUEST), { symbols: live });
  for (let call = 0; call < 151; call++) {
    assertEquals(guest.passString(`Zoë ${call}`, "echo"), `Zoë ${call}`);
  }
  // Each call needs a block for the argument, one for the result and one for the struct.
  assertEquals([guest.symbols.made(), guest.symbols.live()], [453, 0]);
});

testTiers("symbols of a new toolchain take and return text and bytes", async () => {
  using guest = await load(assemble(GUEST), { symbols });
  const { join, joinBytes, measure, made, live } = guest.symbols;
  for (let call = 1; call <= 120; call++) {
    assertEquals(join(`Zoë ${call}`, "🌍"), `Zoë ${call}🌍`);
    assertEquals(joinBytes(Uint8Array.of(0, call), "b"), Uint8Array.of(0, call, 98));
    assertEquals(measure("Zoë"), 4n);
    assertEquals([made(), live()], [9 * call, 0]);
  }
  guest.reset();
  assertEquals([join("a", ""), made(), live()], ["a", 4, 0]);
});

testTiers("text and bytes of every kind pass to a new toolchain and back", async () => {
  using guest = await load(assemble(GUEST), { symbols: live });
  for (const { text } of utf8Strings()) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(guest.passString(text, "echo"), text);
    assertEquals(guest.passBytes(bytes, "echo"), bytes);
    assertEquals(guest.symbols.live(), 0);
  }
});

/** Mistakes of a guest of a new toolchain, and their errors; nothing is left allocated. */
const WRONG: [name: string, error: unknown[]][] = [
  ["nothing", [
    "null-pointer",
    'Cannot lift the result of "nothing": the guest gave a null pointer, expected text',
  ]],
  ["measure", [
    "signature",
    'Cannot pass ("string") -> "string" to "measure": it is (i32, i32) -> i64, expected ' +
    'symbols: { measure: { parameters: ["string"], result: "i64" } } if it returns a number ' +
    "or (i32, i32) -> i32",
  ]],
];

for (const [name, error] of WRONG) {
  testTiers(`a mistake of a guest of a new toolchain is an error: ${name}`, async () => {
    using guest = await load(assemble(GUEST), { symbols: live });
    assertEquals(guestErrorOf(() => guest.passString("Ada", name)), error);
    assertEquals([guest.state, guest.symbols.live()], ["ready", 0]);
  });
}

testTiers("a result of a guest of a new toolchain is freed, even if it is not text", async () => {
  using guest = await load(assemble(GUEST), { symbols: live });
  assertThrows(() => guest.passString("Ada", "invalid"), GuestError, "expected valid UTF-8");
  assertThrows(() => guest.passString("Ada", "lies"), MemoryRangeError, "at pointer 0x7fffffff");
  assertEquals([guest.state, guest.symbols.live()], ["ready", 0]);
});

Deno.test("wrong options of a new toolchain are refused", () => {
  assertThrows(
    () => zed({ encoding: "utf8", free: "drop" } as never),
    TypeError,
    'Cannot make the convention zed():\noption free is unknown, expected "encoding"',
  );
});

Deno.test("the docs need two rows for a new toolchain, which their test prints", async () => {
  const source = await Deno.readTextFile(new URL("_zed.ts", import.meta.url));
  const rows = [
    presetRows(ZED, source),
    ...OTHERS.map((preset) => presetRows(preset, sourceOf(preset))),
  ];
  assertEquals(tableProblems(rows), [
    'add to the table of "Convention": ' +
    "| zed | exports `zalloc` and `zfree` | `zed()` | UTF-8 |",
    'add to the table of "Toolchain": ' +
    '| Zed (not tested here) | functions `(text: &str) -> str` | `load("guest.wasm")` |',
  ]);
});
