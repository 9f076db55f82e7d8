import binaryen from "npm:binaryen@130.0.0";
import type { Job, Toolchain } from "./toolchain.ts";

const { Features } = binaryen;

// Named one by one: `All` would let binaryen encode imports in a form that V8 does not take.
const FEATURES = Features.Atomics | Features.BulkMemory | Features.BulkMemoryOpt |
  Features.ExceptionHandling | Features.GC | Features.Memory64 | Features.MultiMemory |
  Features.Multivalue |
  Features.MutableGlobals | Features.ReferenceTypes | Features.SIMD128 | Features.SignExt;

/** WebAssembly text, by binaryen from npm. */
export const binaryenText: Toolchain = {
  name: "binaryen",
  directory: "wat",
  extension: ".wat",
  comment: ";;",
  version: "130.0.0",
  findVersion(): Promise<string> {
    return Promise.resolve(this.version);
  },
  async compile({ directory, source, output }: Job): Promise<void> {
    const module = binaryen.parseText(await Deno.readTextFile(new URL(source, directory)));
    try {
      module.setFeatures(FEATURES);
      if (!module.validate()) {
        throw new Error(`Cannot build "${source}": binaryen finds it invalid, expected a module`);
      }
      await Deno.writeFile(output, module.emitBinary());
    } finally {
      module.dispose();
    }
  },
};
