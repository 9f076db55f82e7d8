import type { ModuleInfo } from "../binary/types.ts";
import { quote } from "../errors.ts";
import type { Detected } from "./detect.ts";
import { handsOut, hasFunction, takesBack } from "./names.ts";
import { assemblyScript } from "./presets/assembly_script.ts";
import { canonicalAbi } from "./presets/canonical_abi.ts";
import { jsStrings } from "./presets/js_strings.ts";
import { wasmBindgen } from "./presets/wasm_bindgen.ts";

/** What toolchains leave that nothing else does: a guest of one is a guest of no other. */
export const TOOLCHAINS: readonly ((info: ModuleInfo) => Detected[])[] = [
  detectAssemblyScript,
  detectBindgen,
  detectRenamedBindgen,
  detectCanonicalAbi,
  detectJsStrings,
];

function detectAssemblyScript(info: ModuleInfo): Detected[] {
  const isManaged = hasFunction(info, "__new", 2, 1) && hasFunction(info, "__pin", 1, 1) &&
    hasFunction(info, "__unpin", 1, 0);
  if (isManaged) {
    return [{ convention: assemblyScript(), reason: 'it exports "__new", "__pin" and "__unpin"' }];
  }
  const isCounted = hasFunction(info, "__alloc", 2, 1) && hasFunction(info, "__retain", 1, 1) &&
    hasFunction(info, "__release", 1, 0);
  return isCounted
    ? [{
      convention: assemblyScript({ runtime: "arc" }),
      reason: 'it exports "__alloc", "__retain" and "__release"',
    }]
    : [];
}

function detectBindgen(info: ModuleInfo): Detected[] {
  const name = "__wbindgen_malloc";
  return hasFunction(info, name, 1, 1) || hasFunction(info, name, 2, 1)
    ? [{ convention: wasmBindgen(), reason: `it exports ${quote(name)}` }]
    : [];
}

/** wasm-bindgen numbers its exports where it is asked to hide what they are for. */
function detectRenamedBindgen(info: ModuleInfo): Detected[] {
  const renamed = info.exports.filter(({ name }) => /^__wbindgen_export_?\d*$/.test(name));
  const withArity = (count: number, test: (item: typeof renamed[number]) => boolean) =>
    renamed.filter((item) =>
      item.kind === "function" && item.type.parameters.length === count && test(item)
    ).map(({ name }) => name);
  // An alignment comes with both, or with none of them.
  for (const aligned of [1, 0]) {
    const allocating = withArity(1 + aligned, (item) => handsOut(item, 2));
    const freeing = withArity(2 + aligned, takesBack);
    const found = allocating.flatMap((allocate) =>
      freeing.map((free) => ({
        convention: wasmBindgen({ allocate, free }),
        reason: `${quote(allocate)} and ${quote(free)} have the types of its allocator`,
      }))
    );
    if (found.length > 0) return found;
  }
  return [];
}

function detectCanonicalAbi(info: ModuleInfo): Detected[] {
  return hasFunction(info, "cabi_realloc", 4, 1)
    ? [{
      convention: canonicalAbi(),
      reason: 'it exports "cabi_realloc"; nothing tells its encoding, which is mostly UTF-8',
    }]
    : [];
}

function detectJsStrings(info: ModuleInfo): Detected[] {
  const strings = info.imports.find(({ module }) => module === "wasm:js-string");
  return strings === undefined ? [] : [{
    convention: jsStrings(),
    reason: `it imports ${quote(`wasm:js-string.${strings.name}`)}`,
  }];
}

/** A guest that takes and returns references, which can be strings. */
export function detectReferences(info: ModuleInfo): Detected | undefined {
  const item = info.exports.find((item) =>
    item.kind === "function" && item.type.parameters.includes("externref") &&
    item.type.results.some((type) => /extern/.test(type))
  );
  return item && {
    convention: jsStrings(),
    reason: `${quote(item.name)} takes and returns externref`,
  };
}
