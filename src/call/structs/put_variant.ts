import type { Layout, VariantLayout } from "../../abi/struct_layout.ts";
import { writeNumeric } from "../../base/numeric_types.ts";
import { isArray, quote } from "../../base/show.ts";
import { compileShape } from "../value_path.ts";
import type { Put } from "./draft.ts";

/** Compiles checking and drafting a variant; `compilePut` does the same for the value of a case. */
export function compileVariant(
  { tag, cases }: VariantLayout,
  compilePut: (layout: Layout) => Put,
): Put {
  const known = new Map(cases.map(({ name, is, offset, layout }) => {
    const put = layout && compilePut(layout);
    const names = [{ name: "tag" }, ...(put === undefined ? [] : [{ name: "value" }])];
    return [name, { is, offset, put, check: compileShape(names) }] as const;
  }));
  const expected = [...known.keys()].map(quote).join(" or ");
  return (given, chunk, at, draft) => {
    if (typeof given !== "object" || given === null || isArray(given)) {
      throw draft.wrong(given, `an object with the "tag" ${expected}`);
    }
    const { path } = draft;
    const depth = path.length;
    const { tag: name } = given as { tag?: unknown };
    const chosen = known.get(name as string);
    if (chosen === undefined) {
      path.push("tag");
      throw draft.wrong(name, expected);
    }
    const { is, offset, put, check } = chosen;
    const value = check(given, draft);
    writeNumeric(chunk.data, tag, at, is);
    if (put === undefined) return;
    path.push("value");
    put(value.value, chunk, at + offset, draft);
    path.length = depth;
  };
}
