import type { Place } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { writeArguments, writePut } from "./direct_put.ts";
import { writeResult } from "./direct_result.ts";
import { settleFailure } from "./failure.ts";
import { type CoreValue, exportedFunction, Frame, type Realm } from "./realm.ts";
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

/** What a recipe must be for its direct form: nothing but these parts are written out. */
export interface Direct {
  readonly parameter: ParameterRecipe & { readonly kind: "text" };
  readonly place: Place & { readonly kind: "buffer" | "allocator" | "stack" };
  readonly result: TextResultRecipe;
  readonly encoding: "utf-8" | "utf-16" | "latin1";
}

/** The parts of a recipe that has no others. */
function describeDirect(recipe: Recipe, realm: Realm): Direct | undefined {
  const { parameters, result, status, area, output, pieces, own } = recipe;
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.kind !== "text" || result.kind !== "text") return;
  const { place, content, encoding } = parameter;
  const type = realm.functionType(recipe.export);
  const known = !realm.address64 && type !== undefined &&
    type.parameters.every((parameter) => parameter === "i32") &&
    type.results.every((result) => result === "i32" || result === "i64");
  const plain = content === "string" || content === "bytes";
  const same = content === result.content && encoding === result.encoding;
  // Where the result is the length too, a failure shows as one that can not be.
  const simple = status === undefined ||
    (status.value === "result" && status.fails === "negative" && status.code === undefined &&
      result.text.length === "result");
  if (!known || !plain || !same || !simple || output || pieces || own) return;
  // Both are worked out from the frame, in which the direct form does not keep what was put.
  if (parameter.byteLength !== undefined || area?.holds !== undefined) return;
  if (encoding === "latin1+utf16" || parameter.nullable || result.text.call) return;
  if (place.kind === "managedArray" || place.kind === "reference") return;
  if (place.kind === "buffer" && (typeof place.pointer === "object" || place.offset)) return;
  if (place.kind === "allocator" && (place.room || place.pointer)) return;
  return { parameter, place, result, encoding };
}

/** The condition for a value that the direct form is not for. */
function writeUnfit({ parameter, result }: Direct): string {
  if (parameter.content === "bytes") return "!(value instanceof Uint8Array)";
  const trims = result.trailingNul === "trim";
  return 'typeof value !== "string"' +
    (trims ? " || value.charCodeAt(value.length - 1) === 0" : "");
}
