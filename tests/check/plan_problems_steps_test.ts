import { assertEquals } from "@std/assert";
import type { CoreArgument } from "../../mod.ts";
import type { ParameterPlan, PlanParts } from "../../src/abi/plan_parts.ts";
import { stepProblems } from "../../src/check/plan_problems.ts";

function text(encoding: "utf-8" | "utf-16" | "latin1"): ParameterPlan {
  return {
    kind: "text",
    content: "string",
    encoding,
    place: { kind: "stack" },
    terminated: "never",
  };
}

function planOf(parameters: readonly ParameterPlan[], more: Partial<PlanParts>): PlanParts {
  return {
    export: "f",
    parameters,
    coreArguments: [],
    core: undefined,
    result: { kind: "void" },
    ...more,
  };
}

const slice = { kind: "slice", parameter: 0, from: 0, to: 1, nullable: false } as const;

const SLICED: readonly (readonly [parameter: ParameterPlan, found: string | undefined])[] = [
  [text("utf-16"), undefined],
  [text("latin1"), undefined],
  [text("utf-8"), "text in utf-8"],
  [{ ...text("utf-16"), content: "bytes" } as ParameterPlan, "no text in memory"],
  [{ kind: "reference", content: "string" }, "no text in memory"],
];

for (const [parameter, found] of SLICED) {
  Deno.test(`a slice of ${JSON.stringify(parameter)} is ${found ?? "possible"}`, () => {
    const problems = stepProblems(planOf([parameter], { result: slice }), false);
    assertEquals(
      problems,
      found === undefined ? [] : [
        `Cannot take slices of argument 0 of "f": it is ${found}, expected text in utf-16 or latin1`,
      ],
    );
  });
}

const PARAMETERS: readonly ParameterPlan[] = [
  { kind: "number", type: "i32" },
  { kind: "number", type: "u64" },
  { kind: "number", type: "f32" },
  text("utf-8"),
];

/** The initial value of a word of the return area, and the problem if it does not fit. */
const WORDS: readonly (readonly [
  holds: CoreArgument,
  narrow: string | undefined,
  wide: string | undefined,
])[] = [
  [{ parameter: 0 }, undefined, undefined],
  [{ parameter: 1 }, "u64", undefined],
  [{ parameter: 2 }, "f32", "f32"],
  [{ text: 3, as: "pointer" }, undefined, undefined],
  [{ text: 3, as: "packedPointerHigh" }, "a packed pointer", undefined],
  [2 ** 32 - 1, undefined, undefined],
  [2 ** 32, "4294967296", undefined],
];

for (const [holds, narrow, wide] of WORDS) {
  for (const [address64, what] of [[false, narrow], [true, wide]] as const) {
    const bits = address64 ? 64 : 32;
    Deno.test(`a word of ${bits} bits ${what === undefined ? "can" : "cannot"} hold ${JSON.stringify(holds)}`, () => {
      const area = { words: 2, holds: [0, holds], place: { kind: "stack" } } as const;
      assertEquals(
        stepProblems(planOf(PARAMETERS, { area }), address64),
        what === undefined ? [] : [
          `Cannot put ${what} into word 1 of the area of "f": a word is an integer of ${bits} bits`,
        ],
      );
    });
  }
}
