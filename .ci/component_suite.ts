/**
 * Runs the tests of components in a folder elsewhere: those of WebAssembly/component-model, or
 * those of bytecodealliance/wasmtime.
 *
 *     git clone https://github.com/WebAssembly/component-model
 *     deno task component component-model/test          compares the counts with those below
 *     deno task component component-model/test linking  lists what is skipped in these files
 *     deno task component wasmtime/tests/misc_testsuite/component-model
 *
 * The counts are those of the commits below. A directive is skipped if its component cannot be
 * loaded, since it uses a feature that cannot run yet or is not released.
 */
import { parse } from "npm:@bytecodealliance/jco@1.35.0";
import { ComponentError, type Guest, GuestError, load } from "../mod.ts";
import { exportsOf, makeHost } from "./wast_host.ts";
import { camelCase, type Part, readParts, readValue, unquote, wordOf } from "./wast.ts";

/** How many directives of a folder pass, are skipped and fail. */
type Expected = readonly [passed: number, skipped: number, failed: number];

/**
 * The suites by the names of their folders, with the counts of the folders in them.
 */
const SUITES: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  // WebAssembly/component-model, commit 6d28164
  test: {
    binary: [118, 5, 0],
    linking: [272, 0, 0],
    resources: [36, 0, 0],
    validation: [448, 13, 0],
    values: [155, 66, 0],
  },
  // bytecodealliance/wasmtime, commit e6b33de: the synchronous files
  "component-model": { ".": [429, 28, 0] },
};

/**
 * Directives that are rules of wasmtime alone, with what holds here, by the names of the folders.
 */
const OTHER_RULES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "component-model": {
    "adapter.wast:97": "a component may call its own functions while it is instantiated",
    "implements-disabled.wast:3": "`implements` is released",
    "import.wast:1": "an import may be exported",
    "import.wast:7": "an instance without exports needs nothing of the host",
    "resources.wast:166": "a resource of the host needs no class",
    "resources.wast:173": "a resource of the host needs no class",
    "restrictions.wast:5": "a component may export components",
    "simple.wast:30": "a component may export components",
    "strings.wast:122": "a text is measured first, so that its block is never moved",
  },
};

/** The outcomes of the directives in a folder. */
interface Counts {
  passed: number;
  readonly skipped: string[];
  readonly failed: string[];
}

/** A component that was loaded, or why it was not. */
type Loaded = Guest | string;

/** Runs the directives of one file. */
class File {
  readonly #text: string;
  readonly #name: string;
  readonly #counts: Counts;
  readonly #otherRules: Readonly<Record<string, string>>;
  #current: Loaded = "there is no component";
  readonly #named = new Map<string, Loaded>();
  /** The imports of the file's components: the host, and earlier components by name. */
  readonly #imports = makeHost();
  readonly #definitions = new Map<string, Part>();

  constructor(
    name: string,
    text: string,
    counts: Counts,
    otherRules: Readonly<Record<string, string>>,
  ) {
    this.#otherRules = otherRules;
    this.#name = name;
    this.#text = text;
    this.#counts = counts;
  }

