import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { adopt, allocator, compile, GuestError, load, type LoadOptions } from "../../mod.ts";
import { outcome } from "../answers/_rows.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { expectSameErrors } from "./_loading.ts";

const MIB = 1024 ** 2;

const limits = { memory: 32 * MIB };

Deno.test("a guest with caps passes data as before, and its code does not count fuel", async () => {
  using guest = await load(guestPath("c/shout_length"), { limits });
  assertEquals(guest.passString("hello", "shout"), "HELLO");
  assertEquals(guest.info!.memories[0]!.maximum, 512);
  assertEquals(guest.fuel, undefined);
  using plain = await load(guestPath("c/shout_length"));
  assertEquals(guest.info!.globals, plain.info!.globals);
  assertEquals(guest.info!.functions, plain.info!.functions);
});

Deno.test("a value of compile() is capped once for the same caps, and stays without caps itself", async () => {
  const compiled = await compile(guestPath("c/shout_length"));
  using first = await load(compiled, { limits });
  using second = await load(compiled, { limits });
  using other = await load(compiled, { limits: { memory: 64 * MIB } });
  using counting = await load(compiled, { limits: { ...limits, fuel: 100_000 } });
  using plain = await load(compiled);
  assertStrictEquals(first.module, second.module);
  const maxima = [first, other, counting, plain].map(({ info }) => info!.memories[0]!.maximum);
  assertEquals(maxima, [512, 1024, 512, undefined]);
  for (const guest of [first, second, other, counting, plain]) {
    assertEquals(guest.passString("hello", "shout"), "HELLO");
  }
});

Deno.test("a compiled module and an instance made elsewhere cannot be capped", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/shout_length"));
  const instance = new WebAssembly.Instance(module);
  for (
    const [what, limits] of [
      ["memory", { memory: 5 * MIB }],
      ["tables", { tableElements: 5 }],
    ] as const
  ) {
    const refused = await assertRejects(() => load(module, { limits }), TypeError);
    assertEquals(
      refused.message,
      `Cannot limit the ${what} of a compiled module: a compiled module cannot be rewritten, ` +
        "expected its bytes, or a value of compile()",
    );
    const adopted = await assertRejects(() => adopt(instance, { limits }), TypeError);
    assertEquals(
      adopted.message,
      `Cannot limit the ${what} of an instance that was made elsewhere: it is compiled, expected ` +
        `load() of its binary with limits.${Object.keys(limits)[0]}`,
    );
  }
});

Deno.test("a cap that is not a size is refused, and a failing source causes no unhandled rejection", async () => {
  for (const memory of [-1, 0.5, NaN]) {
    const error = await assertRejects(() => load("no/such/file.wasm", { limits: { memory } }));
    assertEquals(error instanceof RangeError, true);
  }
});

Deno.test("a binary that is wrong has the same error as without caps", () =>
  expectSameErrors(limits));

const PAGE = 65536;

/** The end of a message about a memory of a number of pages. */
const memory = (pages: number) =>
  `; the guest's memory has ${pages * PAGE} of the 1000000 bytes that limits.memory allows`;

const GROW = "(drop (memory.grow (local.get 0)))", TRAP = "unreachable";

/** A guest, and how its error ends after it has grown its memory or table by a number. */
interface Row {
  /** A phrase for what the guest does. */
  readonly name: string;
  readonly body: string;
  readonly parts?: string;
  readonly options?: LoadOptions;
  /** The ends by what the guest grows by; a million bytes are 15 whole pages. */
  readonly ends: Readonly<Record<number, string>>;
  readonly start: string;
}

