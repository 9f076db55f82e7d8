import type { HostParameterRecipe } from "../conventions/host_parts.ts";
import type { HostRecipe } from "../conventions/host_recipe.ts";
import { quote } from "../errors.ts";
import { writeAnswer } from "./host_direct_answer.ts";
import { type Lifting, writeText } from "./host_direct_text.ts";
import type { HostSteps } from "./host_steps.ts";
import { liftNumber } from "./numbers.ts";
import type { CoreFunction, Realm } from "./realm.ts";
import { Source } from "./source.ts";

/** What the direct form of a host function is made of. */
export interface DirectHostCall {
  readonly recipe: HostRecipe;
  readonly callback: CoreFunction;
  readonly realm: Realm;
  readonly steps: HostSteps;
  /** The call that the steps make, for arguments that are out of the ordinary. */
  readonly slow: CoreFunction;
  /** What the steps make of an answer that is out of the ordinary, to these arguments. */
  readonly answer: (value: unknown, args: unknown[]) => unknown;
}

/**
 * Compiles the direct form of a host function that gets numbers and text and gives a number or text:
 * what somebody would write by hand for this one import, with every check in it. Whatever is out of
 * the ordinary is handed to the steps, which know it all.
 *
 * @returns nothing where the recipe has other parts than this knows to write.
 */
export function compileDirectHostCall(
  { recipe, callback, realm, steps, slow, answer }: DirectHostCall,
): CoreFunction | undefined {
  const { name, type, parameters } = recipe;
  if (type === undefined) return undefined;
  const source = new Source();
  const args = type.parameters.map((_, index) => `a${index}`).join(", ");
  const lifting: Lifting = {
    source,
    realm,
    type,
    otherwise: `{ inside = true; return ${source.bind(slow)}(${args}); }`,
  };
  const lifts = parameters.map((parameter, index) => writeLift(parameter, index, lifting));
  if (lifts.includes(undefined)) return undefined;
  const to = source.bind(realm);
  const values = parameters.map((_, index) => `v${index}`).join(", ");
  source.add(`return (${args}) => {
  const before = ${to}.enterHost();
  let inside = false;
  try {
    ${lifts.join("\n    ")}
    const value = ${source.bind(callback)}(${values});
    if (!${to}.callable) throw ${to}.refuse(${source.bind(`return from import ${quote(name)}`)}, ${
    source.bind(name)
  });
    ${
    writeAnswer({
      source,
      recipe,
      realm,
      lower: steps.lower,
      otherwise: `{ inside = true; return ${source.bind(answer)}(value, [${args}]); }`,
    })
  }
  } catch (error) {
    if (!inside) ${to}.thrown = error;
    throw error;
  } finally {
    ${to}.leaveHost(before);
  }
};`);
  return source.make<CoreFunction>();
}

/** Writes lifting a parameter into `v` and its index. */
function writeLift(
  parameter: HostParameterRecipe,
  index: number,
  lifting: Lifting,
): string | undefined {
  switch (parameter.kind) {
    case "number": {
      const { type, at } = parameter;
      const isPlain = type === "f64" || type === "f32" || type === "i32" || type === "i64";
      const lifted = isPlain
        ? `a${at}`
        : type === "u32"
        ? `a${at} >>> 0`
        : `${lifting.source.bind(liftNumber)}("${type}", a${at})`;
      return `const v${index} = ${lifted};`;
    }
    case "reference": {
      const { content, at } = parameter;
      const value = `const v${index} = a${at};`;
      return content === "any"
        ? value
        : `if (typeof a${at} !== "string") ${lifting.otherwise}\n    ${value}`;
    }
    case "text":
      return writeText(parameter, index, lifting);
  }
}
