// Modules in the text format of binaryen, which has more proposals than that of _wat.ts.
const { default: binaryen } = await import("npm:binaryen@132.0.0");

/** The bits of proposals by name. The package's own declarations lack some of them. */
export const FEATURES = binaryen.Features as unknown as Readonly<Record<string, number>>;

/** V8 has no compact imports, and another order of atomic operators. */
const OF_V8 = FEATURES.All! & ~(FEATURES.CompactImports! | FEATURES.AcquireReleaseAtomics!);

/** Assembles a module with the given proposals. */
export function assembleWith(text: string, features = OF_V8): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  module.setFeatures(features);
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}
