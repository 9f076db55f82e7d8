import { assertEquals } from "@std/assert";
import { decodePunycode } from "../../../src/binary/trace/mangled_text.ts";

// RFC 3492, section 7.1 "Sample strings", with "_" in the place of "-", as Rust has it.
const SAMPLES: readonly (readonly [text: string, decoded: string])[] = [
  ["ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"],
  ["Proprostnemluvesky_uyb24dma41a", "Pročprostěnemluvíčesky"],
  ["3B_ww4c5e180e575a65lsy2b", "3年B組金八先生"],
  ["MajiKoi5_783gue6qz075azm5e", "MajiでKoiする5秒前"],
  ["d9juau41awczczp", "そのスピードで"],
  ["", ""],
];

for (const [text, decoded] of SAMPLES) {
  Deno.test(`${JSON.stringify(text)} is decoded as ${JSON.stringify(decoded)}`, () => {
    assertEquals(decodePunycode(text), decoded);
  });
}

Deno.test("malformed punycode is not decoded", () => {
  for (const text of ["a_!", "9", "a_99999999999999", "ÄÖ"]) {
    assertEquals(decodePunycode(text), undefined, text);
  }
});
