// The codecs alone: text into linear memory and back, with given bounds and pointers. `deno task
// bench tests/text_bench.ts --filter "13 B of ASCII"` runs those of one text.
import { findNul } from "../src/memory/text/common.ts";
import { createCodec, fastUtf16 } from "../src/memory/text/create_codec.ts";
import { repeated } from "./_strings.ts";

const POINTER = 1024;

const memory = new WebAssembly.Memory({ initial: 128 });
let view = new Uint8Array(memory.buffer);
const source = {
  memory,
  shared: false,
  bytes: () => view.byteLength > 0 ? view : view = new Uint8Array(memory.buffer),
};
const room = view.length - POINTER;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
await fastUtf16.load();
const utf8 = createCodec("utf-8", source, { helper: true });
const plainUtf8 = createCodec("utf-8", source, { helper: false });
const utf16 = createCodec("utf-16", source, { helper: true });
const plainUtf16 = createCodec("utf-16", source, { helper: false });

/** Makes a text of exactly `bytes` bytes in UTF-8, as near as its characters allow. */
function textOf(pattern: string, bytes: number): string {
  const units = Math.round(bytes * pattern.length / encoder.encode(pattern).length);
  return repeated(pattern, Math.max(1, units));
}

/**
 * Several texts of a kind, none of which is a rope, so that the result does not depend on one text.
 */
function variants(text: string): string[] {
  const characters = [...text];
  return Array.from("01234567", (digit) => characters.with(-1, digit).join(""));
}

function size(bytes: number): string {
  if (bytes >= 1 << 20) return `${(bytes / (1 << 20)).toFixed(0)} MiB`;
  return bytes >= 10_240 ? `${(bytes / 1024).toFixed(0)} KiB` : `${bytes} B`;
}

const PATTERNS = {
  "ASCII": [1, 5, 13, 31, 48, 64, 100, 300, 1024, 5000, 65536, 300_000, 1 << 20],
  "CJK": [12, 48, 150, 300, 1024, 65536, 1 << 20],
  "mixed": [13, 64, 300, 1024, 65536, 1 << 20],
  "Cyrillic": [13, 64, 300, 1024, 65536],
  "emoji": [16, 64, 300, 1024, 65536],
} as const;
const SAMPLES: Record<keyof typeof PATTERNS, string> = {
  "ASCII": "Hello there, ",
  "CJK": "漢字語文書本日月火",
  "mixed": "Grüße, naïve café 🚀 über señor 😀 plain words ",
  "Cyrillic": "слово и дело ",
  "emoji": "🚀😀",
};

for (const [kind, sizes] of Object.entries(PATTERNS)) {
  for (const bytes of sizes) {
    const texts = variants(textOf(SAMPLES[kind as keyof typeof PATTERNS], bytes));
    benchUtf8(`${size(bytes)} of ${kind}`, texts);
    const wanted = (kind === "ASCII" || kind === "CJK") && [13, 64, 1024, 65536].includes(bytes);
    if (wanted) benchUtf16(`${size(bytes)} of ${kind}`, texts);
  }
}
for (const bytes of [31, 300, 5000, 65536]) {
  benchUtf8(
    `${size(bytes)} of ASCII with one late accent`,
    variants("a".repeat(bytes - 3) + "éa"),
  );
  benchUtf8(
    `${size(bytes)} of ASCII with one late emoji`,
    variants("a".repeat(bytes - 5) + "🚀a"),
  );
}

function benchUtf8(name: string, texts: string[]): void {
  const group = `UTF-8, ${name}`;
  let turn = 0;
  const next = () => texts[turn++ & 7]!;
  Deno.bench(`naive: encode, set, decode a view, ${group}`, { group, baseline: true }, () => {
    const bytes = encoder.encode(next());
    new Uint8Array(memory.buffer).set(bytes, POINTER);
    decoder.decode(new Uint8Array(memory.buffer, POINTER, bytes.length));
  });
  Deno.bench(`write and read, ${group}`, { group }, () => {
    utf8.read(POINTER, utf8.write(next(), POINTER, room));
  });
  Deno.bench(`byteLength, write and read, ${group}`, { group }, () => {
    const text = next();
    const byteLength = utf8.byteLength(text);
    utf8.read(POINTER, utf8.write(text, POINTER, byteLength));
  });
  Deno.bench(`without a helper: write and read, ${group}`, { group }, () => {
    plainUtf8.read(POINTER, plainUtf8.write(next(), POINTER, room));
  });
}

function benchUtf16(name: string, texts: string[]): void {
  const group = `UTF-16, as many units as ${name}`;
  const units = new Uint16Array(memory.buffer);
  let turn = 0;
  const next = () => texts[turn++ & 7]!;
  Deno.bench(`naive: a loop, fromCharCode by 1,024, ${group}`, { group, baseline: true }, () => {
    const text = next();
    let at = POINTER / 2;
    for (let index = 0; index < text.length; index++) units[at + index] = text.charCodeAt(index);
    const end = at + text.length;
    let result = "";
    while (at < end) {
      result += String.fromCharCode(...units.subarray(at, Math.min(end, at += 1024)));
    }
  });
  Deno.bench(`write and read, ${group}`, { group }, () => {
    utf16.read(POINTER, utf16.write(next(), POINTER, room));
  });
  Deno.bench(`without a helper: write and read, ${group}`, { group }, () => {
    plainUtf16.read(POINTER, plainUtf16.write(next(), POINTER, room));
  });
}

for (const parts of [4, 64, 1024]) {
  const group = `UTF-8, a rope of ${parts} parts of 16 B`;
  const rope = (turn: number) => {
    let text = `part number ${turn & 7}, `;
    for (let part = 1; part < parts; part++) text += "and another one, ";
    return text;
  };
  let turn = 0;
  Deno.bench(`naive: encode, set, ${group}`, { group, baseline: true }, () => {
    view.set(encoder.encode(rope(turn++)), POINTER);
  });
  Deno.bench(`write, ${group}`, { group }, () => {
    utf8.write(rope(turn++), POINTER, room);
  });
}

for (const bytes of [13, 64, 1024, 65536]) {
  const group = `the NUL after ${size(bytes)}`;
  const memory = new WebAssembly.Memory({ initial: 3 });
  const view = new Uint8Array(memory.buffer).fill(0x61, 0, POINTER + bytes);
  const source = { memory, shared: false, bytes: () => view };
  const codec = createCodec("utf-8", source, { helper: true });
  Deno.bench(`naive: a loop over the view, ${group}`, { group, baseline: true }, () => {
    let at = POINTER;
    while (view[at] !== 0) at++;
  });
  Deno.bench(`findNul with a helper, ${group}`, { group }, () => {
    codec.findNul(POINTER, view.length - POINTER);
  });
  Deno.bench(`findNul without a helper, ${group}`, { group }, () => {
    findNul(source, POINTER, view.length - POINTER, 1);
  });
}
