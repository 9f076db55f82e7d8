import type { CoreArgument } from "../abi/block_source.ts";
import type { ChunkPlans, Plan } from "../abi/plan.ts";
import type {
  ChunkCall,
  ChunkedPlan,
  ChunkPurpose,
  ParameterPlan,
  PlanParts,
  ResultPlan,
} from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import type { ResolveContext } from "./context.ts";
import { buffersOf } from "./plan_blocks.ts";
import { planCall, sharedBuffers } from "./plan_call.ts";

// Plans each call of a guest that takes its input in chunks.

/** The calls of a guest that takes its input in chunks, in their order. */
const PURPOSES = ["init", "update", "more", "drain", "final", "destroy"] as const;

/** The purposes whose export returns the result, or a part of it if there are several. */
const RETURNS: readonly ChunkPurpose[] = ["update", "more", "drain", "final"];

/** A parameter that a call does not use. */
const UNUSED: ParameterPlan = { kind: "reference", content: "any" };

/**
 * Plans each call of a guest that takes its input in chunks, or returns a problem of one of them.
 */
export function planChunks(parts: PlanParts, context: ResolveContext): Plan | Problem {
  const { chunked } = parts;
  const chunks: Partial<Record<ChunkPurpose, Plan>> = {};
  for (const purpose of PURPOSES) {
    const call = chunked!.calls[purpose];
    if (call === undefined) continue;
    const all = partsOf(purpose, call, parts, context);
    const one = buffersOf(all) < 2
      ? all
      : sharedBuffers.module.refuseShared(all, context.address64 ? 8 : 4);
    const plan = one instanceof Problem ? one : planCall(one, context);
    if (plan instanceof Problem) return plan;
    chunks[purpose] = plan;
  }
  return { ...parts, steps: [], usesStack: false, waits: false, chunks: chunks as ChunkPlans };
}

/** Returns the parts of one call: those that its export takes or returns. */
function partsOf(
  purpose: ChunkPurpose,
  { export: name, coreArguments }: ChunkCall,
  parts: PlanParts,
  { functionType }: ResolveContext,
): PlanParts {
  const { chunked, passed, result, status, area, output } = parts;
  const { parameter, hasHandle } = chunked!;
  const returns = chunked!.parts ? RETURNS.includes(purpose) : name === parts.export &&
    purpose === "final";
  const handle = hasHandle ? parts.parameters.length - 1 : undefined;
  const named = parametersIn([result, status, area, output, chunked!.taken]);
  const first = chunked!.calls.init === undefined ? "update" : "init";
  const all = argumentsOf(chunked!);
  const parameters = parts.parameters.map((part, index) => {
    if (index === handle) return purpose === "init" ? UNUSED : part;
    if (index === parameter) return purpose === "update" ? part : UNUSED;
    const isUsed = isPassed(index, coreArguments) || returns && named.has(index) ||
      // The guest reads it from its buffer, such as a key or a seed.
      purpose === first && part.kind !== "number" && !isPassed(index, all);
    return isUsed ? part : UNUSED;
  });
  const common = {
    export: name,
    parameters,
    coreArguments,
    core: functionType(name)?.parameters,
    ...(purpose === "update" && { chunk: parameter, passed: chunked!.parts ? passed : undefined }),
  };
  if (returns) {
    return { ...common, result: resultOf(purpose, result, chunked!), status, area, output };
  }
  const asks = (words: readonly unknown[]) => coreArguments.some((item) => words.includes(item));
  const blocks = {
    ...(coreArguments.some((item) => typeof item === "object" && "area" in item) && { area }),
    ...(asks(["output", "capacity"]) && { output }),
  };
  if (purpose !== "init" || handle === undefined) {
    return { ...common, ...blocks, result: { kind: "void" } };
  }
  const { type } = parts.parameters[handle] as ParameterPlan & { kind: "number" };
  return {
    ...common,
    ...blocks,
    result: { kind: "number", type, value: "result" },
    ...(type === "pointer" && { status: { value: "result", fails: "zero" } }),
  };
}

/** Returns the core arguments of all calls. */
export function argumentsOf({ calls }: ChunkedPlan): CoreArgument[] {
  return Object.values(calls).flatMap((call) => call?.coreArguments ?? []);
}

function isPassed(index: number, coreArguments: readonly CoreArgument[]): boolean {
  return coreArguments.some((item) =>
    typeof item === "object" &&
    ("text" in item ? item.text === index : "parameter" in item && item.parameter === index)
  );
}

/** The keys of places of numbers that name a parameter. */
const NAMING: ReadonlySet<string> = new Set(["parameter", "argument", "byteLengthOf", "indexIn"]);

/** Returns the parameters that places of numbers name. */
function parametersIn(places: unknown): ReadonlySet<number> {
  const found = new Set<number>();
  JSON.stringify(places, (key, value) => {
    if (NAMING.has(key) && typeof value === "number") found.add(value);
    return value;
  });
  return found;
}

/** Returns the result of one call. A part of UTF-8 text may end within a character. */
function resultOf(
  purpose: ChunkPurpose,
  result: ResultPlan,
  { parts, taken }: ChunkedPlan,
): ResultPlan {
  if (!parts || result.kind !== "text") return result;
  const { content, encoding } = result;
  const isSplit = content === "string" && encoding.startsWith("utf-8");
  const part: ResultPlan = {
    ...result,
    content: isSplit ? "bytes" : content,
    trailingNul: "keep",
  };
  if (purpose !== "update" || taken === undefined) return part;
  const count = { kind: "number", type: "u32", value: taken } as const;
  return { kind: "record", fields: [["taken", count], ["part", part]] };
}

export { declareResult, resolveChunked, resultExport, withHandle } from "./resolve_chunked.ts";
