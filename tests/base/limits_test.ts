import { assertEquals, assertRejects } from "@std/assert";
import { load } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

const NAMES = '"results" or "output"';

for (
  const [limits, name, message] of [
    [5, "TypeError", "the option limits: it is 5, expected an object with results or output"],
    [null, "TypeError", "the option limits: it is null, expected an object with results or output"],
    [
      { outptu: 5 },
      "TypeError",
      `"outptu" in the option limits: did you mean "output"? Expected ${NAMES}`,
    ],
    [
      { result: 5 },
      "TypeError",
      `"result" in the option limits: did you mean "results"? Expected ${NAMES}`,
    ],
    [
      { results: -1 },
      "RangeError",
      "the option limits.results: it is -1, expected an integer, 0 or more, or Infinity",
    ],
    [{ fuel: 5 }, "TypeError", `"fuel" in the option limits: Expected ${NAMES}`],
    [
      { output: "1" },
      "TypeError",
      'the option limits.output: it is "1", expected a number of bytes',
    ],
    [{ output: 1n }, "TypeError", "the option limits.output: it is 1n, expected a number of bytes"],
    [
      { output: null },
      "TypeError",
      "the option limits.output: it is null, expected a number of bytes",
    ],
    ...[-1, 0.5, NaN, -Infinity].map((output) =>
      [
        { output },
        "RangeError",
        `the option limits.output: it is ${output}, expected an integer, 0 or more, or Infinity`,
      ] as const
    ),
  ] as const
) {
  Deno.test(`load() refuses with "Cannot use ${message}"`, async () => {
    const bytes = await guestBytes("c/passing_data");
    const error = await assertRejects(() => load(bytes, { limits: limits as never }), Error);
    assertEquals([error.name, error.message], [name, `Cannot use ${message}`]);
  });
}

Deno.test("a limit that is undefined is one that is not set", async () => {
  const bytes = await guestBytes("c/passing_data");
  using guest = await load(bytes, { limits: { output: undefined } });
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
});
