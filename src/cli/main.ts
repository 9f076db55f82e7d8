/**
 * The command line of Passage: `passage inspect` inspects a WebAssembly file, `passage call` calls
 * one of its functions, and `passage types` writes a TypeScript module that loads it.
 *
 * ```sh
 * deno run -R jsr:@passage/wasm/cli inspect guest.wasm
 * deno run -R jsr:@passage/wasm/cli call guest.wasm greet world
 * deno run -R jsr:@passage/wasm/cli types guest.wasm > guest.ts
 * deno install -g -R -n passage jsr:@passage/wasm/cli
 * ```
 *
 * @module
 */
import { runInDeno } from "./deno_host.ts";
import { run } from "./run.ts";

export type {
  Count,
  InspectedBuffer,
  InspectedComponent,
  InspectedComponentFunction,
  InspectedConvention,
  InspectedCoreModule,
  InspectedExport,
  InspectedExtern,
  InspectedFunction,
  InspectedImport,
  InspectedMemory,
  InspectedProblem,
  InspectedSection,
  Inspection,
  MemoryLayout,
  MemoryRange,
} from "./inspect/inspection.ts";
export type { PlanStep, PlanStepName } from "../abi/plan_step.ts";
export type { ConventionEncoding, Length, Value } from "../abi/value.ts";
export type { NumericType } from "../base/numeric_types.ts";
export type { Encoding } from "../memory/text/codec.ts";
export type { ExternalKind, Producer } from "../binary/types.ts";

if (import.meta.main) await runInDeno(run);
