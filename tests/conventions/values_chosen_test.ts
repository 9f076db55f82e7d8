// Numbers that are chosen from two, or that a function of the declaration computes.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load } from "../../mod.ts";
import { guestPath } from "../_guests.ts";
import { assertRejectsWith } from "./_refused.ts";

/** More calls than it takes until a plan is compiled. */
const OFTEN = 120;

const LENGTH = { load: "u32", at: "result" } as const;
const IS_SHORT = { value: { load: "u32", at: "result", offset: 4 }, is: "nonzero" } as const;

for (const word of [4, 8]) {
  const guest = guestPath(word === 8 ? "c/variants_64" : "c/variants");

  Deno.test(`a short text is in its struct, a longer one at the struct's pointer, word ${word}`, async () => {
    const address = { sum: ["result", 8] } as const;
    const long = { load: word === 8 ? "u64" : "u32", at: "result", offset: 8 } as const;
    using texts = await load(guest, {
      symbols: {
        text_of: {
          parameters: ["string"],
          result: {
            type: "string",
            pointer: { when: IS_SHORT, then: address, else: long },
            length: LENGTH,
          },
        },
      },
    });
    const { text_of } = texts.symbols;
    for (let call = 0; call < OFTEN; call++) {
      for (const text of ["", "short", "exactly 16 bytes", "a text that is longer than 16 bytes"]) {
        assertStrictEquals(text_of(text), text);
      }
    }
    assertEquals(
      (await texts.plan("text_of")).steps.find(({ step }) => step === "find")?.text.slice(0, 60),
      "take the address of the text from the sum of the result and ",
    );
  });

  Deno.test(`a function of the arguments computes the length of a result, word ${word}`, async () => {
    const given: unknown[] = [];
    let wrong: unknown;
    using repeating = await load(guest, {
      symbols: {
        repeat: {
          parameters: ["bytes", "u32"],
          result: {
            type: "bytes",
            pointer: "result",
            length: (bytes: Uint8Array, times: number) => {
              given.push([bytes, times]);
              return (wrong ?? bytes.length * times) as number;
            },
          },
        },
      },
    });
    const { repeat } = repeating.symbols;
    const bytes = Uint8Array.of(1, 2, 3);
    for (let call = 0; call < OFTEN; call++) {
      assertEquals(repeat(bytes, call % 4).length, 3 * (call % 4));
    }
    assertEquals(repeat(bytes, 2), Uint8Array.of(1, 2, 3, 1, 2, 3));
    assertEquals(given.at(-1), [bytes, 2]);
    for (const found of [-1, 0.5, "3", 2 ** 53, NaN]) {
      wrong = found;
      const { message } = assertThrows(() => repeat(bytes, 1), RangeError);
      assertStrictEquals(
        message.replace(/returned .*, expected/, "returned …, expected"),
        'Cannot call "repeat": a function of the declaration returned …, expected a number, 0 or more',
      );
    }
    wrong = undefined;
    assertStrictEquals(repeat(bytes, 1).length, 3);
  });
}

Deno.test("two functions with different results are not taken for one", async () => {
  using guest = await load(guestPath("c/variants"), {
    symbols: {
      at: {
        name: "repeat",
        parameters: ["bytes", "u32"],
        result: {
          type: "bytes",
          pointer: { sum: [(_bytes: Uint8Array, at: number) => at] },
          length: { sum: [(bytes: Uint8Array) => bytes.length] },
        },
      },
    },
  });
  const { memory, symbols: { at } } = guest;
  memory.write("u16", 4096, 0x0201);
  for (let call = 0; call < OFTEN; call++) {
    assertEquals(at(Uint8Array.of(0, 0), 4096), Uint8Array.of(1, 2));
  }
});

Deno.test("a choice without a condition, and one of a value that does not exist, are refused", async () => {
  const of = (pointer: unknown) => ({ parameters: [], result: { type: "string", pointer } });
  await assertRejectsWith("c/variants", "size_of_value", [
    [
      of({ when: { value: "result" }, then: 1, else: 2 }),
      'result.pointer.when.is is missing, expected "negative", "zero", "nonzero", a number, an array of numbers or { except }',
    ],
    [
      of({ when: { value: "result", is: 0 }, then: 1 }),
      "result.pointer.else is missing, expected the place of a number",
    ],
    [
      of({ when: { value: { parameter: 0 }, is: 0 }, then: 1024, else: 2048 }),
      "result.pointer.when.value is { parameter: 0 }, but there are no parameters",
    ],
  ]);
});
