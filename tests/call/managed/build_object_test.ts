import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { callRows, LABEL, SHAPE, symbols } from "./_guest_objects.ts";
import { testRows, Thrown } from "../../answers/_rows.ts";

testRows([
  ...callRows(
    "a missing field is named",
    "describe",
    [{ ...LABEL, at: { x: 1 } }],
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 .at.y to "describe": it is missing, expected an f64',
    ),
  ),
  ...callRows(
    "a field of another type is named",
    "echoShape",
    [{ ...SHAPE, corners: [{ x: 1, y: 2 }, { x: "1", y: 2 }] }],
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 .corners[1].x to "echoShape": it is "1", expected a number for f64',
    ),
  ),
  ...callRows(
    "the error for an unknown field names it",
    "lengthOf",
    [{ x: 1, y: 2, z: 3 }],
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 to "lengthOf": it has "z", which is not a field, expected an object ' +
        'with "x" and "y"',
    ),
  ),
  ...callRows(
    "null is refused where it is not declared",
    "lengthOf",
    [null],
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 to "lengthOf": it is null, expected an object with "x" and "y", or ' +
        "nullable: true",
    ),
  ),
]);

Deno.test("the objects that an object refers to survive collections while the rest is made", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols });
  const { echoShape, churn } = guest.symbols;
  const many = {
    ...SHAPE,
    tags: Array.from({ length: 500 }, (_, at) => `tag ${at}`),
    corners: Array.from({ length: 500 }, (_, at) => ({ x: at, y: -at })),
  };
  for (let round = 0; round < 150; round++) {
    assertEquals(echoShape(many), many);
    churn(50);
  }
});

Deno.test("a getter cannot make an array larger than its block", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols });
  const { echoShape } = guest.symbols;
  const buffer = new ArrayBuffer(8, { maxByteLength: 4096 });
  const sides = new Float64Array(buffer);
  let message = "";
  try {
    echoShape({
      ...SHAPE,
      sides,
      get tags() {
        buffer.resize(4096);
        return [];
      },
    });
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(
    message,
    'Cannot pass 8 bytes to "echoShape": their length changed during the call, expected it to stay',
  );
  assertEquals(echoShape(SHAPE), SHAPE);
});

Deno.test("memory does not grow with 10,000 objects", async () => {
  for (const name of ["assemblyscript/objects", "assemblyscript/objects_minimal"]) {
    using guest = await load(guestUrl(name), {
      symbols: { ...symbols, collect: { name: "__collect", parameters: [], result: "void" } },
    });
    const { echoShape, relabel, unframe, collect } = guest.symbols;
    const round = () => {
      for (let call = 0; call < 50; call++) {
        echoShape(SHAPE);
        relabel(LABEL, "x");
        assertEquals(unframe({ label: LABEL, width: 2 }), { ...LABEL, size: 5 });
      }
      collect();
    };
    round();
    const before = guest.memory.size;
    for (let count = 0; count < 100; count++) round();
    assertEquals(guest.memory.size, before);
  }
});
