import { assertEquals } from "@std/assert";
import { type Chunked, load, type Parameter, staticBuffer } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

const BYTES = await guestBytes("c/chunked_number");

const convention = staticBuffer({ pointer: "get_buffer_pointer", capacity: 64 });
const chunked = { init: "init", update: "update", final: "final" } as const;

/** A second place in the guest's buffer, which is never read. */
const aside = {
  type: "bytes",
  place: { kind: "buffer", pointer: "get_buffer_pointer", offset: 60, capacity: 4 },
  terminated: false,
} as const;

Deno.test("one of several texts is chunked, the others are in memory before", async () => {
  using guest = await load(BYTES, {
    convention,
    symbols: {
      crc32: {
        parameters: [aside, "string"],
        result: "u32",
        chunked: { ...chunked, parameter: 1 },
      },
    },
  });
  const text = "123456789";
  // The check value of CRC-32/ISO-HDLC, https://reveng.sourceforge.io/crc-catalogue/all.htm
  assertEquals(guest.symbols.crc32(new Uint8Array(4), text), 0xcbf43926);
  assertEquals(new TextDecoder().decode(guest.memory.readBytes(pointerOf(guest), 9)), text);
});

function pointerOf(guest: { exports: WebAssembly.Exports }): number {
  return (guest.exports.get_buffer_pointer as () => number)();
}

Deno.test("the chunked one of several texts has to be named", async () => {
  const rows: [parameters: Parameter[], chunked: Chunked, message: string][] = [
    [
      [aside, "string"],
      chunked,
      'Cannot pass input in chunks to "update": the declaration has 2 texts, expected one text, or ' +
      '"parameter" to say which it is',
    ],
    [
      ["u32"],
      chunked,
      'Cannot pass input in chunks to "update": the declaration has 0 texts, expected one text, or ' +
      '"parameter" to say which it is',
    ],
    [
      ["u32", "string"],
      { ...chunked, parameter: 0 },
      'Cannot pass input in chunks to "update": parameter 0 is no text, expected one text',
    ],
  ];
  for (const [parameters, chunked, message] of rows) {
    const error = await load(BYTES, {
      convention,
      symbols: { crc32: { parameters, result: "u32", chunked } },
    }).then(() => undefined, (error) => error);
    assertEquals(
      error?.message,
      `Cannot bind the declared symbols:\nsymbol "crc32": ${message}`,
    );
  }
});
