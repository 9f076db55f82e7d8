import { quote } from "../../base/show.ts";
import { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { ALIGNMENT } from "../../instance/shadow_stack.ts";
import { noStack } from "../../plan/plan_call.ts";
import type { CallCode } from "../code/call_code.ts";
import type { BindOptions, BoundSource } from "./bound_source.ts";

/** Binds the guest's stack: the call frees blocks by restoring the stack pointer. */
export function bindStack(instance: Instance, { symbol, terminated }: BindOptions): BoundSource {
  const { memory, stack } = instance;
  if (stack === undefined) throw noStack(symbol).error();
  function take(frame: Frame, index: number, byteLength: number): void {
    const pointer = stack!.take(frame, byteLength);
    frame.pointers[index] = memory.check("write", pointer, byteLength);
    frame.sizes[index] = frame.byteLengths[index] = byteLength;
  }
  return {
    take,
    put(frame, index, content, value) {
      const byteLength = content.measure(value);
      if (terminated === "always") content.refuseNul(value);
      const terminator = terminated === "always" ? content.unit : 0;
      take(frame, index, byteLength + terminator);
      const pointer = frame.pointers[index]!;
      content.refuseChanged?.(value, byteLength, `to ${quote(symbol)}`);
      content.write(value, pointer, byteLength);
      memory.clear(pointer + byteLength, terminator);
      frame.byteLengths[index] = byteLength;
      frame.codeUnits[index] = content.codeUnits(value, byteLength);
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
  };
}

/** Returns source that reads the guest's stack pointer. */
export function readStack(code: CallCode): string {
  return `${code.of("read stack", ({ instance }) => instance.stack!.functions().get)}()`;
}

/** Returns source that sets the guest's stack pointer. */
export function setStack(pointer: string, code: CallCode): string {
  return `${code.of("set stack", ({ instance }) => instance.stack!.functions().set)}(${pointer});`;
}

/** Writes taking bytes from the guest's stack. The run form reports that there are too few. */
export function writeTakeFromStack(pointer: string, byteLength: string, code: CallCode): void {
  // The first block is taken from the value of the stack pointer before the call.
  const current = code.takesFromStack ? readStack(code) : code.stackPointer;
  code.takesFromStack = true;
  const lowest = code.of("lowest of stack", ({ instance }) => instance.stack!.lowest());
  const take = code.of(
    "take from stack",
    ({ instance: { stack } }) => (byteLength: number) => stack!.take(new Frame(), byteLength),
  );
  if (code.facts.address64) return code.add(`${pointer} = ${take}(${byteLength});`);
  code.add(
    `${pointer} = (${current} >>> 0) - ${byteLength}; ${pointer} -= ${pointer} % ${ALIGNMENT};
    if (${pointer} < ${lowest}) ${take}(${byteLength});
    ${setStack(pointer, code)}`,
  );
}
