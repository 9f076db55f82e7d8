import { assertEquals, assertThrows } from "@std/assert";
import type { NumberName } from "../../../src/abi/number.ts";
import type { ParameterPlan, PlanParts } from "../../../src/abi/plan_parts.ts";
import type { BoundSource } from "../../../src/call/blocks/bound_source.ts";
import { compileLowerNumber } from "../../../src/call/number.ts";
import { liftNumber } from "../../../src/call/steps/result_steps.ts";
import { losesTrailingNuls } from "../../../src/call/content.ts";
import { compileLower, coreType } from "../../../src/call/steps/lower_step.ts";
import { guestErrorOf } from "../../_errors.ts";
import { frameOf, instanceOf, planOf, TEXT } from "../_unit.ts";

const instance = await instanceOf();

/** Numbers at the ends of each type's range, and the ones behind those. */
const RANGES: [type: NumberName, fits: (number | bigint)[], refused: unknown[]][] = [
  ["i8", [-128, 127], [-129, 128, 1.5, "1"]],
  ["u8", [0, 255], [-1, 256]],
  ["i16", [-32768, 32767], [-32769, 32768]],
  ["u16", [0, 65535], [-1, 65536]],
  ["i32", [-(2 ** 31), 2 ** 31 - 1], [-(2 ** 31) - 1, 2 ** 31, NaN, 1n]],
  ["u32", [0, 2 ** 32 - 1], [-1, 2 ** 32]],
  ["i64", [-(2n ** 63n), 2n ** 63n - 1n], [-(2n ** 63n) - 1n, 2n ** 63n, 1]],
  ["u64", [0n, 2n ** 64n - 1n], [-1n, 2n ** 64n]],
  ["f32", [0.5, -Infinity], [1n, "0.5"]],
  ["f64", [0.1, Infinity], [1n, null]],
];

for (const [type, fits, refused] of RANGES) {
  Deno.test(`${type} is passed from ${fits[0]} to ${fits[1]}, and refused beyond`, () => {
    const lower = compileLowerNumber(type, undefined, "pass it");
    assertEquals(fits.map(lower), fits);
    for (const value of refused) assertThrows(() => lower(value), Error, "Cannot pass it: it is ");
  });
}

Deno.test("a pointer is as wide as the core argument, and may be a block that the host holds", () => {
  const narrow = compileLowerNumber("pointer", "i32", "pass it");
  const wide = compileLowerNumber("pointer", "i64", "pass it");
  const block = { pointer: 64 };
  assertEquals([narrow(64), narrow(block), narrow(64n)], [64, 64, 64]);
  assertEquals([wide(64), wide(block), wide(2n ** 40n)], [64n, 64n, 2n ** 40n]);
  assertThrows(
    () => narrow(2 ** 32),
    RangeError,
    "Cannot pass it: it is 0x100000000, expected a pointer of 32 bits",
  );
  assertThrows(() => narrow("64"), TypeError, 'Cannot pass it: it is "64", expected a pointer');
});

Deno.test("a boolean is 1 or 0", () => {
  const lower = compileLowerNumber("bool", "i32", "pass it");
  assertEquals([lower(true), lower(false)], [1, 0]);
  assertThrows(() => lower(1), TypeError, "Cannot pass it: it is 1, expected a boolean");
});

Deno.test("a core value is lifted by its type: truncated, and signed or unsigned", () => {
  const rows: [type: NumberName, core: number | bigint, expected: number | bigint | boolean][] = [
    ["i8", 0x180, -128],
    ["u8", -1, 255],
    ["i16", 0x18000, -32768],
    ["u16", -1, 65535],
    ["i32", 2 ** 31, -(2 ** 31)],
    ["u32", -1, 2 ** 32 - 1],
    ["i64", 2n ** 63n, -(2n ** 63n)],
    ["u64", -1n, 2n ** 64n - 1n],
    ["bool", -1, true],
    ["bool", 0n, false],
    ["pointer", -1, 2 ** 32 - 1],
    ["pointer", 2n ** 40n, 2 ** 40],
    ["f64", 0.5, 0.5],
  ];
  for (const [type, core, expected] of rows) assertEquals(liftNumber(type, core), expected);
  assertEquals(guestErrorOf(() => liftNumber("pointer", 2n ** 53n)), [
    "signature",
    "Cannot lift a pointer: it is 0x20000000000000, expected at most 0x1fffffffffffff, or " +
    '"u64" as its type',
  ]);
});

Deno.test("a number has the core type of the argument that it is", () => {
  const plan = planOf({
    coreArguments: [{ text: 1, as: "pointer" }, 7, { parameter: 0 }],
    core: ["i32", "i32", "i64"],
  });
  assertEquals([coreType(plan, 0), coreType(plan, 1)], ["i64", undefined]);
});

const text: ParameterPlan & { kind: "text" } = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place: { kind: "stack" },
  terminated: "never",
};

/** Lowers one argument, and returns the data that its block source got. */
function lower(parameter: ParameterPlan, value: unknown, more: Partial<PlanParts> = {}): unknown[] {
  const put: unknown[] = [];
  const source: BoundSource = {
    put: (_frame, index, _content, value) => put.push([index, value]),
    take() {},
    capacityAt: () => 0,
  };
  const plan = planOf({ parameters: [parameter], ...more });
  const frame = frameOf();
  compileLower(parameter, 0, plan, instance, source)(frame, value);
  return put.length > 0 ? put[0] as unknown[] : [frame.values[0], frame.pointers[0]];
}

Deno.test("data of the declared type are passed to the block source", () => {
  const bytes = { ...text, content: "bytes" } as const;
  const floats = { ...text, content: { element: "f32" } } as const;
  assertEquals(lower(text, "abc"), [0, "abc"]);
  for (
    const [parameter, value, expected] of [
      [text, 5, "it is 5, expected a string"],
      [text, null, "it is null, expected a string, or nullable: true"],
      [text, undefined, "it is undefined, expected a string, or null and nullable: true"],
      [bytes, "abc", 'it is "abc", expected a Uint8Array'],
      [floats, new Float64Array(1), "expected a Float32Array"],
    ] as const
  ) {
    const { message } = assertThrows(() => lower(parameter, value), TypeError);
    assertEquals(message.startsWith('Cannot pass argument 0 to "f": '), true);
    assertEquals(message.endsWith(expected), true, message);
  }
});

Deno.test("null is an address of 0 if it is declared, and a reference is passed unchanged", () => {
  assertEquals(lower({ ...text, nullable: true }, null), [undefined, 0]);
  const any = { kind: "reference", content: "any" } as const;
  const own = { kind: "reference", content: "string", nullable: true } as const;
  assertEquals([lower(any, instance)[0] === instance, lower(own, null)[0]], [true, null]);
  assertThrows(
    () => lower(own, 5),
    TypeError,
    'Cannot pass argument 0 to "f": it is 5, expected a string',
  );
});

Deno.test("a text that would come back without its NULs is refused", () => {
  const trims = { result: { ...TEXT, trailingNul: "trim" } } as const;
  assertEquals(losesTrailingNuls(text, planOf(trims)), true);
  assertEquals(losesTrailingNuls(text, planOf({ result: TEXT })), false);
  assertEquals(losesTrailingNuls({ ...text, terminated: "always" }, planOf(trims)), false);
  assertThrows(() => lower(text, "ab\0", trims), TypeError, "NUL");
  assertEquals(lower(text, "a\0b", trims), [0, "a\0b"]);
});
