import { byteCount, byteHex } from "./bytes.ts";
import { identifyText } from "./identify_text.ts";

const NATIVE = "compile the source for wasm32, such as with `clang --target=wasm32`";
const LINK = "link it with `wasm-ld`, or compile without `-emit-llvm`, `-flto` and `-c`";

/** What binary files begin with, one character for a byte; what such a file is, what to do. */
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

const MAGIC = "\0asm";
const HEADER_BYTES = 8;

/** What is wrong with bytes that do not begin as a module does: what they are, and what to do. */
export function identify(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  if (head === "") return expected("it is empty", "check how it was written or fetched");
  if (bytes.length < HEADER_BYTES && MAGIC.startsWith(head.slice(0, MAGIC.length))) {
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
