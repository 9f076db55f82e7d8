// Values that the generated source of a call puts into a guest.
import type { BlockSource } from "../../../mod.ts";
import type { ParameterPlan } from "../../../src/abi/plan_parts.ts";
import { bindSource } from "../../../src/call/blocks/bind_sources.ts";
import { writePut } from "../../../src/call/code/put.ts";
import { Frame } from "../../../src/instance/frame.ts";
import { instanceOf, makeWritten, OTHERWISE, otherwise, planOf } from "../_unit.ts";

export type Data = ParameterPlan & { kind: "text" };

export const instance = await instanceOf(`
  (global $next (mut i32) (i32.const 1024))
  (func (export "malloc") (param i32) (result i32) (global.get $next))
  (func (export "next") (param i32) (global.set $next (local.get 0)))
  (func (export "free") (param i32))`);

export const { memory } = instance;
export const buffer = { kind: "buffer", pointer: 64, capacity: 8 } as const;
export const allocator = { kind: "allocator", allocate: "malloc" } as const;

/** Puts a value with generated source; returns `undefined` if there is none for it. */
export function put(place: BlockSource, value: unknown, more: Partial<Data> = {}) {
  const parameter: Data = {
    kind: "text",
    content: "string",
    encoding: "utf-8",
    place,
    terminated: "never",
    ...more,
  };
  const options = { symbol: "f", terminated: parameter.terminated, align: 1, beside: 3 } as const;
  const sources = place.kind === "reference" ? [] : [bindSource(place, instance, options)];
  let isWritten = true;
  const plan = planOf({ parameters: [parameter] });
  const written = makeWritten(
    instance,
    plan,
    (code) => {
      isWritten = writePut(parameter, 0, code, otherwise);
      return "undefined";
    },
    [value],
    sources,
  );
  if (!isWritten) return undefined;
  const frame = new Frame();
  if (written(undefined, frame) === OTHERWISE) return OTHERWISE;
  const { pointers: [pointer], byteLengths: [byteLength], sizes: [size], held } = frame;
  return { pointer, byteLength, size, held: held[0] };
}

/** Returns the bytes from an address on as text of one byte for each character. */
export const seen = (pointer: number) => memory.readString(pointer, 9, { encoding: "latin1" });
