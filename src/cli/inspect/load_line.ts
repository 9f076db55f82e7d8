import { literal } from "../../base/show.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { print, printKey } from "../../presets/preset_options.ts";
import { describeStandIn, missingImports } from "./idle_guest.ts";

/**
 * Writes the line that loads a guest, with stand-ins for missing imports, so that it can run
 * unchanged.
 */
export function loadLine(
  source: string,
  { imports }: Pick<ModuleInfo, "imports">,
  missing: readonly string[],
  memoryName?: string,
): string {
  const open = missingImports(imports, missing);
  const made = new Map<string, string[]>();
  for (const item of open) {
    const standIn = describeStandIn(item);
    if (standIn === undefined) continue;
    const args = standIn.args.map((argument) => print(argument)).join(", ");
    const line = `${printKey(item.name)}: new WebAssembly.${standIn.kind}(${args})`;
    made.set(item.module, [...made.get(item.module) ?? [], line]);
  }
  const modules = [...made].map(([module, lines]) =>
    `${printKey(module)}: { ${lines.join(", ")} }`
  );
  const options = [
    ...(modules.length > 0 ? [`imports: { ${modules.join(", ")} }`] : []),
    ...(open.some(({ kind }) => kind === "function") ? ['missing: "trap"'] : []),
    ...(memoryName === undefined ? [] : [`memoryName: ${literal(memoryName)}`]),
  ];
  return writeLoad(source, options);
}

/** Writes the line that loads a guest with options. */
export function writeLoad(source: string, options: readonly string[]): string {
  const shown = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  return `${"using guest"} = await load(${literal(source)}${shown});`;
}
