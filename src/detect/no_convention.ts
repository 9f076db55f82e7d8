import { Problem } from "../base/errors.ts";
import { list, quote } from "../base/show.ts";
import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import { allocator, cString } from "../presets/allocator.ts";
import { importsAbort } from "../presets/assembly_script.ts";
import {
  bufferRank,
  couldDo,
  couldMake,
  couldPoint,
  freedBy,
  madeBy,
  namesNumber,
  namesSize,
  shareStem,
} from "../presets/names.ts";
import { canBePasted, offer, printSymbol, WHO_FREES } from "../presets/preset_options.ts";
import {
  handsOut,
  isGetter,
  isReserved,
  ownFunctions,
  takesBack,
  takesPointersAlone,
  usesMemory,
} from "../presets/roles.ts";
import { inPlace, staticBuffer } from "../presets/static_buffer.ts";

type FunctionExport = ExportInfo & { readonly kind: "function" };

/** Makes the problem that no convention is detected, with the possible options. */
export function noConvention(info: ModuleInfo): Problem {
  const functions = info.exports.filter((item) => item.kind === "function");
  return new Problem({
    code: "no-convention",
    part: "convention",
    cannot: "Cannot tell how the guest passes text",
    found: "no buffer and no allocator is detected, and its exported functions are " +
      list(names(functions)),
    expected: adviseProtocol(info) ?? adviseMemory(info) ?? adviseRebuild(info) ??
      adviseReading(info) ??
      adviseStack(info) ??
      `an option such as ${possibleOptions(info).join(" or ")}`,
  });
}

