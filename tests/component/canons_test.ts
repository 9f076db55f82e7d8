// The component model's binary format, "Canonical Definitions".
import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../mod.ts";
import type { Part } from "../binary/_build.ts";
import {
  build,
  CANON,
  IMPORT,
  list,
  MEMORY_AND_FUNCTION,
  named,
  read,
  testRefusals,
  TYPE,
  VOID,
} from "./_build.ts";

/** Types: 0 a function, 1 a resource, 2 a stream, 3 a future. */
const BEFORE: readonly Part[] = [
  ...MEMORY_AND_FUNCTION,
  list(TYPE, VOID, [0x3f, 0x7f, 0], [0x66, 0x00], [0x65, 0x00]),
];

const LIFT: Part = [0x00, 0x00, 0x00, 0x00, 0x00];

/** Reads the canonical definition in `bytes`, without its offset. */
function readOne(...bytes: Part[]) {
  const last = read(...BEFORE, list(CANON, LIFT, bytes)).definitions.at(-1)!;
  const { offset: _, kind: __, ...rest } = last;
  return rest;
}

Deno.test("lift and lower are read with all of their options", () => {
  const options = [5, 0x02, 0x03, 0, 0x04, 0, 0x05, 0, 0x06];
  assertEquals(readOne(0x00, 0x00, 0, options, 0), {
    canon: "lift",
    core: 0,
    options: {
      encoding: "latin1+utf16",
      isAsync: true,
      memory: 0,
      realloc: 0,
      postReturn: 0,
    },
    type: { kind: "function", isAsync: false, parameters: [], result: undefined },
  });
  assertEquals(readOne(0x01, 0x00, 0, [2, 0x01, 0x07, 0]), {
    canon: "lower",
    function: 0,
    options: { encoding: "utf16", isAsync: false, callback: 0 },
    type: { kind: "function", isAsync: false, parameters: [], result: undefined },
  });
});

Deno.test("the definitions of resources are read", () => {
  for (const [code, canon] of [[2, "resource.new"], [3, "resource.drop"], [4, "resource.rep"]]) {
    const found = readOne(code as number, 1) as { canon: string; resource: { kind: string } };
    assertEquals([found.canon, found.resource.kind], [canon as string, "resource"]);
  }
});

/** The definitions for asynchronous calls, with the immediates that the format gives each. */
const ASYNC: readonly (readonly [name: string, ...bytes: number[]])[] = [
  ["task.cancel", 0x05],
  ["subtask.cancel", 0x06, 1],
  ["task.return", 0x09, 0x00, 0x7f, 0],
  ["context.get", 0x0a, 0x7f, 0],
  ["context.set", 0x0b, 0x7f, 0],
  ["thread.yield", 0x0c, 0],
  ["subtask.drop", 0x0d],
  ["stream.new", 0x0e, 2],
  ["stream.read", 0x0f, 2, 1, 0x03, 0],
  ["stream.write", 0x10, 2, 1, 0x03, 0],
  ["stream.cancel-read", 0x11, 2, 0],
  ["stream.cancel-write", 0x12, 2, 1],
  ["stream.drop-readable", 0x13, 2],
  ["stream.drop-writable", 0x14, 2],
  ["future.new", 0x15, 3],
  ["future.read", 0x16, 3, 1, 0x06],
  ["future.write", 0x17, 3, 0],
  ["future.cancel-read", 0x18, 3, 0],
  ["future.cancel-write", 0x19, 3, 1],
  ["future.drop-readable", 0x1a, 3],
  ["future.drop-writable", 0x1b, 3],
  ["waitable-set.new", 0x1f],
  ["waitable-set.wait", 0x20, 0, 0],
  ["waitable-set.poll", 0x21, 1, 0],
  ["waitable-set.drop", 0x22],
  ["waitable.join", 0x23],
  ["backpressure.inc", 0x24],
  ["backpressure.dec", 0x25],
];

for (const [name, ...bytes] of ASYNC) {
  Deno.test(`${name} is read`, () => {
    const found = readOne(bytes) as { canon: string; name: string };
    assertEquals([found.canon, found.name], ["async", name]);
  });
}

