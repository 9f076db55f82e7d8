import { assertMalformed } from "./_build.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function tar(): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set(utf8("guest.wasm"));
  bytes.set(utf8("ustar"), 257);
  return bytes;
}

function utf16(text: string): Uint8Array {
  const units = [0xfeff, ...Array.from(text, (character) => character.charCodeAt(0))];
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

const GUNZIP = 'decompress it first, such as with `new DecompressionStream("gzip")`';
const NATIVE = "compile the source for wasm32, such as with `clang --target=wasm32`";
const LINK = "link it with `wasm-ld`, or compile without `-emit-llvm`, `-flto` and `-c`";
const CUT = "check how it was written or fetched";
const WAT = "assemble it first, with `wat2wasm` or `wasm-tools parse`";
const PAGE = "check the URL, as servers send such a page in place of a missing file";

const MODULE = Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

const files: [is: string, hint: string, bytes: Uint8Array][] = [
  ["it is empty", CUT, new Uint8Array()],
  ["it is cut off after 1 byte", CUT, MODULE.subarray(0, 1)],
  ["it is cut off after 3 bytes", CUT, MODULE.subarray(0, 3)],
  ["it is cut off after 4 bytes", CUT, MODULE.subarray(0, 4)],
  ["it is cut off after 7 bytes", CUT, MODULE.subarray(0, 7)],
  ["it is gzipped", GUNZIP, await gzip(MODULE)],
  ["it is compressed with zlib", "decompress it first", latin1("\x78\x9c\x03\x00")],
  ["it is compressed with zlib", "decompress it first", latin1("\x78\xda\x03\x00")],
  [
    "it is compressed with Zstandard",
    "decompress it first, such as with `zstd -d`",
    latin1("\x28\xb5\x2f\xfd\x04\x00"),
  ],
  ["it is compressed with xz", "decompress it first, such as with `xz -d`", latin1("\xfd7zXZ\0\0")],
  [
    "it is compressed with bzip2",
    "decompress it first, such as with `bzip2 -d`",
    latin1("BZh91AY"),
  ],
  [
    "it is a zip archive",
    "extract the module first, such as with `unzip`",
    latin1("PK\x03\x04\x14\0"),
  ],
  ["it is a tar archive", "extract the module first, such as with `tar -x`", tar()],
  ["it is an archive of object files", LINK, latin1("!<arch>\n/               0")],
  ["it is an archive of object files", LINK, latin1("!<thin>\n/               0")],
  ["it is LLVM bitcode", LINK, latin1("BC\xc0\xde\x35\x14\0\0")],
  ["it is LLVM bitcode", LINK, latin1("\xde\xc0\x17\x0b\0\0\0\0")],
  ["it is a native program or library (ELF)", NATIVE, latin1("\x7fELF\x02\x01\x01\0")],
  ["it is a native program or library (PE)", NATIVE, latin1("MZ\x90\0\x03\0")],
  ["it is a native program or library (Mach-O)", NATIVE, latin1("\xcf\xfa\xed\xfe\x07\0\0\x01")],
  ["it is a native program or library (Mach-O)", NATIVE, latin1("\xce\xfa\xed\xfe\x07\0\0\x01")],
  [
    "it is a native program or library (Mach-O, universal) or a Java class",
    NATIVE,
    latin1("\xca\xfe\xba\xbe\0\0\0\x02"),
  ],
  ["it is WebAssembly text (WAT)", WAT, utf8('(module (memory (export "memory") 1))')],
  ["it is WebAssembly text (WAT)", WAT, utf8("\ufeff\n  ;; naïve\n(module)")],
  ["it is WebAssembly text (WAT)", WAT, utf8("(; comment ;) (module)")],
  ["it is WebAssembly text (WAT)", WAT, utf8("( component)")],
  ["it is WebAssembly text (WAT)", WAT, utf16("(module)")],
  ["it is WebAssembly text (WAT)", WAT, utf8(`;; ${"é".repeat(400)}`)], // it is cut within a character
  ["it is an HTML or XML page", PAGE, utf8("<!DOCTYPE html><title>404</title>")],
  ["it is an HTML or XML page", PAGE, utf8("\n<html><head>")],
  ["it is an HTML or XML page", PAGE, utf8('<?xml version="1.0"?>')],
  [
    "it is a module in base64",
    "decode it first, with `Uint8Array.fromBase64`",
    utf8(btoa(String.fromCharCode(...MODULE))),
  ],
  [
    "it is a Git LFS pointer",
    "fetch the file itself with `git lfs pull`",
    utf8("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
  ],
  [
    'it is text that begins "{\\"error\\":\\"not found\\"}"',
    "pass the binary itself",
    utf8('{"error":"not found"}\n'),
  ],
  [
    'it is text that begins "export default async fun"',
    "pass the binary itself",
    utf8("export default async function init() {}"),
  ],
];

for (const [is, hint, bytes] of files) {
  Deno.test(`a file that is not a module is identified: ${is}`, () => {
    assertMalformed(
      bytes,
      `Cannot read module at offset 0x0: ${is}, expected a WebAssembly module; ${hint}`,
    );
  });
}

const others: [title: string, bytes: Uint8Array, message: string][] = [
  [
    "a component",
    Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]),
    "Cannot read module at offset 0x4: it is a component, expected a core module; " +
    "pass the binary to load(), and call its exports by guest.interfaces",
  ],
  [
    "a version that was never released",
    Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x00, 0x00]),
    "Cannot read version at offset 0x4: version is 13, expected 1",
  ],
  [
    "an unknown layer",
    Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x02, 0x00]),
    "Cannot read version at offset 0x4: version is 131073, expected 1",
  ],
  [
    "bytes of no known kind",
    Uint8Array.from([0x00, 0x61, 0x73, 0x6e, 0x01, 0x00, 0x00, 0x00]),
    "Cannot read module at offset 0x0: magic is 0x00 0x61 0x73 0x6e, " +
    "expected 0x00 0x61 0x73 0x6d",
  ],
  [
    "bytes that are nearly text",
    Uint8Array.from([0x68, 0x69, 0x01]),
    "Cannot read module at offset 0x0: magic is 0x68 0x69 0x01, expected 0x00 0x61 0x73 0x6d",
  ],
  [
    "bytes that are no UTF-8",
    Uint8Array.from([0x68, 0x69, 0xff, 0x68]),
    "Cannot read module at offset 0x0: magic is 0x68 0x69 0xff 0x68, " +
    "expected 0x00 0x61 0x73 0x6d",
  ],
];

for (const [title, bytes, message] of others) {
  Deno.test(`a file that is not a module is refused: ${title}`, () =>
    assertMalformed(bytes, message));
}
