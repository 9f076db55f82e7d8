import { assertEquals, assertThrows } from "@std/assert";
import {
  LABEL,
  loadStructs,
  PARTICLE,
  PERSON,
  RECT,
  SERIES,
  STRUCT_GUESTS,
} from "../../_struct_guests.ts";

const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };

for (const name of STRUCT_GUESTS) {
  Deno.test(`${name}: a value that does not fit is refused with its path`, async () => {
    using guest = await loadStructs(name, {
      area: { parameters: [RECT], result: "i32" },
      older: { parameters: [PERSON], result: PERSON },
      relabel: { parameters: [LABEL], result: LABEL },
      sum_series: { parameters: [SERIES], result: "f64" },
      total_mass: { parameters: [{ type: "list", item: PARTICLE }], result: "f64" },
    });
    const { symbols } = guest;
    const label = {
      text: "",
      codes: Uint16Array.of(1, 2, 3),
      corners: [{ x: 1, y: 2 }, { x: 3, y: 4 }],
      end: 9,
    };
    const series = { numbers: Float64Array.of(), points: [] };
    const particle = { x: 1, y: 2, mass: 2.5, kind: 2 };
    const rows: readonly (readonly [() => unknown, string])[] = [
      [
        () => symbols.area({ ...rect, a: { x: 1, y: "2" as never } }),
        'TypeError: Cannot pass argument 0 .a.y to "area": it is "2", expected a number for i32',
      ],
      [
        () => symbols.area({ ...rect, b: { x: 1 } as never }),
        'TypeError: Cannot pass argument 0 .b.y to "area": it is missing, expected an i32',
      ],
      [
        () => symbols.area({ ...rect, b: { x: 1, y: 2, z: 3 } as never }),
        'TypeError: Cannot pass argument 0 .b to "area": it has "z", which is not a field, expected ' +
        'an object with "x" and "y"',
      ],
      [
        () => symbols.area({ a: rect.a } as never),
        'TypeError: Cannot pass argument 0 .b to "area": it is missing, expected an object with ' +
        '"x" and "y"',
      ],
      [
        () => symbols.area(null as never),
        'TypeError: Cannot pass argument 0 to "area": it is null, expected an object with "a" ' +
        'and "b", or nullable: true',
      ],
      [
        () => symbols.area({ ...rect, a: { x: 1, y: 2 ** 31 } }),
        'RangeError: Cannot pass argument 0 .a.y to "area": it is 2147483648, expected i32, ' +
        "-2147483648 to 2147483647",
      ],
      [
        () => symbols.older({ name: "a\0b", age: 1 }),
        'TypeError: Cannot pass argument 0 .name to "older", text with a NUL at index 1: the ' +
        "guest takes the text to end there",
      ],
      [
        () => symbols.older({ name: "\ud800", age: 1 }),
        'TypeError: Cannot pass argument 0 .name to "older", text as UTF-8: lone surrogate ' +
        "0xd800 at index 0, expected well-formed text",
      ],
      [
        () => symbols.older({ name: null as never, age: 1 }),
        'TypeError: Cannot pass argument 0 .name to "older": it is null, expected a string, or ' +
        "nullable: true",
      ],
      [
        () => symbols.relabel({ ...label, text: "twelve units" }),
        'RangeError: Cannot pass argument 0 .text to "relabel": it has 12 bytes, expected at ' +
        "most 11 and a NUL",
      ],
      [
        () => symbols.relabel({ ...label, codes: Uint16Array.of(1) }),
        'RangeError: Cannot pass argument 0 .codes to "relabel": it has 2 bytes, expected 6',
      ],
      [
        () => symbols.relabel({ ...label, codes: "123" as never }),
        'TypeError: Cannot pass argument 0 .codes to "relabel": it is "123", expected a ' +
        "Uint16Array",
      ],
      [
        () => symbols.relabel({ ...label, corners: [] }),
        'RangeError: Cannot pass argument 0 .corners to "relabel": it has 0 items, expected 2',
      ],
      [
        () => symbols.sum_series({ ...series, points: Array(256).fill({ x: 1, y: 2 }) }),
        'RangeError: Cannot pass argument 0 .points to "sum_series": it has 256 items, expected ' +
        "at most 255, which u8 can count",
      ],
      [
        () => symbols.total_mass([particle, { ...particle, kind: -1 }]),
        'RangeError: Cannot pass argument 0 [1].kind to "total_mass": it is -1, expected u8, 0 to ' +
        "255",
      ],
      [
        () => symbols.total_mass("no list" as never),
        'TypeError: Cannot pass argument 0 to "total_mass": it is "no list", expected an array',
      ],
      [
        () => symbols.total_mass(null as never),
        'TypeError: Cannot pass argument 0 to "total_mass": it is null, expected an array, or ' +
        "nullable: true",
      ],
      [
        () => symbols.total_mass([null as never]),
        'TypeError: Cannot pass argument 0 [0] to "total_mass": it is null, expected an object ' +
        'with "x", "y", "mass" and "kind"',
      ],
      [
        () => symbols.sum_series({ ...series, points: null as never }),
        'TypeError: Cannot pass argument 0 .points to "sum_series": it is null, expected an ' +
        "array; [] is a null pointer",
      ],
    ];
    for (const [act, expected] of rows) {
      const error = assertThrows(act, Error);
      assertEquals(`${error}`, expected);
    }
    assertEquals(symbols.area(rect), 12);
  });
}

Deno.test("each property is read once, and nothing is written before all were checked", async () => {
  using guest = await loadStructs("c/struct_types", {
    area: { parameters: [RECT], result: "i32" },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  const { area, live } = guest.symbols;
  let reads = 0;
  const point = {
    get x() {
      reads++;
      return 4;
    },
    y: 6,
  };
  assertEquals(area({ a: { x: 1, y: 2 }, b: point }), 12);
  assertEquals(reads, 1);
  assertThrows(() => area({ a: { x: 1, y: 2 }, b: { x: 4, y: 6.5 } }), RangeError);
  assertEquals(live(), 0);
});
