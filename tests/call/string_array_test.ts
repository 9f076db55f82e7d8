import { assertEquals, assertThrows } from "@std/assert";
import { allocator, assemblyScript, GuestError, load, type SymbolDeclaration } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { testTiers } from "../_tiers.ts";

const joined = "packedPointerHigh";
const result = { type: "string", form: joined, freedBy: "host" } as const;

const TEXTS: readonly (readonly string[])[] = [
  [],
  [""],
  ["a"],
  ["", "grüß dich 🌍", ""],
  Array.from({ length: 100 }, (_, index) => String(index)),
];

for (const guestName of ["c/string_arrays", "c/string_arrays_64"]) {
  const bytes = await guestBytes(guestName);
  const live = {
    name: "live_allocations",
    parameters: [],
    result: guestName.endsWith("64") ? "u64" : "u32",
  } as const;
  const failAfter = {
    name: "fail_after",
    parameters: ["pointer"],
    result: "void",
  } as const;

  testTiers(
    `${guestName}: texts arrive with their lengths, with NULs, or alternating with lengths`,
    async () => {
      using guest = await load(bytes, {
        symbols: {
          join: { parameters: [{ type: "strings" }], result },
          join_ended: {
            parameters: [{ type: "strings", terminated: true, pass: ["pointer"] }],
            result,
          },
          join_counted: { parameters: [{ type: "strings", terminated: true }], result },
          join_pairs: { parameters: [{ type: "strings", layout: "pairs" }], result },
          live,
        },
      });
      const { join, join_ended, join_counted, join_pairs, live: count } = guest.symbols;
      for (const texts of TEXTS) {
        for (const call of [join, join_ended, join_counted, join_pairs]) {
          assertEquals(call(texts), texts.join());
        }
      }
      assertEquals(Number(count()), 0);
    },
  );

  Deno.test(`${guestName}: texts that the guest frees have a block each`, async () => {
    using guest = await load(bytes, {
      symbols: {
        take: {
          parameters: [{ type: "strings", layout: "pairs", freedBy: "guest" }],
          result,
        },
        live,
      },
    });
    for (const texts of TEXTS) assertEquals(guest.symbols.take(texts), texts.join());
    assertEquals(Number(guest.symbols.live()), 0);
  });

  Deno.test(`${guestName}: invalid arguments are refused without a leak`, async () => {
    using guest = await load(bytes, {
      symbols: {
        join: { parameters: [{ type: "strings" }], result },
        ended: {
          name: "join_ended",
          parameters: [{ type: "strings", terminated: true, pass: ["pointer"] }],
          result,
        },
        live,
        failAfter,
      },
    });
    const { join, ended, live: count, failAfter: fail } = guest.symbols;
    const rows: [act: () => unknown, message: string][] = [
      [
        () => join("ab" as never),
        'Cannot pass argument 0 to "join": it is "ab", expected an array of strings',
      ],
      [
        () => join(["a", 1] as never),
        'Cannot pass item 1 of argument 0 to "join": it is 1, expected a string',
      ],
      [() => join(["a", "b\ud800"]), "Cannot"],
      [() => ended(["a", "b\0"]), "Cannot"],
    ];
    for (const [act, message] of rows) assertThrows(act, TypeError, message);
    fail(1);
    assertThrows(() => join(["a"]), GuestError, "Cannot allocate");
    fail(2);
    assertThrows(() => join(["a"]), GuestError, "null pointer");
    assertEquals(Number(count()), 0);
  });
}

const BYTES = await guestBytes("c/string_arrays");

Deno.test("texts also go into the host's buffer, and are refused if they do not fit", async () => {
  const place = { kind: "buffer", pointer: { reserve: 64 }, capacity: 64 } as const;
  using guest = await load(BYTES, {
    symbols: { join: { parameters: [{ type: "strings", place }], result } },
  });
  assertEquals(guest.symbols.join(["ab", "c"]), "ab,c");
  assertThrows(
    () => guest.symbols.join(["a".repeat(50), "b"]),
    RangeError,
    // Two addresses, a null, two lengths and the texts.
    "Cannot pass 71 bytes",
  );
});

Deno.test("texts in UTF-16 are counted in code units", async () => {
  using guest = await load(BYTES, {
    symbols: {
      join: {
        parameters: [{ type: "strings", encoding: "utf-16" }],
        result: { ...result, type: "bytes" },
      },
    },
  });
  // It is half of the text, because the guest counts bytes.
  assertEquals(guest.symbols.join(["ab", "c"]), Uint8Array.of(0x61, 0, 0x2c, 0x63));
});

Deno.test("several texts cannot be an object of a guest whose classes are unknown", async () => {
  const join: SymbolDeclaration = { parameters: [{ type: "strings" }], result };
  const { arrayPlace: _, ...convention } = assemblyScript();
  const { message } = await load(BYTES, { convention, symbols: { join } })
    .then(() => new Error(), (error) => error);
  assertEquals(
    message,
    'Cannot bind the declared symbols:\nsymbol "join": Cannot pass several strings: the guest\'s ' +
      "are objects that it collects, expected a parameter with a place of its own",
  );
});

Deno.test("a signature that cannot take the arrays is shown with one that could", async () => {
  const { message } = await load(BYTES, {
    convention: allocator({ allocate: "malloc", free: "free" }),
    symbols: { join: { parameters: [{ type: "strings", layout: "pairs" }], result } },
  }).then(() => new Error(), (error) => error);
  assertEquals(
    message,
    'Cannot bind the declared symbols:\nsymbol "join": Cannot pass ("strings") -> "string" to ' +
      '"join": it is (i32, i32, i32) -> i64, expected (i32, i32) -> i64',
  );
});
