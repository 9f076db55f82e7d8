// WebAssembly 3.0, section 3.3 "Matching": the given item may have tighter limits, never wider
// ones.
import { assert, assertEquals } from "@std/assert";
import type { ExternalType } from "../../src/binary/externals.ts";
import type { FunctionType, Limits } from "../../src/binary/types.ts";
import { differModules } from "../../src/component/core_types.ts";
import type { ModuleType } from "../../src/component/types.ts";
import { section } from "../binary/_build.ts";
import { CORE_MODULE, MODULE, read, refusal } from "./_build.ts";

const VOID: FunctionType = { parameters: [], results: [] };
const TAKES: FunctionType = { parameters: ["i32"], results: [] };

const limits = (minimum: number, maximum?: number): Limits => ({
  minimum,
  ...(maximum !== undefined && { maximum }),
  shared: false,
  address: "i32",
});

const memory = (given: Limits): ExternalType => ({
  kind: "memory",
  type: { ...given, pageSize: 65536 },
});

/** Expected types, given types that match, and others that do not. */
const MATCHES: readonly {
  readonly expected: ExternalType;
  readonly fit: readonly ExternalType[];
  readonly differ: readonly ExternalType[];
}[] = [
  {
    expected: { kind: "function", type: VOID },
    fit: [],
    differ: [
      { kind: "function", type: TAKES },
      { kind: "function", type: { parameters: [], results: ["i32"] } },
      { kind: "tag", type: { function: VOID } },
    ],
  },
  {
    expected: { kind: "tag", type: { function: VOID } },
    fit: [],
    differ: [{ kind: "tag", type: { function: TAKES } }, { kind: "function", type: VOID }],
  },
  {
    expected: memory(limits(2, 5)),
    fit: [memory(limits(3, 4))],
    differ: [
      memory(limits(1, 5)),
      memory(limits(2, 6)),
      memory(limits(2)),
      memory({ ...limits(2, 5), shared: true }),
      memory({ minimum: 2n, maximum: 5n, shared: false, address: "i64" }),
      { kind: "memory", type: { ...limits(2, 5), pageSize: 1 } },
    ],
  },
  { expected: memory(limits(2)), fit: [memory(limits(2, 2))], differ: [memory(limits(1))] },
  {
    expected: { kind: "table", type: { ...limits(2), element: "funcref" } },
    fit: [{ kind: "table", type: { ...limits(3), element: "funcref" } }],
    differ: [
      { kind: "table", type: { ...limits(1), element: "funcref" } },
      { kind: "table", type: { ...limits(2), element: "externref" } },
    ],
  },
  {
    expected: { kind: "global", type: { type: "i32", mutable: false } },
    fit: [],
    differ: [
      { kind: "global", type: { type: "i32", mutable: true } },
      { kind: "global", type: { type: "i64", mutable: false } },
    ],
  },
  {
    expected: { kind: "global", type: { type: "funcref", mutable: true } },
    fit: [],
    differ: [{ kind: "global", type: { type: "nullfuncref", mutable: true } }],
  },
  {
    // A reference that cannot be changed may be of a subtype, and the engine knows whether it is.
    expected: { kind: "global", type: { type: "funcref", mutable: false } },
    fit: [{ kind: "global", type: { type: "nullfuncref", mutable: false } }],
    differ: [{ kind: "global", type: { type: "i32", mutable: false } }],
  },
  {
    // The indices are those of two modules.
    expected: { kind: "function", type: { parameters: ["(ref null 3)"], results: [] } },
    fit: [{ kind: "function", type: { parameters: ["(ref null 5)"], results: [] } }],
    differ: [{ kind: "function", type: { parameters: ["funcref"], results: [] } }],
  },
];

const exporting = (type: ExternalType): ModuleType => ({
  kind: "module",
  imports: [],
  exports: [{ name: "e", ...type }],
});

const importing = (type: ExternalType): ModuleType => ({
  kind: "module",
  imports: [{ module: "m", name: "i", ...type }],
  exports: [],
});

for (const { expected, fit, differ } of MATCHES) {
  Deno.test(`an export, and what an import gets, can be ${printed(expected)}`, () => {
    const both = (type: ExternalType) => [
      differModules(exporting(expected), exporting(type)),
      differModules(importing(type), importing(expected)),
    ];
    for (const type of [expected, ...fit]) assertEquals(both(type), [undefined, undefined]);
    for (const type of differ) {
      const problems = both(type).map((problem) => problem?.replace(/ is .*/, ""));
      const all = ['one whose export "e"', 'one whose import "m.i"'];
      assertEquals(problems, all, printed(type));
    }
  });
}

function printed(type: ExternalType): string {
  return JSON.stringify(type, (_, value) => typeof value === "bigint" ? `${value}n` : value);
}

Deno.test("a module may import less and export more than expected, but not the reverse", () => {
  const type: ExternalType = { kind: "function", type: TAKES };
  const none: ModuleType = { kind: "module", imports: [], exports: [] };
  assertEquals(differModules(importing(type), none), undefined);
  assertEquals(differModules(none, exporting(type)), undefined);
  assertEquals(
    differModules(none, importing(type)),
    'one that imports "m.i", expected no such import',
  );
  assertEquals(
    differModules(exporting(type), none),
    'one without the export "e", expected (i32) -> ()',
  );
});

Deno.test("a problem has the type that a module has and the one that is expected", () => {
  const is: ExternalType = { kind: "function", type: TAKES };
  const other: ExternalType = { kind: "global", type: { type: "i32", mutable: true } };
  assertEquals(
    differModules(exporting(other), exporting(is)),
    'one whose export "e" is (i32) -> (), expected global mut i32',
  );
  assertEquals(
    differModules(importing(other), importing(is)),
    'one whose import "m.i" is (i32) -> (), expected global mut i32',
  );
});

Deno.test("for a module that was compiled elsewhere, only kinds are compared", () => {
  const hidden: ModuleType = {
    kind: "module",
    imports: [],
    exports: [{ name: "e", kind: "memory" }],
  };
  assertEquals(differModules(exporting(memory(limits(2))), hidden), undefined);
  assertEquals(
    differModules(exporting({ kind: "function", type: VOID }), hidden),
    'one whose export "e" is memory, expected () -> ()',
  );
});

Deno.test("a core module has what it declares, and its code is skipped", () => {
  const { definitions: [found] } = read(section(
    CORE_MODULE,
    MODULE,
    section(1, 2, [0x60, 0, 0], [0x60, 1, 0x7f, 0]),
    section(2, 1, "m", "i", 0, 1),
    section(3, 1, 0),
    section(7, 1, "e", 0, 1),
    section(10, 1, 2, 0, 0xff),
  ));
  assert(found?.kind === "core module");
  const { imports, exports } = found.type;
  assertEquals(imports, [{ module: "m", name: "i", kind: "function", type: TAKES }]);
  assertEquals(exports.map(({ name, type }) => [name, type]), [["e", VOID]]);
});

Deno.test("the imports of a core module have names that differ", () => {
  const importing = (name: string) =>
    section(
      CORE_MODULE,
      MODULE,
      section(1, 1, [0x60, 0, 0]),
      section(2, 2, "m", "i", 0, 0, "m", name, 0, 0),
    );
  read(importing("j"));
  assertEquals(
    refusal(importing("i")),
    'Cannot read core module at offset 0xa: it imports "m.i" twice, expected distinct names',
  );
});
