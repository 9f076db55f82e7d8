// Uses checked memory alone: a guest that was instantiated by hand, and any other memory.
//
//     deno run --allow-read=testdata examples/memory.ts
import { GuestMemory, MemoryRangeError } from "../mod.ts";

interface Digest {
  memory: WebAssembly.Memory;
  malloc(byteLength: number): number;
  free(pointer: number): void;
  digest(output: number, input: number, byteLength: number): void;
}

const binary = await Deno.readFile(new URL("../testdata/c/digest_output.wasm", import.meta.url));
const { instance } = await WebAssembly.instantiate(binary);
const guest = instance.exports as unknown as Digest;
const memory = new GuestMemory(guest.memory);

// The guest writes the SHA-256 of a text to the given address.
const input = guest.malloc(3);
const output = guest.malloc(32);
guest.digest(output, input, memory.writeString(input, "abc"));
console.log(memory.readBytes(output, 32).toHex());
guest.free(input);
guest.free(output);

// Numbers are little-endian, and a range outside memory is always refused.
const page = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
page.write("u32", 16, 0xdeadbeef);
console.log(page.read("u8", 16).toString(16));
try {
  page.readBytes(0xfffc, 12);
} catch (error) {
  if (!(error instanceof MemoryRangeError)) throw error;
  console.log(error.message);
}

// A view of numbers is a typed array, which is renewed when the memory has grown.
const samples = page.view("f64", 1024, 4);
samples.array.set([0.5, 1, 1.5, 2]);
page.grow(1);
console.log(samples.array.reduce((sum, sample) => sum + sample));
