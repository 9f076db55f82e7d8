import type { GuestFacts, Plan } from "../../abi/plan.ts";
import type { ParameterRecipe } from "../../abi/recipe.ts";
import type { HostRecipe } from "../../plan/host_plan.ts";
import { type DataParts, layoutOf } from "../call_parts.ts";
import { CallCode } from "../code/call_code.ts";
import type { Layout } from "../frame_layout.ts";
import { HostFrame, type HostParts } from "./host_parts.ts";

/**
 * An import as a call the other way round: what the host answers is put into the guest as the argument
 * of an export is. It has that one parameter, or none if the answer takes no block.
 */
export function planOfHost({ name, result }: HostRecipe): Plan {
  const parameters: ParameterRecipe[] = [];
  if (result.kind === "text" && result.target.kind !== "output") {
    const { kind, content, encoding, place, terminated } = result;
    parameters.push({ kind, content, encoding, place, terminated });
  }
  const recipe = {
    export: name,
    parameters,
    slots: [],
    core: undefined,
    result: { kind: "void" },
  } as const;
  return { export: name, steps: [], recipe, usesStack: false };
}

/** Where the blocks of a host function's call are in its frame: that of the answer is the first. */
export function layoutOfHost(recipe: HostRecipe, address64: boolean): Layout {
  return layoutOf(planOfHost(recipe).recipe, address64);
}

/** The block of an argument: behind those of the answer. */
export function blockOf(argument: number, recipe: HostRecipe): number {
  const { recipe: { parameters } } = planOfHost(recipe);
  const { output } = layoutOfHost(recipe, false);
  return output + 1 + parameters.length + argument;
}

/** The source of a host function: its core arguments are `c0`, `c1` and so on, its answer is `a0`. */
export class HostCode extends CallCode {
  readonly recipe: HostRecipe;
  /** The core arguments. */
  readonly cores: string;
  /** The locals of lifted arguments. */
  readonly values = new Set<string>();
  /** The block of the argument that is being lifted. */
  block = 0;

  constructor(recipe: HostRecipe, facts: GuestFacts) {
    super(planOfHost(recipe), layoutOfHost(recipe, facts.address64), facts);
    this.recipe = recipe;
    this.cores = Array.from({ length: recipe.arity }, (_, index) => `c${index}`).join(", ");
  }

  override get resultBlock(): number {
    return this.block;
  }

  override of(key: string, get: (parts: HostParts) => unknown): string {
    return this.bind(key, get as (parts: DataParts) => unknown);
  }

  /** The local of a lifted argument. */
  value(index: number): string {
    const name = `v${index}`;
    this.values.add(name);
    return name;
  }

  /** The source of a new frame. */
  get newFrame(): string {
    return `new ${this.constant(HostFrame)}([${this.cores}])`;
  }

  /** Source out of the ordinary way that calls `act`, which works on a frame. */
  aside(act: string): string {
    const { usesFrame } = this;
    const source = `frame ??= ${this.newFrame}; ${this.onFrame(act)}`;
    this.usesFrame = usesFrame;
    return source;
  }
}