const ROWS: readonly Row[] = [
  {
    name: "traps",
    body: GROW + TRAP,
    start: 'Cannot complete "go": the guest trapped: unreachable',
    // Half a million bytes are more than 7 pages, and less than 8.
    ends: { 0: "", 6: "", 7: memory(8), 14: memory(15), 15: "", 65535: "" },
  },
  {
    name: "counts, and traps",
    body: GROW + TRAP,
    options: { limits: { fuel: 1_000_000 } },
    start: 'Cannot complete "go": the guest trapped: unreachable',
    ends: { 6: "", 14: memory(15) },
  },
  {
    name: "divides by 0",
    body: `${GROW} (drop (i32.div_s (i32.const 1) (i32.const 0)))`,
    start: 'Cannot complete "go": the guest trapped: divide by zero',
    ends: { 14: memory(15) },
  },
  {
    name: "calls itself without end",
    body: `${GROW} (call $go (i32.const 0)) (call $go (i32.const 0))`,
    start: 'Cannot complete "go": the guest trapped: Maximum call stack size exceeded',
    ends: { 14: "" },
  },
  {
    name: "has imported its memory, and traps",
    parts: '(import "env" "memory" (memory 1))',
    body: GROW + TRAP,
    start: 'Cannot complete "go": the guest trapped: unreachable',
    ends: { 6: "", 14: memory(15) },
  },
  {
    name: "has a lower maximum of its own, and traps",
    parts: '(memory (export "memory") 1 12)',
    body: GROW + TRAP,
    start: 'Cannot complete "go": the guest trapped: unreachable',
    ends: { 11: "" },
  },
  {
    name: "has two memories, and traps",
    parts: '(memory (export "memory") 1) (memory 1)',
    body: GROW + TRAP,
    start: 'Cannot complete "go": the guest trapped: unreachable',
    // Of the 13 whole pages that a million bytes have beside these, the first memory gets 6.
    ends: { 2: "", 6: memory(7).replace("1000000", `${7 * PAGE}`), 7: "" },
  },
  {
    name: "throws",
    parts: '(memory (export "memory") 1) (tag $tag)',
    body: `${GROW} (throw $tag)`,
    start: 'Cannot complete "go": the guest threw an exception and did not catch it',
    ends: { 6: "", 14: memory(15) },
  },
  {
    name: "aborts",
    parts: '(import "env" "abort" (func $abort)) (memory (export "memory") 1)',
    body: `${GROW} (call $abort)`,
    start: "Cannot continue: the guest aborted",
    ends: { 6: "", 14: memory(15) },
  },
  {
    name: "asks Emscripten's JavaScript for memory, and aborts",
    parts: `(import "env" "abort" (func $abort))
      (import "env" "emscripten_resize_heap" (func $resize (param i32) (result i32)))
      (memory (export "memory") 1)`,
    body: "(drop (call $resize (local.get 0))) (call $abort)",
    start: "Cannot continue: the guest aborted",
    ends: {
      [7 * PAGE]: "",
      [8 * PAGE]: memory(8),
      [-2]: `${memory(1)}, and could not grow to 4294967294`,
    },
  },
  ...[0, 3].map((code): Row => ({
    name: `exits with code ${code}`,
    parts: `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)`,
    body: `${GROW} (call $exit (i32.const ${code}))`,
    start: `Cannot continue: the guest exited with code ${code}, expected reset() first`,
    ends: { 6: "", 14: code === 0 ? "" : memory(15) },
  })),
  {
    name: "grows its table, and traps",
    parts: '(memory 1) (table $table (export "table") 30 funcref)',
    body: `(drop (table.grow $table (ref.null func) (local.get 0))) ${TRAP}`,
    start: 'Cannot complete "go": the guest trapped: unreachable',
    ends: {
      0: "", // it is as large as in the binary
      20: "; the guest's table has 50 of the 50 elements that limits.tableElements allows",
      21: "",
    },
  },
];

for (const { name, body, parts = '(memory (export "memory") 1)', options, ...row } of ROWS) {
  Deno.test(`the error names a limit that the guest is close to: it ${name}`, async () => {
    const bytes = assemble(
      `(module ${parts} (func $go (export "go") (param i32) ${body}))`,
    );
    for (const [grown, end] of Object.entries(row.ends)) {
      using guest = await load(bytes, {
        symbols: { go: { parameters: ["i32"], result: "void" } },
        limits: { memory: 1_000_000, tableElements: 50, ...options?.limits },
      });
      const error = await outcome(() => guest.symbols.go!(Number(grown))) as Error;
      assertEquals(error.message, row.start + end, `grown by ${grown}`);
    }
  });
}

Deno.test("the stack of such an error begins with its whole message", async () => {
  const bytes = assemble(`(module (memory (export "memory") 1)
    (func (export "go") ${GROW.replace("local.get 0", "i32.const 14")} ${TRAP}))`);
  using guest = await load(bytes, {
    symbols: { go: { parameters: [], result: "void" } },
    limits: { memory: 1_000_000 },
  });
  const error = assertThrows(() => guest.symbols.go!()) as Error;
  assertEquals(error.stack!.split("\n")[0], `GuestError: ${error.message}`);
});

Deno.test("an allocator that returns 0 may lack memory", async () => {
  const bytes = assemble(`(module (memory (export "memory") 1)
    (func (export "malloc") (param i32) (result i32) (i32.const 0))
    (func (export "free") (param i32)) (func (export "take") (param i32 i32)))`);
  using guest = await load(bytes, {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: { take: { parameters: ["bytes"], result: "void" } },
    limits: { memory: 1_000_000 },
  });
  // 65,536 bytes and these are a million.
  for (const [byteLength, end] of [[934_464, ""], [934_465, memory(1)]] as const) {
    assertEquals(
      assertThrows(() => guest.symbols.take!(new Uint8Array(byteLength)), GuestError).message,
      `Cannot allocate ${byteLength} bytes for "take": "malloc" returned 0, expected a ` +
        `pointer${end}`,
    );
  }
});