/** The modules that guests of other protocols import, and the tools that load such guests. */
const PROTOCOLS: readonly (readonly [module: RegExp, expected: string])[] = [
  [/^extism:host\//, "the package @extism/extism: it is a plug-in for Extism"],
  [/^wapc$/, "the package @wapc/host: it is a waPC guest"],
  [/^(?:gojs|go)$/, "Go's wasm_exec.js, for which it was compiled"],
];

/** Returns the advice for a guest whose data is passed by functions of a specific host. */
function adviseProtocol({ imports }: ModuleInfo): string | undefined {
  return PROTOCOLS.find(([pattern]) => imports.some(({ module }) => pattern.test(module)))?.[1];
}

/** Returns the advice for a guest without a memory, for which no option can help. */
function adviseMemory({ memories, exports }: ModuleInfo): string | undefined {
  if (memories.length > 0) return undefined;
  const expected = "a memory that it exports or imports: it has none, so it takes only numbers";
  for (const item of exports) {
    if (item.kind !== "function" || !canBePasted(item.name)) continue;
    const parameters = item.type.parameters.map(numberOf);
    const known = parameters.filter((type) => type !== undefined);
    const [result = "i32", ...rest] = item.type.results;
    const returned = item.type.results.length === 0 ? "void" : numberOf(result);
    if (known.length < parameters.length || returned === undefined || rest.length > 0) continue;
    return `${expected}, as in ${printSymbol(item.name, { parameters: known, result: returned })}`;
  }
  return expected;
}

function numberOf(type: string): "i32" | "i64" | "f32" | "f64" | undefined {
  return type === "i32" || type === "i64" || type === "f32" || type === "f64" ? type : undefined;
}

/** Returns the advice for a guest that could be detected if it were compiled differently. */
function adviseRebuild(info: ModuleInfo): string | undefined {
  const { customSections, exports } = info;
  const isObject = customSections.some(({ name }) => name === "linking");
  if (isObject && !exports.some(({ kind }) => kind === "function")) {
    return "a linked program, such as by `wasm-ld --no-entry --export-all`: it is an object file";
  }
  return importsAbort(info) && !exports.some(({ name }) => name === "__new")
    ? "AssemblyScript's --exportRuntime when it is compiled; without it texts come back at " +
      "most, with convention: assemblyScript()"
    : undefined;
}

/**
 * Returns the advice for a guest whose exports have no parameters, whose texts can only be read.
 */
function adviseReading(info: ModuleInfo): string | undefined {
  const own = ownFunctions(info, new Set());
  const isSilent = own.every(({ type }) => type.parameters.length === 0);
  return isSilent ? declareGetter(info) : undefined;
}

/** Returns the advice for a guest of C strings without an allocator. */
function adviseStack(info: ModuleInfo): string | undefined {
  // No binary shows the size of the stack, so the caller has to know whether texts fit.
  return movesStack(info) && takesPointersAlone(info)
    ? "convention: cString(), which puts texts on its stack, if they fit there"
    : undefined;
}

function movesStack({ exports }: ModuleInfo): boolean {
  const all = names(exports);
  return all.includes("__stack_pointer") ||
    (all.includes("stackSave") && all.includes("stackRestore"));
}

function possibleOptions(info: ModuleInfo): string[] {
  const options = [
    bufferOption(info),
    madeOption(info),
    blockOption(info),
    placeOption(info),
    declareGetter(info),
  ].filter((option) => option !== undefined);
  return options.length > 0 ? options : [POINTER_OPTION, ALLOCATE_OPTION];
}

const POINTER_OPTION = 'convention: staticBuffer({ pointer: "\u2026" })';

const ALLOCATE_OPTION = 'convention: allocator({ allocate: "\u2026" })';

function bufferOption(info: ModuleInfo): string | undefined {
  const getters = info.exports.filter((item) =>
    isGetter(item) && !isReserved(item) && (item.kind === "global" || couldPoint(item.name))
  );
  const pointers = could(getters, "return the pointer");
  return pointers && POINTER_OPTION + byType([pointers]);
}

/** Returns the option for a guest with an export that makes a buffer for each text. */
function madeOption(info: ModuleInfo): string | undefined {
  const maker = info.exports.find((item) =>
    item.kind === "function" && isGetter(item) && bufferRank(item.name) === 0 && couldDo(item.name)
  );
  if (maker === undefined || !canBePasted(maker.name)) return undefined;
  const { name } = maker;
  const { expression } = staticBuffer({ pointer: name, result: "inPlace" });
  return `convention: ${expression} if ${
    quote(name)
  } makes a buffer for one text, which nothing frees`;
}

function blockOption(info: ModuleInfo): string | undefined {
  const functions = info.exports.filter((item) => item.kind === "function");
  const own = functions.filter((item) =>
    (!isReserved(item) || isRealloc(item) || couldMake(item.name)) && usesMemory(info, item.name)
  );
  const allocating = own.filter((item) => handsOut(item, 1) || isRealloc(item));
  const freeing = functions.filter((item) => takesBack(item) && !item.name.startsWith("_"));
  const frees = new Map<string | undefined, string>();
  for (const { name } of freeing.toReversed()) frees.set(freedBy(name), name);
  frees.delete(undefined);
  for (const { name: allocate } of allocating) {
    const free = frees.get(madeBy(allocate));
    if (free !== undefined) return `${offer(allocator({ allocate, free }))} (${WHO_FREES})`;
  }
  if (allocating.length === 0) return undefined;
  return 'convention: allocator({ allocate: "\u2026", free: "\u2026" })' +
    byType([could(allocating, "allocate"), could(freeing, "free")]);
}

/** Returns the option for a guest that takes a pointer to any address. */
function placeOption(info: ModuleInfo): string | undefined {
  const own = ownFunctions(info, new Set()).filter(({ name }) => usesMemory(info, name));
  const pointer = "reserve", byteLength = 65536;
  const why = "memory that is added, for a guest that has no allocator of its own";
  if (own.some(({ type }) => takesRange(type.parameters))) {
    return `convention: ${inPlace({ pointer, byteLength }).expression} (${why})`;
  }
  if (!takesPointersAlone(info)) return undefined;
  const ended = inPlace({ pointer, byteLength, pass: ["pointer"], result: "terminated" });
  return `convention: ${ended.expression} (${why})`;
}

function takesRange([first, second]: readonly string[]): boolean {
  return first !== undefined && first === second && (first === "i32" || first === "i64");
}

/** Returns the option and the symbol that read a text from a getter. */
function declareGetter(info: ModuleInfo): string | undefined {
  const own = info.exports.filter((item) =>
    item.kind === "function" && isGetter(item)
  ) as FunctionExport[];
  const giving = own.filter(({ name }) =>
    !name.startsWith("_") && !namesNumber(name) && !couldPoint(name) && canBePasted(name)
  );
  const [item] = giving;
  if (item === undefined) return undefined;
  const length = own.find(({ name }) => namesSize(name) && shareStem(name, item.name))?.name;
  const result = length === undefined
    ? "string" as const
    : { type: "string", pointer: "result", length: { export: length } } as const;
  const convention = length === undefined ? `convention: ${cString().expression}, ` : "";
  const declared = printSymbol(item.name, { parameters: [], result });
  return `${convention}${declared} if ${quote(item.name)} returns a text`;
}

function isRealloc(item: ExportInfo): boolean {
  return item.kind === "function" && item.type.parameters.length === 4 && handsOut(item, 4);
}

function could(items: readonly ExportInfo[], what: string): string | undefined {
  return items.length === 0 ? undefined : `${list(names(items), 5)} could ${what}`;
}

function byType(parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? "" : ` (by type ${known.join(" and ")})`;
}

function names(items: readonly ExportInfo[]): string[] {
  return items.map(({ name }) => name);
}
