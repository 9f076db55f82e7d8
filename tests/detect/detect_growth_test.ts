import { assert, assertStringIncludes } from "@std/assert";
import { Problem } from "../../src/base/errors.ts";
import { readModule } from "../../src/binary/module.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { reportCapacity } from "../../src/detect/capacity.ts";
import { detectConvention, settleRivals } from "../../src/detect/detect.ts";
import { noConvention } from "../../src/detect/no_convention.ts";
import { refine } from "../../src/detect/length_getter.ts";
import { PRESETS } from "../../src/presets/list.ts";
import {
  build,
  CODE,
  EXPORT,
  FUNCTION,
  GLOBAL,
  leb,
  MEMORY,
  type Part,
  section,
  TYPE,
} from "../binary/_build.ts";
import { threadTime } from "../limits/_thread_time.ts";

const I32 = 0x7f, I64 = 0x7e, END = 0x0b;

/** The encoded types of the functions. */
const TYPES = {
  getter: [0x60, 0, 1, I32],
  unary: [0x60, 1, I32, 1, I32],
  taking: [0x60, 1, I32, 0],
  takingTwo: [0x60, 2, I32, I32, 0],
  packed: [0x60, 2, I32, I32, 1, I64],
} satisfies Record<string, Part>;

/** The name of an export, and the type of a function, or that it is a global. */
type Export = readonly [name: string, kind: keyof typeof TYPES | "global"];

/** Makes an immutable global that contains the address of a symbol of 16 bytes. */
function symbol(index: number): Part {
  const address = leb(1024 + 16 * index);
  // The number is signed: its last bit must be 0.
  const last = address.at(-1)!;
  const encoded = last < 0x40 ? address : [...address.slice(0, -1), last | 0x80, 0];
  return [I32, 0, 0x41, encoded, END];
}

/** Reads a module with a memory and these exports; its functions trap. */
function moduleOf(exports: readonly Export[]): ModuleInfo {
  const functions = exports.filter(([, kind]) => kind !== "global");
  const globals = exports.filter(([, kind]) => kind === "global");
  const types = functions.map(([, kind]) => Object.keys(TYPES).indexOf(kind));
  return readModule(build(
    section(TYPE, Object.keys(TYPES).length, Object.values(TYPES)),
    section(FUNCTION, leb(functions.length), types),
    section(MEMORY, 1, 0, 1),
    section(GLOBAL, leb(globals.length), globals.map((_, index) => symbol(index))),
    section(
      EXPORT,
      leb(exports.length),
      functions.map(([name], index) => [name, 0, leb(index)]),
      globals.map(([name], index) => [name, 3, leb(index)]),
    ),
    section(CODE, leb(functions.length), functions.map(() => [3, 0, 0x00, END])),
  ));
}

/** Detects the convention and returns its name, or the problem. */
function detect(info: ModuleInfo): string {
  const found = detectConvention(info, PRESETS, refine) ?? noConvention(info);
  if (found instanceof Problem) return found.message;
  const { convention, rivals } = found;
  reportCapacity(convention, info);
  if (rivals === undefined) return convention.name;
  let next = 1024;
  const settled = settleRivals(rivals, info, () => next += 16, 2 ** 30);
  return settled instanceof Problem ? settled.message : settled.convention.name;
}

const TRANSFORM: Export = ["transform", "unary"];

const NONE = "no buffer and no allocator is detected";

/** Modules of any size, and what is detected: the name of the convention, or part of the error. */
const ROWS: [what: string, exportOf: (index: number) => Export, found: string][] = [
  ["functions", (index) => [`f${index}`, "packed"], NONE],
  [
    "functions that could allocate or free",
    (index) => index % 2 === 0 ? [`make_${index}`, "unary"] : [`end_${index}`, "taking"],
    NONE,
  ],
  [
    "allocators, each with a function that frees",
    (index) => index % 2 === 0 ? [`alloc_${index}`, "unary"] : [`free_${index - 1}`, "taking"],
    "conventions fit",
  ],
  [
    "getters for buffers",
    (index) => index === 0 ? TRANSFORM : [`buffer_${index}`, "getter"],
    "conventions fit",
  ],
  [
    "getters that may be of buffers",
    (index) => index === 0 ? TRANSFORM : [`text_${index}`, "getter"],
    "conventions fit",
  ],
  [
    "getters for inputs and outputs",
    (index) =>
      index === 0
        ? TRANSFORM
        : [`${index % 2 === 0 ? "input" : "output"}_buffer_${index}`, "getter"],
    "at least 1024 conventions fit",
  ],
  [
    "getters for buffers and for lengths of results",
    (index) =>
      index === 0
        ? TRANSFORM
        : [index % 2 === 0 ? `buffer_${index}` : `result_len_${index}`, "getter"],
    "conventions fit",
  ],
  [
    "getters for results and for their lengths beside an allocator",
    (index) =>
      index === 0
        ? ["alloc", "unary"]
        : index === 1
        ? ["f", "takingTwo"]
        : [`output_${index % 2 === 0 ? "ptr" : "len"}_${index}`, "getter"],
    "conventions fit",
  ],
  [
    "getters for results that no function has",
    (index) =>
      index === 0
        ? ["alloc", "unary"]
        : index === 1
        ? ["f", "packed"]
        : [`output_${index % 2 === 0 ? "ptr" : "len"}_${index}`, "getter"],
    "allocator",
  ],
  [
    "symbols of buffers",
    (index) => index === 0 ? TRANSFORM : [`buffer_${index}`, "global"],
    "conventions fit",
  ],
  [
    "symbols of buffers beside an allocator",
    (index) =>
      index === 0 ? TRANSFORM : index === 1 ? ["alloc", "unary"] : [`buffer_${index}`, "global"],
    "conventions fit",
  ],
  [
    "symbols of sizes",
    (index) => index === 0 ? TRANSFORM : [`buffer${index > 1 ? `_size_${index}` : ""}`, "global"],
    "static buffer",
  ],
  [
    "wasm-bindgen's numbered exports",
    (index) => [`__wbindgen_export_${index}`, index % 2 === 0 ? "unary" : "takingTwo"],
    "at least 1024 conventions fit",
  ],
];

/** Returns the milliseconds that `count` detections take. */
function timeOf(info: ModuleInfo, count: number): number {
  const start = threadTime();
  for (let round = 0; round < count; round++) detect(info);
  return threadTime() - start;
}

/** The numbers of exports of a small and of a large module, with the same sum over all rounds. */
const FEW = 250, MANY = 5000, ROUNDS = 2;

for (const [what, exportOf, found] of ROWS) {
  Deno.test(`the time of detection is in proportion to the number of exports: ${what}`, () => {
    const of = (count: number) => moduleOf(Array.from({ length: count }, (_, at) => exportOf(at)));
    const few = of(FEW), many = of(MANY);
    // The first detections are slower, and only the small module would be measured with them.
    timeOf(few, ROUNDS * MANY / FEW);
    assertStringIncludes(detect(many), found);
    const growth = timeOf(many, ROUNDS) / timeOf(few, ROUNDS * MANY / FEW);
    // In proportion to the square it would be 20.
    assert(growth < 6, `the same number of exports in one module takes ${growth} times as long`);
  });
}
