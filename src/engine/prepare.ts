import type { ParameterRecipe, Recipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { compileFillArea } from "./area.ts";
import type { Frame } from "./frame.ts";
import { compileTakeOutput, type OutputContext } from "./output.ts";
import { compileStatus } from "./status.ts";
import { compileTakeArea, type Stores } from "./stores.ts";
import type { TextContext } from "./text_result.ts";
import { compileValue, type Layout } from "./values.ts";

/** What is done between lowering and the call. */
export type Prepare = (frame: Frame, args: readonly unknown[]) => void;

/**
 * Compiles what is done once all parameters are where the guest wants them: lengths that the guest
 * is not told are checked, a return area and an output buffer are taken.
 */
export function compilePrepare(
  { parameters, area, output, export: symbol }: Recipe,
  stores: Stores,
  context: TextContext,
  call: Pick<OutputContext, "invoke" | "status" | "byteLength">,
): Prepare | undefined {
  const { realm, layout } = context;
  const steps: Prepare[] = parameters.flatMap((parameter, index) =>
    compileExpect(parameter, index, context) ?? []
  );
  const fill = area?.holds && compileFillArea(area.holds, symbol, parameters, realm, layout);
  if (area !== undefined) {
    steps.push(compileTakeArea(area.words * layout.word, realm, layout, stores));
  }
  if (output !== undefined) {
    if (output.status !== undefined) steps.push(compileStatus(output.status, context));
    if (output.capacity === "query" && fill !== undefined) steps.push(noOutput(layout), fill);
    const store = stores[layout.output]!;
    steps.push(compileTakeOutput(output, { realm, layout, symbol, store, ...call }));
  }
  // Only now is it known where the output buffer is.
  if (fill !== undefined) steps.push(fill);
  if (steps.length === 0) return undefined;
  return (frame, args) => {
    for (const step of steps) step(frame, args);
  };
}

/** The output buffer of a call that only asks for its size. */
function noOutput({ output }: Layout): Prepare {
  return (frame) => {
    frame.pointers[output] = frame.sizes[output] = 0;
  };
}

/** Compiles the check of a length that the guest takes for granted. */
function compileExpect(
  parameter: ParameterRecipe,
  index: number,
  { realm, layout, symbol }: TextContext,
): Prepare | undefined {
  if (parameter.kind !== "text" || parameter.byteLength === undefined) return undefined;
  const expected = compileValue(parameter.byteLength, realm, layout);
  return (frame) => {
    const wanted = Number(expected(frame));
    const found = frame.byteLengths[index]!;
    if (found === wanted) return;
    throw new RangeError(
      `Cannot pass argument ${index} to ${quote(symbol)}: it has ${found} bytes, ` +
        `expected ${wanted}`,
    );
  };
}
