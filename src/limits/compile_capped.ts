import type { GuestError } from "../base/errors.ts";
import type { CapReport, WatchedInstance } from "../base/limits.ts";
import { isA } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import type { ExportInfo, ImportInfo, ModuleInfo } from "../binary/types.ts";
import type { Compile } from "../source/compile_with.ts";
import { compileBytes, compileSource } from "../source/source.ts";
import type {
  Compiled,
  CompiledGuest,
  CompiledModule,
  Limiting,
  SourceBytes,
} from "../source/source_types.ts";
import { capLimits, type Caps, type LoweredMaxima, lowerMaxima, refuseLarge } from "./caps.ts";
import { refuseGiven } from "./given.ts";

/** The capped values of `compile`, by their modules and the caps. */
const capped = new WeakMap<WebAssembly.Module, Map<string, Promise<CompiledGuest>>>();

/** The capped modules, whose imports refuse what is above the caps, and whose guests report caps. */
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

/** Adds what refuses memories and tables of the caller that are above a cap, and reports caps. */
function describe(compiled: Compiled, before: ModuleInfo, caps: Caps): Compiled {
  let found = described.get(compiled);
  if (found === undefined) {
    const maxima = lowerMaxima(before, caps);
    const refusing = refuseGiven(before.imports, maxima);
    const imports = compiled.imports.map((item, index) => {
      const { aboveCap } = refusing[index]!;
      return aboveCap === undefined ? item : { ...item, aboveCap };
    });
    found = { ...compiled, imports, limiting: addReport(compiled.limiting, before, maxima) };
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
  const maxima = lowerMaxima(before, caps);
  if (maxima.size === 0) return { given, before };
  return { given: { ...given, bytes: capLimits(given.bytes, before, maxima) }, before };
}

/** Adds reports of caps to other limits, if there are any. */
function addReport(
  others: Limiting | undefined,
  info: ModuleInfo,
  maxima: LoweredMaxima,
): Limiting {
  return {
    limit(whole, shared) {
      const limited = others?.limit(whole, shared) ?? { instance: whole };
      const watch = (instance: WatchedInstance) => {
        limited.watch?.(instance);
        reportCaps(instance, info, maxima);
      };
      return { ...limited, watch };
    },
    explain: (error) => others?.explain(error),
  };
}

/** Adds to the errors of an instance how close it is to its caps. */
function reportCaps(instance: WatchedInstance, info: ModuleInfo, maxima: LoweredMaxima): void {
  let refused = 0;
  const report: CapReport = {
    tell(wanted = 0) {
      const { memories, tables } = findSizes(instance, info, maxima);
      const memory = memories.find(({ size, allowed }) =>
        refused > allowed || size > allowed / 2 || size + wanted > allowed
      );
      if (memory !== undefined) {
        const { size, allowed } = memory;
        return `; the guest's memory has ${size} of the ${allowed} bytes that limits.memory ` +
          `allows${refused > allowed ? `, and could not grow to ${refused}` : ""}`;
      }
      const table = tables.find(({ size, allowed }) => size > allowed / 2);
      if (table === undefined) return "";
      return `; the guest's table has ${table.size} of the ${table.allowed} elements that ` +
        "limits.tableElements allows";
    },
    refuse(byteLength) {
      refused = byteLength;
    },
  };
  const { describe } = instance;
  instance.caps = report;
  instance.describe = (error) => {
    describe?.(error);
    if (mayLackMemory(error)) extend(error, report.tell());
  };
}

/** The size of a memory in bytes, or of a table in elements, and what its cap allows. */
interface Size {
  readonly size: number;
  readonly allowed: number;
}

/**
 * Returns the sizes of the memories and the tables that are visible from outside and that only a
 * cap keeps from growing. Tables that have not grown are omitted: most never do, and are as large
 * as the functions of the guest require.
 */
function findSizes(
  { exports, imports }: WatchedInstance,
  info: ModuleInfo,
  maxima: LoweredMaxima,
): { readonly memories: readonly Size[]; readonly tables: readonly Size[] } {
  const memories: Size[] = [], tables: Size[] = [];
  const add = ({ kind, type }: ImportInfo | ExportInfo, value: unknown) => {
    if (kind !== "memory" && kind !== "table") return;
    const { allowed } = maxima.get(type) ?? {};
    if (allowed === undefined) return;
    if (kind === "memory") {
      memories.push({ size: (value as WebAssembly.Memory).buffer.byteLength, allowed });
    } else {
      const size = Number((value as WebAssembly.Table).length);
      if (size > Number(type.minimum)) tables.push({ size, allowed });
    }
  };
  for (const item of info.exports) add(item, exports[item.name]);
  for (const item of info.imports) add(item, imports?.[item.module]?.[item.name]);
  return { memories, tables };
}

/** Returns whether an error may come from a guest that could not grow its memory or a table. */
function mayLackMemory({ code, cause, status }: GuestError): boolean {
  return code === "abort" || code === "exited" && status !== 0 ||
    code === "trap" && isA(cause, WebAssembly.RuntimeError);
}

/** Adds to the message of an error. */
function extend(error: GuestError, rest: string): void {
  const { message, stack } = error;
  error.message = message + rest;
  // The stack starts with the message, and is shown for an uncaught error.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
