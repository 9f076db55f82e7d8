import type { LoadOptions } from "../../mod.ts";
import { type Row, testRows, Thrown } from "../answers/_rows.ts";

/** A declaration of a parameter that is wrong in any guest. */
function wrong(title: string, parameter: unknown, ...problems: string[]): Row {
  return {
    name: title,
    guest: "assemblyscript/objects",
    options: {
      symbols: { lengthOf: { parameters: [parameter], result: "f64" } },
    } as unknown as LoadOptions,
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      "Cannot bind the declared symbols:\n" +
        problems.map((problem) => `symbol "lengthOf": parameters[0]${problem}`).join("\n"),
    ),
  };
}

testRows([
  wrong(
    "an object needs fields",
    { type: "object" },
    ".fields is missing, expected the fields by name",
  ),
  wrong(
    "every wrong field is named",
    {
      type: "object",
      fields: { x: "double", at: { type: "struct", fields: {} }, no: "void" },
    },
    '.fields.x is "double", did you mean "f64"?',
    '.fields.at.type is "struct", expected "object": a class has no structs in place',
    '.fields.no is "void", which an object cannot hold',
  ),
  wrong(
    "an item is what a field can be",
    { type: "objects", item: "double" },
    '.item is "double", did you mean "f64"?',
  ),
  wrong(
    "a reference has no fields",
    { type: "reference", fields: {} },
    '.fields is unknown, expected "type", "nullable" or "class"',
  ),
]);
