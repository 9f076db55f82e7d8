import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { quote } from "../errors.ts";
import type { Detected } from "./detect.ts";
import { bufferRank, isGetter, stemOf } from "./names.ts";
import { staticBuffer } from "./presets/buffer.ts";

/** A getter or a global that names a buffer: one for each buffer, a function before a global. */
export function detectBuffers(info: ModuleInfo): Detected[] {
  const candidates = info.exports.filter((item) =>
    isGetter(item) && bufferRank(item.name) !== undefined
  );
  const best = Math.min(...candidates.map((item) => bufferRank(item.name)!));
  const byStem = new Map<string, ExportInfo>();
  for (const item of candidates) {
    if (bufferRank(item.name) !== best) continue;
    const stem = stemOf(item.name);
    if (byStem.get(stem)?.kind !== "function") byStem.set(stem, item);
  }
  return [...byStem.values()].map((item) => ({
    convention: staticBuffer({ pointer: item.name }),
    reason: item.kind === "function"
      ? `${quote(item.name)} takes nothing and returns a pointer`
      : `global ${quote(item.name)} names a buffer`,
  }));
}
