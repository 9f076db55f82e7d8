// The expected events of each step are derived by hand from the guests' sources.
import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, hostFunction, load } from "../../../mod.ts";
import { type Access, traceCalls, type TracedStep } from "../../../src/cli/call/trace.ts";
import { guestUrl } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";

/** Traces one call, and returns the events of its steps. */
async function trace(
  act: (loaded: typeof load) => Promise<unknown>,
): Promise<{ value: unknown; seen: readonly (readonly string[])[]; lines: readonly string[] }> {
  let steps: readonly TracedStep[] = [];
  const end = traceCalls((_plan, all) => steps = all);
  try {
    const value = await act(load);
    return {
      value,
      seen: steps.map(({ seen }) => seen),
      lines: steps.flatMap(({ lines }) => lines),
    };
  } finally {
    end();
  }
}

/** Allocates at 1024 and 1056, and writes "ok" behind the text that it gets. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "alloc") (param i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (i32.const 32))))
  (func (export "dealloc") (param i32 i32))
  (func (export "shout") (param $text i32) (param $length i32) (result i64)
    (i32.store8 (i32.const 2048) (i32.const 0x6f))
    (i32.store8 (i32.const 2049) (i32.const 0x6b))
    (i64.or (i64.shl (i64.const 2048) (i64.const 32)) (i64.const 2)))
  (func (export "fail") (param i32 i32) (result i64) (unreachable)))`);

/** Waits, and then writes "A" at 16. */
const WAITING = assemble(`(module
  (import "env" "wait" (func $wait))
  (memory (export "memory") 1)
  (func (export "go")
    (call $wait)
    (i32.store8 (i32.const 16) (i32.const 0x41))))`);

const CONVENTION = allocator({
  allocate: "alloc",
  free: "dealloc",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

Deno.test("each step shows its calls, writes and reads, and the changes of memory", async () => {
  const { value, seen, lines } = await trace(async (load) => {
    using guest = await load(GUEST, { convention: CONVENTION });
    return guest.passString("héy", "shout");
  });
  assertEquals(value, "ok");
  const packed = 2048n * 2n ** 32n + 2n;
  assertEquals(seen.flat(), [
    '"alloc"(4) = 1024 (0x400)',
    "wrote 4 bytes at 0x400",
    "  00000400  68 c3 a9 79                                       |h..y|",
    `"shout"(1024 (0x400), 4) = ${packed} (0x80000000002)`,
    "the guest changed 2 bytes at 0x800",
    "  00000800  6f 6b                                             |ok|",
    "read 2 bytes at 0x800",
    "  00000800  6f 6b                                             |ok|",
    'the value is "ok"',
    '"dealloc"(2048 (0x800), 2)',
    '"dealloc"(1024 (0x400), 4)',
  ]);
  using guest = await load(GUEST, { convention: CONVENTION });
  const report = await guest.plan("shout");
  assertEquals(lines, report.steps.map(({ text }) => text));
});

Deno.test("a text that is written into a buffer ends with its NUL, if there is room for one", async () => {
  const rows = [
    // The guest's buffer has 100 bytes, and its end is a NUL.
    ["c/passing_data_capacity", "abc", "wrote 4 bytes at"],
    // The guest's buffer has 24 bytes, and it takes a length.
    ["c/shout_length", "abc", "wrote 4 bytes at"],
    ["c/shout_length", "a".repeat(24), "wrote 24 bytes at"],
  ] as const;
  for (const [name, text, expected] of rows) {
    const { seen } = await trace(async (load) => {
      using guest = await load(guestUrl(name));
      return guest.passString(text);
    });
    const [wrote] = seen.flat().filter((line) => line.startsWith("wrote"));
    assertEquals(wrote?.slice(0, expected.length), expected);
  }
});

Deno.test("each step has the ranges that the host wrote or read", async () => {
  let accesses: readonly Access[] = [];
  const end = traceCalls((_plan, steps) => accesses = steps.flatMap(({ accesses }) => accesses));
  using guest = await load(GUEST, { convention: CONVENTION });
  guest.passString("héy", "shout");
  end();
  assertEquals(accesses, [
    { kind: "wrote", at: 1024, byteLength: 4 },
    { kind: "read", at: 2048, byteLength: 2 },
  ]);
});

Deno.test("a call that fails is traced up to its fault", async () => {
  const { seen } = await trace(async (load) => {
    using guest = await load(GUEST, { convention: CONVENTION });
    assertThrows(() => guest.passString("a", "fail"), GuestError);
  });
  assertEquals(seen.flat().at(-1), '"fail"(1024 (0x400), 1) did not return');
});

Deno.test("numbers are shown as the guest gets them", async () => {
  const symbols = { add_i64: { parameters: ["i64", "i64"], result: "i64" } } as const;
  const { value, seen } = await trace(async (load) => {
    using guest = await load(guestUrl("c/symbols"), { symbols });
    return guest.symbols.add_i64(2n, -3n);
  });
  assertEquals(value, -1n);
  assertEquals(seen.flat(), [
    "argument 0 is 2n",
    "argument 1 is -3n",
    '"add_i64"(2n, -3n) = -1n',
    "the value is -1n",
  ]);
});

Deno.test("a guest without memory is traced, and growth is seen", async () => {
  const answer = { answer: { parameters: [], result: "i32" } } as const;
  const { seen } = await trace(async (load) => {
    using guest = await load(guestUrl("wat/no_memory"), { symbols: answer });
    return guest.symbols.answer();
  });
  assertEquals(seen.flat(), ['"answer"() = 42', "the value is 42"]);
  const growing = assemble(`(module (memory (export "memory") 1)
    (func (export "grow") (drop (memory.grow (i32.const 1)))))`);
  const grown = await trace(async (load) => {
    const symbols = { grow: { parameters: [], result: "void" } } as const;
    using guest = await load(growing, { symbols });
    guest.symbols.grow();
  });
  assertEquals(grown.seen.flat()[1], "the guest's memory has grown by 65536 bytes");
});

Deno.test("the changes of a guest after it has waited belong to the call", async () => {
  const { seen } = await trace(async (load) => {
    using guest = await load(WAITING, {
      imports: {
        env: {
          wait: hostFunction({ parameters: [], result: "void", async: true }, async () => {}),
        },
      },
      symbols: { go: { parameters: [], result: "void", async: true } },
    });
    await guest.symbols.go();
  });
  assertEquals(seen.flat(), [
    "the guest changed 1 byte at 0x10",
    "  00000010  41                                                |A|",
    "the value is undefined",
  ]);
});

Deno.test("nothing is traced after the trace has ended", async () => {
  let count = 0;
  traceCalls(() => count++)();
  using guest = await load(guestUrl("c/passing_data"));
  guest.passString("a");
  assertEquals(count, 0);
});
