import type { BlockSource } from "../../abi/block_source.ts";
import { byteLengthOf, refuseStale } from "../../base/typed_arrays.ts";
import { quote } from "../../base/show.ts";
import type { CodecName } from "../../memory/text/codec.ts";
import { compileContent } from "../content.ts";
import { allocator, stack } from "../on_demand.ts";
import type { CallCode } from "./call_code.ts";
import { type Data, type Putting, writeContent } from "./write_content.ts";

// The fast forms of putting a value into a block of its own, which a pass into a buffer does not
// need.

/**
 * Writes putting a value into a block from the guest's allocator.
 *
 * @param fit Writes the test that the fast form can take the value.
 * @returns Whether there is a fast form.
 */
export function writeAllocated(
  putting: Putting,
  place: BlockSource & { readonly kind: "allocator" },
  fit: (putting: Putting) => void,
): boolean {
  const { parameter: { free }, argument: block, code, unit, otherwise } = putting;
  const asked = { place, block, free, align: unit, unit, otherwise };
  const allocate = allocator.module.writeAllocate(asked, code);
  if (allocate === undefined) return false;
  fit(putting);
  writeMeasure(putting);
  code.add(allocate);
  writeBlock(putting);
  return true;
}

/** Writes putting a value on the guest's stack. */
export function writeOnStack(putting: Putting, fit: (putting: Putting) => void): boolean {
  const { code, pointer, size } = putting;
  fit(putting);
  writeMeasure(putting);
  stack.module.writeTakeFromStack(pointer, size, code);
  code.add(code.bounds("write", pointer, size));
  writeBlock(putting);
  return true;
}

/** Writes measuring the value: its bytes, and those of its block. */
function writeMeasure({ parameter, code, unit, value, byteLength, size }: Putting): void {
  const { content, encoding, terminated } = parameter;
  if (content === "string") {
    code.add(`${byteLength} = ${code.codec(encoding as CodecName)}.byteLength(${value});`);
  } else {
    // The length of a stale array is 0, for which the allocator may not be called.
    const action = code.constant(content === "bytes" ? "pass bytes" : "pass an array");
    code.add(`${byteLength} = ${code.constant(byteLengthOf)}(${value});
      if (${byteLength} === 0) ${code.constant(refuseStale)}(${value}, ${action});`);
  }
  if (terminated !== "always") {
    code.add(`${size} = ${byteLength};`);
    return;
  }
  code.add(`${refuseNul(parameter, code)}(${value}); ${size} = ${byteLength} + ${unit};`);
}

function refuseNul({ content, encoding }: Data, code: CallCode): string {
  const key = `refuse NUL in ${typeof content === "object" ? "an array" : content} ${encoding}`;
  return code.of(
    key,
    ({ instance }) => compileContent(instance.memory, content, encoding).refuseNul,
  );
}

/**
 * Writes writing the value into its block; the guest may have called back since the value was
 * checked.
 */
function writeBlock(putting: Putting): void {
  const { parameter, argument, code, unit, value, pointer, byteLength, size } = putting;
  const { terminated } = parameter;
  const isTerminated = terminated === "always";
  code.set("codeUnits", argument, unit === 1 ? byteLength : `${byteLength} / ${unit}`);
  if (parameter.unfreed) {
    code.add(`${code.unfreed}.arguments++; ${code.unfreed}.byteLength += ${size};`);
  }
  // A pointer to an empty value can be anything: Zig's is the last address of all.
  const at = isTerminated ? pointer : `(${size} > 0 ? ${pointer} : 0)`;
  const check = isTerminated ? `${refuseNul(parameter, code)}(${value});` : "";
  const to = `to ${quote(code.plan.export)}`;
  writeContent(parameter, { value, at, byteLength, to, check }, code);
  if (isTerminated) code.add(`${code.memory}.clear(${pointer} + ${byteLength}, ${unit});`);
}
