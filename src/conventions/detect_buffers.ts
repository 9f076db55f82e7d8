import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { quote } from "../errors.ts";
import type { Detected } from "./detect.ts";
import { bufferRank, isGetter, namesOutput, stemOf } from "./names.ts";
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
  const outputs = info.exports.filter((item) => isGetter(item) && namesOutput(item.name));
  return [...byStem.values()].flatMap((item) =>
    outputs.length === 0
      ? [{ convention: staticBuffer({ pointer: item.name }), reason: reasonOf(item) }]
      : outputs.map((output) => withOutput(item, output.name))
  );
}

/** A buffer that text goes into where another is named that it comes out of. */
function withOutput(input: ExportInfo, output: string): Detected {
  return {
    convention: staticBuffer({
      pointer: input.name,
      result: {
        results: ["n"],
        text: { pointer: { export: output }, length: "result" },
        status: { value: "result", fails: "negative" },
      },
    }),
    reason: `${reasonOf(input)}, and ${quote(output)} tells where text comes out`,
  };
}

function reasonOf({ kind, name }: ExportInfo): string {
  return kind === "function"
    ? `${quote(name)} takes nothing and returns a pointer`
    : `global ${quote(name)} names a buffer`;
}