const REFUSED: readonly (readonly [bytes: Part, message: string])[] = [
  [[0x02, 0], "Cannot read resource type at offset 0x3e: it is a function, expected a resource"],
  [[0x0e, 3], "Cannot read type at offset 0x3e: it is a future, expected a stream"],
  [
    [0x00, 0x00, 0, 0, 1],
    "Cannot read type at offset 0x41: it is a resource, expected that of a function",
  ],
  [[0x00, 0x00, 1, 0, 0], "Cannot read core function at offset 0x3f: index is 1, expected below 1"],
  [[0x01, 0x01, 0, 0], "Cannot read sort at offset 0x3e: code is 0x01, expected 0x00"],
  [
    [0x01, 0x00, 0, 1, 0x08],
    "Cannot read option at offset 0x41: code is 0x08, expected 0x00 to 0x07",
  ],
  [
    [0x01, 0x00, 0, 2, 0x00, 0x01],
    "Cannot read option at offset 0x42: encoding appears twice, expected each option once",
  ],
  [
    [0x07],
    "Cannot read canonical function at offset 0x3d: code is 0x07, expected that of a canonical function",
  ],
  [
    [0x0a, 0x7d, 0],
    "Cannot read type of a context at offset 0x3e: code is 0x7d, expected 0x7f (i32)",
  ],
];

/** An import of a resource type, which is type 4. */
const FOREIGN = list(IMPORT, named("r", [0x03, 0x01]));

testRefusals(
  ([[0x02, "resource.new"], [0x04, "resource.rep"]] as const).map(([code, name]) => [
    `Cannot read resource type at offset 0x46: ${name} is for a resource of another component, ` +
    "expected one that it defines",
    ...BEFORE,
    FOREIGN,
    list(CANON, LIFT, [code, 4]),
  ]),
);

Deno.test("a resource of another component can be dropped", () => {
  const last = read(...BEFORE, FOREIGN, list(CANON, [0x03, 4])).definitions.at(-1)!;
  assertEquals(last.kind, "canon");
});

testRefusals(
  REFUSED.map(([bytes, message]) => [message, ...BEFORE, list(CANON, LIFT, bytes)]),
);

/** A function of a text, one that returns one, one of 17 numbers, and one that returns a pair. */
const FUNCTIONS: readonly Part[] = [
  [0x40, 1, "a", 0x73, 1, 0],
  [0x40, 0, 0, 0x73],
  [0x40, 17, Array.from({ length: 17 }, (_, index) => [`p${index}`, 0x79]), 1, 0],
  [0x6f, 2, 0x79, 0x79],
  [0x40, 0, 0, 7],
];

const MEMORY_ONLY: Part = [1, 0x03, 0];

/** "Canonical Definitions": which options a function needs, by its type. */
const NEEDS: readonly (readonly [type: number, options: Part, missing: string])[] = [
  [4, [0], "memory"],
  [4, MEMORY_ONLY, "realloc"],
  [5, [0], "memory"],
  [6, [0], "memory"],
  [6, MEMORY_ONLY, "realloc"],
  [8, [0], "memory"],
];

testRefusals(NEEDS.map(([type, options, missing]) => {
  const before = [...BEFORE, list(TYPE, ...FUNCTIONS)];
  const offset = build(...before).length + 3;
  return [
    `Cannot read canonical function at offset 0x${offset.toString(16)}: its values go through ` +
    `memory, expected the option ${missing}`,
    ...before,
    list(CANON, [0x00, 0x00, 0, options, type]),
  ];
}));

Deno.test("a function that is lowered needs an allocator for its result alone", () => {
  const lifted = [4, 5, 6].map((type) => [0x00, 0x00, 0, [2, 0x03, 0, 0x04, 0], type]);
  const lower = (index: number) =>
    read(
      ...BEFORE,
      list(TYPE, ...FUNCTIONS),
      list(CANON, ...lifted, [0x01, 0x00, index, MEMORY_ONLY]),
    ).definitions.at(-1)!.kind;
  assertEquals([lower(0), lower(2)], ["canon", "canon"]);
  assertThrows(() => lower(1), WasmFormatError, "expected the option realloc");
});
