// C guests with the counting allocator: results in every place.
import type { Convention } from "../../mod.ts";
import { echo, malloc, outParameters, output, type PlanParts } from "./_plan.ts";

const prefixed = (prefix: "u8" | "u16" | "u32", offset: number): { convention: Convention } =>
  malloc({
    result: { results: ["p"], text: { pointer: "result", length: { prefix, offset } } },
    resultsFreedBy: { call: "free_result" },
  });

/** One row for each guest and each way to drive it. */
export const RESULTS: readonly PlanParts[] = [
  {
    guest: "c/result_packed_pointer_high",
    name: "an i64 with the pointer in its high half",
    options: malloc({ result: "packedPointerHigh" }),
  },
  {
    guest: "c/result_packed_pointer_low",
    name: "an i64 with the pointer in its low half",
    options: malloc({ result: "packedPointerLow" }),
  },
  { guest: "c/result_multi_value", name: "two results", options: malloc() },
  {
    guest: "c/result_area_before",
    name: "a return area, its address first",
    options: malloc({ result: "areaBefore" }),
  },
  {
    guest: "c/result_area_after",
    name: "a return area, its address last",
    options: malloc({ result: "areaAfter" }),
  },
  {
    guest: "c/result_area_64",
    name: "a return area of 64-bit words",
    options: malloc({ result: "areaBefore" }),
  },
  {
    guest: "c/result_area_shared",
    name: "a return area in shared memory",
    options: malloc({ result: "areaBefore" }),
  },
  {
    guest: "c/result_status_area",
    name: "a discriminant, then the text or the error's",
    options: malloc({
      result: {
        results: [],
        area: "before",
        text: { pointer: { word: 1 }, length: { word: 2 } },
        status: {
          value: { word: 0 },
          fails: "nonzero",
          message: { pointer: { word: 1 }, length: { word: 2 }, freedBy: "host" },
        },
      },
    }),
  },
  {
    guest: "c/result_struct",
    name: "a pointer to a static struct",
    options: malloc({ result: "pointedTo" }),
  },
  {
    guest: "c/result_struct_allocated",
    name: "a pointer to a struct that is freed with its text",
    options: malloc({
      result: "pointedTo",
      resultsFreedBy: { call: { export: "free_text", pass: ["result"] } },
    }),
  },
  {
    guest: "c/result_out_parameters",
    name: "out-parameters and a status",
    options: malloc(),
    declare: outParameters,
  },
  ...(["needed", "error", "negative_needed", "truncates"] as const).flatMap((kind): PlanParts[] => [
    {
      guest: `c/result_output_${kind}`,
      name: "an output buffer whose size is queried",
      options: malloc(),
      declare: output("query"),
    },
    {
      guest: `c/result_output_${kind}`,
      name: "an output buffer as large as the caller sets",
      options: malloc(),
      declare: output("custom"),
    },
  ]),
  {
    guest: "c/result_getters",
    name: "getters that are called after the export",
    options: malloc({
      result: {
        results: [],
        text: { pointer: { export: "result_pointer" }, length: { export: "result_length" } },
      },
      resultsFreedBy: "guest",
    }),
    keeps: 1,
  },
  {
    guest: "c/result_getters_status",
    name: "a status, then getters",
    options: malloc({
      result: {
        results: ["n"],
        text: { pointer: { export: "result_pointer" }, length: { export: "result_length" } },
        status: {
          value: "result",
          fails: "nonzero",
          message: { pointer: { export: "error_text" }, length: { export: "error_length" } },
        },
      },
      resultsFreedBy: "guest",
    }),
    keeps: 1,
  },
  {
    guest: "c/result_symbols",
    name: "data symbols that hold pointer and length",
    options: malloc({
      result: {
        results: [],
        text: {
          pointer: { word: 0, at: { export: "result_pointer" } },
          length: { word: 0, at: { export: "result_length" } },
        },
      },
      resultsFreedBy: "guest",
    }),
    keeps: 1,
  },
  {
    guest: "c/result_prefix_u32",
    name: "a length of 32 bits before the text",
    options: malloc({ result: "prefixed", resultsFreedBy: { call: "free_result" } }),
    traps: true,
  },
  {
    guest: "c/result_prefix_u16",
    name: "a length of 16 bits before the text",
    options: prefixed("u16", 0),
    most: 65535,
    traps: true,
  },
  {
    guest: "c/result_prefix_u8",
    name: "a length of 8 bits before the text",
    options: prefixed("u8", 0),
    most: 255,
    traps: true,
  },
  {
    guest: "c/result_prefix_before",
    name: "a pointer after the length",
    options: prefixed("u32", -4),
    traps: true,
  },
  {
    guest: "c/result_in_place",
    name: "the argument itself",
    options: malloc({ result: "inPlace" }),
    transforms: {
      echo,
      shout: (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
      strip: (text) => text.replaceAll(" ", ""),
    },
  },
  {
    guest: "c/result_end",
    name: "the addresses of begin and end",
    options: malloc({
      result: {
        results: [],
        area: "after",
        text: { pointer: { word: 0 }, length: { end: { word: 1 } } },
      },
    }),
  },
  {
    guest: "c/result_end_packed",
    name: "begin and end in an i64",
    options: malloc({
      result: {
        results: ["i64"],
        text: { pointer: { low: "result" }, length: { end: { high: "result" } } },
      },
    }),
  },
];
