import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations, SymbolFunctions } from "../abi/symbol_types.ts";
import { orThrow, Problem } from "../base/errors.ts";
import { show } from "../base/show.ts";
import type { Call, PlanForms } from "../call/call.ts";
import type { PlanReport } from "../call/plan_report.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { needsConvention } from "../plan/resolve.ts";
import { type Choice, deferCall, followCall } from "./convention_choice.ts";
import type { GuestHost, GuestParts } from "./guest_parts.ts";
import {
  adviseSymbols,
  findSoleExport,
  PassCalls,
  type PassedTo,
  PASSES,
  refuseCount,
} from "./passes.ts";
import { Planner } from "./planner.ts";
import type { BoundSymbols } from "./symbols.ts";

/** The declaration of the functions that start a guest or run a command. */
const START = { parameters: [], result: "void" } as const;

/** The declaration of a getter that returns an address. */
const GETTER = { parameters: [], result: "pointer" } as const;

/** The parameter and the result of a pass. */
type Content = keyof typeof PASSES;

/** The calls of one guest, bound to its current instance. */
export class GuestCalls<S extends SymbolDeclarations> {
  /** The declared symbols as functions, which always call the current instance. */
  readonly functions: SymbolFunctions<S>;
  readonly #parts: GuestParts;
  readonly #choice: Choice;
  readonly planner: Planner;
  readonly #bound: BoundSymbols<S>["bound"];
  #instance: GuestInstance;
  #passes = { string: new PassCalls(), bytes: new PassCalls() };
  readonly #getter = (name: string): Call =>
    this.#compile(name, GETTER, this.planner.context(this.#instance));

  /**
   * Binds the declared symbols.
   *
   * @throws {LoadError} with a line for each symbol that does not fit.
   */
  constructor(parts: GuestParts, choice: Choice, instance: GuestInstance) {
    this.#parts = parts;
    this.#choice = choice;
    this.planner = new Planner(parts, choice);
    this.#instance = instance;
    const bind = (name: string) => this.#bind(name);
    const { symbols, properties } = parts;
    const declared = parts.binder?.bindSymbols<S>(symbols, bind, parts.check?.wrong, properties);
    this.functions = declared?.functions ?? {} as SymbolFunctions<S>;
    this.#bound = declared?.bound ?? new Map();
  }

