import { assertEquals } from "@std/assert";
import { describeException, typeName } from "../../src/call/cpp_exception.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { GuestMemory } from "../../src/memory/guest_memory.ts";
import { assemble } from "../_wat.ts";

// A thrown object at 1024 and 2048 has its class there, and the pointer to its type 48 bytes before
// it, or 80 if pointers have 8 bytes. The type at 256 has its name, "1A" at 512, behind its first
// word.
const TAGS = assemble(`(module
  (tag $cpp (export "__cpp_exception") (param i32))
  (tag $other (export "other"))
  (tag $hidden (param i32))
  (func (export "cpp") (param i32) (throw $cpp (local.get 0)))
  (func (export "other_one") (throw $other))
  (func (export "hidden_one") (throw $hidden (i32.const 1024))))`);

function thrownBy(act: () => unknown): Parameters<typeof describeException>[0] {
  try {
    act();
  } catch (error) {
    return error as Parameters<typeof describeException>[0];
  }
  throw new Error("nothing was thrown");
}

function instanceWith(exports: WebAssembly.Exports, word: 4 | 8): Instance {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const pointer = word === 8 ? "u64" : "u32";
  const put = (at: number, value: number) =>
    memory.write(pointer, at, (word === 8 ? BigInt(value) : value) as never);
  put(1024 - (word === 8 ? 80 : 48), 256);
  memory.write("u64", 1024, 0x434c4e47432b2b01n);
  memory.write("u64", 2048, 0x474e5543432b2b00n); // GNU C++
  put(256 + word, 512);
  memory.writeBytes(512, new TextEncoder().encode("1A\0"));
  return { exports, memory, address64: word === 8 } as Instance;
}

for (const word of [4, 8] as const) {
  Deno.test(`an exception of C++ is described by its type, with pointers of ${word} bytes`, async () => {
    const { instance } = await WebAssembly.instantiate(TAGS);
    const call = instance.exports as Record<string, (object?: number) => unknown>;
    const told = (act: () => unknown) =>
      describeException(thrownBy(act), instanceWith(instance.exports, word));
    assertEquals(told(() => call.cpp!(1024)), {
      what: 'threw a C++ exception of the type "A"',
      details: { type: "A" },
    });
    const rows = [
      () => call.cpp!(2048), // of another library
      () => call.cpp!(0),
      () => call.cpp!(-1),
      () => call.other_one!(),
      () => call.hidden_one!(),
    ];
    for (const act of rows) assertEquals(told(act), undefined);
  });
}

Deno.test("a type without a readable name is shown by its address", () => {
  const { memory } = instanceWith({}, 4);
  assertEquals([typeName(memory, 256), typeName(memory, 0x300), typeName(memory, 0xfffff)], [
    "A",
    "0x300",
    "0xfffff",
  ]);
});
