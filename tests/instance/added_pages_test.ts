import { assertEquals, assertThrows } from "@std/assert";
import { GuestMemory, inPlace, load } from "../../mod.ts";
import { AddedPages, takenIn } from "../../src/instance/added_pages.ts";
import { assemble } from "../_wat.ts";

const PAGE = 65536;

Deno.test("pages that are added for the host hold several blocks, aligned to 16 bytes", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const pages = new AddedPages({ memory });
  assertEquals(
    [5, 16, 1].map((reserve) => pages.take({ reserve })),
    [PAGE, PAGE + 16, PAGE + 32],
  );
  assertEquals(memory.size, 2 * PAGE);
  // The rest of the page is too small for this one.
  assertEquals(pages.take({ reserve: PAGE }), 2 * PAGE);
  assertEquals(memory.size, 3 * PAGE);
  const [first, second] = takenIn(memory.memory);
  assertEquals([first!.pointer, first!.byteLength], [PAGE, PAGE]);
  assertEquals([second!.pointer, second!.byteLength], [2 * PAGE, PAGE]);
});

Deno.test("all symbols share the block with the same index", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 0 }));
  const pages = new AddedPages({ memory });
  const place = { reserve: 10 };
  assertEquals([0, 1, 0, 1].map((turn) => pages.take(place, turn)), [0, 16, 0, 16]);
  assertEquals(pages.take({ reserve: 10 }, 0), 32);
});

Deno.test("the error for pages that a limit refuses names the limit", async () => {
  const bytes = assemble('(module (memory (export "memory") 1))');
  for (
    const [memory, end] of [
      [10 * PAGE, ""],
      [5 * PAGE, "; the guest's memory has 65536 of the 327680 bytes that limits.memory allows"],
    ] as const
  ) {
    using guest = await load(bytes, {
      convention: inPlace({ pointer: "reserve", byteLength: PAGE }),
      limits: { memory },
    });
    if (end === "") guest.allocate(5 * PAGE).free();
    else {
      assertEquals(
        assertThrows(() => guest.allocate(5 * PAGE), RangeError).message,
        "Cannot grow memory by 5 pages: it has 1, and with so many more it would exceed its " +
          `maximum or what the engine allows${end}`,
      );
    }
  }
});