  /**
   * Binds all calls to another instance.
   *
   * @returns A function that binds them to the former instance again.
   */
  moveTo(instance: GuestInstance): () => void {
    const before = { instance: this.#instance, passes: this.#passes };
    const goBack = () => {
      ({ instance: this.#instance, passes: this.#passes } = before);
      this.#rebind();
    };
    this.#instance = instance;
    this.#passes = { string: new PassCalls(), bytes: new PassCalls() };
    try {
      this.#rebind();
    } catch (error) {
      goBack();
      throw error;
    }
    return goBack;
  }

  /** Returns the call of a declared symbol. */
  symbol(name: string): Call {
    return this.#bound.get(name)!.call;
  }

  /**
   * Runs a command.
   *
   * @param host The host's imports and state for the instance, if it imports any function.
   * @param options Whether the command may wait.
   */
  run(
    host: GuestHost | undefined,
    options: { readonly async: true } | undefined,
  ): number | Promise<number> {
    const { command } = this.#parts;
    const start = (declaration: SymbolDeclaration = START) =>
      this.#compile("_start", declaration, this.planner.context(this.#instance));
    // A guest without `_start` is reported like any missing export.
    if (command === undefined) return start().call() as number;
    return command.runCommand(this.#instance, host?.wasi, start, options);
  }

  /** Makes the call of a function that prepares the guest, before a convention is detected. */
  prepare(name: string): Call {
    const { given: convention } = this.#parts;
    return this.#compile(name, START, this.planner.context(this.#instance, { convention }));
  }

  /** Makes the call that passes text or bytes to an export, or to the only export that fits. */
  passing(content: Content, name: string | undefined): Call {
    const calls = this.#passes[content];
    const known = calls.get(name);
    if (known !== undefined) return known;
    if (name !== undefined && typeof name !== "string") {
      const what = content === "string" ? "text" : content;
      throw new TypeError(
        `Cannot pass ${what}: the second argument is ${show(name)}, expected the name of an export`,
      );
    }
    this.settle();
    const context = this.planner.context(this.#instance);
    const to = this.#findExport(content, name, context);
    const named = calls.get(to.name);
    if (named !== undefined) return calls.keep(name, named);
    const plan = orThrow(this.#planPass(content, to, context));
    const call = plan.on(this.#instance);
    return calls.keep(name, this.#follow(call, false, () => calls.keep(name, call)));
  }

  /** Reports the steps of a symbol, or of a pass if `content` is set or no symbol has the name. */
  async report(given?: string, content?: Content): Promise<PlanReport> {
    const instance = this.#instance;
    const { symbols, properties } = this.#parts;
    const name = given === undefined ? undefined : properties?.functionOf(given) ?? given;
    const isSymbol = name !== undefined && content === undefined && Object.hasOwn(symbols, name);
    const declaration = isSymbol ? symbols[name]! : PASSES[content ?? "string"];
    const planPass = (content: Content, context: ResolveContext) =>
      this.#planPass(content, this.#findExport(content, name, context), context);
    const forms = orThrow(
      isSymbol
        ? this.planner.symbol(name, instance)
        : planPass(content ?? "string", this.planner.context(instance)),
    );
    // Binding the plan throws if the instance lacks something for it.
    forms.on(instance);
    const { reportPlan } = await import("../call/plan_report.ts");
    return reportPlan(forms.plan, instance, declaration, this.#choice.rivals);
  }

  #compile(name: string, declaration: SymbolDeclaration, context: ResolveContext): Call {
    const plan = orThrow(this.planner.plan(name, declaration, this.#instance, context));
    return plan.on(this.#instance);
  }

  /** Returns the export that a pass means: the given one, or the only one that fits. */
  #findExport(content: Content, name: string | undefined, context: ResolveContext): PassedTo {
    if (name !== undefined) return { name };
    return orThrow(findSoleExport(content, this.#parts.compiled.info, context));
  }

  #planPass(
    content: Content,
    { name, parts }: PassedTo,
    context: ResolveContext,
  ): PlanForms | Problem {
    const { info } = this.#parts.compiled;
    const plan = this.planner.plan(name, PASSES[content], this.#instance, context, parts);
    const problem = plan instanceof Problem ? plan : refuseCount(name, context, info);
    return problem ? adviseSymbols(problem, name, content, context, info) : plan;
  }

  #bindSymbol(name: string): Call | Problem {
    const plan = this.#parts.properties?.prepare(name, this.#instance) ??
      this.planner.symbol(name, this.#instance);
    return plan instanceof Problem ? plan : plan.on(this.#instance);
  }

  /**
   * Binds a symbol. A buffer with several names is settled before its first call, not by `load`.
   */
  #bind(name: string): Call | Problem {
    const call = this.#bindSymbol(name);
    if (call instanceof Problem) return call;
    const declaration = this.#parts.symbols[name]!;
    return needsConvention(declaration) && this.#choice.isOpen ? this.#defer(name) : call;
  }

  /** Makes the call of a symbol that settles the convention first. */
  #defer(name: string): Call {
    return deferCall(this.#parts.symbols[name]!.async ?? false, () => {
      this.settle();
      return this.symbol(name);
    });
  }

  #rebind(): void {
    for (const [name, symbol] of this.#bound) symbol.call = orThrow(this.#bind(name));
  }

  /** Determines which of several names the guest's buffer has, by their addresses. */
  settle(): void {
    const isNew = this.#choice.settle(this.#instance, this.#getter);
    const { convention } = this.#choice;
    if (convention instanceof Problem) throw convention.error();
    if (!isNew) return;
    this.planner.clear();
    for (const [name, symbol] of this.#bound) {
      const call = orThrow(this.#bindSymbol(name));
      const declaration = this.#parts.symbols[name]!;
      symbol.call = needsConvention(declaration)
        ? this.#follow(call, declaration.async ?? false, () => symbol.call = call)
        : call;
    }
  }

  /**
   * Makes a call that checks afterwards that it has not set a pointer to another buffer, and then
   * replaces itself by `use`.
   */
  #follow(call: Call, isAsync: boolean, use: () => void): Call {
    if (!this.#choice.isUnsure) return call;
    return followCall(call, isAsync, (value) => {
      this.#choice.review(this.#instance, this.#getter);
      if (this.#choice.convention instanceof Problem) {
        this.#passes = { string: new PassCalls(), bytes: new PassCalls() };
        for (const [name, symbol] of this.#bound) {
          if (needsConvention(this.#parts.symbols[name]!)) symbol.call = this.#defer(name);
        }
        throw this.#choice.convention.error();
      }
      use();
      return value;
    });
  }
}