  async run(): Promise<void> {
    for (const directive of readParts(this.#text)) {
      const line = this.#text.slice(0, directive.start).split("\n").length;
      const place = `${this.#name}:${line}`;
      const rule = this.#otherRules[place];
      const problem = rule === undefined ? await this.#carryOut(directive) : `skipped: ${rule}`;
      if (problem === undefined) this.#counts.passed++;
      else if (problem.startsWith("skipped: ")) {
        this.#counts.skipped.push(`${place} ${problem.slice("skipped: ".length)}`);
      } else this.#counts.failed.push(`${place} ${problem}`);
    }
  }

  /** Carries out a directive; returns why it failed or is skipped, if it is. */
  async #carryOut(directive: Part): Promise<string | undefined> {
    const [word, first, second] = directive.list!;
    switch (word!.atom) {
      case "component":
        return await this.#load(directive);
      case "invoke":
        return this.#invoke(directive, () => undefined);
      case "assert_return":
        return this.#invoke(first!, (outcome) => {
          const expected = second && readValue(second);
          if ("error" in outcome) return `threw ${outcome.error}`;
          return isEqual(outcome.value, expected) ? undefined : `is ${show(outcome.value)}`;
        });
      case "assert_trap":
        if (wordOf(first!) === "component") return await this.#refuse(first!);
        return this.#invoke(
          first!,
          (outcome) =>
            "error" in outcome && outcome.error instanceof GuestError
              ? undefined
              : `did not trap: ${show(outcome)}`,
        );
      case "assert_invalid":
      case "assert_malformed":
      case "assert_unlinkable":
        return await this.#refuse(first!);
    }
    return `is of an unknown kind, ${word!.atom}`;
  }

  async #load(directive: Part): Promise<string | undefined> {
    const [, kind, name] = directive.list!;
    if (kind?.atom === "definition") {
      this.#definitions.set(name!.atom ?? "", directive);
      return undefined;
    }
    const isInstance = kind?.atom === "instance";
    const source = isInstance ? this.#definitions.get(directive.list![3]!.atom!)! : directive;
    const given = (isInstance ? name : kind)?.atom;
    const label = given?.startsWith("$") ? given : undefined;
    const loaded = await this.#loadText(source, label);
    this.#current = loaded;
    if (label !== undefined) this.#named.set(label, loaded);
    return typeof loaded === "string" ? loaded : undefined;
  }

  /** @param name The name by which others can import it. */
  async #loadText({ start, end }: Part, name?: string): Promise<Loaded> {
    const text = this.#text.slice(start, end).replace(/^\(component\s+definition/, "(component");
    let binary: Uint8Array<ArrayBuffer>;
    try {
      binary = await parse(text) as Uint8Array<ArrayBuffer>;
    } catch (error) {
      return `skipped: it is no text of jco: ${show(error).split("\n")[0]}`;
    }
    try {
      const guest = await load(binary, { imports: this.#imports });
      if (name !== undefined) {
        this.#imports[name.slice(1)] = exportsOf(guest.interfaces);
      }
      return guest;
    } catch (error) {
      const message = `${error}`;
      const skips = /it uses (.*?)(?: at offset|,)/.exec(message);
      return skips === null ? `cannot be loaded: ${message}` : `skipped: ${skips[1]}`;
    }
  }

  /** Expects that a component cannot be loaded. */
  async #refuse(component: Part): Promise<string | undefined> {
    const loaded = await this.#loadText(component);
    if (typeof loaded !== "string") return "is accepted";
    return loaded.startsWith("cannot be loaded") || loaded.includes("no text of jco")
      ? undefined
      : loaded;
  }

  #invoke(
    { list = [] }: Part,
    check: (outcome: { value: unknown } | { error: unknown }) => string | undefined,
  ): string | undefined {
    const [, first, ...rest] = list;
    const isNamed = first!.atom!.startsWith("$");
    const guest = isNamed ? this.#named.get(first!.atom!) : this.#current;
    if (guest === undefined) return `has no instance ${first!.atom}`;
    if (typeof guest === "string") return guest;
    const [name, ...args] = isNamed ? rest : [first, ...rest];
    const call = guest.interfaces[""]?.[camelCase(unquote(name!.atom!))];
    if (call === undefined) return `has no function ${name!.atom}`;
    try {
      return check({ value: call(...args.map((arg) => readValue(arg!))) });
    } catch (error) {
      return error instanceof ComponentError
        ? check({ value: { tag: "err", val: error.payload } })
        : check({ error });
    }
  }
}

/** Returns whether a value is an expected one; flags that are not set are not in the latter. */
function isEqual(found: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return Object.is(found, expected);
  if (isResult(expected) && !isResult(found)) return isEqual({ tag: "ok", val: found }, expected);
  if (typeof found !== "object" || found === null) return false;
  const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...keys].every((key) => {
    const [left, right] = [found, expected].map((of) => (of as Record<string, unknown>)[key]);
    return isEqual(left, right) || left === false && right === undefined;
  });
}

function isResult(value: unknown): boolean {
  const tag = typeof value === "object" && value !== null && "tag" in value ? value.tag : undefined;
  return tag === "ok" || tag === "err";
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 9, breakLength: Infinity });
}

/** Runs the files of a folder whose names have a part. */
async function runFolder(
  folder: string,
  part: string,
  otherRules: Readonly<Record<string, string>>,
): Promise<Counts> {
  const counts: Counts = { passed: 0, skipped: [], failed: [] };
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  for (const name of names) {
    const path = `${folder}/${name}`;
    if (!name.endsWith(".wast") || !path.includes(part)) continue;
    await new File(name, await Deno.readTextFile(path), counts, otherRules).run();
  }
  return counts;
}

const [root, part] = Deno.args;
if (root === undefined) throw new Error("Cannot run the suite: no folder is given");
let isAsExpected = true;
const suite = root.replace(/\/+$/, "").replace(/^.*\//, "");
const folders = SUITES[suite];
if (folders === undefined) {
  throw new Error(`Cannot run ${root}: expected a folder ${Object.keys(SUITES).join(" or ")}`);
}
for (const [folder, expected] of Object.entries(folders)) {
  const { passed, skipped, failed } = await runFolder(
    `${root}/${folder}`,
    part ?? "",
    OTHER_RULES[suite] ?? {},
  );
  console.log(`${folder}: ${passed} pass, ${skipped.length} are skipped, ${failed.length} fail`);
  if (part !== undefined) {
    for (const line of failed) console.log(`  failed: ${line}`);
    for (const line of skipped) console.log(`  skipped: ${line}`);
    continue;
  }
  const found = [passed, skipped.length, failed.length];
  if (expected.every((count, index) => count === found[index])) continue;
  console.log(`  expected ${expected.join(", ")}`);
  isAsExpected = false;
}
Deno.exit(isAsExpected ? 0 : 1);
