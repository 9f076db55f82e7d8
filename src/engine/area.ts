import type { Slot } from "../conventions/convention.ts";
import type { ParameterRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import type { CoreValue, Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import { compileSlot } from "./slots.ts";
import type { Layout } from "./values.ts";

/** Compiles writing what the return area holds before the call: a struct that the guest is given. */
export function compileFillArea(
  holds: readonly Slot[],
  symbol: string,
  parameters: readonly ParameterRecipe[],
  { memory }: Realm,
  layout: Layout,
): (frame: Frame) => void {
  const { area, word } = layout;
  const picks = holds.map((slot, index) => {
    refuseWide(slot, index, symbol, parameters, word);
    return compileSlot(slot, index, undefined, layout);
  });
  const write = word === 8
    ? (pointer: number, value: CoreValue) =>
      memory.write("u64", pointer, BigInt.asUintN(64, BigInt(value as number)))
    : (pointer: number, value: CoreValue) => memory.write("u32", pointer, Number(value) >>> 0);
  return (frame) => {
    const base = frame.pointers[area]!;
    for (let index = 0; index < picks.length; index++) {
      write(base + index * word, picks[index]!(frame));
    }
  };
}

/** Refuses what a word does not hold: floats, and 64 bits where pointers have 32. */
function refuseWide(
  slot: Slot,
  index: number,
  symbol: string,
  parameters: readonly ParameterRecipe[],
  word: number,
): void {
  const isPacked = typeof slot === "object" && "text" in slot && slot.as.startsWith("packed");
  const parameter = typeof slot === "object" && "parameter" in slot
    ? parameters[slot.parameter]
    : undefined;
  const type = parameter?.kind === "number" ? parameter.type : undefined;
  const isWide = type !== undefined && /64$/.test(type) || isPacked;
  if (type !== "f32" && type !== "f64" && !(isWide && word === 4)) return;
  throw new GuestError(
    "signature",
    `Cannot put ${type ?? "a packed pointer"} into word ${index} of the area of ${
      quote(symbol)
    }: ` +
      `a word is an integer of ${word * 8} bits`,
    { export: symbol },
  );
}
