import { identifyFile } from "../../binary/header.ts";
import { readModule } from "../../binary/module.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import type { LoadOptions } from "../../check/load_options.ts";
import type { Guest } from "../../guest.ts";
import { refuseOther } from "../../source/engine_refusals.ts";
import type { SourceBytes } from "../../source/source_types.ts";
import { findBuffer } from "./guest_buffer.ts";
import { type IdleGuest, loadIdle, missingImports } from "./idle_guest.ts";
import { describeProblem, inspectFunctions } from "./inspected_functions.ts";
import type { InspectedConvention, InspectedImport, Inspection } from "./inspection.ts";
import { loadLine } from "./load_line.ts";
import { layOut } from "./memory_layout.ts";
import { listSections } from "./sections.ts";
import { formatType, listExports, listMemories } from "./signatures.ts";

/**
 * Inspects a file: its kind, and if it is a module, its contents and how to call it. No guest code
 * runs except getters that only return a value.
 *
 * @param given The bytes.
 * @param source The source as the user wrote it.
 * @param options The memory, if the guest has several.
 * @throws {WasmFormatError} if it starts like a module and is malformed.
 */
export async function inspect(
  given: SourceBytes,
  source: string,
  { memoryName }: Pick<LoadOptions, "memoryName"> = {},
): Promise<Inspection> {
  const { bytes } = given;
  const nothing = {
    version: 1,
    source,
    byteLength: bytes.byteLength,
    producers: [],
    sections: [],
    imports: [],
    exports: [],
    memories: [],
    start: false,
    functions: [],
  } as const;
  const other = identifyFile(bytes);
  if (other !== undefined) {
    if (other.kind !== "component") return { ...nothing, ...other };
    const { inspectComponent } = await import("./inspect_component.ts");
    const { kind, is } = other;
    const sections = listSections(bytes, true);
    return { ...nothing, kind, is, sections, ...inspectComponent(given, source) };
  }
  if (!isModule(bytes)) {
    try {
      refuseOther(given);
    } catch (error) {
      const problem = describeProblem(error);
      return { ...nothing, kind: "unknown", is: "of no known kind", problem };
    }
  }
  let idle: IdleGuest;
  try {
    idle = await loadIdle(given, { memoryName });
  } catch (error) {
    const info = readModule(bytes);
    const problem = describeProblem(error);
    return { ...nothing, ...readParts(bytes, info), imports: listImports(info, []), problem };
  }
  const { guest, info, missing } = idle;
  const read = { ...nothing, ...readParts(bytes, info) };
  if (info.exports.length === 0) return { ...read, imports: listImports(info, missing) };
  const functions = await inspectFunctions(idle);
  const convention = functions.some(({ role }) => !SERVES.has(role))
    ? inspectConvention(guest, info)
    : undefined;
  const layout = layOut(guest, info, convention?.buffer);
  return {
    ...read,
    imports: listImports(info, missing),
    ...(convention !== undefined && { convention }),
    load: loadLine(source, info, missing, memoryName),
    functions,
    ...(layout !== undefined && { layout }),
  };
}

/** The roles of functions that users do not call. */
const SERVES: ReadonlySet<string> = new Set(["convention", "toolchain", "start"]);

/** Describes the parts that the binary alone shows. */
function readParts(bytes: Uint8Array, info: ModuleInfo) {
  return {
    ...kindOf(info),
    producers: info.producers,
    sections: listSections(bytes, false),
    exports: listExports(info),
    memories: listMemories(info),
    start: info.start !== undefined,
  };
}

/** Returns whether bytes begin with the magic and the version of a module. */
function isModule(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, index) => bytes[index] === byte);
}

/** Returns the kind of a module, by the custom sections that linkers write. */
function kindOf({ customSections }: ModuleInfo): Pick<Inspection, "kind" | "is" | "hint"> {
  const has = (name: string) => customSections.some((section) => section.name === name);
  if (has("dylink.0") || has("dylink")) {
    return {
      kind: "dynamic library",
      is: "a dynamic library",
      hint:
        "link it into a program, or give it the memory, the table and the bases that it imports",
    };
  }
  if (has("linking")) {
    return {
      kind: "object file",
      is: "an object file",
      hint: "link it, such as with `wasm-ld --no-entry --export-all`",
    };
  }
  return { kind: "module", is: "a WebAssembly module" };
}

function listImports({ imports }: ModuleInfo, missing: readonly string[]): InspectedImport[] {
  const open = new Set(missingImports(imports, missing));
  return imports.map((item) => {
    const { module, name, kind } = item;
    return { module, name, kind, type: formatType(item), provided: !open.has(item) };
  });
}

function inspectConvention(guest: Guest, info: ModuleInfo): InspectedConvention {
  try {
    const report = guest.convention;
    const buffer = findBuffer(guest, info);
    return {
      name: report.name,
      option: `${report}`,
      reason: report.reason,
      ...(buffer !== undefined && { buffer }),
    };
  } catch (error) {
    return { problem: describeProblem(error) };
  }
}
