import { assertEquals, assertThrows } from "@std/assert";
import type { Plan } from "../../../src/abi/plan.ts";
import { makeParts } from "../../../src/call/make_parts.ts";
import { lowerStep } from "../../../src/call/steps/lower_step.ts";
import { frameOf, instanceOf, makeWritten, OTHERWISE, otherwise, planOf } from "../_unit.ts";

type Parameter = Plan["parameters"][number];

const instance = await instanceOf(`(func (export "f") (param i32))`);

const text: Parameter = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place: { kind: "buffer", pointer: 64, capacity: 8 },
  terminated: "never",
};

const planOfOne = (parameter: Parameter) =>
  planOf({ parameters: [parameter], coreArguments: [{ parameter: 0 }], core: ["i32"] });

/** The core value, or the bytes and the kept value, of an argument that is lowered step by step. */
function run(parameter: Parameter, value: unknown, keeps = false): unknown[] {
  const step = { step: "lower", argument: 0, keeps } as const;
  const frame = frameOf({ args: [value] });
  lowerStep.run(step, makeParts(planOfOne(parameter), instance))(frame);
  return [frame.values[0], frame.byteLengths[0]];
}

/** The same with generated source; `undefined` if there is none. */
function write(parameter: Parameter, value: unknown, keeps = false): unknown {
  const plan = planOfOne(parameter);
  let isWritten: boolean | undefined = false;
  const written = makeWritten(
    instance,
    plan,
    (code) => {
      isWritten = lowerStep.write!({ step: "lower", argument: 0, keeps }, code, otherwise);
      return "undefined";
    },
    [value],
    makeParts(plan, instance).sources,
  );
  if (!isWritten) return undefined;
  const frame = frameOf();
  return written(undefined, frame) === OTHERWISE
    ? OTHERWISE
    : [frame.values[0], frame.byteLengths[0]];
}

Deno.test("both forms lower a number, a reference and a text alike", () => {
  const rows: [parameter: Parameter, value: unknown, expected: unknown[]][] = [
    [{ kind: "number", type: "u8" }, 255, [255, undefined]],
    [{ kind: "number", type: "bool" }, true, [1, undefined]],
    [{ kind: "reference", content: "string" }, "abc", ["abc", undefined]],
    [{ kind: "reference", content: "string", nullable: true }, null, [null, undefined]],
    [text, "aä", [undefined, 3]],
  ];
  for (const [parameter, value, expected] of rows) {
    assertEquals(run(parameter, value), expected);
    assertEquals(write(parameter, value), expected);
  }
});

Deno.test("an error names the refused argument, and generated source leaves it to the run form", () => {
  const message = 'Cannot pass argument 0 to "f": it is 256, expected u8, 0 to 255';
  for (const form of [run, write]) {
    assertThrows(() => form({ kind: "number", type: "u8" }, 256), RangeError, message);
  }
  assertEquals(write({ kind: "reference", content: "string" }, null), OTHERWISE);
  assertEquals(write({ kind: "reference", content: "string", nullable: true }, 5), OTHERWISE);
  assertEquals(write(text, 5), OTHERWISE);
});

Deno.test("a text of which a slice is returned is kept; there is no generated source for that", () => {
  assertEquals(run(text, "abc", true), ["abc", 3]);
  assertEquals(write(text, "abc", true), undefined);
});
