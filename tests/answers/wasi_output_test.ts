import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError, type WasiSink } from "../../mod.ts";
import { ERRNO, loadRaw } from "../_wasi.ts";
import { testRows, Thrown } from "./_rows.ts";

/** A guest that writes one text of its memory to a stream, as often as it is asked. */
const WRITER = `(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "\\10\\00\\00\\00")
  (data (i32.const 16) "0123456789")
  (func (export "write") (param $fd i32) (param $byteLength i32) (param $times i32) (result i32)
    (i32.store (i32.const 4) (local.get $byteLength))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $times)))
        (drop (call $fd_write
          (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br $again)))
    (i32.load (i32.const 8))))`;

const symbols = {
  write: { parameters: ["u32", "u32", "u32"], result: "u32" },
} as const;

const tooLarge = (stream: string, most: number) =>
  new Thrown(
    "GuestError",
    "output-too-large",
    `Cannot capture more from the guest's ${stream}: it has reached ${most} bytes, expected ` +
      "less output or a higher limits: { output }",
  );

testRows([
  {
    name: "captured output up to the limit is not an error",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: 20 } },
    ask: (guest) => [guest.symbols.write!(1, 10, 2), guest.wasi!.stdout],
    gives: [10, "01234567890123456789"],
  },
  {
    name: "captured output beyond the limit is an error for the guest's caller",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: 20 } },
    ask: (guest) => guest.symbols.write!(1, 10, 3),
    gives: tooLarge("stdout", 20),
  },
  {
    name: "output up to the limit can be read after the error, and the guest can be called",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: 25 } },
    ask(guest) {
      assertThrows(() => guest.symbols.write!(1, 10, 3), GuestError);
      assertThrows(() => guest.symbols.write!(1, 1, 1), GuestError);
      return [guest.wasi!.stdout, guest.symbols.write!(1, 0, 1), guest.state];
    },
    gives: ["0123456789012345678901234", 0, "ready"],
  },
  {
    name: "both streams count together",
    guest: WRITER,
    options: {
      symbols,
      wasi: { stdout: "capture", stderr: "capture" },
      limits: { output: 15 },
    },
    ask(guest) {
      guest.symbols.write!(1, 10, 1);
      return guest.symbols.write!(2, 10, 1);
    },
    gives: tooLarge("stderr", 15),
  },
  {
    name: "a reset guest has its whole limit again",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: 10 } },
    ask(guest) {
      guest.symbols.write!(1, 10, 1);
      guest.reset();
      return [guest.symbols.write!(1, 10, 1), guest.wasi!.stdout];
    },
    gives: [10, "0123456789"],
  },
  {
    name: "a limit of 0 captures nothing",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: 0 } },
    ask: (guest) => guest.symbols.write!(1, 1, 1),
    gives: tooLarge("stdout", 0),
  },
  {
    name: "output that is not captured has no limit",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "discard" }, limits: { output: 0 } },
    ask: (guest) => guest.symbols.write!(1, 10, 3),
    gives: 10,
  },
  {
    name: "Infinity sets no limit",
    guest: WRITER,
    options: { symbols, wasi: { stdout: "capture" }, limits: { output: Infinity } },
    ask(guest) {
      guest.symbols.write!(1, 65536, 1100);
      return guest.wasi!.stdoutBytes.byteLength;
    },
    gives: 65536 * 1100,
  },
]);

Deno.test("captured text that the limit cuts off ends with a whole character", async () => {
  for (
    const [text, most, kept] of [["aé", 2, "a"], ["a€", 3, "a"], ["a🌍", 4, "a"], [
      "€🌍",
      7,
      "€🌍",
    ]] as const
  ) {
    using raw = await loadRaw({ stdout: "capture" }, undefined, { output: most });
    assertThrows(() => raw.write(1, `${text}more`), GuestError);
    assertEquals(raw.guest.wasi?.stdout, kept);
  }
});

