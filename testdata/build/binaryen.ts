import { type Job, npmVersion, type Toolchain } from "./toolchain.ts";

const VERSION = "130.0.0";
const load = () => import("npm:binaryen@130.0.0");

// The features are listed one by one, because with `All` binaryen would encode imports in a form
// that V8 does not accept.
const FEATURES = [
  "Atomics",
  "BulkMemory",
  "BulkMemoryOpt",
  "ExceptionHandling",
  "GC",
  "Memory64",
  "MultiMemory",
  "Multivalue",
  "MutableGlobals",
  "ReferenceTypes",
  "SIMD128",
  "SignExt",
] as const;

/** WebAssembly text, by binaryen from npm. */
export const binaryenText: Toolchain = {
  name: "binaryen",
  directory: "wat",
  extension: ".wat",
  comment: ";;",
  version: VERSION,
  findVersion: () => npmVersion(VERSION, load),
  async compile({ directory, source, output }: Job): Promise<void> {
    const { default: binaryen } = await load();
    const module = binaryen.parseText(await Deno.readTextFile(new URL(source, directory)));
    try {
      module.setFeatures(
        FEATURES.reduce<number>((bits, name) => bits | binaryen.Features[name], 0),
      );
      if (!module.validate()) {
        throw new Error(`Cannot build "${source}": binaryen finds it invalid, expected a module`);
      }
      await Deno.writeFile(output, module.emitBinary());
    } finally {
      module.dispose();
    }
  },
};
