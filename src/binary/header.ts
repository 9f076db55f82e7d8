// WebAssembly 3.0, section 5.5.17 "Modules", for the magic and the version; the component model's
// binary format, "Component Definitions", for the layer.

import { quote } from "../base/show.ts";
import { byteCount, byteHex, HEADER_BYTES, Reader } from "./reader.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

const COMPONENT_LAYER = 1;

/** The kind of a file that is not a module. */
export interface FileKind {
  /** The kind in a word or two, such as `gzip`. */
  readonly kind: string;
  /** The kind as part of a sentence: `gzipped`. */
  readonly is: string;
  /** What to do about it. */
  readonly hint: string;
}

/**
 * Checks the magic and the version. It is loaded for bytes that do not start like a module.
 *
 * @throws {WasmFormatError} if they are not those of a module; the error names the kind of file.
 */
export function readHeader(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  const isWasm = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isWasm || bytes.length < HEADER_BYTES) reader.fail("module", 0, describeOther(bytes));
  reader.skip(4, "magic");
  const start = reader.position;
  reader.skip(4, "version");
  if (isComponent(bytes)) {
    const { is, hint } = COMPONENT;
    reader.fail("module", start, `it is ${is}, expected a core module; ${hint}`);
  }
  const version = versionOf(bytes);
  if (version !== 1) reader.fail("version", start, `version is ${version}, expected 1`);
}

function versionOf(bytes: Uint8Array): number {
  return bytes[4]! + bytes[5]! * 2 ** 8 + bytes[6]! * 2 ** 16 + bytes[7]! * 2 ** 24;
}

/** Returns whether bytes with the magic are those of a component, by the version's upper half. */
export function isComponent(bytes: Uint8Array): boolean {
  return versionOf(bytes) >>> 16 === COMPONENT_LAYER;
}

const COMPONENT: FileKind = {
  kind: "component",
  is: "a component",
  hint: "pass the binary to load(), and call its exports by guest.interfaces",
};

const NATIVE = "compile the source for wasm32, such as with `clang --target=wasm32`";

const LINK = "link it with `wasm-ld`, or compile without `-emit-llvm`, `-flto` and `-c`";

/** The first bytes of other binary files (one character for each byte), their kind, and a hint. */
const SIGNATURES: readonly (readonly [bytes: string, kind: string, is: string, hint: string])[] = [
  [
    "\x1f\x8b",
    "gzip",
    "gzipped",
    'decompress it first, such as with `new DecompressionStream("gzip")`',
  ],
  ["\x78\x9c", "zlib", "compressed with zlib", "decompress it first"],
  ["\x78\xda", "zlib", "compressed with zlib", "decompress it first"],
  [
    "\x28\xb5\x2f\xfd",
    "zstd",
    "compressed with Zstandard",
    "decompress it first, such as with `zstd -d`",
  ],
  ["\xfd7zXZ\0", "xz", "compressed with xz", "decompress it first, such as with `xz -d`"],
  ["BZh", "bzip2", "compressed with bzip2", "decompress it first, such as with `bzip2 -d`"],
  ["PK\x03\x04", "zip", "a zip archive", "extract the module first, such as with `unzip`"],
  ["!<arch>\n", "archive", "an archive of object files", LINK],
  ["!<thin>\n", "archive", "an archive of object files", LINK],
  ["BC\xc0\xde", "bitcode", "LLVM bitcode", LINK],
  ["\xde\xc0\x17\x0b", "bitcode", "LLVM bitcode", LINK],
  ["\x7fELF", "native", "a native program or library (ELF)", NATIVE],
  ["MZ", "native", "a native program or library (PE)", NATIVE],
  ["\xcf\xfa\xed\xfe", "native", "a native program or library (Mach-O)", NATIVE],
  ["\xce\xfa\xed\xfe", "native", "a native program or library (Mach-O)", NATIVE],
  [
    "\xca\xfe\xba\xbe",
    "native",
    "a native program or library (Mach-O, universal) or a Java class",
    NATIVE,
  ],
];

const MAGIC_TEXT = "\0asm";

const CHECK = "check how it was written or fetched";

/** Identifies a file by its first bytes; `undefined` for a module or an unknown file. */
export function identifyFile(bytes: Uint8Array): FileKind | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  if (head === "") return { kind: "empty", is: "empty", hint: CHECK };
  if (bytes.length < HEADER_BYTES && MAGIC_TEXT.startsWith(head.slice(0, MAGIC_TEXT.length))) {
    return { kind: "truncated", is: `cut off after ${byteCount(bytes.length)}`, hint: CHECK };
  }
  if (head.startsWith(MAGIC_TEXT)) return isComponent(bytes) ? COMPONENT : undefined;
  const signature = SIGNATURES.find(([start]) => head.startsWith(start));
  if (signature !== undefined) {
    const [, kind, is, hint] = signature;
    return { kind, is, hint };
  }
  if (head.startsWith("ustar", 257)) {
    const hint = "extract the module first, such as with `tar -x`";
    return { kind: "tar", is: "a tar archive", hint };
  }
  return identifyText(bytes.subarray(0, 512));
}

/** Describes bytes that do not start like a module: their kind, and a hint. */
function describeOther(bytes: Uint8Array): string {
  const known = identifyFile(bytes);
  if (known !== undefined) return `it is ${known.is}, expected a WebAssembly module; ${known.hint}`;
  const found = [...bytes.subarray(0, 4)].map(byteHex).join(" ");
  return `magic is ${found}, expected 0x00 0x61 0x73 0x6d`;
}

/** The beginnings of text files, their kind, and a hint. */
const TEXTS: readonly (readonly [start: RegExp, kind: string, is: string, hint: string])[] = [
  [
    /^(?:;;|\(;|\(\s*(?:module|component)\b)/,
    "text format",
    "WebAssembly text (WAT)",
    "assemble it first, with `wat2wasm` or `wasm-tools parse`",
  ],
  [
    /^<(?:!|\?|[a-z])/i,
    "html",
    "an HTML or XML page",
    "check the URL, as servers send such a page in place of a missing file",
  ],
  [
    /^AGFzb[Q-T]/,
    "base64",
    "a module in base64",
    "decode it first, with `Uint8Array.fromBase64`",
  ],
  [
    /^version https:\/\/git-lfs/,
    "git lfs",
    "a Git LFS pointer",
    "fetch the file itself with `git lfs pull`",
  ],
];

/** Returns the kind of text that starts with `head`, if it is text. */
function identifyText(head: Uint8Array): FileKind | undefined {
  const text = decode(head)?.trim();
  if (text === undefined) return undefined;
  for (const [start, kind, is, hint] of TEXTS) {
    if (start.test(text)) return { kind, is, hint };
  }
  const is = `text that begins ${quote(text.slice(0, 24))}`;
  return { kind: "text", is, hint: "pass the binary itself" };
}

/** Decodes text; `undefined` if there are control characters or bytes that are not UTF-8. */
function decode(head: Uint8Array): string | undefined {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    // deno-lint-ignore no-control-regex -- control characters distinguish a binary from text
    return /[\0-\x08\x0e-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
