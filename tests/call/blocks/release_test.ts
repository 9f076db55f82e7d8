import { assertEquals, assertStrictEquals } from "@std/assert";
import { allocator, load } from "../../../mod.ts";
import { guestErrorOf } from "../../_errors.ts";
import { assemble } from "../../_wat.ts";

/**
 * An allocator of one block, which traps if it is freed while it is not in use, and transforms that
 * return their argument, or an address outside memory.
 */
const ONE_BLOCK = assemble(`(module
  (memory (export "memory") 1)
  (global $used (mut i32) (i32.const 0))
  (func (export "used") (result i32) (global.get $used))
  (func (export "malloc") (param i32) (result i32)
    (if (global.get $used) (then unreachable))
    (global.set $used (i32.const 1))
    (i32.const 64))
  (func (export "free") (param i32)
    (if (i32.eqz (global.get $used)) (then unreachable))
    (if (i32.ne (local.get 0) (i32.const 64)) (then unreachable))
    (global.set $used (i32.const 0)))
  (func (export "same") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))
  (func (export "tail") (param i32 i32) (result i32)
    (i32.sub (local.get 1) (i32.const 2)))
  (func (export "outside") (param i32 i32) (result i32 i32)
    (i32.const 0x10000) (i32.const 4))
  (func (export "boxed") (param i32 i32) (result i32)
    (i32.store (i32.const 64) (i32.const 0x10000))
    (i32.store (i32.const 68) (i32.const 4))
    (i32.const 64))
  (func (export "backwards") (param i32 i32) (result i32 i32)
    (local.get 0) (i32.sub (local.get 0) (i32.const 1)))
)`);

const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "host" });
const used = { parameters: [], result: "u32" } as const;

Deno.test("a guest that returns its argument's block has one block to free", async () => {
  using guest = await load(ONE_BLOCK, { convention, symbols: { used } });
  assertEquals([guest.passString("abc", "same"), guest.symbols.used()], ["abc", 0]);
});

Deno.test("a text within its argument's block is freed together with that block", async () => {
  using guest = await load(ONE_BLOCK, {
    convention,
    symbols: {
      tail: {
        parameters: ["string"],
        result: { type: "string", pointer: { sum: [{ argument: 0 }, 2] }, length: "result" },
      },
      used,
    },
  });
  assertEquals([guest.symbols.tail("abcd"), guest.symbols.used()], ["cd", 0]);
});

Deno.test("a result outside memory is not a block: it is not freed, but the argument is", async () => {
  using guest = await load(ONE_BLOCK, { convention, symbols: { used } });
  const error = messageOf(() => guest.passString("abc", "outside"));
  assertEquals([error, guest.state, guest.symbols.used()], [
    "Cannot read 4 bytes at pointer 0x10000: memory is 65536 bytes",
    "ready",
    0,
  ]);
});

Deno.test("a struct is freed as a whole, even if its text lies outside memory", async () => {
  using guest = await load(ONE_BLOCK, {
    convention: allocator({
      allocate: "malloc",
      result: "pointedTo",
      resultsFreedBy: { call: { export: "free", pass: ["result"] } },
    }),
    symbols: { boxed: { parameters: ["string"], result: "string" }, used },
  });
  for (const call of [guest.symbols.boxed, (text: string) => guest.passString(text, "boxed")]) {
    assertEquals([messageOf(() => call("abc")), guest.symbols.used()], [
      "Cannot read 4 bytes at pointer 0x10000: memory is 65536 bytes",
      0,
    ]);
  }
});

Deno.test("a result that ends before it begins is refused", async () => {
  using guest = await load(ONE_BLOCK, {
    convention,
    symbols: {
      backwards: {
        parameters: ["string"],
        result: { type: "string", pointer: { result: 0 }, length: { end: { result: 1 } } },
      },
      used,
    },
  });
  assertStrictEquals(
    messageOf(() => guest.symbols.backwards("a")),
    "Cannot read -1 bytes at pointer 0x40: memory is 65536 bytes",
  );
  assertStrictEquals(guest.symbols.used(), 0);
});

Deno.test("a misspelt name of a freeing export is reported when the symbol is bound", async () => {
  using guest = await load(ONE_BLOCK, {
    convention: allocator({ allocate: "malloc", free: "free", resultsFreedBy: { call: "fre" } }),
  });
  assertEquals(guestErrorOf(() => guest.passString("a", "same")), [
    "missing-export",
    'Cannot find export "fre": did you mean "free"? The guest exports functions "used", ' +
    '"malloc", "free", "same", "tail", "outside", "boxed", "backwards"',
  ]);
});

Deno.test("if freeing one text of a record throws, the others are freed in their order", async () => {
  const guest = assemble(`(module
    (import "env" "freed" (func $freed (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 8) "a\\00b\\00c\\00")
    (func (export "malloc") (param i32) (result i32) unreachable)
    (func (export "free") (param i32) (call $freed (local.get 0)))
    (func (export "letters") (result i32 i32 i32) (i32.const 8) (i32.const 10) (i32.const 12))
  )`);
  const letter = (result: number) =>
    ({ type: "string", pointer: { result }, length: "nul" }) as const;
  const freed: number[] = [];
  using loaded = await load(guest, {
    convention,
    imports: {
      env: {
        freed(pointer: number) {
          freed.push(pointer);
          if (pointer === 8) throw new Error("the host fails");
        },
      },
    },
    symbols: {
      letters: {
        parameters: [],
        result: { type: "record", fields: { a: letter(0), b: letter(1), c: letter(2) } },
      },
    },
  });
  assertEquals(messageOf(() => loaded.symbols.letters()), "the host fails");
  assertEquals(freed, [8, 10, 12]);
});

function messageOf(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
