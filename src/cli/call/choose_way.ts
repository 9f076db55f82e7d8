import type { SymbolDeclaration } from "../../abi/declaration.ts";
import { GuestError } from "../../base/errors.ts";
import { nearest } from "../../base/misnomers.ts";
import { list, quote } from "../../base/show.ts";
import { formatFunctionType } from "../../binary/defined_types.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import { load } from "../../load.ts";
import type { Compiled } from "../../source/source_types.ts";
import { declareNumbers, isSurelyText } from "../inspect/inspected_functions.ts";

/**
 * Chooses how an export without a declaration is called: with a text if it surely takes one, or with
 * the numbers of its type.
 *
 * @param count How many arguments there are.
 * @throws {GuestError} if there is no such export, or neither is possible: then with what would
 * settle it.
 */
export async function chooseWay(
  compiled: Compiled,
  name: string,
  count: number,
  options: LoadOptions,
): Promise<"text" | SymbolDeclaration> {
  const info = compiled.info!;
  const functions = info.exports.filter((item) => item.kind === "function");
  const item = functions.find((item) => item.name === name);
  if (item === undefined) {
    const names = functions.map(({ name }) => name);
    const near = nearest(name, names);
    const expected = near === undefined ? list(names) : `did you mean ${quote(near)}?`;
    throw new GuestError(
      "missing-export",
      `Cannot call ${quote(name)}: the guest exports no function of this name, ` +
        (near === undefined ? `expected one of ${expected}` : expected),
      { export: name },
    );
  }
  const numbers = declareNumbers(item.type);
  if (count !== 1) {
    if (numbers !== undefined) return numbers;
    throw new GuestError(
      "signature",
      `Cannot call ${quote(name)}: it is ${formatFunctionType(item.type)}, expected --symbols ` +
        "with its declaration",
      { export: name },
    );
  }
  // Nothing of this guest runs, so that what it imports does not matter.
  const guest = await load(compiled.module, { missing: "trap", ...options, initialize: false });
  try {
    const isText = isSurelyText(guest, info, item);
    if (isText || numbers === undefined || numbers.parameters.length !== 1) {
      await guest.plan(name, "string"); // throws with what would settle it
      return "text";
    }
    return numbers;
  } finally {
    guest.close();
  }
}
