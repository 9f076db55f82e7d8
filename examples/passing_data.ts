// Passes a text to a guest and back, one step at a time.
//
//     deno run --allow-read=testdata examples/passing_data.ts
import { load } from "../mod.ts";

// 1. A memory of 256 pages of 64 KiB, which cannot grow, given to the guest as `env.memory`.
const memory = new WebAssembly.Memory({ initial: 256, maximum: 256 });

// 2. The guest, with the two functions that it exports.
using guest = await load(new URL("../testdata/c/passing_data.wasm", import.meta.url), {
  imports: { env: { memory } },
  symbols: {
    get_buffer_pointer: { parameters: [], result: "pointer" },
    add_wasm_is_cool: { parameters: [], result: "i32" },
  },
});

// 3. The guest returns the address of its buffer in memory.
const pointer = guest.symbols.get_buffer_pointer();

// 4. The text is written there, with a NUL after it, which shows the guest where the text ends.
const byteLength = guest.memory.writeCString(pointer, "Hello there, ");
console.log(`original_string: "${guest.memory.readString(pointer, byteLength)}"`);

// 5. The guest appends to it and returns the new number of bytes in the buffer, to be read again.
const newByteLength = guest.symbols.add_wasm_is_cool();
console.log(`new_string: "${guest.memory.readString(pointer, newByteLength)}"`);
