// Modules that fail while they are loaded, and names that are intended to break messages.
import { assertEquals } from "@std/assert";
import { load, type LoadOptions } from "../../mod.ts";
import { missingAdvice } from "../_errors.ts";
import { outcome, Thrown } from "../answers/_rows.ts";
import { assemble } from "../_wat.ts";
import { type Expected, type HostileRow, testHostile } from "./_rows.ts";

const FAILURES: readonly (readonly [
  name: string,
  module: string,
  error: Expected,
  options?: LoadOptions,
])[] = [
  [
    "a start function that traps",
    "(module (func $start unreachable) (start $start))",
    ["LoadError", "instantiation", "Cannot instantiate bytes: unreachable"],
  ],
  [
    "a start function that calls itself without end",
    "(module (func $start (call $start) (call $start)) (start $start))",
    [
      "LoadError",
      "instantiation",
      "Cannot instantiate bytes: Maximum call stack size exceeded",
    ],
  ],
  [
    "data outside its memory",
    '(module (memory 1) (data (i32.const 65535) "ab"))',
    [
      "LoadError",
      "instantiation",
      "Cannot instantiate bytes: WebAssembly.Instance(): data segment 0 is out of bounds (offset " +
      "65535, length 2, memory size 65536)",
    ],
  ],
  [
    "elements outside its table",
    "(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))",
    [
      "LoadError",
      "instantiation",
      "Cannot instantiate bytes: WebAssembly.Instance(): table index is out of bounds",
    ],
  ],
  [
    "an _initialize that traps",
    '(module (memory (export "memory") 1) (func (export "_initialize") unreachable))',
    ["GuestError", "trap", 'Cannot complete "_initialize": the guest trapped: unreachable'],
  ],
  [
    "an import that is named to break the message",
    '(module (import "a\\0ab" "\\22\\1b[31m\\e2\\80\\ae" (func)))',
    [
      "LoadError",
      "imports",
      "Cannot satisfy the guest's imports:\n" +
      'import[0] "a\\nb.\\"\\u001b[31m\\u202e" () -> (): missing\n' +
      missingAdvice('{ "a\\nb": { "\\"\\u001b[31m\\u202e": (...args) => console.log(args) } }'),
    ],
  ],
  ...([
    [{ fuel: 1000 }, "fuel-exhausted", "used up its 1000 units of fuel", "fuel"],
    [{ deadline: 20 }, "deadline-exceeded", "run for more than 20 ms", "deadline"],
  ] as const).flatMap(([limits, code, reason, limit]): typeof FAILURES[number][] => {
    const because = `the guest has ${reason}, expected less work, or more in limits.${limit}`;
    return [
      [
        `a start function that never ends, and limits.${limit}`,
        "(module (func $start (loop (br 0))) (start $start))",
        ["LoadError", code, `Cannot complete its start function: ${because}`],
        { limits },
      ],
      [
        `an _initialize that never ends, and limits.${limit}`,
        '(module (memory (export "memory") 1) (func (export "_initialize") (loop (br 0))))',
        ["LoadError", code, `Cannot complete "_initialize": ${because}`],
        { limits },
      ],
    ];
  }),
  [
    "a memory of 4 GiB, and limits.memory",
    "(module (memory 65536))",
    [
      "LoadError",
      "limits",
      "Cannot load bytes: its memory has 4294967296 bytes at the start, expected at most 1000000, " +
      "or limits.memory of 4294967296 or more",
    ],
    { limits: { memory: 1_000_000 } },
  ],
  [
    "a table of 10,000,000 elements, and limits.tableElements",
    "(module (table 10000000 funcref))",
    [
      "LoadError",
      "limits",
      "Cannot load bytes: its table has 10000000 elements at the start, expected at most 1000, or " +
      "limits.tableElements of 10000000 or more",
    ],
    { limits: { tableElements: 1000 } },
  ],
  [
    "50 memories of 64 MiB, each as large as limits.memory",
    `(module ${"(memory 1024) ".repeat(50)})`,
    [
      "LoadError",
      "limits",
      "Cannot load bytes: its memories together have 3355443200 bytes at the start, expected at " +
      "most 67108864, or limits.memory of 3355443200 or more",
    ],
    { limits: { memory: 64 * 1024 ** 2 } },
  ],
  [
    "50 tables of 10,000,000 elements, each as large as limits.tableElements",
    `(module ${"(table 10000000 funcref) ".repeat(50)})`,
    [
      "LoadError",
      "limits",
      "Cannot load bytes: its tables together have 500000000 elements at the start, expected at " +
      "most 10000000, or limits.tableElements of 500000000 or more",
    ],
    { limits: { tableElements: 10_000_000 } },
  ],
];

for (const [name, module, error, options] of FAILURES) {
  Deno.test(`a module has ${name}`, async () => {
    const bytes = assemble(module);
    for (let round = 0; round < 2; round++) {
      assertEquals(await outcome(() => load(bytes, options)), new Thrown(...error));
    }
  });
}

/** Makes the name of an export into one of the text format. */
const escaped = (name: string) =>
  [...new TextEncoder().encode(name)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`)
    .join("");

const NAMES: readonly (readonly [what: string, name: string, shown: string])[] = [
  ["a line break", "a\nb", '"a\\nb"'],
  ["quotes and a backslash", 'a"b\\', '"a\\"b\\\\"'],
  ["an escape of the terminal", "\x1b[31mred", '"\\u001b[31mred"'],
  ["text that runs backwards", "a\u202eb", '"a\\u202eb"'],
  ["a NUL", "a\0b", '"a\\u0000b"'],
  [
    "100,000 characters",
    `begin${"n".repeat(99_992)}end`,
    // Messages show the first 150 and the last 50.
    `"begin${"n".repeat(145)}\u2026${"n".repeat(47)}end"`,
  ],
  ["the name of a prototype", "__proto__", '"__proto__"'],
];

testHostile(NAMES.map(([what, name, shown]): HostileRow => ({
  name: `an export has ${what} in its name and traps`,
  functions: `(func (export "${escaped(name)}") (result i32) (enter it) unreachable)`,
  options: {
    symbols: Object.fromEntries([["it", { name, parameters: [], result: "i32" }]]),
  } as HostileRow["options"],
  ask: (guest) => guest.symbols.it!(),
  throws: ["GuestError", "trap", `Cannot complete ${shown}: the guest trapped: unreachable`],
  entered: "it",
})));
