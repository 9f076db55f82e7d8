// Values of the host that differ at the second read are read once.
import { assertEquals, assertStrictEquals } from "@std/assert";
import { allocator, GuestMemory, load, RESULT_FORMS, staticBuffer } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { testRows, Thrown } from "./_rows.ts";
import { CALLS_BACK, QUIET } from "./_lying_values.ts";

Deno.test("GuestMemory.writeCString() reads its encoding once", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeBytes(8, new Uint8Array(8).fill(0xff));
  let asked = 0;
  const options = {
    get encoding() {
      return asked++ === 0 ? "utf-8" as const : "utf-16" as const;
    },
  };
  assertStrictEquals(memory.writeCString(8, "ab", options), 2);
  assertEquals(memory.readBytes(8, 4), Uint8Array.of(0x61, 0x62, 0, 0xff));
});

/** An array whose second read differs from the first. */
function fickle(): string[] {
  let reads = 0;
  return new Proxy(["ab", "c"], {
    get(target, name) {
      if (name === "0") return reads++ === 0 ? "ab" : "x".repeat(10_000);
      return Reflect.get(target, name);
    },
  });
}

const TEXTS = {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: RESULT_FORMS.packedPointerHigh,
  }),
  imports: QUIET,
  symbols: {
    letters: { parameters: [{ type: "strings", layout: "pairs" }], result: "u32" },
    held: { parameters: [], result: "i32" },
  },
} as const;

const texts: string[] = [];

testRows([
  {
    name: "each text of an array is read once",
    guest: CALLS_BACK,
    options: TEXTS,
    ask: (guest) => guest.symbols.letters!(fickle()),
    gives: 97 + 99,
  },
  {
    name: "an array that is emptied during malloc is passed as it was",
    guest: CALLS_BACK,
    options: {
      ...TEXTS,
      imports: { env: { allocating: () => texts.length = 0 } },
    },
    ask: (guest) => {
      texts.push("a", "b", "c");
      return guest.symbols.letters!(texts);
    },
    gives: 97 + 98 + 99,
  },
  {
    name: "a missing text is refused before the guest is called",
    guest: CALLS_BACK,
    options: TEXTS,
    ask: (guest) => guest.symbols.letters!(["a", , "b"] as unknown as string[]),
    gives: new Thrown(
      "TypeError",
      undefined,
      'Cannot pass item 1 of argument 0 to "letters": it is undefined, expected a string',
    ),
  },
]);

/** Two buffers; the guest returns the contents of the first one. */
const TWO = `(module
  (memory (export "memory") 1)
  (func (export "buffer") (result i32) (i32.const 1024))
  (func (export "other") (result i32) (i32.const 2048))
  (func (export "echo") (param i32) (result i32) (local.get 0)))`;

Deno.test("an option is read once, and later changes have no effect", async () => {
  let asked = 0;
  const first = staticBuffer({ pointer: "buffer", capacity: 8 });
  const options = {
    get convention() {
      return asked++ === 0 ? first : staticBuffer({ pointer: "other", capacity: 64 });
    },
  };
  using guest = await load(assemble(TWO), options);
  assertStrictEquals(asked, 1);
  Object.assign(first, { place: { kind: "buffer", pointer: "other", capacity: 64 } });
  for (let count = 0; count < 120; count++) {
    assertEquals(guest.passBytes(Uint8Array.of(7), "echo"), Uint8Array.of(7));
  }
  assertStrictEquals(guest.memory.read("u8", 1024), 7);
  guest.reset();
  assertEquals(guest.passBytes(Uint8Array.of(8), "echo"), Uint8Array.of(8));
  assertEquals([guest.memory.read("u8", 1024), guest.memory.read("u8", 2048)], [8, 0]);
});

Deno.test("a part of a convention that differs at the second read is read once", async () => {
  const honest = staticBuffer({ pointer: "buffer", capacity: 8 });
  let asked = 0;
  const convention = {
    ...honest,
    get place() {
      return asked++ === 0
        ? honest.place
        : { kind: "buffer", pointer: "other", capacity: 64 } as const;
    },
  };
  using guest = await load(assemble(TWO), { convention });
  for (let count = 0; count < 120; count++) guest.passBytes(Uint8Array.of(7), "echo");
  assertEquals(
    [asked, guest.memory.read("u8", 1024), guest.memory.read("u8", 2048)],
    [1, 7, 0],
  );
});

Deno.test("a declaration that differs at the second read is read once", async () => {
  let asked = 0;
  const declaration = {
    parameters: ["bytes"],
    get result() {
      return asked++ === 0 ? "bytes" as const : "u32" as const;
    },
    name: "echo",
  } as const;
  using guest = await load(assemble(TWO), {
    convention: staticBuffer({ pointer: "buffer", capacity: 8 }),
    symbols: { f: declaration },
  });
  guest.reset();
  assertEquals([asked, guest.symbols.f(Uint8Array.of(7))], [1, Uint8Array.of(7)]);
});

Deno.test("limits and options of memory are read once", async () => {
  const counts = { results: 0, initial: 0, encoding: 0 };
  const count = <T>(name: keyof typeof counts, value: T) => ({
    get [name]() {
      counts[name]++;
      return value;
    },
  });
  using guest = await load(
    assemble('(module (import "env" "memory" (memory 1 4)))'),
    { limits: count("results", 1024), memory: count("initial", 2) },
  );
  assertEquals([guest.memory.size, counts.initial, counts.results], [131072, 1, 1]);
  guest.memory.writeString(0, "ab", count("encoding", "utf-16" as const));
  assertStrictEquals(guest.memory.readString(0, 4, count("encoding", "utf-16" as const)), "ab");
  assertStrictEquals(counts.encoding, 2);
});
