import type { Recipe } from "../conventions/recipe.ts";
import { writeArguments, writePut } from "./direct_put.ts";
import { describeDirect, writeUnfit } from "./direct_recipe.ts";
import { writeResult } from "./direct_result.ts";
import { quote } from "../errors.ts";
import { settleFailure } from "./failure.ts";
import { type CoreValue, Frame } from "./frame.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { Source } from "./source.ts";
import type { Steps } from "./steps.ts";

/** A symbol with one parameter, ready to be called. */
export type DirectCall = (value: unknown) => unknown;

/**
 * Compiles the direct form of a recipe with one text in and one text out: what somebody would
 * write by hand for this one guest, with every check in it. Whatever is out of the ordinary (a
 * failure, a null pointer, a text that does not fit) is handed to the steps, which know it all.
 *
 * @param slow The call that the steps make.
 * @returns nothing where the recipe has other parts than this knows to write.
 */
export function compileDirect(
  recipe: Recipe,
  realm: Realm,
  steps: Steps,
  slow: DirectCall,
): DirectCall | undefined {
  const direct = describeDirect(recipe, realm);
  if (direct === undefined) return undefined;
  const source = new Source();
  const saves = steps.usesStack || realm.unwinds === "restores";
  const keeps = saves || steps.holds || steps.prepare !== undefined ||
    direct.place.kind !== "buffer";
  // Where nothing is kept in it, a frame is made for what is out of the ordinary only.
  const frame = keeps ? "frame" : `(frame ??= new ${source.bind(Frame)}())`;
  const result = writeResult(source, direct, realm, { steps, frame, symbol: recipe.export });
  const args = writeArguments(recipe.slots, direct);
  const put = writePut(source, direct, recipe, realm, { steps, frame });
  if (result === undefined || args === undefined || put === undefined) return undefined;

  const symbol = source.bind(recipe.export);
  const to = source.bind(realm);
  const stack = source.bind(realm.stack);
  const finish = source.bind(
    (frame: Frame, core: CoreValue, pointer: number, byteLength: number) => {
      frame.result = core;
      frame.pointers[0] = pointer;
      frame.byteLengths[0] = byteLength;
      return steps.finish(frame);
    },
  );
  const settle = source.bind((error: unknown, frame: Frame) =>
    settleFailure(error, frame, realm, recipe.export, steps.release)
  );
  source.add(`
let spare;
return (value) => {
  if (${writeUnfit(direct)}) return ${source.bind(slow)}(value);
  const before = ${to}.enter(${symbol});
  ${keeps ? `const frame = spare ?? new ${source.bind(Frame)}(); spare = undefined;` : "let frame;"}
  let inside = false;
  try {
    ${saves ? `frame.stackPointer = ${stack}.save(frame);` : ""}
    ${put}
    ${steps.prepare ? `${source.bind(steps.prepare)}(frame, []);` : ""}
    inside = true;
    const core = ${source.bind(exportedFunction(realm, recipe.export))}(${args});
    inside = false;
    if (!${to}.callable) throw ${to}.refuse(${
    source.bind(`complete ${quote(recipe.export)}`)
  }, ${symbol});
    ${result(finish)}
    ${steps.holds ? `${source.bind(steps.release)}(frame);` : ""}
    ${steps.usesStack ? `${stack}.restore(frame, frame.stackPointer);` : ""}
    return text;
  } catch (error) {
    if (inside) ${frame}.inside = true;
    throw ${settle}(error, ${frame});
  } finally {
    ${keeps ? "frame.result = undefined; spare = frame;" : ""}
    ${to}.leave(before);
  }
};`);
  return source.make<DirectCall>();
}
