// Declares what a guest exports, as `Deno.dlopen` does for a native library.
//
//     deno run --allow-read=testdata examples/symbols.ts
import { allocator, load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/symbols.wasm", import.meta.url), {
  // Text is returned as one i64. No signature shows which half is the pointer, or who frees it.
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  }),
  symbols: {
    repeat: { parameters: ["string", "u32"], result: "string" },
    join: { parameters: ["string", "u8", "string"], result: "string" },
    checksum: { parameters: ["bytes"], result: "u32" },
    fnv1a: { name: "checksum_64", parameters: ["u64", "bytes"], result: "u64" },
  },
});

// The compiler knows the types: (text: string, times: number) => string and so on.
const { repeat, join, checksum, fnv1a } = guest.symbols;
const bytes = new TextEncoder().encode("foobar");

console.log(repeat("ab", 3));
console.log(join("left", 0x2d, "right"));
console.log(checksum(bytes).toString(16));
console.log(fnv1a(0xcbf29ce484222325n, bytes).toString(16));
