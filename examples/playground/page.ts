/// <reference lib="dom" />
// The page: a guest is chosen, inspected and called.
import { toJson } from "../../src/cli/call/print_result.ts";
import { describeProblem } from "../../src/cli/inspect/inspected_functions.ts";
import { inspect } from "../../src/cli/inspect/inspect.ts";
import type { InspectedFunction, Inspection } from "../../src/cli/inspect/inspection.ts";
import type { SourceBytes } from "../../src/source/source_types.ts";
import { byId, make, makeButton } from "./dom.ts";
import { type Called, PlaygroundGuest } from "./playground_guest.ts";
import { showInspection } from "./show_inspection.ts";
import { showMemory } from "./show_memory.ts";

/** The sample guests: a description, the file, and a text to pass. */
const SAMPLES = [
  ["C, a static buffer", "guests/passing_data.wasm", "Hello there, "],
  ["C, an allocator and C strings", "guests/c_string.wasm", "Grüße"],
  ["AssemblyScript", "guests/strings.wasm", "Grüße"],
  ["A component", "guests/echoes.wasm", "2\n3"],
] as const;

const form = byId<HTMLFormElement>("form");
const file = byId<HTMLInputElement>("file");
const choice = byId<HTMLSelectElement>("export");
const passed = byId<HTMLSelectElement>("passed");
const input = byId<HTMLTextAreaElement>("input");
const convention = byId<HTMLInputElement>("convention");
const symbols = byId<HTMLInputElement>("symbols");
const drop = byId("drop");

let guest: PlaygroundGuest | undefined;
/** A function that can be called. */
interface Choice {
  readonly name: string;
  readonly type: string;
  /** Its parameters, as far as its type shows them. */
  readonly passed: "text" | "numbers";
  /** The placeholder of the input. */
  readonly hint: string;
}

let choices: readonly Choice[] = [];

for (const [title, path, text] of SAMPLES) {
  byId("samples").append(makeButton(title, () => void openSample(path, text)));
}

async function openSample(path: string, text: string): Promise<void> {
  input.value = text;
  const response = await fetch(path);
  await open(path.slice(path.lastIndexOf("/") + 1), await response.arrayBuffer());
}

file.addEventListener("change", () => void openFile(file.files?.[0]));

async function openFile(chosen?: File): Promise<void> {
  if (chosen !== undefined) await open(chosen.name, await chosen.arrayBuffer());
}

for (const type of ["dragover", "dragleave", "drop"] as const) {
  drop.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type === "drop") void openFile(event.dataTransfer?.files[0]);
  });
}

/** Shows another file. */
async function open(name: string, buffer: ArrayBuffer): Promise<void> {
  const bytes = new Uint8Array(buffer);
  const status = byId("status");
  convention.value = symbols.value = file.value = "";
  clearCall();
  byId("inspection").replaceChildren();
  try {
    const source = { name: JSON.stringify(name), source: name, bytes };
    const inspection = await inspect(source, name);
    status.textContent = `${name}: ${inspection.is}, ${bytes.byteLength} bytes`;
    byId("inspection").replaceChildren(showInspection(inspection));
    byId("about").hidden = false;
    offerCalls(inspection, source);
  } catch (error) {
    status.textContent = `${error}`;
    byId("about").hidden = byId("call").hidden = true;
  }
}

/** Lists the functions that can be called. */
function offerCalls(inspection: Inspection, file: SourceBytes): void {
  guest = new PlaygroundGuest(file);
  const isComponent = inspection.component !== undefined;
  choices = isComponent ? choicesOfComponent(guest) : choicesOfModule(inspection);
  choice.replaceChildren(...choices.map(({ name, type }) => new Option(`${name} ${type}`, name)));
  form.classList.toggle("component", isComponent);
  byId("input-label").textContent = isComponent ? "Arguments" : "Input";
  byId("call").hidden = choices.length === 0;
  choosePassed();
}

