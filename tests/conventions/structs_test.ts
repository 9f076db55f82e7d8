import { assertEquals, assertThrows } from "@std/assert";
import { type CoreArgument, GuestError, load } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

const text: CoreArgument[] = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }];

for (const guestName of ["c/structs", "c/structs_64"]) {
  const bytes = await guestBytes(guestName);
  const size = guestName.endsWith("64") ? "u64" : "u32";
  const live = { name: "live_allocations", parameters: [], result: size } as const;

  Deno.test(`${guestName}: an export gets structs, changes them, and they are read`, async () => {
    using guest = await load(bytes, {
      symbols: {
        drain: {
          parameters: ["string", "u32"],
          area: ["output", "capacity", 1, ...text, 2],
          arguments: [{ area: 0 }, { area: 3 }],
          output: { capacity: { parameter: 1 } },
          result: {
            type: "record",
            fields: {
              left: { type: "u32", value: "result" },
              bytes: {
                type: "bytes",
                pointer: { sum: ["output", 1] },
                length: { difference: [{ word: 2 }, 1] },
              },
              consumed: { type: "u32", value: { word: 5 } },
            },
          },
        },
        live,
      },
    });
    const { drain, live: count } = guest.symbols;
    assertEquals(drain("abcdef", 3), {
      left: 2,
      bytes: new TextEncoder().encode("cd"),
      consumed: 4,
    });
    assertEquals(drain("abcdef", 100).left, 0);
    assertEquals(Number(count()), 0);
  });

  Deno.test(`${guestName}: bytes must have the length that other arguments imply`, async () => {
    const byteLength = { product: [{ parameter: 1 }, { parameter: 2 }] } as const;
    using guest = await load(bytes, {
      symbols: {
        sum: {
          parameters: [{ type: "bytes", pass: ["pointer"], byteLength }, "u32", "u32"],
          result: "u32",
        },
        live,
      },
    });
    const { sum, live: count } = guest.symbols;
    assertEquals(sum(Uint8Array.of(1, 0, 3, 4, 5, 6), 2, 3), 19);
    for (const length of [5, 7]) {
      assertThrows(
        () => sum(new Uint8Array(length), 2, 3),
        RangeError,
        `Cannot pass argument 0 to "sum": it has ${length} bytes, expected 6`,
      );
    }
    assertEquals(Number(count()), 0);
  });

  Deno.test(`${guestName}: the size of an output is queried, and the query may fail`, async () => {
    const needed = { call: "expected", with: [{ argument: 0 }, { byteLengthOf: 0 }] } as const;
    using guest = await load(bytes, {
      symbols: {
        twice: {
          parameters: ["string"],
          arguments: ["output", "capacity", ...text],
          output: {
            capacity: needed,
            status: {
              value: needed,
              fails: "negative",
              message: { [-1]: "it has a question mark" },
            },
          },
          result: { type: "string", pointer: "output", length: "result" },
        },
        live,
      },
    });
    const { twice, live: count } = guest.symbols;
    assertEquals(twice("grüß "), "grüß grüß ");
    const error = assertThrows(
      () => twice("a?"),
      GuestError,
      'Cannot complete "twice": it has a question mark (the guest returned -1)',
    );
    assertEquals([error.code, Number(error.status)], ["guest-error", -1]);
    assertEquals(Number(count()), 0);
  });

  Deno.test(`${guestName}: a struct without an output queries its size`, async () => {
    using guest = await load(bytes, {
      symbols: {
        twice_into: {
          parameters: ["string"],
          area: ["output", "capacity", 0],
          arguments: [{ area: 0 }, ...text],
          output: { capacity: "query" },
          result: { type: "string", pointer: "output", length: "result" },
        },
        live,
      },
    });
    for (const text of ["ab", "a longer one"]) {
      assertEquals(guest.symbols.twice_into(text), text + text);
    }
    assertEquals(Number(guest.symbols.live()), 0);
  });

  Deno.test(`${guestName}: a failure has its own code, message and details`, async () => {
    const code = { export: "error_code" } as const;
    const at = { type: "i32", value: { indexIn: 0, of: { export: "error_place" } } } as const;
    const words = {
      type: "string",
      pointer: { call: "error_text", with: [code] },
      length: "nul",
    } as const;
    const find = { name: "find", parameters: ["string"], result: "void" } as const;
    const status = { value: "result", fails: "nonzero" } as const;
    using guest = await load(bytes, {
      symbols: {
        plain: { ...find, status },
        coded: { ...find, status: { ...status, code, message: { 42: "from a table" } } },
        said: {
          ...find,
          status: { ...status, code, message: (code: number | bigint) => `number ${code}` },
        },
        silent: { ...find, status: { ...status, message: () => undefined } },
        own: { ...find, status: { ...status, message: words, details: { at, words } } },
        utf16: {
          ...find,
          parameters: [{ type: "string", encoding: "utf-16" }],
          status: { ...status, details: { at } },
        },
        live,
      },
    });
    const { plain, coded, said, silent, own, utf16, live: count } = guest.symbols;
    const rows: [call: (text: string) => void, message: string, status: number, details: object][] =
      [
        [plain, "the guest returned 1", 1, {}],
        [coded, "from a table (the guest's code is 42)", 42, {}],
        [said, "number 42 (the guest's code is 42)", 42, {}],
        [silent, "the guest returned 1", 1, {}],
        [own, 'an x (the guest returned 1, at is 2, words is "an x")', 1, { at: 2, words: "an x" }],
        [utf16, "the guest returned 1, at is 2", 1, { at: 2 }],
      ];
    for (const [call, message, status, details] of rows) {
      call("ab");
      const error = assertThrows(() => call("abxc"), GuestError);
      assertEquals(error.message, `Cannot complete "find": ${message}`);
      assertEquals([error.status, error.details], [status, details]);
    }
    assertEquals(Number(count()), 0);
  });

  Deno.test(`${guestName}: an address that points elsewhere has no place in the text`, async () => {
    const at = { type: "i32", value: { indexIn: 0, of: { export: "error_place" } } } as const;
    using guest = await load(bytes, {
      symbols: { find: { parameters: ["string"], result: at } },
    });
    assertEquals(guest.symbols.find("none"), -1);
    assertEquals(guest.symbols.find("an x"), 3);
  });
}

Deno.test("a value that a word cannot hold cannot be part of a struct", async () => {
  const load32 = async (type: "u64" | "f64" | "f32" | "u32") =>
    await load(await guestBytes("c/structs"), {
      symbols: {
        drain: {
          parameters: [type],
          area: [0, 0, 0, 0, 0, { parameter: 0 }],
          arguments: [{ area: 0 }, { area: 3 }],
          result: "u32",
        },
      },
    }).then(() => undefined, (error) => error.message);
  for (const type of ["u64", "f64", "f32"] as const) {
    assertEquals(
      await load32(type),
      `Cannot bind the declared symbols:\nsymbol "drain": Cannot put ${type} into word 5 of the ` +
        'area of "drain": a word is an integer of 32 bits',
    );
  }
  assertEquals(await load32("u32"), undefined);
});
