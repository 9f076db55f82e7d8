import { quote } from "../../base/show.ts";

/** Describes the first line in which two texts differ; line ends do not count. */
export function findDifference(found: string, expected: string): string | undefined {
  const lines = found.split(/\r?\n/), wanted = expected.split("\n");
  for (let index = 0; index < Math.max(lines.length, wanted.length); index++) {
    const line = lines[index], want = wanted[index];
    if (line === want) continue;
    const is = line === undefined ? "it ends" : `it is ${quote(line)}`;
    const should = want === undefined ? "the end" : quote(want);
    return `line ${index + 1} differs: ${is}, expected ${should}`;
  }
  return undefined;
}
