/** A value as the name of a test shows it. */
export function onOneLine(value: unknown): string {
  return Deno.inspect(value, { breakLength: Infinity, depth: 9 });
}
