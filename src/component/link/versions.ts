// The component model's explainer, "Import and Export Definitions": which version of an interface
// stands for another one.

import { parseInterface } from "../names.ts";

/**
 * Finds the interface that can stand for an imported one: that of the same name, or else one whose
 * version is compatible and not older, or one without a version.
 *
 * @param wanted The name of the import.
 * @param given The names that the host has.
 */
export function findInterface(wanted: string, given: readonly string[]): string | undefined {
  if (given.includes(wanted)) return wanted;
  const asked = parseInterface(wanted);
  if (asked?.version === undefined) return undefined;
  let best: { readonly name: string; readonly version: readonly number[] } | undefined;
  for (const name of given) {
    const found = parseInterface(name);
    if (found?.package !== asked.package || found.label !== asked.label) continue;
    const version = found.version === undefined ? [] : fits(asked.version, found.version);
    if (version !== undefined && (best === undefined || compare(version, best.version) > 0)) {
      best = { name, version };
    }
  }
  return best?.name;
}

/** Returns the parts of a version that can stand for another one; `undefined` if it cannot. */
function fits(asked: string, found: string): readonly number[] | undefined {
  const [wanted, version] = [releaseOf(asked), releaseOf(found)];
  if (wanted === undefined || version === undefined) return undefined;
  // The first part that is not 0 is that of incompatible changes.
  const leading = wanted.findIndex((part) => part > 0);
  const isCompatible = wanted.slice(0, leading + 1).every((part, at) => part === version[at]);
  return isCompatible && compare(version, wanted) >= 0 ? version : undefined;
}

/** Returns the numbers of a version; `undefined` for one that is not released. */
function releaseOf(version: string): readonly number[] | undefined {
  const [core] = version.split("+");
  return core!.includes("-") ? undefined : core!.split(".").map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [at, part] of left.entries()) {
    const difference = part - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
