import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { callRows, GUESTS, LABEL, SHAPE, symbols } from "./_guest_objects.ts";
import { testRows } from "../../answers/_rows.ts";

testRows([
  ...callRows("an object of numbers comes back", "makePoint", [1.5, -2], { x: 1.5, y: -2 }, GUESTS),
  ...callRows("an object of numbers is passed", "lengthOf", [{ x: 3, y: 4 }], 5, GUESTS),
  ...callRows(
    "two objects are passed",
    "middle",
    [{ x: 1, y: 2 }, { x: 3, y: 4 }],
    { x: 2, y: 3 },
    GUESTS,
  ),
  ...callRows(
    "each type of number lies where the compiler puts it",
    "flip",
    [{ a: 1, b: -(2n ** 63n) + 1n, c: true, d: 65535, e: 0.5, f: -127 }],
    { a: 254, b: 2n ** 63n - 1n, c: false, d: 0, e: -0.5, f: 127 },
    GUESTS,
  ),
  ...callRows(
    "texts, null and an object in an object are passed",
    "describe",
    [LABEL],
    "Ada@1.5,-2.0 #3",
  ),
  ...callRows(
    "a text that can be null is passed",
    "describe",
    [{ ...LABEL, note: "hi" }],
    "Ada@1.5,-2.0 (hi) #3",
  ),
  ...callRows("texts, null and an object in an object come back", "relabel", [LABEL, "🚀"], {
    text: "🚀",
    note: "Ada",
    at: { x: 1.5, y: -2 },
    size: 4,
  }, GUESTS),
  ...callRows("fields of every type come back", "makeShape", [2], {
    text: "shape",
    note: null,
    at: { x: 0, y: 0 },
    size: 2,
    sides: Float64Array.of(0.5, 1.5),
    bytes: Uint8Array.of(7, 7),
    tags: ["t0", "t1"],
    corners: [{ x: 0, y: 0 }, { x: 1, y: -1 }],
    next: { text: "next", note: null, at: { x: 0, y: 0 }, size: 0 },
  }, GUESTS),
  ...callRows("fields of every type go and come", "echoShape", [SHAPE], SHAPE, GUESTS),
  ...callRows("an object that can be null is null", "shapeOrNull", [null], null),
  ...callRows("a field that can be null is null", "shapeOrNull", [{ ...SHAPE, next: null }], null),
  ...callRows("a field that can be null is an object", "shapeOrNull", [SHAPE], LABEL),
  ...callRows(
    "an array of objects is passed",
    "sumPoints",
    [[{ x: 1, y: 2 }, { x: 3, y: 4 }]],
    { x: 4, y: 6 },
    GUESTS,
  ),
  ...callRows("an empty array of objects is passed", "sumPoints", [[]], { x: 0, y: 0 }),
  ...callRows("an array of objects comes back", "square", [2], [
    { x: 0, y: 0 },
    { x: 2, y: 0 },
    { x: 2, y: 2 },
    { x: 0, y: 2 },
  ], GUESTS),
  ...callRows(
    "arrays in an array go and come",
    "transpose",
    [[Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6)]],
    [Int32Array.of(1, 4), Int32Array.of(2, 5), Int32Array.of(3, 6)],
    GUESTS,
  ),
  ...callRows("an array has texts and nulls", "join", [["a", null, "🚀", ""]], "a-🚀", GUESTS),
]);

const LABEL_WORDS =
  'an object of class "Label" with "text" at 0 (a text), "note" at 4 (a text or ' +
  'null), "at" at 8 (an object of class "Point" with "x" at 0 (an f64) and "y" at 8 (an f64)), ' +
  'and "size" at 12 (an i32)';

/** The lines about objects in the plans of some symbols. */
const PLANS = {
  relabel: [
    `check that argument 0 is ${LABEL_WORDS}`,
    "make an object of argument 0, with all that it refers to, and pin it until the call ends",
    'unpin argument 0 with "__unpin"',
    `copy ${LABEL_WORDS} from the result`,
  ],
  join: [
    "check that argument 0 is an array, each item of which is a text or null",
    "make an object of argument 0, with all that it refers to, and pin it until the call ends",
    'unpin argument 0 with "__unpin"',
  ],
  sameCounter: [
    'check that argument 0 is a reference to an object of class "Counter"; null is passed as a ' +
    "reference of 0",
    'pin the result, a reference to an object of class "Counter", until the host releases it; null ' +
    "if it is 0",
  ],
} as const;

Deno.test("a plan shows how objects are made, pinned and copied", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols });
  for (const [name, expected] of Object.entries(PLANS)) {
    const { steps } = await guest.plan(name);
    const lines = steps.map(({ text }) => text);
    assertEquals(lines.filter((line) => (expected as readonly string[]).includes(line)), [
      ...expected,
    ]);
  }
});
