/** Shows a value in the name of a test. */
export function onOneLine(value: unknown): string {
  return Deno.inspect(value, { breakLength: Infinity, depth: 9 });
}
