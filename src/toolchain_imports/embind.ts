import type { FunctionType } from "../binary/types.ts";

/**
 * Whether an import only tells Emscripten's embind of a class, a type or a constant. Such a guest
 * does so as it starts, for JavaScript that is not there: nothing has to be done about it.
 */
export function isRegistration(name: string, { results }: FunctionType): boolean {
  return name.startsWith("_embind_register_") && results.length === 0;
}

/** What answers a registration. */
export function ignoreRegistration(): void {}
