import type { FunctionType } from "./binary/types.ts";
import type { Convention } from "./conventions/convention.ts";
import { resolveHostRecipe } from "./conventions/host_recipe.ts";
import type { OwnConvention } from "./conventions/own.ts";
import { compileHostCall } from "./engine/host_call.ts";
import type { Realm } from "./engine/realm.ts";
import { unbornError } from "./engine/host_steps.ts";
import type { GuestError } from "./errors.ts";
import type { WantedImport } from "./describe_import.ts";
import type { HostFunction } from "./host.ts";
import type { Wasi } from "./wasi.ts";
import { undeclared } from "./webassembly.ts";

/** The host functions of one instance. They are made before it and work once it is there. */
export class HostImports {
  /** The instance; it is given as soon as it exists. */
  realm: Realm | undefined;
  /** WASI, where the guest imports it. */
  wasi: Wasi | undefined;
  readonly #convention: Convention | OwnConvention | GuestError;
  readonly #address64: boolean;

  /** Host functions for a guest of one convention. */
  constructor(convention: Convention | OwnConvention | GuestError, address64: boolean) {
    this.#convention = convention;
    this.#address64 = address64;
  }

  /**
   * The core function that stands for a host function.
   *
   * @throws {GuestError} if the declaration is not what the import's type can carry.
   */
  bind(
    { declaration, callback }: HostFunction,
    item: WantedImport,
  ): WebAssembly.ImportValue {
    const name = `${item.module}.${item.name}`;
    const type = item.type as FunctionType | undefined;
    const address64 = this.#address64;
    const recipe = resolveHostRecipe({ name, declaration, type, address64 }, this.#convention);
    const { async: isAsync = false } = declaration;
    const fn = compileHostCall(recipe, callback, isAsync, this);
    return isAsync ? new undeclared.Suspending(fn) : fn as WebAssembly.ImportValue;
  }

  /** The instance, for an import that is being called. */
  realmFor(name: string): Realm {
    if (this.realm !== undefined) return this.realm;
    throw unbornError(name);
  }
}
