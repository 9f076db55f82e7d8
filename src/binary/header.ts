// WebAssembly 3.0, section 5.5.17 "Modules", for the magic and the version; the component model's binary
// format, "Component Definitions", for the layer.

import { quote } from "../base/show.ts";
import { byteCount, byteHex, HEADER_BYTES, Reader } from "./reader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

const COMPONENT_LAYER = 1;

/**
 * Reads the magic and the version. It is loaded for bytes that do not begin as a module does.
 *
 * @throws {WasmFormatError} if they are not those of a module; the error for another file names its
 * kind.
 */
export function readHeader(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  const isWasm = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isWasm || bytes.length < HEADER_BYTES) reader.fail("module", 0, identify(bytes));
  reader.skip(4, "magic");
  const start = reader.position;
  reader.skip(4, "version");
  const version = bytes[4]! + bytes[5]! * 2 ** 8 + bytes[6]! * 2 ** 16 + bytes[7]! * 2 ** 24;
  if (version >>> 16 === COMPONENT_LAYER) { // the upper half of the version
    const problem = "it is a component, expected a core module; " +
      "make core modules of it with `jco transpile` or `wasm-tools component unbundle`";
    reader.fail("module", start, problem);
  }
  if (version !== 1) reader.fail("version", start, `version is ${version}, expected 1`);
}

const NATIVE = "compile the source for wasm32, such as with `clang --target=wasm32`";

const LINK = "link it with `wasm-ld`, or compile without `-emit-llvm`, `-flto` and `-c`";

/** How other binary files begin (one character for a byte), their kind, and a hint. */
const SIGNATURES: readonly (readonly [bytes: string, is: string, hint: string])[] = [
  ["\x1f\x8b", "gzipped", 'decompress it first, such as with `new DecompressionStream("gzip")`'],
  ["\x78\x9c", "compressed with zlib", "decompress it first"],
  ["\x78\xda", "compressed with zlib", "decompress it first"],
  ["\x28\xb5\x2f\xfd", "compressed with Zstandard", "decompress it first, such as with `zstd -d`"],
  ["\xfd7zXZ\0", "compressed with xz", "decompress it first, such as with `xz -d`"],
  ["BZh", "compressed with bzip2", "decompress it first, such as with `bzip2 -d`"],
  ["PK\x03\x04", "a zip archive", "extract the module first, such as with `unzip`"],
  ["!<arch>\n", "an archive of object files", LINK],
  ["!<thin>\n", "an archive of object files", LINK],
  ["BC\xc0\xde", "LLVM bitcode", LINK],
  ["\xde\xc0\x17\x0b", "LLVM bitcode", LINK],
  ["\x7fELF", "a native program or library (ELF)", NATIVE],
  ["MZ", "a native program or library (PE)", NATIVE],
  ["\xcf\xfa\xed\xfe", "a native program or library (Mach-O)", NATIVE],
  ["\xce\xfa\xed\xfe", "a native program or library (Mach-O)", NATIVE],
  ["\xca\xfe\xba\xbe", "a native program or library (Mach-O, universal) or a Java class", NATIVE],
];

const MAGIC_TEXT = "\0asm";

/** Describes bytes that do not begin as a module does: their kind, and a hint. */
function identify(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  if (head === "") return expected("it is empty", "check how it was written or fetched");
  if (bytes.length < HEADER_BYTES && MAGIC_TEXT.startsWith(head.slice(0, MAGIC_TEXT.length))) {
    const cut = `it is cut off after ${byteCount(bytes.length)}`;
    return expected(cut, "check how it was written or fetched");
  }
  const signature = SIGNATURES.find(([start]) => head.startsWith(start));
  if (signature !== undefined) return expected(`it is ${signature[1]}`, signature[2]);
  if (head.startsWith("ustar", 257)) {
    return expected("it is a tar archive", "extract the module first, such as with `tar -x`");
  }
  const text = identifyText(bytes.subarray(0, 512));
  if (text !== undefined) return expected(`it is ${text.is}`, text.hint);
  const found = [...bytes.subarray(0, 4)].map(byteHex).join(" ");
  return `magic is ${found}, expected 0x00 0x61 0x73 0x6d`;
}

function expected(is: string, hint: string): string {
  return `${is}, expected a WebAssembly module; ${hint}`;
}

/** How other texts begin, their kind, and a hint. */
const TEXTS: readonly (readonly [start: RegExp, is: string, hint: string])[] = [
  [
    /^(?:;;|\(;|\(\s*(?:module|component)\b)/,
    "WebAssembly text (WAT)",
    "assemble it first, with `wat2wasm` or `wasm-tools parse`",
  ],
  [
    /^<(?:!|\?|[a-z])/i,
    "an HTML or XML page",
    "check the URL, as servers send such a page in place of a missing file",
  ],
  [/^AGFzb[Q-T]/, "a module in base64", "decode it first, with `Uint8Array.fromBase64`"],
  [/^version https:\/\/git-lfs/, "a Git LFS pointer", "fetch the file itself with `git lfs pull`"],
];

/** Returns the kind of text that begins with `head`, if it is text. */
function identifyText(head: Uint8Array): { is: string; hint: string } | undefined {
  const text = decode(head)?.trim();
  if (text === undefined) return undefined;
  for (const [start, is, hint] of TEXTS) {
    if (start.test(text)) return { is, hint };
  }
  return { is: `text that begins ${quote(text.slice(0, 24))}`, hint: "pass the binary itself" };
}

/** Decodes text; `undefined` if there are control characters or bytes that are not UTF-8. */
function decode(head: Uint8Array): string | undefined {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    // deno-lint-ignore no-control-regex -- control characters tell a binary from a text
    return /[\0-\x08\x0e-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
