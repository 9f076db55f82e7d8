import { assertEquals } from "@std/assert";
import { hexDump } from "../../../src/cli/call/hex_dump.ts";

Deno.test("a dump has addresses, values and printable characters, as hexdump -C prints them", () => {
  const bytes = Uint8Array.from([
    0,
    0x1f,
    0x20,
    0x41,
    0x7e,
    0x7f,
    0xff,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    0x7a,
  ]);
  assertEquals(hexDump(bytes, 0x410), [
    "00000410  00 1f 20 41 7e 7f ff 08  09 0a 0b 0c 0d 0e 0f 10  |.. A~...........|",
    "00000420  7a                                                |z|",
  ]);
});

Deno.test("a long dump is cut off, and no bytes give no lines", () => {
  const lines = hexDump(new Uint8Array(300), 0);
  assertEquals([lines.length, lines.at(-1)], [17, "and 44 bytes more"]);
  assertEquals(hexDump(new Uint8Array(), 0), []);
});
