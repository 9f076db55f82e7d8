// Values and modules that are made or loaded on first use.

/** Calls `make` once, lazily, and then releases it. */
export function once<T>(make: () => T): () => T {
  let pending: (() => T) | undefined = make;
  let value: T;
  return () => {
    if (pending !== undefined) {
      value = pending();
      pending = undefined;
    }
    return value;
  };
}

/**
 * A module that few guests need. `load` imports it for those, because their calls are synchronous
 * and cannot.
 */
export class OnDemand<T> {
  readonly #import: () => Promise<T>;
  #module: T | undefined;

  /** Keeps the function that imports the module. */
  constructor(importModule: () => Promise<T>) {
    this.#import = importModule;
  }

  /** Imports the module, once. */
  async load(): Promise<void> {
    this.#module ??= await this.#import();
  }

  /** The module, if it was imported. */
  get loaded(): T | undefined {
    return this.#module;
  }

  /** The imported module. */
  get module(): T {
    if (this.#module !== undefined) return this.#module;
    throw new Error(
      `Cannot use a part of Passage: ${this.#import} was not awaited, expected load() before`,
    );
  }
}
