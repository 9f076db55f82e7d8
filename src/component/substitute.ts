// The component model's binary format, "Instance Definitions": after an import is supplied, the
// supplied type replaces its type in everything that follows.

import type { Reader } from "../binary/reader.ts";
import type { Scope } from "./scope.ts";
import type { Extern, ExternType, InstanceType, NamedType, ResourceType, Type } from "./types.ts";

/** The replacement for each type. */
export type Replacements = Map<object, object>;

/** Copies a type as far as anything in it is replaced; otherwise returns the type itself. */
export function substitute<T extends Type>(
  reader: Reader,
  scope: Scope,
  type: T,
  replaced: Replacements,
): T {
  const found = replaced.get(type);
  if (found !== undefined) return found as T;
  const { context } = scope;
  context.copied(reader);
  const parts: object[] = [];
  let changed = false;
  const swap = <P extends Type | undefined>(part: P): P => {
    if (part === undefined) return part;
    const other = substitute(reader, scope, part as Type, replaced);
    parts.push(other);
    changed ||= other !== part;
    return other as P;
  };
  const typed = <P extends { readonly type: Type | undefined }>(list: readonly P[]): P[] =>
    list.map((item) => ({ ...item, type: swap(item.type) }));
  const externs = (list: readonly Extern[]): Extern[] =>
    list.map((item) => {
      const { sort, type } = item.type;
      return { ...item, type: { sort, type: swap<Type>(type) } as ExternType };
    });
  const bare = type as Type;
  let copy: Type = bare;
  switch (bare.kind) {
    case "record":
      copy = { ...bare, fields: typed(bare.fields) };
      break;
    case "variant":
      copy = { ...bare, cases: typed(bare.cases) };
      break;
    case "list":
    case "option":
    case "stream":
    case "future":
    case "named":
      copy = { ...bare, type: swap(bare.type) } as Type;
      break;
    case "tuple":
      copy = { ...bare, types: bare.types.map(swap) };
      break;
    case "result":
      copy = { ...bare, ok: swap(bare.ok), error: swap(bare.error) };
      break;
    case "own":
    case "borrow":
      copy = { ...bare, resource: swap(bare.resource) };
      break;
    case "map":
      copy = { ...bare, key: swap(bare.key), value: swap(bare.value) };
      break;
    case "function":
      copy = { ...bare, parameters: typed(bare.parameters), result: swap(bare.result) };
      break;
    case "instance":
      copy = { ...bare, exports: externs(bare.exports) };
      break;
    case "component":
      copy = { ...bare, imports: externs(bare.imports), exports: externs(bare.exports) };
      break;
  }
  const result = changed ? context.made(reader, copy, parts) : bare;
  replaced.set(type, result);
  return result as T;
}

/** Replaces resource types with new ones, which instances of the scope in turn have anew. */
export function renew(
  scope: Scope,
  resources: readonly ResourceType[],
  replaced: Replacements,
): void {
  for (const resource of resources) {
    const fresh = scope.introduce({ ...resource });
    replaced.set(resource, fresh);
    scope.resources.push(fresh);
  }
}

/**
 * Makes the type of one instance: with its own resource types, unless it already has them, and its
 * types under the instance's name.
 */
export function adopt(
  reader: Reader,
  scope: Scope,
  instance: InstanceType,
  owner: string | undefined,
): InstanceType {
  const replaced: Replacements = new Map();
  renew(scope, instance.resources, replaced);
  const exports: Extern[] = [];
  for (const item of instance.exports) {
    scope.context.copied(reader);
    const { sort, type } = item.type;
    const copy = substitute<Type>(reader, scope, type, replaced);
    if (sort !== "type" || owner === undefined) {
      exports.push({ ...item, type: { sort, type: copy } as ExternType });
      continue;
    }
    const named: NamedType = { kind: "named", name: item.name, owner, type: copy };
    scope.context.made(reader, named, [copy]);
    replaced.set(type, named);
    exports.push({ ...item, type: { sort, type: named } });
  }
  return scope.context.made(
    reader,
    { kind: "instance", exports, resources: [] },
    exports.map((item) => item.type.type),
  );
}
