import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { loadRaw } from "../_wasi.ts";

Deno.test("a function gets whole lines, even if they are written in parts", async () => {
  const lines: string[] = [];
  const raw = await loadRaw({ stdout: (line) => void lines.push(line) });
  raw.write(1, "on");
  raw.write(1, "e");
  assertEquals(lines, []);
  raw.write(1, "\ntwo\n\nthr");
  assertEquals(lines, ["one", "two", ""]);
  // The text is cut within a character, and has a BOM and a carriage return, which are text.
  const bytes = new TextEncoder().encode("ee ü\n\ufeffx\r\nrest");
  raw.write(1, bytes.subarray(0, 4));
  raw.write(1, bytes.subarray(4));
  assertEquals(lines.slice(3), ["three ü", "\ufeffx\r"]);
  raw.guest.close();
  assertEquals(lines.slice(5), ["rest"]);
  raw.guest.close();
  assertEquals(lines.length, 6);
});

Deno.test("reset() passes on the last line, and the next one is a new one", async () => {
  const lines: string[] = [];
  using raw = await loadRaw({ stderr: (line) => void lines.push(line) });
  raw.write(2, "unfinished");
  raw.guest.reset();
  assertEquals(lines, ["unfinished"]);
});

Deno.test("a function's error reaches the caller unchanged, and no line is lost or reported twice", async () => {
  const lines: string[] = [];
  const mine = new RangeError("mine");
  using raw = await loadRaw({
    stdout(line) {
      lines.push(line);
      if (line === "bad") throw mine;
    },
  });
  assertEquals(assertThrows(() => raw.write(1, "good\nbad\nnext\nre")), mine);
  assertEquals(lines, ["good", "bad"]);
  raw.write(1, "st\n");
  assertEquals(lines, ["good", "bad", "next", "rest"]);
});

Deno.test("a MemoryRangeError of a function is not the guest's fault", async () => {
  using raw = await loadRaw({
    stdout() {
      raw.guest.memory.readBytes(0x10000, 1);
    },
  });
  assertThrows(() => raw.write(1, "\n"), RangeError, "Cannot read 1 bytes at pointer 0x10000");
});

Deno.test("a function can call the guest, whose lines come in order", async () => {
  const lines: string[] = [];
  using raw = await loadRaw({
    stdout(line) {
      lines.push(line);
      if (line === "outer") raw.write(1, "inner\n");
    },
  });
  raw.write(1, "outer\nlast\n");
  assertEquals(lines, ["outer", "last", "inner"]);
});

Deno.test("output that is not text is an error with its offset, and can be read as bytes", async () => {
  using raw = await loadRaw({ stdout: "capture", stderr: () => {} });
  const bytes = Uint8Array.of(0x6f, 0x6b, 0xff, 0x0a);
  raw.write(1, bytes.subarray(0, 1));
  raw.write(1, bytes.subarray(1));
  const { wasi } = raw.guest;
  for (
    const [name, read] of [["stdout", () => wasi?.stdout], [
      "stderr",
      () => raw.write(2, bytes),
    ]] as const
  ) {
    const error = assertThrows(read, GuestError);
    const byteLength = name === "stdout" ? 4 : 3; // a line has no line feed
    assertEquals([error.code, error.offset, error.message], [
      "invalid-text",
      2,
      `Cannot decode ${byteLength} bytes of ${name} as UTF-8: byte 0xff at offset 0x2, ` +
      "expected valid UTF-8",
    ]);
  }
  assertEquals(wasi?.stdoutBytes, bytes);
});

Deno.test("captured text is complete, with its BOM, and bytes are a copy", async () => {
  using raw = await loadRaw({ stdout: "capture", stderr: "capture" });
  raw.write(1, "\ufeffa");
  raw.write(2, "x");
  raw.write(1, "\0b");
  const { wasi } = raw.guest;
  assertEquals([wasi?.stdout, wasi?.stderr], ["\ufeffa\0b", "x"]);
  wasi?.stderrBytes.fill(0);
  assertEquals(wasi?.stderr, "x");
});

Deno.test("a folder in memory can be read back, and each instance starts with the original", async () => {
  const given = { "a.txt": new TextEncoder().encode("first"), sub: {} };
  using guest = await load(guestUrl("wasi/sandbox"), { wasi: { preopens: { "/data": given } } });
  given["a.txt"].fill(0);
  for (let round = 0; round < 2; round++) {
    assertEquals(guest.passString("/data/a.txt", "read_file"), "first");
    assertEquals(guest.passString("/data/sub/b.txt", "write_file"), "");
    assertEquals(guest.passString("/data", "list_directory"), ". .. a.txt sub ");
    const encode = (text: string) => new TextEncoder().encode(text);
    assertEquals(guest.wasi?.files("/data"), {
      "a.txt": encode("first"),
      sub: { "b.txt": encode("written") },
    });
    guest.reset();
    assertEquals(guest.wasi?.files("/data"), { "a.txt": encode("first"), sub: {} });
  }
  const error = assertThrows(() => guest.wasi?.files("/dat"), TypeError);
  assertEquals(
    error.message,
    'Cannot read the files of "/dat": it is no folder in memory, expected "/data"',
  );
});

Deno.test("a guest without folders in memory has no files to read back", async () => {
  using guest = await load(guestUrl("wasi/sandbox"));
  const error = assertThrows(() => guest.wasi?.files("/"), TypeError);
  assertEquals(
    error.message,
    'Cannot read the files of "/": it is no folder in memory, expected a folder in the option ' +
      "wasi: { preopens }",
  );
});
