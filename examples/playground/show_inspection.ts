/// <reference lib="dom" />
import { counted, hex } from "../../src/base/show.ts";
import { drawMemory, letterOf, scaleFor, usedPart } from "../../src/cli/inspect/draw_memory.ts";
import type {
  InspectedProblem,
  Inspection,
  MemoryLayout,
} from "../../src/cli/inspect/inspection.ts";
import { formatMemory } from "../../src/cli/inspect/signatures.ts";
import { PLAIN } from "../../src/cli/style.ts";
import { make, makeDetails, makeTable } from "./dom.ts";

/** Shows the kind and the contents of a file, the most important first. */
export function showInspection(inspection: Inspection): HTMLElement {
  const { is, hint, producers, problem, convention, load, functions, layout, component } =
    inspection;
  const shown = make("div");
  const tools = producers.map(({ name, version }) => `${name} ${version}`.trim()).join(", ");
  const made = tools === "" ? "" : ` It was made by ${tools}.`;
  shown.append(make("p", `It is ${is}, and has ${counted(inspection.byteLength, "byte")}.${made}`));
  if (hint !== undefined) shown.append(make("p", `To load it, ${hint}.`));
  if (problem !== undefined) shown.append(showProblem(problem));
  if (convention !== undefined) {
    shown.append(make("h3", `Convention: ${convention.name ?? "not recognised"}`));
    if (convention.option !== undefined) shown.append(make("pre", convention.option));
    if (convention.reason !== undefined) shown.append(make("p", `Because ${convention.reason}.`));
    if (convention.problem !== undefined) shown.append(showProblem(convention.problem));
  }
  if (load !== undefined) {
    shown.append(make("h3", "In your program"), make("pre", lines(load, functions)));
  }
  const code = (text: string) => make("code", text);
  addTable(
    shown,
    "Calls in your program",
    ["Name", "Type", "Line"],
    component?.functions.map(({ name, type, line }) => [code(name), code(type), code(line)]),
  );
  if (component !== undefined) {
    shown.append(makeDetails("Imports and exports, as WIT", make("pre", component.wit)));
  }
  addTable(
    shown,
    "Exports",
    ["Name", "Kind", "Type"],
    inspection.exports.map((item) => [
      code(item.name),
      item.kind,
      code(item.value === undefined ? item.type : `${item.type} = ${item.value}`),
    ]),
  );
  addTable(
    shown,
    "Imports",
    ["Name", "Kind", "Type", "From"],
    inspection.imports.map((item) => [
      code(`${item.module}.${item.name}`),
      item.kind,
      code(item.type),
      item.provided ? "Passage" : "you, in imports",
    ]),
  );
  addTable(
    shown,
    "Memories",
    ["Name", "Limits"],
    inspection.memories.map((item) => [
      code(item.name ?? "not exported"),
      formatMemory(item),
    ]),
  );
  if (layout !== undefined) shown.append(showLayout(layout));
  addTable(
    shown,
    "Sections",
    ["Name", "Offset", "Bytes"],
    inspection.sections.map((item) => [
      code(item.name),
      code(hex(item.offset)),
      String(item.byteLength),
    ]),
  );
  return shown;
}

/** Shows a memory to scale, and separately its used part if that is small. */
function showLayout(layout: MemoryLayout): HTMLElement {
  const { byteLength, ranges } = layout;
  const used = usedPart(layout);
  const parts = used === undefined ? [byteLength] : [byteLength, used];
  const pictures = parts.flatMap((byteLength) => [
    make("p", `${byteLength} bytes, ${scaleFor(byteLength)} for each character:`),
    make("pre.picture", drawMemory({ byteLength, ranges }, PLAIN).join("\n")),
  ]);
  const rows = ranges.map((range) => [
    make("code", letterOf(range, PLAIN)),
    range.what,
    make("code", hex(range.address)),
    make("code", hex(range.address + range.byteLength)),
    String(range.byteLength),
  ]);
  const table = makeTable(["", "What", "From", "To", "Bytes"], rows);
  return makeDetails("Memory to scale", ...pictures, table);
}

/** Adds a table that opens, unless it has no rows. */
function addTable(
  shown: HTMLElement,
  what: string,
  heads: readonly string[],
  rows: Parameters<typeof makeTable>[1] = [],
): void {
  if (rows.length > 0) {
    shown.append(makeDetails(`${what} (${rows.length})`, makeTable(heads, rows)));
  }
}

function lines(load: string, functions: Inspection["functions"]): string {
  const calls = functions.filter(({ role }) => role === "text").map(({ line }) => `${line};`);
  return [load, ...calls].join("\n");
}

/** Shows why something is impossible, and what would settle it. */
function showProblem({ found, message, settledBy }: InspectedProblem): HTMLElement {
  const shown = make("div", make("pre.error", found ?? message));
  if (settledBy !== undefined) shown.append(make("p", "What settles it:"), make("pre", settledBy));
  return shown;
}
