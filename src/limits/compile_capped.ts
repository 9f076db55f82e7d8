import type { GuestError } from "../base/errors.ts";
import type { CapReport, WatchedInstance } from "../base/limits.ts";
import { isA } from "../base/show.ts";
import { readModule } from "../binary/module.ts";
import type { ExportInfo, ImportInfo, MemoryType, ModuleInfo, TableType } from "../binary/types.ts";
import type { Compile } from "../source/compile_with.ts";
import { compileBytes, compileSource } from "../source/source.ts";
import type {
  Compiled,
  CompiledGuest,
  CompiledModule,
  Limiting,
  SourceBytes,
} from "../source/source_types.ts";
import {
  capLimits,
  type CappedPart,
  type Caps,
  type LoweredMaxima,
  lowerMaxima,
  type PartRange,
  refuseLarge,
} from "./caps.ts";
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
      return await compileCapped(given, await capBytes(given, caps), compile);
    },
    async module(source) {
      const { info: before, ...compiled } = await compileSource(source);
      const guest = await capCompiled(source, { ...compiled, info: before }, caps);
      const maxima = lowerMaxima(before!, caps);
      return describe(await compile.module(guest), { before: before!, maxima });
    },
  };
}

/** Returns what writes the maxima of a component's core module, and then compiles it. */
export function cappingPart(capped: CappedPart, compile: Compile = PLAIN): Compile {
  return { ...compile, bytes: (given) => compileCapped(given, capped, compile) };
}

/**
 * Divides caps among the instances of core modules, and refuses those that begin with more. A
 * memory or a table that a module imports is that of another instance.
 */
export function capParts<P extends PartRange>(
  counts: ReadonlyMap<P, number>,
  { name, source, bytes }: SourceBytes,
  caps: Caps,
): ReadonlyMap<P, CappedPart> {
  const found = new Map<P, ModuleInfo>();
  const memories: MemoryType[] = [], tables: TableType[] = [];
  for (const [part, count] of counts) {
    const { contents, byteLength } = part;
    let info: ModuleInfo;
    try {
      info = readModule(bytes.slice(contents, contents + byteLength));
    } catch {
      continue; // compiling it refuses it
    }
    found.set(part, info);
    const imported = (kind: string) => info.imports.filter((item) => item.kind === kind).length;
    for (let instance = 0; instance < count; instance++) {
      memories.push(...info.memories.slice(imported("memory")));
      tables.push(...info.tables.slice(imported("table")));
    }
  }
  refuseLarge({ memories, tables }, caps, { name, source });
  const maxima = lowerMaxima({ memories, tables }, caps);
  return new Map([...found].map(([part, before]) => [part, { before, maxima }]));
}

/** Writes maxima into a binary, and compiles it. */
async function compileCapped(
  given: SourceBytes,
  capped: CappedPart,
  compile: Compile,
): Promise<Compiled> {
  const { before, maxima } = capped;
  const isLower = [...before.memories, ...before.tables].some((type) => maxima.has(type));
  const bytes = isLower ? capLimits(given.bytes, before, maxima) : given.bytes;
  try {
    return describe(await compile.bytes({ ...given, bytes }), capped);
  } catch (error) {
    // The binary itself may be the reason, and then its own error has the right offsets.
    await compileBytes(given);
    throw error;
  }
}

/** Adds what refuses memories and tables of the caller that are above a cap, and reports caps. */
function describe(compiled: Compiled, { before, maxima }: CappedPart): Compiled {
  let found = described.get(compiled);
  if (found === undefined) {
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
      const given = { name, source: from, bytes: new Uint8Array(bytes) };
      const { before, maxima } = await capBytes(given, caps);
      const written = maxima.size === 0 ? given.bytes : capLimits(given.bytes, before, maxima);
      const { module } = await compileBytes({ ...given, bytes: written }, true);
      return { module, bytes: written, source: from };
    })();
    all.set(key, found);
  }
  return await found;
}

/** Reads the declarations of a binary, and finds the maxima that caps leave to it. */
async function capBytes(given: SourceBytes, caps: Caps): Promise<CappedPart> {
  let before: ModuleInfo;
  try {
    before = readModule(given.bytes);
  } catch (error) {
    await compileBytes(given);
    throw error;
  }
  refuseLarge(before, caps, given);
  return { before, maxima: lowerMaxima(before, caps) };
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
