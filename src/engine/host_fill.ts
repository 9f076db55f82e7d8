import type { HostRecipe } from "../conventions/host_recipe.ts";
import type { HostTextRecipe } from "../conventions/host_parts.ts";
import { quote } from "../errors.ts";
import { toOffset } from "../pointer.ts";
import { compileContent } from "./content.ts";
import type { LowerReturn } from "./host_return.ts";
import type { Realm } from "./realm.ts";

/** Compiles writing into the buffer that the guest passed; the length there is the answer. */
export function compileFill(
  recipe: HostTextRecipe,
  { pointer: at, capacity }: HostTextRecipe["target"] & { kind: "output" },
  { name, type }: HostRecipe,
  { memory }: Realm,
): LowerReturn {
  const content = compileContent(memory, recipe.content, recipe.encoding);
  const terminator = recipe.terminated === "always" ? content.unit : 0;
  const count = recipe.unit === "codeUnits"
    ? content.codeUnits
    : (_value: unknown, byteLength: number) => byteLength;
  return (frame, value) => {
    const args = frame.result as readonly (number | bigint)[];
    const room = toOffset(args[capacity]!);
    const pointer = memory.check("write", args[at]!, room);
    if (terminator > 0) content.refuseNul(value);
    const written = room < terminator ? -1 : content.write(value, pointer, room - terminator);
    if (written < 0) throw tooLargeError(name, content.measure(value), room, terminator);
    memory.clear(pointer + written, terminator);
    const length = count(value, written);
    return type?.results[0] === "i64" ? BigInt(length) : length;
  };
}

function tooLargeError(
  name: string,
  byteLength: number,
  room: number,
  terminator: number,
): RangeError {
  return new RangeError(
    `Cannot return ${byteLength} bytes from import ${quote(name)}: the guest's buffer holds ` +
      (terminator === 0 ? room : `${Math.max(0, room - terminator)} and a NUL`),
  );
}
