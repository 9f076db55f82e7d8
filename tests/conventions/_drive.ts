// Drives a guest by its plan, without using the guest's memory, exports or addresses directly.
import { type Guest, load, type SymbolDeclaration } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { echo, greet, type PlanParts } from "./_plan.ts";

/** A guest that can be called. */
export interface Driven {
  readonly guest: Guest;
  /** Each export that takes a text and returns one, with its transform. */
  readonly transforms: Readonly<Record<string, (text: string) => string>>;
  passString(text: string, name: string): string;
  passBytes(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer>;
  /** The number of allocated blocks, or else of bytes; 0 if the guest does not count. */
  live(): number;
  /** The size of memory; 0 if there is none. */
  pages(): number;
  /** Collects garbage, in guests that do so only on request. */
  readonly collect: (() => void) | undefined;
  /**
   * Makes the nth next allocation fail, or grow memory; `undefined` if the guest cannot do that.
   */
  readonly failAfter: ((n: number) => void) | undefined;
  readonly growAt: ((n: number) => void) | undefined;
}

/** The exports of the counting allocators: `size` is as wide as a pointer. */
const CONTROLS: Record<string, SymbolDeclaration> = {
  live_allocations: { parameters: [], result: "pointer" },
  live_bytes: { parameters: [], result: "pointer" },
  fail_after: { parameters: ["pointer"], result: "void" },
  __collect: { parameters: [], result: "void" },
  grow_at: { parameters: ["pointer"], result: "void" },
};

const PAGE_SIZE = 65536;

type Fn = (...args: unknown[]) => never;

/** Loads the guest of a plan. */
export async function drive(plan: PlanParts): Promise<Driven> {
  const { prefix = "", declare, transforms = { greet, echo } } = plan;
  const bytes = await guestBytes(plan.guest);
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  const symbols: Record<string, SymbolDeclaration> = {};
  for (const { name } of exported) {
    if (CONTROLS[name] !== undefined) symbols[name] = CONTROLS[name];
    if (declare !== undefined && Object.hasOwn(transforms, name)) {
      symbols[`${name} string`] = { ...declare("string", name), name };
      symbols[`${name} bytes`] = { ...declare("bytes", name), name };
    }
  }
  const guest = await load(bytes, { ...plan.options, symbols });
  const functions = guest.symbols as Record<string, Fn>;
  const count = functions.live_allocations ?? functions.live_bytes;
  return {
    guest,
    transforms: Object.fromEntries(
      Object.entries(transforms).map(([name, expected]) => [`${prefix}${name}`, expected]),
    ),
    passString: (text, name) =>
      declare === undefined ? guest.passString(text, name) : functions[`${name} string`]!(text),
    passBytes: (bytes, name) =>
      declare === undefined ? guest.passBytes(bytes, name) : functions[`${name} bytes`]!(bytes),
    live: () => count === undefined ? 0 : count(),
    pages: () => exported.some(({ kind }) => kind === "memory") ? guest.memory.size / PAGE_SIZE : 0,
    collect: functions.__collect,
    failAfter: functions.fail_after,
    growAt: functions.grow_at,
  };
}
