import { assemblyScript, type Parameter } from "../../../mod.ts";
import { type Row, testRows, Thrown } from "../../answers/_rows.ts";

const fields = { x: "f64", y: "f64" } as const;

/** A symbol whose parameter is refused when the guest is loaded. */
function refused(
  title: string,
  parameter: Parameter,
  problem: string,
  { name = "lengthOf", classIds }: {
    name?: string;
    classIds?: Readonly<Record<string, number>>;
  } = {},
): Row {
  return {
    name: title,
    guest: "assemblyscript/objects",
    options: {
      symbols: {
        [name]: { parameters: [parameter], result: name === "sumPoints" ? "u32" : "f64" },
      },
      ...(classIds && { convention: assemblyScript({ classIds }) }),
    },
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      `Cannot bind the declared symbols:\nsymbol "${name}": ${problem}`,
    ),
  };
}

testRows([
  refused(
    "an object that is made needs a class",
    { type: "object", fields },
    'Cannot pass an object to "lengthOf": its declaration names no class, expected class: "…" ' +
      "beside its fields",
  ),
  refused(
    "a class needs an id",
    { type: "object", class: "Pint", fields },
    'Cannot pass an object of class "Pint" to "lengthOf": the guest does not show its class id, ' +
      'expected an export "Pint_ID" = idof<Pint>(), or classIds: { Pint: … } of the convention',
  ),
  refused(
    "the id of String is refused as that of a class with fields",
    { type: "object", class: "Point", fields },
    'Cannot pass an object of class "Point" to "lengthOf": class 2 is String, expected the id of ' +
      "a class with fields",
    { classIds: { Point: 2 } },
  ),
  refused(
    "the class of an array in an object has to be known",
    {
      type: "objects",
      item: { type: "object", class: "Point", fields },
      class: "Array<Pint>",
    },
    'Cannot pass objects to "sumPoints": 5 guest classes can be Array<Pint>, expected an export ' +
      '"Array_Pint_ID" = idof<Array<Pint>>(), or classIds: { "Array<Pint>": … } of the convention',
    { name: "sumPoints" },
  ),
  {
    name: "an id of the convention settles a class",
    guest: "assemblyscript/objects",
    options: {
      convention: assemblyScript({ classIds: { Ort: 4 } }),
      symbols: {
        lengthOf: { parameters: [{ type: "object", class: "Ort", fields }], result: "f64" },
      },
    },
    ask: ({ symbols }) => symbols.lengthOf!({ x: 3, y: 4 }),
    gives: 5,
  },
]);
