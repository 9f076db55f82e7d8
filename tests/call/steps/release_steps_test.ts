import { assertEquals } from "@std/assert";
import type { Plan } from "../../../src/abi/plan.ts";
import { makeParts } from "../../../src/call/make_parts.ts";
import { releaseStep, restoreStep } from "../../../src/call/steps/release_steps.ts";
import { frameOf, instanceOf, makeWritten, planOf, TEXT } from "../_unit.ts";

const freed: number[] = [];
const instance = await instanceOf(
  `(import "env" "free" (func $free (param i32)))
   (global (export "__stack_pointer") (mut i32) (i32.const 1024))
   (func (export "malloc") (param i32) (result i32) (i32.const 64))
   (func (export "free") (param i32) (call $free (local.get 0)))
   (func (export "f") (param i32) (result i32) (local.get 0))`,
  { free: (pointer: number) => freed.push(pointer) },
);

const RELEASE = { step: "release" } as const, RESTORE = { step: "restore stack" } as const;

const plan: Plan = planOf({
  parameters: [{
    kind: "text",
    content: "string",
    encoding: "utf-8",
    place: { kind: "allocator", allocate: "malloc", free: "free" },
    terminated: "never",
    free: "free",
  }],
});

/** Returns the calls by which the run form frees a block at 64. */
function run(held: boolean): number[] {
  freed.length = 0;
  const frame = frameOf({ pointers: [64], sizes: [3], held: [held], codeUnits: [3] });
  releaseStep.run(RELEASE, makeParts(plan, instance))(frame);
  assertEquals([frame.held[0], frame.lifted], [false, undefined]);
  return [...freed];
}

/** The same for generated source. */
function write(held: boolean): number[] {
  freed.length = 0;
  const written = makeWritten(instance, plan, (code) => {
    code.wrote.add(0);
    for (const [register, value] of [["pointers", "64"], ["sizes", "3"], ["held", String(held)]]) {
      code.set(register as "pointers", 0, value!);
    }
    assertEquals(releaseStep.write!(RELEASE, code, () => ""), true);
    return "held0";
  });
  assertEquals(written(undefined), false);
  return [...freed];
}

Deno.test("a block is freed once if the call holds it, in both forms", () => {
  for (const form of [run, write]) assertEquals([form(true), form(false)], [[64], []]);
});

Deno.test("blocks that the run form has taken, and custom conventions, are left to the run form", () => {
  const isWritten = (more: Partial<Plan>) => {
    let isWritten: boolean | undefined;
    makeWritten(instance, planOf(more), (code) => {
      isWritten = releaseStep.write!(RELEASE, code, () => "");
      return "undefined";
    });
    return isWritten;
  };
  const place = { kind: "allocator", allocate: "malloc" } as const;
  assertEquals(isWritten({}), true);
  assertEquals(isWritten({ area: { words: 1, place: { kind: "stack" } } }), true);
  assertEquals(isWritten({ area: { words: 1, place } }), false);
  assertEquals(isWritten({ result: TEXT }), true);
  assertEquals(isWritten({ result: { ...TEXT, free: ["free"] } }), false);
  assertEquals(isWritten({ output: { capacity: 8, place: { kind: "stack" } } }), true);
  assertEquals(isWritten({ output: { capacity: 8, place } }), false);
});

Deno.test("the stack pointer is what it was before the call, in both forms", () => {
  const pointer = instance.exports.__stack_pointer as WebAssembly.Global;
  const parts = makeParts(plan, instance);
  for (const form of ["run", "written"]) {
    pointer.value = 512;
    const frame = frameOf({ stackPointer: 1024 });
    if (form === "run") restoreStep.run(RESTORE, parts)(frame);
    else {
      makeWritten(instance, plan, (code) => {
        code.add(`${code.stackPointer} = frame.stackPointer;`);
        restoreStep.write!(RESTORE, code, () => "");
        return "undefined";
      })(undefined, frame);
    }
    assertEquals(pointer.value, 1024, form);
  }
});

Deno.test("the result is available while a block is freed, in both forms", () => {
  let seen: unknown;
  const frame = frameOf({ pointers: [64], sizes: [3], held: [true], value: "result" });
  const parts = makeParts(plan, instance);
  releaseStep.run(RELEASE, { ...parts, release: ({ lifted }) => seen = lifted })(frame);
  assertEquals([seen, frame.lifted], ["result", undefined]);
  const written = makeWritten(instance, plan, (code) => {
    code.wrote.add(0);
    code.set("pointers", 0, "64");
    code.set("sizes", 0, "3");
    code.set("held", 0, "true");
    code.value = "core";
    releaseStep.write!(RELEASE, code, () => "");
    return `[${code.value}, lifted]`;
  });
  assertEquals(written("result"), ["result", "result"]);
});
