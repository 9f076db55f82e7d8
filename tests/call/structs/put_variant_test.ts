// Tagged unions in structs, with `tagged_unions.c`. The expected values are those that the source
// of the guest computes.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, hostFunction, load } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import { WHAT } from "../../_struct_guests.ts";

const SHAPE = { type: "struct", fields: { id: "i32", what: WHAT, end: "u8" } } as const;

const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" });

const SYMBOLS = {
  layout_of: { parameters: ["i32"], result: "i32" },
  area: { parameters: [SHAPE], result: "f64" },
  total: { parameters: [{ type: "list", item: SHAPE }], result: "f64" },
  shape: { parameters: ["i32"], result: SHAPE },
  square: { parameters: [{ type: "inout", name: "shape", value: SHAPE }], result: "void" },
  call_draw: { parameters: ["i32"], result: "f64" },
  call_next: { parameters: ["i32"], result: "f64" },
} as const;

const SHAPES = [
  { id: 1, what: { tag: "none" }, end: 9 },
  { id: 2, what: { tag: "circle", value: 2 }, end: 9 },
  { id: 3, what: { tag: "rect", value: { width: 5, height: 7 } }, end: 9 },
  { id: 4, what: { tag: "named", value: "hexagon" }, end: 9 },
] as const;

const AREAS = [0, 12, 35, 7];

const imports = {
  env: {
    draw: hostFunction({ parameters: [SHAPE], result: "f64" }, ({ id, what }) => {
      switch (what.tag) {
        case "none":
          return id;
        case "circle":
          return what.value * 100;
        case "rect":
          return what.value.width * 10 + what.value.height;
        case "named":
          return what.value.length;
      }
    }),
    next: hostFunction(
      { parameters: ["i32"], result: { ...SHAPE, by: "value" } },
      (kind) => SHAPES[kind]!,
    ),
  },
};

for (const name of ["c/tagged_unions", "c/tagged_unions_64"]) {
  const bytes = await guestBytes(name);
  const open = () => load(bytes, { convention, imports, missing: "trap", symbols: SYMBOLS });

  Deno.test(`a variant is at the offset that the compiler chose: ${name}`, async () => {
    using guest = await open();
    const { layout_of, shape } = guest.symbols;
    const places = [0, 1, 2, 3].map((part) => layout_of(part));
    // The tag is at 8, the union at 16, and what follows them at 24, in both memories.
    assertEquals(places, [32, 8, 16, 24]);
    assertEquals(shape(0).end, 9);
  });

  Deno.test(`a variant is passed by its case: ${name}`, async () => {
    using guest = await open();
    const { area, total } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      assertEquals(area(SHAPES[turn % 4]!), AREAS[turn % 4]);
    }
    assertEquals(total(SHAPES), 54);
    assertEquals(total([]), 0);
  });

  Deno.test(`a variant is returned by its case: ${name}`, async () => {
    using guest = await open();
    const { shape, square } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      assertEquals(shape(0), { id: 70, what: { tag: "none" }, end: 9 });
      assertEquals(shape(1).what, { tag: "circle", value: 1.5 });
      assertEquals(shape(2).what, { tag: "rect", value: { width: 3, height: 4 } });
      assertEquals(shape(200), { id: 270, what: { tag: "named", value: "square" }, end: 9 });
      assertEquals(square(SHAPES[1]).shape.what, { tag: "rect", value: { width: 4, height: 4 } });
      assertEquals(square(SHAPES[3]).shape.what, { tag: "none" });
    }
    const { code, message } = assertThrows(() => shape(3), GuestError);
    assertEquals(code, "signature");
    assert(message.includes("its tag is 3, expected 0 for"), message);
  });

  Deno.test(`host functions get and return variants: ${name}`, async () => {
    using guest = await open();
    const { call_draw, call_next } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      assertEquals([0, 1, 2, 200].map((kind) => call_draw(kind)), [70, 150, 34, 6]);
      assertEquals([0, 1, 2, 3].map((kind) => call_next(kind)), AREAS);
    }
  });
}

Deno.test("a wrong variant is refused by its path", async () => {
  using guest = await load(await guestBytes("c/tagged_unions"), {
    convention,
    imports,
    missing: "trap",
    symbols: SYMBOLS,
  });
  const { area, total } = guest.symbols;
  const refused = (what: unknown) =>
    assertThrows(() => area({ id: 1, what, end: 9 } as never), Error).message;
  const at = (path: string) => `Cannot pass argument 0 .what${path} to "area": it `;
  const names = '"none" or "circle" or "rect" or "named"';
  for (
    const [what, message] of [
      [undefined, `${at("")}is missing, expected an object with the "tag" ${names}`],
      [
        ["none"],
        `${at("")}is an object of class Array, expected an object with the "tag" ${names}`,
      ],
      [{}, `${at(".tag")}is missing, expected ${names}`],
      [{ tag: "Circle" }, `${at(".tag")}is "Circle", expected ${names}`],
      [{ tag: 1 }, `${at(".tag")}is 1, expected ${names}`],
      [{ tag: "circle" }, `${at(".value")}is missing, expected an f64`],
      [
        { tag: "none", value: 1 },
        `${at("")}has "value", which is not a field, expected an object with "tag"`,
      ],
      [
        { tag: "rect", value: { width: 1, height: 0.5 } },
        `${at(".value.height")}is 0.5, expected i32, -2147483648 to 2147483647`,
      ],
      [{ tag: "named", value: 7 }, `${at(".value")}is 7, expected a string`],
    ] as const
  ) assertEquals(refused(what), message);
  const { message } = assertThrows(
    () => total([SHAPES[0], { ...SHAPES[1], what: {} as never }]),
    Error,
  );
  assertEquals(
    message,
    `Cannot pass argument 0 [1].what.tag to "total": it is missing, expected ${names}`,
  );
});
