import { assertEquals } from "@std/assert";
import { inPlace, load, type LoadOptions, type MemoryLayout } from "../../mod.ts";
import { assemble } from "../_wat.ts";

const GUEST = assemble(`(module (memory (export "memory") 0)
  (func (export "f") (param i32 i32) (result i32) (local.get 1)))`);

function symbolAt(layout: string, capacity?: number): LoadOptions["symbols"] {
  const place = {
    kind: "buffer",
    pointer: { layout },
    ...(capacity !== undefined && { capacity }),
  } as const;
  return { f: { parameters: [{ type: "string", place }], result: "u32" } };
}

/** Options with their problems. */
const ROWS: readonly (readonly [options: LoadOptions, message: string])[] = [
  [
    {
      layout: { a: { at: 0, capacity: 10 }, b: { at: 9, capacity: 2 }, c: { at: 11, capacity: 1 } },
    },
    "Cannot load the guest: option layout.b is 0x9 to 0xb, expected a range that does not overlap " +
    '"a", 0x0 to 0xa',
  ],
  [
    { layout: { a: { at: -1, capacity: 0, owner: "host" }, b: { reserve: 0 } } as never },
    "Cannot load the guest:\n" +
    "option layout.a.at is -1, expected an integer, 0 or more\n" +
    "option layout.a.capacity is 0, expected an integer, 1 or more\n" +
    'option layout.a.owner is "host", expected "guest"\n' +
    "option layout.b.reserve is 0, expected an integer, 1 or more",
  ],
  [
    { layout: { a: 1024, b: { pointer: 5, capacity: 2 } } as unknown as MemoryLayout },
    "Cannot load the guest:\n" +
    "option layout.a is 1024, expected { at, capacity } or { reserve }\n" +
    'option layout.b.pointer is unknown, did you mean "at"?',
  ],
  [
    {
      layout: { input: { at: 0, byteLength: 10 } as never },
      symbols: symbolAt("input"),
    },
    'Cannot load the guest: option layout.input.byteLength is unknown, did you mean "capacity"?',
  ],
  [
    { convention: inPlace({ pointer: { layout: "input" } }) },
    'Cannot load the guest: option convention.place.pointer.layout is "input", expected the option ' +
    "layout: { input: … } beside it",
  ],
  [
    {
      layout: { input: { reserve: 10 } },
      convention: inPlace({ pointer: { layout: "inptu" }, byteLength: 9 }),
      symbols: symbolAt("input", 11),
    },
    'Cannot load the guest:\noption convention.place.pointer.layout is "inptu", did you mean ' +
    '"input"?\nsymbol "f": parameters[0].place.pointer.layout is "input", which has 10 bytes, ' +
    "expected at least 11",
  ],
  [
    {
      layout: { output: { reserve: 10 } },
      symbols: {
        f: {
          parameters: ["u32", "u32"],
          result: { type: "string", pointer: { sum: [1, { layout: "outptu" }] }, length: 1 },
        },
      },
    },
    'Cannot bind the declared symbols:\nsymbol "f": result.pointer.sum[1].layout is "outptu", did ' +
    'you mean "output"?',
  ],
];

for (const [options, message] of ROWS) {
  Deno.test(`layouts and their names are checked: ${message.split("\n").at(-1)}`, async () => {
    let found = "";
    try {
      (await load(GUEST, options)).close();
    } catch (error) {
      found = (error as Error).message;
    }
    assertEquals(found, message);
  });
}
