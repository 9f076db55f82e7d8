import { counted, hex, list, quote } from "../../base/show.ts";
import { type Style, wrap } from "../style.ts";
import { describeMemory } from "./draw_memory.ts";
import type {
  InspectedComponent,
  InspectedFunction,
  InspectedProblem,
  Inspection,
} from "./inspection.ts";
import { formatMemory } from "./signatures.ts";

/**
 * Prints an inspection for people.
 *
 * @param columns The width of the terminal; `Infinity` for other output.
 */
export function printInspection(
  inspection: Inspection,
  style: Style,
  columns = Infinity,
): string {
  const printer = new Printer(style, columns);
  printer.head(inspection);
  printer.sections(inspection);
  if (inspection.component !== undefined) printer.component(inspection.component, inspection.load);
  if (isModule(inspection)) {
    printer.imports(inspection);
    printer.exports(inspection);
    printer.memories(inspection);
    printer.convention(inspection);
    printer.load(inspection.load);
    printer.functions(inspection);
    printer.layout(inspection);
  }
  return `${printer.lines.join("\n")}\n`;
}

/** Formats an inspection as JSON, with every character that a terminal cannot show escaped. */
export function printJson(inspection: Inspection): string {
  const json = JSON.stringify(inspection, undefined, 2);
  return `${json.replace(UNPRINTABLE, escapeUnits)}\n`;
}

/** As in messages, except the line breaks of the JSON itself. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeUnits(text: string): string {
  return text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Returns whether a file is a guest: a module of any kind, or a component that can be read. */
export function isGuest(inspection: Pick<Inspection, "kind" | "component">): boolean {
  return isModule(inspection) || inspection.component !== undefined;
}

function isModule({ kind }: Pick<Inspection, "kind">): boolean {
  return kind === "module" || kind === "object file" || kind === "dynamic library";
}

class Printer {
  readonly lines: string[] = [];
  readonly #style: Style;
  readonly #columns: number;

  constructor(style: Style, columns: number) {
    this.#style = style;
    this.#columns = columns;
  }

  head(
    { source, is, hint, byteLength, producers, kind, problem, start, convention }: Inspection,
  ): void {
    const { bold } = this.#style;
    const name = source === "-" ? "standard input" : printed(source);
    this.lines.push(`${bold(name)}: ${is}, ${counted(byteLength, "byte")}`);
    if (hint !== undefined) this.#paragraph(`To load it, ${hint}.`, "");
    const tools = producers.map(({ field, name, version }) =>
      `${field === "language" ? "language " : ""}${printed(name)}${
        version && ` ${printed(version)}`
      }`
    );
    if (kind === "module") {
      const other = SHOWN_BY_EXPORTS.has(convention?.name ?? "")
        ? `${convention!.name}, by its exports`
        : 'it names no tools (it has no section "producers")';
      this.lines.push(`Toolchain: ${tools.length > 0 ? tools.join(", ") : other}`);
    }
    if (start) this.lines.push("It has a start function, which runs when it is instantiated.");
    if (problem !== undefined) this.#problem(problem);
  }

  sections({ sections, byteLength }: Inspection): void {
    if (sections.length === 0) return;
    this.#heading("Sections, largest first");
    // A component has a section of one kind in many parts.
    const kinds = new Map<string, { count: number; bytes: number }>();
    for (const { name, custom, byteLength } of sections) {
      const kind = custom ? `custom ${quote(name)}` : name;
      const { count, bytes } = kinds.get(kind) ?? { count: 0, bytes: 0 };
      kinds.set(kind, { count: count + 1, bytes: bytes + byteLength });
    }
    const sorted = [...kinds].map(([name, { count, bytes }]) => ({
      name: count === 1 ? name : `${name}, ${count} times`,
      bytes,
    })).toSorted((a, b) => b.bytes - a.bytes);
    const names = sorted.map(({ name }) => name);
    const sizes = sorted.map(({ bytes }) => String(bytes));
    const shares = sorted.map(({ bytes }) => `${(100 * bytes / byteLength).toFixed(1)}%`);
    const [name, size, share] = [names, sizes, shares].map(widest);
    for (const index of sorted.keys()) {
      this.lines.push(
        `  ${names[index]!.padEnd(name!)}  ${sizes[index]!.padStart(size!)} B  ` +
          `${shares[index]!.padStart(share!)}`,
      );
    }
  }

  component(component: InspectedComponent, load: string | undefined): void {
    const { coreModules, nestedComponents, features, wit, functions } = component;
    this.#heading(`Core modules: ${coreModules.length || "none"}`);
    for (const { place, offset, byteLength, imports, exports } of coreModules) {
      const what = `${counted(byteLength, "byte")} at ${hex(offset)}`;
      const has = `${counted(imports, "import")}, exports ${list(exports, 10)}`;
      this.#paragraph(`${place}: ${what}, ${has}`, "  ", "    ");
    }
    this.#heading(`Nested components: ${nestedComponents || "none"}`);
    if (features.length > 0) {
      this.#heading("Features beyond the first release");
      for (const { feature, offset } of features) {
        this.lines.push(`  ${feature}, first at ${hex(offset)}`);
      }
    }
    this.#heading("Imports and exports, as WIT");
    this.lines.push(...wit.split("\n").map((line) => line && `  ${line}`));
    this.load(load);
    if (functions.length > 0) this.#heading("Calls");
    for (const [index, { name, type, line }] of functions.entries()) {
      if (index > 0) this.lines.push("");
      this.#call(name, type, line);
    }
  }

