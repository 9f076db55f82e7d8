import { assertEquals } from "@std/assert";
import { allocator, type Guest, hostFunction, load } from "../../mod.ts";
import type { Random } from "../binary/_mutations.ts";
import { assemble } from "../_wat.ts";
import { FREE, hostileModule, MALLOC } from "./_guests.ts";

// A guest and a model of it. Both carry out each step, and their results have to agree.

/** The pages that the guest's memory can grow to. */
const MOST_PAGES = 6;

/** The maximum depth of calls that are nested by callbacks. */
const MOST_DEPTH = 3;

const BYTES = assemble(
  hostileModule(
    `
    (global $calls (mut i32) (i32.const 0))
    (func $count (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
    ${MALLOC}${FREE}
    (func (export "echo") (param i32 i32) (result i32 i32) (call $count)
      (global.set $top (i32.const 0x1000))
      (local.get 0) (local.get 1))
    (func (export "calls") (result i32) (global.get $calls))
    (func (export "grow") (result i32) (call $count) (memory.grow (i32.const 1)))
    (func (export "boom") (call $count) unreachable)
    (func (export "spin") (call $count) (loop (br 0)))
    (func (export "callback") (result i32) (call $count) (call $back) (global.get $calls))`,
    {
      imports: '(import "env" "back" (func $back))',
      memory: `(memory (export "memory") 1 ${MOST_PAGES})`,
    },
  ).text,
);

const SYMBOLS = {
  echo: {
    parameters: ["string"],
    result: { type: "string", pointer: { result: 0 }, length: { result: 1 } },
  },
  calls: { parameters: [], result: "i32" },
  grow: { parameters: [], result: "i32" },
  boom: { parameters: [], result: "void" },
  spin: { parameters: [], result: "void" },
  callback: { parameters: [], result: "i32" },
} as const;

const TEXTS = ["", "a", "Grüße", "\u{1f680}", "\ufeff", "x".repeat(300), "漢字".repeat(40)];

const STEPS = [
  "pass",
  "pass",
  "calls",
  "grow",
  "trap",
  "loop",
  "callback",
  "callback",
  "reset",
  "dispose",
] as const;

type Step = typeof STEPS[number];

/** The result of a step: a value, or the code of an error. */
type Found = { readonly value: unknown } | { readonly code: string | undefined };

/** Enough for any call that does not loop, including its callbacks. */
const FUEL = 100_000;

/** A guest and the model of it. */
export class Pair {
  readonly #isLimited: boolean;
  #guest!: Guest<typeof SYMBOLS>;
  #state: "ready" | "poisoned" | "disposed" = "disposed";
  #calls = 0;
  #pages = 1;
  #depth = 0;
  /** Carries out the action that is set for the guest's callback. */
  #back = () => {};

  /** Only a guest with limits loops; the other one traps instead. */
  constructor(isLimited: boolean) {
    this.#isLimited = isLimited;
  }

  /** Replaces a guest that was disposed of by a fresh one. */
  async load(): Promise<void> {
    const back = hostFunction({ parameters: [], result: "void" }, () => this.#back());
    this.#guest = await load(BYTES, {
      symbols: SYMBOLS,
      convention: allocator({ allocate: "malloc", free: "free" }),
      imports: { env: { back } },
      limits: this.#isLimited ? { fuel: FUEL } : undefined,
    });
    this.#state = "ready";
    this.#calls = 0;
    this.#pages = 1;
  }

  get isLoaded(): boolean {
    return this.#guest !== undefined;
  }

  get isDisposed(): boolean {
    return this.#state === "disposed";
  }

  /** Takes one random step; a callback takes the next one, with any guest. */
  take(random: Random, all: readonly Pair[]): void {
    const picked = random.pick(STEPS);
    const step = picked === "loop" && !this.#isLimited ? "trap" : picked;
    const text = random.pick(TEXTS);
    this.#back = () => {
      if (this.#depth <= MOST_DEPTH) {
        const before = this.#back;
        random.pick(all).take(random, all);
        this.#back = before;
      }
    };
    if (this.#state === "ready" && step !== "reset" && step !== "dispose") {
      this.#depth++;
      try {
        this.#compare(step, this.#run(step, text), () => this.#expectCall(step, text));
      } finally {
        this.#depth--;
      }
    } else this.#compare(step, this.#run(step, text), () => this.#expectOther(step));
    assertEquals(
      this.#guest.state,
      this.#depth > 0 && this.#state === "ready" ? "calling" : this.#state,
    );
    if (!this.isDisposed) assertEquals(this.#guest.memory.size, this.#pages * 65536, step);
  }

  #compare(step: Step, found: Found, expect: () => Found): void {
    assertEquals(found, expect(), step);
  }

  #run(step: Step, text: string): Found {
    const { symbols } = this.#guest;
    const calls = {
      pass: () => symbols.echo(text),
      calls: () => symbols.calls(),
      grow: () => symbols.grow(),
      trap: () => symbols.boom(),
      loop: () => symbols.spin(),
      callback: () => symbols.callback(),
      reset: () => this.#guest.reset(),
      dispose: () => this.#guest.close(),
    };
    try {
      if (step === "callback" && this.#state === "ready") this.#calls++;
      return { value: calls[step]() };
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined) throw error;
      return { code };
    }
  }

  /** Returns the expected result of a call of a guest that was ready, and updates the model. */
  #expectCall(step: Step, text: string): Found {
    switch (step) {
      case "pass":
        this.#calls++;
        return { value: text };
      case "grow":
        this.#calls++;
        return { value: this.#pages < MOST_PAGES ? this.#pages++ : -1 };
      case "trap":
        this.#calls++;
        this.#state = "poisoned";
        return { code: "trap" };
      case "loop":
        this.#calls++;
        this.#state = "poisoned";
        return { code: "fuel-exhausted" };
      case "callback":
        // A nested call has trapped.
        return this.#state === "ready" ? { value: this.#calls } : { code: this.#state };
      default:
        return { value: this.#calls };
    }
  }

  #expectOther(step: Step): Found {
    if (step === "dispose" && this.#state === "disposed") return { value: undefined };
    if (step !== "reset" && step !== "dispose") return { code: this.#state };
    if (this.#depth > 0) return { code: "busy" };
    if (this.#state === "disposed") return { code: "disposed" };
    this.#state = step === "dispose" ? "disposed" : "ready";
    if (step === "reset") {
      this.#calls = 0;
      this.#pages = 1;
    }
    return { value: undefined };
  }
}
