import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { load, LoadError } from "../../mod.ts";
import { assemble } from "../_wat.ts";

const PAGE = 65536;

/** Memories and tables of the caller, each with the problem if a guest with a cap refuses it. */
const GIVEN: [name: string, value: object, problem: string | undefined][] = [
  ["a smaller maximum", new WebAssembly.Memory({ initial: 1, maximum: 1 }), undefined],
  ["the same maximum", new WebAssembly.Memory({ initial: 1, maximum: 2 }), undefined],
  [
    "a larger maximum",
    new WebAssembly.Memory({ initial: 1, maximum: 3 }),
    "it can grow to more than the 131072 bytes of limits.memory, expected one with a maximum of " +
    "2 pages or less, or none, which load() makes",
  ],
  [
    "no maximum",
    new WebAssembly.Memory({ initial: 1 }),
    "it can grow to more than the 131072 bytes of limits.memory, expected one with a maximum of " +
    "2 pages or less, or none, which load() makes",
  ],
  [
    "a larger size",
    new WebAssembly.Memory({ initial: 3 }),
    "it has 196608 bytes, more than limits.memory of 131072, expected one with a maximum of 2 " +
    "pages or less, or none, which load() makes",
  ],
];

for (const [name, value, problem] of GIVEN) {
  Deno.test(`a given memory with ${name} is ${problem ? "refused" : "taken"}`, async () => {
    const bytes = assemble('(module (import "env" "memory" (memory 1)))');
    for (const given of [{ imports: { env: { memory: value } } }, { memory: value }]) {
      const loading = load(bytes, { limits: { memory: 2 * PAGE }, ...given } as object);
      if (problem === undefined) {
        (await loading).close();
      } else {
        const { code, problems } = await assertRejects(() => loading, LoadError);
        assertEquals([code, ...problems!], [
          "imports",
          `import[0] "env.memory" memory 1 to 2: ${problem}`,
        ]);
      }
    }
  });
}

Deno.test("a given table that can grow beyond the cap is refused", async () => {
  const bytes = assemble('(module (import "env" "t" (table 1 funcref)))');
  const given = (initial: number, maximum?: number) => {
    const size = maximum === undefined ? { initial } : { initial, maximum };
    const t = new WebAssembly.Table({ element: "anyfunc", ...size });
    return load(bytes, { limits: { tableElements: 5 }, imports: { env: { t } } });
  };
  (await given(1, 5)).close();
  const rows: [initial: number, maximum: number | undefined, problem: string][] = [
    [1, 6, "it can grow to more than the 5 elements of limits.tableElements"],
    [1, undefined, "it can grow to more than the 5 elements of limits.tableElements"],
    [6, 6, "it has 6 elements, more than limits.tableElements of 5"],
  ];
  for (const [initial, maximum, problem] of rows) {
    const { problems } = await assertRejects(() => given(initial, maximum), LoadError);
    assertEquals(problems, [
      `import[0] "env.t" table 1 to 5 funcref: ${problem}, expected one with a maximum of 5 ` +
      "elements or less",
    ]);
  }
});

Deno.test("a memory or a table with another fault has the error for that", async () => {
  const limits = { memory: 2 * PAGE, tableElements: 5 };
  const bytes = assemble('(module (import "env" "memory" (memory 1 9 shared)))');
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 9 });
  const { problems } = await assertRejects(() => load(bytes, { limits, memory }), LoadError);
  assertEquals(problems, [
    'import[0] "env.memory" memory 1 to 2 shared: it is not shared, expected a shared one',
  ]);
  const importsTable = assemble('(module (import "env" "t" (table 1 externref)))');
  const t = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  const loading = () => load(importsTable, { limits, imports: { env: { t } } });
  // The engine finds that the references differ.
  assertEquals((await assertRejects(loading, LoadError)).code, "instantiation");
});

Deno.test("the option for the memory that load() makes must be within the cap", async () => {
  const bytes = assemble(
    '(module (import "env" "memory" (memory $m 1)) (export "memory" (memory $m)))',
  );
  const limits = { memory: 2 * PAGE };
  using guest = await load(bytes, { limits, memory: { initial: 2 } });
  assertThrows(() => (guest.exports.memory as WebAssembly.Memory).grow(1), RangeError);
  const refused: [memory: object, problem: string][] = [
    [{ initial: 3 }, "it has 3 pages, expected at most 2, because of limits.memory"],
    [{ maximum: 3 }, "it may grow to 3 pages, expected at most 2, because of limits.memory"],
    [{ initial: 2, maximum: 1 }, "it has 2 pages, more than its maximum of 1"],
  ];
  for (const [memory, problem] of refused) {
    const { problems } = await assertRejects(() => load(bytes, { limits, memory }), LoadError);
    assertEquals(problems, [`import[0] "env.memory" memory 1 to 2: ${problem}`]);
  }
});

Deno.test("shared and 64-bit memories of the caller are checked, too", async () => {
  const rows: [type: string, given: object][] = [
    ["1 9 shared", { initial: 1, shared: true }],
    ["i64 1", { initial: 1n, address: "i64" }],
  ];
  for (const [type, given] of rows) {
    const bytes = assemble(`(module (import "env" "memory" (memory ${type})))`);
    const make = (maximum: number) =>
      new WebAssembly.Memory(
        {
          ...given,
          maximum: "address" in given ? BigInt(maximum) : maximum,
        } as unknown as WebAssembly.MemoryDescriptor,
      );
    const limits = { memory: 2 * PAGE };
    (await load(bytes, { limits, memory: make(2) })).close();
    const error = await assertRejects(() => load(bytes, { limits, memory: make(3) }), LoadError);
    assertEquals(error.message.includes("it can grow to more than the 131072 bytes"), true);
  }
});