  imports({ imports }: Inspection): void {
    this.#heading(`Imports: ${imports.length || "none"}`);
    const { yellow } = this.#style;
    for (const { module, name, kind, type, provided } of imports) {
      const given = provided ? "" : yellow("  to be provided by the option imports");
      this.lines.push(`  ${kind} ${quote(`${module}.${name}`)}: ${type}${given}`);
    }
  }

  exports({ exports }: Inspection): void {
    this.#heading(`Exports: ${exports.length || "none"}`);
    for (const { name, kind, type, value } of exports) {
      const known = value === undefined ? "" : ` = ${value} (${hex(Number(value))})`;
      this.lines.push(`  ${kind} ${quote(name)}: ${type}${known}`);
    }
  }

  memories({ memories }: Inspection): void {
    this.#heading(`Memories: ${memories.length || "none"}`);
    for (const memory of memories) {
      const { name, imported, minimum, pageSize } = memory;
      const whence = name === undefined
        ? "neither exported nor imported"
        : `${imported ? "imported as " : ""}${quote(name)}`;
      const bytes = Number(minimum) * pageSize;
      this.lines.push(`  ${whence}: ${formatMemory(memory)}, ${counted(bytes, "byte")} at first`);
    }
  }

  convention({ convention }: Inspection): void {
    if (convention === undefined) return;
    const { name, option, reason, buffer, problem } = convention;
    this.#heading(`Convention: ${name ?? "open"}`);
    if (problem !== undefined) this.#problem(problem);
    if (option !== undefined) this.#paragraph(`${option}`, "  ");
    if (reason !== undefined) this.#paragraph(`because ${reason}`, "  ");
    if (buffer !== undefined) {
      const { address, byteLength, capacity, reason } = buffer;
      const most = capacity === "exact" ? "" : "at most ";
      const size = `${most}${counted(byteLength, "byte")}`;
      this.#paragraph(`its buffer is at ${hex(address)} and holds ${size}: ${reason}`, "  ");
    }
  }

  load(load: string | undefined): void {
    if (load === undefined) return;
    this.#heading("Load");
    this.lines.push(`  ${this.#style.cyan(load)}`);
  }

  functions({ functions, convention }: Inspection): void {
    const isOpen = convention?.problem !== undefined;
    const called = functions.filter(({ role }) => !SERVING.has(role));
    const serving = functions.filter(({ role }) => SERVING.has(role));
    if (called.length > 0) this.#heading("Calls");
    for (const [index, item] of called.entries()) {
      if (index > 0) this.lines.push("");
      this.#function(item, isOpen);
    }
    if (serving.length === 0) return;
    this.#heading("Functions that serve the others");
    for (const { name, type, role, line } of serving) {
      const how = role === "start" ? `: ${this.#style.cyan(line)}` : "";
      this.lines.push(`  ${quote(name)} ${type}, ${SERVING.get(role)}${how}`);
    }
  }

  #function(
    { name, type, line, needs, steps, textProblem, role, understood }: InspectedFunction,
    isOpen: boolean,
  ) {
    this.#call(name, type, line);
    if (understood !== undefined) this.#paragraph(understood, "      ");
    if (needs !== undefined) this.#paragraph(`with ${needs}`, "      ");
    if (role === "raw") this.#paragraph("no declaration supports all of its types", "      ");
    for (const [index, { text }] of steps.entries()) {
      this.#paragraph(`${index + 1}. ${text}`, "      ", "         ");
    }
    if (textProblem === undefined) {
      if (role === "numbers" && !isOpen && understood === undefined) {
        const other = `guest.passString("text", ${quote(name)})`;
        this.#paragraph(`if it takes and returns a text: ${other}`, "      ");
      }
      return;
    }
    const { found, message, settledBy } = textProblem;
    const { yellow } = this.#style;
    this.#paragraph(yellow(`it does not pass text as it is: ${found ?? message}`), "      ");
    if (settledBy !== undefined) this.#paragraph(`for a text: ${settledBy}`, "      ");
  }

  /** Prints a function with the line that calls it. */
  #call(name: string, type: string, line: string): void {
    const { bold, cyan } = this.#style;
    this.lines.push(`  ${bold(quote(name))} ${type}`);
    this.lines.push(`    ${cyan(line)}`);
  }

  layout({ layout }: Inspection): void {
    if (layout === undefined) return;
    const [heading, ...lines] = describeMemory(layout, this.#style);
    this.#heading(heading!);
    this.lines.push(...lines.map((line) => line && `  ${line}`));
  }

  #problem({ message, found, settledBy }: InspectedProblem): void {
    const { yellow } = this.#style;
    if (found === undefined) return this.#paragraph(yellow(message), "  ");
    this.#paragraph(yellow(found), "  ");
    if (settledBy !== undefined) this.#paragraph(`settled by ${settledBy}`, "  ");
  }

  #heading(text: string): void {
    this.lines.push("", this.#style.bold(text));
  }

  #paragraph(text: string, indent: string, hanging = indent): void {
    for (const line of text.split("\n")) {
      this.lines.push(wrap(line, indent, this.#columns, hanging));
    }
  }
}

/** The conventions that identify a toolchain. */
const SHOWN_BY_EXPORTS: ReadonlySet<string> = new Set(["AssemblyScript", "wasm-bindgen"]);

/** The roles of functions that users do not call, and their headings. */
const SERVING: ReadonlyMap<InspectedFunction["role"], string> = new Map([
  ["convention", "which the convention uses"],
  ["toolchain", "which serves the toolchain"],
  ["start", "which starts the guest"],
]);

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}

/** Formats a foreign word without quotes, if it is printable. */
function printed(text: string): string {
  return quote(text).slice(1, -1);
}
