// The part of @std/assert that the tests use, on Deno's own node:assert, if JSR cannot be reached.
import assertModule from "node:assert";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** `AssertionError` of `@std/assert`. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

export function assert(condition: unknown, message = ""): asserts condition {
  if (!condition) throw new AssertionError(message || "condition is not met");
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  assertModule.deepStrictEqual(actual, expected, message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  assertModule.notDeepStrictEqual(actual, expected, message);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  assertModule.strictEqual(actual, expected, message);
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  assertModule.match(actual, expected, message);
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  assert(
    actual.includes(expected),
    message ?? `expected ${JSON.stringify(actual)} to contain ${JSON.stringify(expected)}`,
  );
}

// deno-lint-ignore no-explicit-any
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expected: T,
  message = "",
): asserts actual is InstanceType<T> {
  assert(actual instanceof expected, message || `expected an instance of ${expected.name}`);
}

export function fail(message?: string): never {
  throw new AssertionError(message ?? "Failed assertion");
}

export function assertThrows(fn: () => unknown, message?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E> | string,
  messageIncludes?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checked(error, ErrorClass, messageIncludes);
  }
  throw new AssertionError("expected function to throw");
}

export function assertRejects(fn: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E> | string,
  messageIncludes?: string,
): Promise<unknown> {
  try {
    await fn();
  } catch (error) {
    return checked(error, ErrorClass, messageIncludes);
  }
  throw new AssertionError("expected function to reject");
}

function checked<E extends Error>(
  error: unknown,
  ErrorClass: ErrorClass<E> | string | undefined,
  messageIncludes: string | undefined,
): unknown {
  if (typeof ErrorClass !== "function") return error;
  if (!(error instanceof ErrorClass)) {
    throw new AssertionError(`expected ${ErrorClass.name}, got ${Deno.inspect(error)}`);
  }
  if (messageIncludes !== undefined) assertStringIncludes(error.message, messageIncludes);
  return error;
}
