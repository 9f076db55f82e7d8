import { assertEquals } from "@std/assert";
import { GuestMemory } from "../../../mod.ts";
import { Chunk, Draft, writeDraft } from "../../../src/call/structs/draft.ts";

Deno.test("Chunk.take() returns aligned offsets, and keeps what was written when it grows", () => {
  const chunk = new Chunk();
  assertEquals([chunk.take(1, 1), chunk.take(4, 4), chunk.take(2, 2)], [0, 4, 8]);
  chunk.data.setUint8(0, 7);
  assertEquals(chunk.take(1000, 8), 16);
  assertEquals([chunk.end, chunk.data.getUint8(0), chunk.data.byteLength >= 1016], [1016, 7, true]);
});

Deno.test("Draft.wrong() names the field, and quotes names that are not identifiers", () => {
  const draft = new Draft(false, ["pass argument 2", 'to "f"']);
  draft.path.push("list", 3, "a-b");
  assertEquals(
    draft.wrong(1, "a string").message,
    'Cannot pass argument 2 .list[3]["a-b"] to "f": it is 1, expected a string',
  );
});

for (const [word, read] of [[4, "u32"], [8, "u64"]] as const) {
  Deno.test(`writeDraft() writes pointers of ${word} bytes and the data at them`, () => {
    for (const isEach of [false, true]) {
      const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
      const draft = new Draft(isEach, ["pass argument 0", 'to "f"']);
      const at = draft.root.take(word, word);
      const { chunk, at: offset } = draft.reach(4, 4);
      chunk.data.setUint32(offset, 0x01020304, true);
      draft.links.push({ chunk: draft.root, at, to: chunk, offset });
      for (const other of draft.chunks) other.pointer = 512;
      writeDraft(draft, 256, memory, word);
      const pointer = Number(memory.read(read, 256));
      assertEquals(pointer, isEach ? 512 : 256 + word);
      assertEquals(memory.read("u32", pointer), 0x01020304);
    }
  });
}
