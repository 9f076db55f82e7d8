import { quote } from "../base/show.ts";

/** What is lifted, as errors name it: what was said, or the result of a symbol. */
export function subjectOf(
  { subject, symbol }: { readonly subject?: string; readonly symbol: string },
): string {
  return subject ?? `the result of ${quote(symbol)}`;
}
