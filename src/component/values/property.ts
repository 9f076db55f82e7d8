/** Returns a property of an object, unless it is one that every object has, such as `toString`. */
export function propertyOf(object: object | undefined, name: string): unknown {
  const found: unknown = (object as Readonly<Record<string, unknown>> | undefined)?.[name];
  return found === Object.prototype[name as keyof typeof Object.prototype] ? undefined : found;
}
