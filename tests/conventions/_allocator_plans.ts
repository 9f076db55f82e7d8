// C guests with the counting allocator, for each way to free and under every name.
import { allocator, cString } from "../../mod.ts";
import { echo, hasNoNul, malloc, packed, type PlanParts } from "./_plan.ts";

/** Allocators of every form. */
export const ALLOCATORS: readonly PlanParts[] = [
  {
    guest: "c/argument_freed",
    name: "the guest frees its argument",
    options: malloc({ result: "packedPointerHigh", argumentsFreedBy: "guest" }),
  },
  {
    guest: "c/result_free_result",
    name: "another export frees results",
    options: malloc({
      result: "packedPointerHigh",
      resultsFreedBy: { call: "free_result" },
    }),
  },
  {
    guest: "c/allocator_malloc",
    name: "malloc and free",
    options: packed({ allocate: "malloc", free: "free" }),
  },
  {
    guest: "c/allocator_alloc",
    name: "a size to free",
    options: packed({ allocate: "alloc", free: "dealloc" }),
  },
  {
    guest: "c/allocator_alloc_align",
    name: "a size and an alignment",
    options: packed({ allocate: "alloc", free: "dealloc" }),
  },
  {
    guest: "c/allocator_allocate",
    name: "allocate and deallocate",
    options: packed({ allocate: "allocate", free: "deallocate" }),
  },
  {
    guest: "c/allocator_underscores",
    name: "underscores",
    options: packed({ allocate: "__alloc", free: "__free" }),
  },
  {
    guest: "c/allocator_prefixed",
    name: "a prefix",
    options: packed({ allocate: "greeter_malloc", free: "greeter_free" }),
  },
  {
    guest: "c/allocator_walloc",
    name: "walloc and wfree",
    options: packed({ allocate: "walloc", free: "wfree" }),
  },
  {
    guest: "c/allocator_wasm_names",
    name: "another prefix",
    options: packed({ allocate: "wasm_alloc", free: "wasm_dealloc" }),
  },
  {
    guest: "c/allocator_create_buffer",
    name: "create and destroy",
    options: packed({ allocate: "create_buffer", free: "destroy_buffer" }),
  },
  {
    guest: "c/allocator_minified",
    name: "names that say nothing",
    options: packed({ allocate: "b", free: "c" }),
  },
  {
    guest: "c/allocator_realloc",
    name: "the form of realloc",
    options: packed({ allocate: "reallocate", free: "free" }),
  },
  {
    guest: "c/allocator_realloc_alone",
    name: "a realloc that frees",
    options: packed({ allocate: "canonical_realloc", free: "canonical_realloc", empty: "none" }),
    least: 1,
  },
  {
    guest: "c/allocator_empty_null",
    name: "null for no bytes",
    options: packed({ allocate: "malloc", free: "free" }),
  },
  {
    guest: "c/symbols",
    name: "one symbol among many",
    options: packed({ allocate: "malloc", free: "free" }),
    transforms: { echo },
  },
  {
    guest: "c/requested_clear",
    name: "an allocating call, then a getter for the address",
    options: {
      convention: allocator({
        allocate: { export: "clear", pass: ["byteLength"] },
        pointer: { export: "input" },
        pass: [],
        result: {
          results: ["n"],
          text: { pointer: { export: "output" }, length: "result" },
          status: { value: "result", fails: "negative" },
        },
      }),
    },
    keeps: 2,
  },
];

/** C strings both ways. */
export const C_STRINGS: readonly PlanParts[] = [
  {
    guest: "c/c_string",
    name: "C strings that free frees",
    options: {
      convention: cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" }),
    },
    carries: hasNoNul,
    terminated: true,
  },
  {
    guest: "c/c_string_borrowed",
    name: "C strings that nobody frees",
    carries: hasNoNul,
    terminated: true,
    most: 255,
  },
  {
    guest: "c/c_string_free_string",
    name: "C strings that another export frees",
    options: {
      convention: cString({
        allocate: "malloc",
        free: "free",
        resultsFreedBy: { call: "free_string" },
      }),
    },
    carries: hasNoNul,
    terminated: true,
  },
];
