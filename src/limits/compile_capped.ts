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
import { capLimits, type Caps, loweredMaximum, refuseLarge } from "./caps.ts";
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
    const refusing = refuseGiven(before.imports, caps);
    const imports = compiled.imports.map((item, index) => {
      const { aboveCap } = refusing[index]!;
      return aboveCap === undefined ? item : { ...item, aboveCap };
    });
    found = { ...compiled, imports, limiting: addReport(compiled.limiting, before, caps) };
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

/** Adds reports of caps to other limits, if there are any. */
function addReport(others: Limiting | undefined, info: ModuleInfo, caps: Caps): Limiting {
  return {
    limit(whole, shared) {
      const limited = others?.limit(whole, shared) ?? { instance: whole };
      const watch = (instance: WatchedInstance) => {
        limited.watch?.(instance);
        reportCaps(instance, info, caps);
      };
      return { ...limited, watch };
    },
    explain: (error) => others?.explain(error),
  };
}

/** Adds to the errors of an instance how close it is to its caps. */
function reportCaps(instance: WatchedInstance, info: ModuleInfo, caps: Caps): void {
  let refused = 0;
  const report: CapReport = {
    tell(wanted = 0) {
      const { memories, tables } = findSizes(instance, info, caps);
      const isRefused = refused > caps.memory;
      const size = memories.find((size) =>
        isRefused || size > caps.memory / 2 || size + wanted > caps.memory
      );
      if (size !== undefined) {
        return `; the guest's memory has ${size} of the ${caps.memory} bytes that limits.memory ` +
          `allows${isRefused ? `, and could not grow to ${refused}` : ""}`;
      }
      const length = tables.find((length) => length > caps.tableElements / 2);
      if (length === undefined) return "";
      return `; the guest's table has ${length} of the ${caps.tableElements} elements that ` +
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

/**
 * Returns the bytes of the memories and the elements of the tables that are visible from outside
 * and that only a cap keeps from growing. Tables that have not grown are omitted: most never do,
 * and are as large as the functions of the guest require.
 */
function findSizes(
  { exports, imports }: WatchedInstance,
  info: ModuleInfo,
  caps: Caps,
): { readonly memories: readonly number[]; readonly tables: readonly number[] } {
  const memories: number[] = [], tables: number[] = [];
  const add = ({ kind, type }: ImportInfo | ExportInfo, value: unknown) => {
    if (kind !== "memory" && kind !== "table") return;
    if (loweredMaximum(type, caps) === undefined) return;
    if (kind === "memory") memories.push((value as WebAssembly.Memory).buffer.byteLength);
    else {
      const { length } = value as WebAssembly.Table;
      if (length > Number(type.minimum)) tables.push(Number(length));
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
