import { assertEquals } from "@std/assert";
import { allocator, hostFunction, load, type StructFields } from "../../mod.ts";
import { layOutStruct } from "../../src/plan/structs/lay_out.ts";
import { guestBytes } from "../_guests.ts";

// Both forms of a call must have the same outcome: the 100th call takes the compiled one.
const CALLS = 120;
const SAMPLE = {
  type: "struct",
  fields: { kind: "u8", value: "f64", index: "u16", flag: "bool", total: "i64" },
} as const;
const PERSON = {
  type: "struct",
  fields: { name: { type: "string", length: "pair" }, age: "i32" },
} as const;
const PACKED = { type: "struct", fields: { kind: "u8", value: "u32" }, packed: true } as const;
const sample = { kind: 1, value: 2.5, index: 3, flag: true, total: 4n };

async function loadRust() {
  return await load(await guestBytes("rust/structs"), {
    convention: allocator({ allocate: "alloc", free: "dealloc", resultsFreedBy: "host" }),
    imports: {
      env: {
        adjust: hostFunction(
          { parameters: [SAMPLE], result: { ...SAMPLE, by: "value" } },
          (sample) => ({ ...sample, value: sample.value + 1, total: sample.total * 2n }),
        ),
        find: hostFunction(
          { parameters: ["i32"], result: { ...PERSON, nullable: true } },
          (age) => age < 0 ? null : { name: "é".repeat(age % 5), age },
        ),
      },
    },
    symbols: {
      offset_of: { parameters: ["u32"], result: "u32" },
      weigh: { parameters: [SAMPLE], result: "f64" },
      weigh_packed: { parameters: [PACKED], result: "u32" },
      next: { parameters: [SAMPLE], result: { ...SAMPLE, by: "value" } },
      grow: {
        parameters: [{ type: "inout", name: "sample", value: SAMPLE }, "f64"],
        result: "void",
      },
      oldest: {
        parameters: [{ type: "list", item: PERSON }],
        result: { ...PERSON, by: "value", freedBy: "guest" },
      },
      rename: { parameters: [PERSON], result: PERSON },
      vowels: {
        parameters: [
          PERSON,
          { type: "out", name: "first", value: "u32" },
          { type: "out", name: "share", value: "f64" },
        ],
        result: "i32",
      },
      call_adjust: { parameters: ["u16"], result: "f64" },
      call_find: { parameters: ["i32"], result: "i32" },
      live: { name: "live_allocations", parameters: [], result: "u32" },
      live_bytes: { parameters: [], result: "u32" },
    },
  });
}

Deno.test("the offsets of a struct are those of Rust's compiler", async () => {
  using guest = await loadRust();
  const { fields, size, align } = layOutStruct({ fields: SAMPLE.fields as StructFields }, 4);
  assertEquals(
    [...fields.map(({ offset }) => offset), size, align],
    Array.from({ length: 7 }, (_, index) => guest.symbols.offset_of(index)),
  );
});

Deno.test("structs of Rust go in and come out", async () => {
  using guest = await loadRust();
  const { weigh, weigh_packed, next, grow, oldest, rename, vowels, live, live_bytes } =
    guest.symbols;
  for (let call = 0; call < CALLS; call++) {
    assertEquals(weigh({ ...sample, index: call }), 1 + 5 + 3 * call + 4 + 20);
    assertEquals(weigh_packed({ kind: 7, value: 2 ** 31 + call }), 2 ** 31 + 7 + call);
    assertEquals(next({ ...sample, index: call }), {
      ...sample,
      index: call + 1,
      flag: false,
      total: -4n,
    });
    assertEquals(grow(sample, call), { sample: { ...sample, value: 2.5 + call } });
    const people = [{ name: "Ana", age: 3 }, { name: "", age: 1 }, { name: "Béla", age: call }];
    assertEquals(oldest(people), call < 3 ? people[0] : people[2]);
    assertEquals(rename({ name: "Éva", age: call }), { name: "Éva!", age: call + 1 });
    assertEquals(vowels({ name: "Maria", age: 1 }), { result: 3, first: 1, share: 0.6 });
    assertEquals(vowels({ name: "", age: 1 }), { result: 0, first: 2 ** 32 - 1, share: 0 });
  }
  assertEquals([live(), live_bytes()], [0, 0]);
});

Deno.test("structs of Rust go to host functions and come from them", async () => {
  using guest = await loadRust();
  const { call_adjust, call_find, live, live_bytes } = guest.symbols;
  for (let call = -1; call < CALLS; call++) {
    if (call >= 0) assertEquals(call_adjust(call), 1 + 7 + 3 * call + 4 + 40);
    assertEquals(call_find(call), call < 0 ? -1 : 1000 * call + call % 5);
  }
  assertEquals([live(), live_bytes()], [0, 0]);
});