function choicesOfComponent(guest: PlaygroundGuest): Choice[] {
  return guest.offered().map(({ name, type, parameters }) => {
    const hint = parameters.length === 0 ? "It takes none." : parameters.join("\n");
    return { name, type, passed: "text", hint };
  });
}

/** Lists the functions of a module, the likeliest first. */
function choicesOfModule({ functions, convention }: Inspection): Choice[] {
  const isOpen = convention?.problem !== undefined;
  return functions.filter(({ role }) => ["text", "numbers", "raw"].includes(role))
    .map((fn) => ({ ...fn, rank: rankOf(fn, isOpen) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ name, type, rank }) => ({
      name,
      type,
      passed: rank === 2 ? "numbers" : "text",
      hint: "",
    }));
}

/**
 * Ranks a function: it takes a text, it does if a convention is set, or it takes numbers.
 *
 * @param isOpen Whether no convention is detected.
 */
function rankOf({ role, type, textProblem }: InspectedFunction, isOpen: boolean): 0 | 1 | 2 {
  if (role === "text") return 0;
  const needsConvention = isOpen || textProblem?.settledBy?.startsWith("convention:");
  return role === "raw" || needsConvention && !type.startsWith("()") ? 1 : 2;
}

choice.addEventListener("change", choosePassed);

/** Shows what the chosen function takes, as far as its type shows that. */
function choosePassed(): void {
  const chosen = choices.find(({ name }) => name === choice.value);
  passed.value = chosen?.passed ?? "text";
  input.placeholder = chosen?.hint ?? "";
  input.rows = Math.max(2, input.placeholder.split("\n").length);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void call();
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

byId("reset").addEventListener("click", () => {
  guest?.reset();
  clearCall();
  byId("result").replaceChildren(make("p.quiet", "The next call begins with a fresh instance."));
});

async function call(): Promise<void> {
  const options = [["convention", convention.value], ["symbols", symbols.value]] as const;
  const called = await guest?.call({
    name: choice.value,
    input: input.value,
    isNumeric: passed.value === "numbers",
    options: new Map(options.filter(([, value]) => value.trim() !== "")),
  });
  if (called !== undefined) showCalled(called);
}

function clearCall(): void {
  for (const id of ["result", "trace", "memory"]) byId(id).replaceChildren();
}

function showCalled({ answer, steps, memory }: Called): void {
  clearCall();
  if ("error" in answer) showError(answer.error);
  else byId("result").append(make("h3", "Result"), make("pre", show(answer.result)));
  if (steps.length > 0) byId("trace").append(make("h3", "Steps of the plan"), showSteps(steps));
  if (memory !== undefined && steps.length > 0) {
    byId("memory").append(make("h3", "Memory before and after"), ...showMemory(memory));
  }
}

function show(result: unknown): string {
  return typeof result === "string" ? result : toJson(result);
}

/** Shows the lines of the plan, each step with its values. */
function showSteps(steps: Called["steps"]): HTMLElement {
  const list = make("ol");
  for (const { lines, seen } of steps) {
    list.append(...lines.map((line) => make("li", line)));
    if (seen.length > 0) list.lastElementChild?.append(make("pre.seen", seen.join("\n")));
  }
  return list;
}

/** Shows an error, with a button for each line that would settle it. */
function showError(error: unknown): void {
  const { code, message, settledBy = "" } = describeProblem(error);
  const result = byId("result");
  result.append(make("h3", code === "unknown" ? "Error" : `Error: ${code}`));
  result.append(make("pre.error", message));
  for (const [, option, value] of settledBy.matchAll(ADVICE)) {
    const use = () => {
      (option === "symbols" ? symbols : convention).value = value!;
      void call();
    };
    result.append(make("p.advice", makeButton("Use it", use), make("code", `${option}: ${value}`)));
  }
}

/** The options in the advice of an error, whose strings have no parentheses. */
const ADVICE = /\b(convention|symbols): (\w+\((?:\{[^()]*\})?\)|\{[^()]*?\} \})/g;
