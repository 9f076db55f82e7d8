// The parts of a call on their own: instances, plans and frames without `load`.
import type { Convention, CustomConvention } from "../../mod.ts";
import type { Plan } from "../../src/abi/plan.ts";
import type { ParameterPlan, PlanParts } from "../../src/abi/plan_parts.ts";
import { Problem } from "../../src/base/errors.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { frameLayoutOf } from "../../src/call/blocks/bind_sources.ts";
import type { CallParts } from "../../src/call/call_parts.ts";
import { PlanCode } from "../../src/call/code/call_code.ts";
import { loadAllParts } from "../../src/call/make_parts.ts";
import type { TextContext } from "../../src/call/text_context.ts";
import { reportCapacity } from "../../src/detect/capacity.ts";
import { Frame } from "../../src/instance/frame.ts";
import { GuestInstance } from "../../src/instance/guest_instance.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { compileSource } from "../../src/source/source.ts";
import { assemble } from "../_wat.ts";

await loadAllParts();

const NONE = new Problem({
  code: "no-convention",
  part: "name",
  cannot: "Cannot pass anything",
  found: "there is no convention",
});

/**
 * Makes an instance of a guest in the text format.
 *
 * @param text The fields of the module besides a memory of one page.
 * @param imports The functions that it imports from `env`.
 */
export async function instanceOf(
  text = "",
  imports: Record<string, (...args: never[]) => unknown> = {},
  convention: Convention | CustomConvention | Problem = NONE,
): Promise<GuestInstance> {
  const bytes = assemble(/memory/.test(text) ? text : moduleOf(text));
  const { module, info } = await compileSource(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: imports });
  return guestOf(exports, info, convention);
}

/** Makes the instance of a guest whose exports are known. */
export function guestOf(
  exports: WebAssembly.Exports,
  info: ModuleInfo | undefined,
  convention: Convention | CustomConvention | Problem,
): GuestInstance {
  return new GuestInstance({
    exports,
    compiled: { info },
    memory: exports.memory instanceof WebAssembly.Memory ? exports.memory : undefined,
    address64: () => false,
    reported: () => reportCapacity(convention, info),
  });
}

/** In the text format, imports come before a memory. */
function moduleOf(text: string): string {
  const imports = /^(?:\s*\(import (?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*/.exec(text)![0];
  return `(module ${imports} (memory (export "memory") 1) ${text.slice(imports.length)})`;
}

/** Makes a plan of which only `parts` differ from a call of nothing with nothing. */
export function planOf(parts: Partial<Plan> = {}): Plan {
  return {
    export: "f",
    parameters: [],
    coreArguments: [],
    core: undefined,
    result: { kind: "void" },
    steps: [],
    usesStack: false,
    waits: false,
    ...parts,
  };
}

/** Makes the context of a result that lies in no block of the call. */
export function contextOf(
  instance: Instance,
  plan: PlanParts = planOf(),
  more: Partial<TextContext> = {},
): TextContext {
  const layout = frameLayoutOf(plan, instance.address64);
  return {
    instance,
    layout,
    symbol: plan.export,
    block: layout.output + 1 + plan.parameters.length,
    shared: false,
    holder: () => undefined,
    ...more,
  };
}

/** Makes a frame with these registers set. */
export function frameOf(registers: Partial<Frame> = {}): Frame {
  return Object.assign(new Frame(), registers);
}

/** A result that is text in UTF-8, with its pointer and its length. */
export const TEXT = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  text: { pointer: { result: 0 }, length: { result: 1 } },
  nullable: false,
  nullIs: "error",
  trailingNul: "keep",
} as const;

/** Generated source, as a function of the export's results and of the call's frame. */
export type Written = (core: unknown, frame?: Frame) => unknown;

/** The value that source of {@linkcode makeWritten} returns when it leaves the fast form. */
export const OTHERWISE = "otherwise";

/**
 * Makes a function from the source that `write` adds to a call, and from the expression that it
 * returns.
 *
 * @param args The arguments of the call, whose names in the source are `a0` and so on.
 */
export function makeWritten(
  instance: Instance,
  plan: Plan,
  write: (code: PlanCode) => string,
  args: readonly unknown[] = [],
  sources: CallParts["sources"] = [],
): Written {
  const layout = frameLayoutOf(plan, instance.address64);
  const code = new PlanCode(plan, layout, (instance as GuestInstance).facts());
  const value = write(code);
  const names = ["core", "frame", "inside", "synced", "freeing", "lifted"];
  const body = code.take();
  const make = code.make<(core: unknown, frame: Frame, args: readonly unknown[]) => unknown>(
    `return (core, frame, [${args.map((_, index) => `a${index}`).join(", ")}]) => {
      let ${names.slice(2).map((name) => `${name} = undefined`).join(", ")};
      ${code.declare()}
      ${body}
      ${code.flush()}
      return ${value};
    };`,
  )!;
  const call = make({ instance, layout, sources, plan } as never);
  return (core, frame = new Frame()) => call(core, frame, args);
}

/** Source that leaves the fast form. */
export function otherwise(): string {
  return `return ${JSON.stringify(OTHERWISE)};`;
}

/** A text in the guest's buffer. */
export const inBuffer: ParameterPlan = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place: { kind: "buffer", pointer: "buffer" },
  terminated: "never",
};
