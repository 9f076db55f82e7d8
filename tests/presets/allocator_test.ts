import { assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { assemble } from "../_wat.ts";

/** An export that frees one kind of object does not free blocks. */
const COUNTERPARTS: [functions: string[], option: string][] = [
  [["alloc", "free_string"], 'allocator({ allocate: "alloc" })'],
  [["alloc_string", "free_string"], 'allocator({ allocate: "alloc_string", free: "free_string" })'],
  [["alloc", "free_buffer"], 'allocator({ allocate: "alloc", free: "free_buffer" })'],
  [["wasmAlloc", "wasmFree"], 'allocator({ allocate: "wasmAlloc", free: "wasmFree" })'],
  [["_malloc", "_free"], 'allocator({ allocate: "_malloc", free: "_free" })'],
  [["alloc", "release", "dealloc"], 'allocator({ allocate: "alloc", free: "dealloc" })'],
  [["xalloc", "release", "dealloc"], 'allocator({ allocate: "xalloc" })'],
];

for (const [[allocate, ...frees], option] of COUNTERPARTS) {
  Deno.test(`${allocate} with ${frees.join(" and ")}: ${option}`, async () => {
    const free = frees.map((name) => `(func (export "${name}") (param i32))`).join("");
    using guest = await load(assemble(`(module (memory (export "memory") 1)
      (func (export "${allocate}") (param i32) (result i32) (i32.const 16)) ${free}
      (func (export "use") (param i32 i32)))`));
    assertStrictEquals(`${guest.convention}`, `convention: ${option}`);
  });
}
