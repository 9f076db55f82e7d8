import { assertEquals, assertThrows } from "@std/assert";
import { HOST_STRUCT_GUESTS, loadHostStructs } from "../../_host_structs.ts";
import { RECT } from "../../_struct_guests.ts";
import { refuseRunSteps } from "../../_tiers.ts";

refuseRunSteps();

// Both forms of a host function must have the same outcome: the 100th call takes the compiled one.
const CALLS = 120;
const I32 = { parameters: ["i32"], result: "i32" } as const;

for (const guestName of HOST_STRUCT_GUESTS) {
  Deno.test(`${guestName}: a host function returns numbers through pointers, by name`, async () => {
    const divide = {
      parameters: [
        "i32",
        "i32",
        { type: "out", name: "quotient", value: "i32" },
        { type: "out", name: "remainder", value: "i32" },
      ],
      result: "bool",
    } as const;
    let wrong: object | undefined;
    using guest = await loadHostStructs(
      guestName,
      "divide",
      divide,
      (left, right) =>
        wrong as never ?? {
          result: right !== 0,
          quotient: right === 0 ? 0 : Math.trunc(left / right),
          remainder: right === 0 ? 0 : left % right,
        },
      { parameters: ["i32", "i32"], result: "i32" },
    );
    const { run } = guest.symbols;
    const rows = [
      [{ result: true, quotient: 1 }, ".remainder from", "it is missing, expected an i32"],
      [{ result: 1, quotient: 1, remainder: 1 }, "from", "it is 1, expected a boolean"],
      [
        { result: true, quotient: 1, remainder: 1, rest: 1 },
        "from",
        'it has "rest", which is not a field, expected an object with "quotient" and "remainder"',
      ],
    ] as const;
    for (const isHot of [false, true]) {
      for (const [value, where, problem] of rows) {
        wrong = value;
        assertEquals(
          assertThrows(() => run(7, 2), Error).message,
          `Cannot return a value ${where} import "env.divide": ${problem}`,
        );
      }
      wrong = undefined;
      if (isHot) break;
      for (let call = 0; call < CALLS; call++) {
        assertEquals(run(call, 7), 1000 * Math.trunc(call / 7) + call % 7);
        assertEquals(run(call, 0), -1);
      }
    }
  });

  Deno.test(`${guestName}: a struct and a number go through pointers`, async () => {
    const bounds = {
      parameters: [
        { type: "out", name: "rect", value: RECT },
        { type: "list", item: "i32" },
        { type: "out", name: "weight", value: "f64" },
      ],
      result: "void",
    } as const;
    using guest = await loadHostStructs(guestName, "bounds", bounds, (numbers) => ({
      rect: { a: { x: numbers[0]!, y: numbers[1]! }, b: { x: numbers[2]!, y: numbers.length } },
      weight: 0.5,
    }), { parameters: ["i32"], result: "f64" });
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.run(call), 4 + 20 + 100 * call + 3000 + 0.5);
    }
  });

  Deno.test(`${guestName}: a text goes through a pointer, and its length through another`, async () => {
    const find = {
      parameters: [
        "i32",
        {
          type: "out",
          name: "found",
          value: { type: "string", length: { field: "length" }, nullable: true },
        },
        { type: "out", name: "length", value: "pointer" },
        { type: "out", name: "flag", value: "u8" },
      ],
      result: "bool",
    } as const;
    using guest = await loadHostStructs(
      guestName,
      "find_name",
      find,
      (at) => ({ result: at >= 0, found: at < 0 ? null : "a".repeat(at % 9), flag: 2 }),
      I32,
    );
    for (let call = -1; call < CALLS; call++) {
      const length = call % 9;
      assertEquals(guest.symbols.run(call), call < 0 ? -1 : 200000 + 1000 * length + 97 * length);
    }
    assertEquals(guest.symbols.live(), 0);
  });

  Deno.test(`${guestName}: a host function changes the guest's struct, and its number`, async () => {
    const grow = {
      parameters: [{ type: "inout", name: "rect", value: RECT }, "i32"],
      result: "void",
    } as const;
    using guest = await loadHostStructs(guestName, "grow", grow, ({ a, b }, by) => ({
      rect: { a, b: { x: b.x + by, y: b.y + by } },
    }), I32);
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.run(call), 1 + 20 + 100 * (4 + call) + 1000 * (6 + call));
    }
    const up = {
      parameters: [{ type: "inout", name: "counter", value: "i64" }],
      result: "i32",
    } as const;
    using counter = await loadHostStructs(guestName, "count_up", up, (counter) => ({
      result: 7,
      counter: counter + 1n,
    }), { parameters: ["i64"], result: "i64" });
    for (let call = 0n; call < CALLS; call++) {
      assertEquals(counter.symbols.run(call), (call + 1n) * 100n + 7n);
    }
  });
}
