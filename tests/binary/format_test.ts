import { formatFunctionType } from "../../src/binary/defined_types.ts";
import type { ValueType } from "../../src/binary/types.ts";
import { assertStrictEquals } from "@std/assert";

const table: [parameters: ValueType[], results: ValueType[], text: string][] = [
  [[], [], "() -> ()"],
  [["i32", "i32"], [], "(i32, i32) -> ()"],
  [[], ["i32"], "() -> i32"],
  [["i32"], ["i32", "i64"], "(i32) -> (i32, i64)"],
  [["externref"], ["(ref null 3)"], "(externref) -> (ref null 3)"],
];

Deno.test("formatFunctionType() writes one result bare and any other number in parentheses", () => {
  for (const [parameters, results, text] of table) {
    assertStrictEquals(formatFunctionType({ parameters, results }), text);
  }
});
