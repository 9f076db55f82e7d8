import { assertEquals, fail } from "@std/assert";
import { assembleWith, FEATURES } from "../_binaryen.ts";
import { readModule } from "./_read.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";

/** Assembles a text with the named proposals. */
function assemble(text: string, features: readonly string[]): Uint8Array {
  let enabled = 0;
  for (const feature of features) enabled |= FEATURES[feature] ?? fail(`unknown "${feature}"`);
  return assembleWith(text, enabled);
}

const plain = { final: true, supertypes: [], group: 0 } as const;
const unshared = { shared: false, address: "i32" } as const;
const VOID = { parameters: [], results: [] } as const;
const GC: readonly string[] = ["ReferenceTypes", "GC"];

const table: [title: string, features: readonly string[], text: string, Partial<ModuleInfo>][] = [
  [
    "a recursion group of a struct, an array and a function",
    GC,
    `(module
      (rec
        (type $list (sub (struct (field i32) (field (mut (ref null $list))))))
        (type $bytes (array (mut i8)))
        (type $sum (func (param (ref $list) anyref) (result i64))))
      (type $more (sub final $list (struct (field i32) (field (mut (ref null $list))) (field i16))))
      (import "env" "sum" (func (type $sum)))
      (import "env" "bytes" (global (ref $bytes)))
      (global $empty (ref null $more) (ref.null none)))`,
    {
      types: [
        {
          final: false,
          supertypes: [],
          group: 0,
          kind: "struct",
          fields: [
            { storage: "i32", mutable: false },
            { storage: "(ref null 0)", mutable: true },
          ],
        },
        { ...plain, kind: "array", element: { storage: "i8", mutable: true } },
        {
          ...plain,
          kind: "function",
          function: { parameters: ["(ref 0)", "anyref"], results: ["i64"] },
        },
        {
          final: true,
          supertypes: [0],
          group: 1,
          kind: "struct",
          fields: [
            { storage: "i32", mutable: false },
            { storage: "(ref null 0)", mutable: true },
            { storage: "i16", mutable: false },
          ],
        },
      ],
      globals: [
        { type: "(ref 1)", mutable: false },
        { type: "(ref null 3)", mutable: false, initial: { expression: true } },
      ],
      unsupported: [],
    },
  ],
  [
    "memories of every kind",
    ["MultiMemory", "Memory64", "Atomics", "CustomPageSizes"],
    `(module
      (import "env" "memory" (memory $0 16 32))
      (memory $1 1 2 shared)
      (memory $2 i64 3)
      (memory $3 100 200 (pagesize 1))
      (data (memory $2) (i64.const 8) "eight"))`,
    {
      memories: [
        { ...unshared, minimum: 16, maximum: 32, pageSize: 65536 },
        { ...unshared, minimum: 1, maximum: 2, shared: true, pageSize: 65536 },
        { ...unshared, minimum: 3n, address: "i64", pageSize: 65536 },
        { ...unshared, minimum: 100, maximum: 200, pageSize: 1 },
      ],
      dataSegments: [{ memory: 2, offset: { value: 8n }, byteLength: 5 }],
      unsupported: ["custom page size"],
    },
  ],
  [
    "tables, tags and a start function",
    ["ReferenceTypes", "ExceptionHandling", "Memory64"],
    `(module
      (import "env" "table" (table 1 2 externref))
      (table i64 3 funcref)
      (tag $thrown (export "thrown") (param i32 f64))
      (start $start)
      (func $start))`,
    {
      tables: [
        { ...unshared, minimum: 1, maximum: 2, element: "externref" },
        { ...unshared, minimum: 3n, address: "i64", element: "funcref" },
      ],
      tags: [{ function: { parameters: ["i32", "f64"], results: [] } }],
      exports: [{
        name: "thrown",
        kind: "tag",
        index: 0,
        type: { function: { parameters: ["i32", "f64"], results: [] } },
      }],
      start: 0,
      unsupported: [],
    },
  ],
  [
    "compact imports",
    ["CompactImports"],
    `(module
      (import "env" "a" (func))
      (import "env" "b" (func))
      (import "other" "c" (func))
      (import "mixed" "d" (func))
      (import "mixed" "e" (func (param i32))))`,
    {
      imports: [
        { module: "env", name: "a", kind: "function", type: VOID },
        { module: "env", name: "b", kind: "function", type: VOID },
        { module: "other", name: "c", kind: "function", type: VOID },
        { module: "mixed", name: "d", kind: "function", type: VOID },
        {
          module: "mixed",
          name: "e",
          kind: "function",
          type: { parameters: ["i32"], results: [] },
        },
      ],
      unsupported: ["compact imports"],
    },
  ],
  [
    "continuations",
    [...GC, "StackSwitching"],
    `(module
      (type $f (func))
      (type $k (cont $f))
      (import "env" "f" (func (type $f)))
      (import "env" "k" (global (ref null $k)))
      (import "env" "any" (global contref)))`,
    {
      types: [
        { ...plain, kind: "function", function: VOID },
        { ...plain, group: 1, kind: "continuation", continuation: 0 },
      ],
      globals: [
        { type: "(ref null 1)", mutable: false },
        { type: "contref", mutable: false },
      ],
      unsupported: ["stack switching"],
    },
  ],
];

for (const [title, features, text, expected] of table) {
  Deno.test(`a module from binaryen is read as its text declares: ${title}`, () => {
    const info = readModule(assemble(text, features));
    for (const [field, value] of Object.entries(expected)) {
      assertEquals<unknown>(info[field as keyof ModuleInfo], value, field);
    }
  });
}
