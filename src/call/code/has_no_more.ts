/**
 * Whether a record has no other fields than those that were taken out of it. What a fast form does
 * not know it must not ignore: the compiler refuses a field that was added since.
 */
export function hasNoMore(rest: Readonly<Record<PropertyKey, never>>): boolean {
  return Object.values(rest).every((value) => value === undefined);
}