for (const byteLength of [0, 1]) {
  Deno.test(`half a million writes of ${byteLength} bytes take no more memory than their bytes`, async () => {
    using raw = await loadRaw({ stdout: "capture", stderr: () => {} });
    raw.write(1, "x".repeat(byteLength));
    const before = Deno.memoryUsage().heapUsed;
    for (let count = 0; count < 250_000; count++) {
      raw.call.fd_write!(1, 32, 1, 16);
      raw.call.fd_write!(2, 32, 1, 16);
    }
    const grown = Deno.memoryUsage().heapUsed - before;
    assert(grown < 30_000_000, `the heap grew by ${grown} bytes`);
    assertEquals(raw.guest.wasi?.stdoutBytes.byteLength, 250_001 * byteLength);
  });
}

/**
 * Returns the sizes of the parts that a function gets of `chunks`, which are written one after
 * another.
 */
async function partsOf(chunks: readonly string[], output?: number): Promise<number[]> {
  const parts: string[] = [];
  const stdout: WasiSink = (part) => void parts.push(part);
  const limits = output === undefined ? undefined : { output };
  using raw = await loadRaw({ stdout }, undefined, limits);
  for (const chunk of chunks) raw.write(1, chunk);
  raw.guest.close();
  assertEquals(parts.join("").replaceAll("\n", ""), chunks.join("").replaceAll("\n", ""));
  return parts.map((part) => new TextEncoder().encode(part).byteLength);
}

Deno.test("a line that never ends is passed on in parts of 64 KiB", async () => {
  const chunk = "x".repeat(60_000);
  assertEquals(await partsOf([chunk, chunk, chunk]), [65536, 65536, 180_000 - 2 * 65536]);
});

Deno.test("a line of 64 KiB is one part, even if its line feed comes later", async () => {
  const half = "x".repeat(32768);
  assertEquals(await partsOf([half, `${half}\n`, "next\n"]), [65536, 4]);
  assertEquals(await partsOf([half, half, "\n", "next\n"]), [65536, 4]);
  assertEquals(await partsOf([half, half, "y\n", "next\n"]), [65536, 1, 4]);
});

Deno.test("a part is no longer than the limit and ends with a whole character", async () => {
  assertEquals(await partsOf(["0123456789", "0123\nab\n"], 6), [6, 6, 2, 2]);
  assertEquals(await partsOf(["a€€€€€"], 6), [4, 6, 6]);
  // No limit is too small for one character.
  assertEquals(await partsOf(["a🌍b"], 0), [1, 4, 1]);
});

Deno.test("the lines for a function that always throws do not pile up", async () => {
  const mine = new Error("mine");
  let isBad = true;
  using raw = await loadRaw(
    {
      stdout() {
        if (isBad) throw mine;
      },
    },
    undefined,
    { output: 1000 },
  );
  const lines = "\n".repeat(500);
  const thrown = Array.from({ length: 5 }, () => assertThrows(() => raw.write(1, lines), Error));
  assertEquals(thrown.slice(0, 3), [mine, mine, mine]);
  assertEquals((thrown[4] as GuestError).code, "output-too-large");
  isBad = false;
});

Deno.test("invalid lists of ranges are refused at once, and no memory is held", async () => {
  using raw = await loadRaw({ stdout: "capture" });
  const { fd_write, fd_read, random_get } = raw.call;
  const { memory } = raw.guest;
  assertEquals(fd_write!(1, 32, -1, 16), ERRNO.inval);
  assertEquals(fd_read!(0, 32, -1, 16), ERRNO.inval);
  memory.write("u32", 32, 0);
  memory.write("u32", 36, 0xffffffff);
  assertEquals(fd_write!(1, 32, 1, 16), ERRNO.fault);
  assertEquals(fd_write!(1, memory.size - 4, 1, 16), ERRNO.fault);
  assertEquals(random_get!(0, -1), ERRNO.fault);
  assertEquals(random_get!(0, memory.size), ERRNO.success);
  assertEquals(raw.guest.wasi?.stdout, "");
});

Deno.test("overlapping ranges write no more than 1 MiB of output at a time", async () => {
  using raw = await loadRaw({ stdout: "capture" });
  const { memory } = raw.guest;
  for (let index = 0; index < 1024; index++) {
    memory.write("u32", 2048 + index * 8, 0);
    memory.write("u32", 2052 + index * 8, memory.size);
  }
  assertEquals(raw.call.fd_write!(1, 2048, 1024, 16), ERRNO.success);
  assertEquals([memory.read("u32", 16), raw.guest.wasi?.stdoutBytes.byteLength], [
    1 << 20,
    1 << 20,
  ]);
});
