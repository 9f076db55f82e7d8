import { assertEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { sizeOf } from "../../src/call/code/held.ts";
import { heldBytes, mostHeld } from "../../src/call/text_read.ts";
import { strings } from "../_strings.ts";
import { assemble } from "../_wat.ts";

/** Makes a guest that returns the text at 16, whatever its length is. */
const GUEST = assemble(`(module
  (memory (export "memory") 1)
  (func (export "read") (param i32) (result i32) (local.get 0)))`);

for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
  Deno.test(`the least limit for text in ${encoding} is its size on the host`, async () => {
    for (const { text } of strings) {
      const isLatin1 = !/[^\0-\xff]/.test(text);
      if (encoding === "utf-8" && !text.isWellFormed()) continue;
      if (encoding === "latin1" && !isLatin1) continue;
      const held = text.length * (isLatin1 ? 1 : 2);
      assertEquals(heldBytes(text), held);
      const attempt = async (results: number) => {
        using guest = await load(GUEST, {
          symbols: {
            read: {
              parameters: ["u32"],
              result: { type: "string", encoding, pointer: 16, length: { sum: ["result", 0] } },
            },
          },
          limits: { results },
        });
        if (guest.memory.size < 20 + text.length * 4) guest.memory.grow(1 + text.length * 4 >> 16);
        const byteLength = guest.memory.writeString(16, text, { encoding });
        assertEquals(held <= byteLength * mostHeld({ content: "string", encoding }), true);
        try {
          return guest.symbols.read(byteLength) === text;
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      assertEquals(await attempt(held), true);
      if (held > 0) assertEquals(await attempt(held - 1), "result-too-large");
    }
  });
}

Deno.test("a value in a record or a list counts itself, at every depth", () => {
  const number = { kind: "number", type: "u32", value: 0 } as const;
  const list = { kind: "cursor", item: number, next: 0, call: undefined, most: 1 } as const;
  const record = {
    kind: "record",
    nullable: false,
    fields: [["a", number], ["b", { ...number, type: "i64" }], ["c", list]],
  } as const;
  assertEquals([number, list, record].map(sizeOf), [8, 112, 32 + 8 + 32 + 112]);
});
