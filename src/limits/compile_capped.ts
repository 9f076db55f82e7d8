import { isA } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { Compile } from "../source/compile_with.ts";
import { compileBytes, compileSource } from "../source/source.ts";
import type {
  Compiled,
  CompiledGuest,
  CompiledModule,
  SourceBytes,
} from "../source/source_types.ts";
import { capLimits, type Caps, loweredMaximum, refuseLarge } from "./caps.ts";
import { refuseGiven } from "./given.ts";

/** The capped values of `compile`, by their modules and the caps. */
const capped = new WeakMap<WebAssembly.Module, Map<string, Promise<CompiledGuest>>>();

/** The capped modules with imports that refuse what is above the caps. */
const described = new WeakMap<Compiled, Compiled>();

const PLAIN: Compile = { bytes: compileBytes, module: compileSource };

/** Returns what writes caps into a binary, and then compiles it as `compile` does. */
export function capping(caps: Caps, compile: Compile = PLAIN): Compile {
  return {
    async bytes(given) {
      const written = await capBytes(given, caps);
      try {
        return describe(await compile.bytes(written.given), written.before, caps);
      } catch (error) {
        // The binary itself may be the reason, and then its own error has the right offsets.
        await compileBytes(given);
        throw error;
      }
    },
    async module(source) {
      const before = await compileSource(source);
      const guest = await capCompiled(source, before, caps);
      return describe(await compile.module(guest), before.info!, caps);
    },
  };
}

/** Adds what refuses memories and tables of the caller that are above a cap. */
function describe(compiled: Compiled, before: ModuleInfo, caps: Caps): Compiled {
  let found = described.get(compiled);
  if (found === undefined) {
    const refusing = refuseGiven(before.imports, caps);
    const imports = compiled.imports.map((item, index) => {
      const { aboveCap } = refusing[index]!;
      return aboveCap === undefined ? item : { ...item, aboveCap };
    });
    found = { ...compiled, imports };
    described.set(compiled, found);
  }
  return found;
}

async function capCompiled(
  source: CompiledGuest | CompiledModule,
  { module, bytes, name, source: from }: Compiled,
  caps: Caps,
): Promise<CompiledGuest> {
  if (bytes === undefined || isA(source, WebAssembly.Module)) {
    throw new TypeError(
      `Cannot limit the ${caps.memory === Infinity ? "tables" : "memory"} of ${name}: a compiled ` +
        "module cannot be rewritten, expected its bytes, or a value of compile()",
    );
  }
  const all = capped.get(module) ?? new Map<string, Promise<CompiledGuest>>();
  capped.set(module, all);
  const key = `${caps.memory} ${caps.tableElements}`;
  let found = all.get(key);
  if (found === undefined) {
    found = (async () => {
      const { given } = await capBytes({ name, source: from, bytes: new Uint8Array(bytes) }, caps);
      const { module } = await compileBytes(given, true);
      return { module, bytes: given.bytes, source: from };
    })();
    all.set(key, found);
  }
  return await found;
}

/** Writes caps into a binary, and returns it with what it declared before. */
async function capBytes(
  given: SourceBytes,
  caps: Caps,
): Promise<{ readonly given: SourceBytes; readonly before: ModuleInfo }> {
  let before: ModuleInfo;
  try {
    before = readModule(given.bytes);
  } catch (error) {
    await compileBytes(given);
    throw error;
  }
  refuseLarge(before, caps, given);
  const isLower = [...before.memories, ...before.tables].some((type) =>
    loweredMaximum(type, caps) !== undefined
  );
  if (!isLower) return { given, before };
  return { given: { ...given, bytes: capLimits(given.bytes, before, caps) }, before };
}
