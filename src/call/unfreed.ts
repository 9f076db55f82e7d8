import { counted } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";

/**
 * Describes the blocks that were never freed, for an error when memory may have run out. It is
 * empty if they are less than `part` of memory, or more than all of it: then the guest has freed
 * them.
 */
export function describeUnfreed(instance: Instance, part: number): string {
  const { results, arguments: passed, byteLength } = instance.unfreed;
  if (byteLength === 0) return "";
  const { size } = instance.memory;
  if (byteLength < size * part || byteLength > size) return "";
  const counts = [
    ...(results > 0 ? [counted(results, "result")] : []),
    ...(passed > 0 ? [counted(passed, "argument")] : []),
  ];
  const cures = [
    ...(results > 0 ? ['resultsFreedBy: "host"'] : []),
    ...(passed > 0 ? ['free: "\u2026"'] : []),
  ];
  const verb = results + passed === 1 ? "was" : "were";
  return `; ${counts.join(" and ")} of ${byteLength} bytes in all ${verb} never freed, expected ` +
    `${cures.join(" and ")} of the convention where the host has to free them`;
}
