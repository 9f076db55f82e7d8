// Random modules of binaryen behave the same with fuel, with a deadline and without: results,
// traps, exceptions, calls of the host, globals and memory. MODULES=10000 tries more of them,
// SEED=… begins elsewhere.
import { assert, assertEquals } from "@std/assert";
import { ByteWriter } from "../../src/binary/byte_writer.ts";
import { asTyped } from "../../src/binary/function_module.ts";
import { readModule } from "../../src/binary/module.ts";
import type { ImportInfo, ValueType } from "../../src/binary/types.ts";
import { ASK, MORE } from "../../src/limits/helpers.ts";
import { type Appended, findSections, rewrite } from "../../src/limits/rewrite.ts";
import { translate } from "./_translated.ts";

const MODULES = Number(Deno.env.get("MODULES") ?? 200);

const SEED = Number(Deno.env.get("SEED") ?? 1);

/** More than any of the modules takes, which end their own loops. */
const FUEL = 2n ** 50n;

/** The units that the host gives when it is asked: few, so that it is asked often. */
const SLICE = 20n;

/** The id of the section. */
const EXPORT = 7;

/** The kind of exports. */
const MEMORY = 2;

/** The export that is added to the modules. */
const ADDED = "its memory";

/** Exports the memory of a module, which the generator does not. */
function exportMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const section = findSections(bytes).get(EXPORT);
  if (section === undefined || readModule(bytes).memories.length === 0) return bytes;
  const items = section.position, count = section.u32("count");
  const contents = new ByteWriter();
  contents.unsigned(count + 1);
  contents.copy(bytes, section.position, section.end);
  contents.name(ADDED);
  contents.u8(MEMORY);
  contents.u8(0);
  // The size of the section takes as many bytes as the writer's own, or fewer.
  const header = new ByteWriter();
  header.unsigned(section.end - items);
  const writer = new ByteWriter();
  writer.copy(bytes, 0, items - header.bytes.length);
  writer.unsigned(contents.bytes.length);
  writer.copy(contents.bytes);
  writer.copy(bytes, section.end);
  return writer.bytes;
}

/** A value of a type; it is not a valid one for references that cannot be null. */
function valueOf(type: ValueType): unknown {
  if (type === "i64") return 3n;
  return /^[if]/.test(type) ? 3 : null;
}

/** Returns the part of a value that can be compared: objects of the guest cannot. */
function show(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "object" && value !== null ? "object" : String(value);
}

function showError(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.message}` : "an exception";
}

/** Makes what a module imports; its functions note their calls. */
function makeImports(imports: readonly ImportInfo[], seen: string[]): WebAssembly.Imports {
  const { Tag } = WebAssembly as unknown as { Tag: new (type: unknown) => WebAssembly.ImportValue };
  const made: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const item of imports) {
    const module = made[item.module] ??= {};
    if (item.kind === "function") {
      module[item.name] = (...args: unknown[]) => {
        seen.push(`${item.name}(${args.map(show)})`);
        return item.type.results.length === 1 ? valueOf(item.type.results[0]!) : undefined;
      };
    } else if (item.kind === "global") {
      const { type, mutable } = item.type;
      const descriptor = { value: type as WebAssembly.ValueType, mutable };
      module[item.name] = new WebAssembly.Global(descriptor, valueOf(type));
    } else if (item.kind === "tag") {
      module[item.name] = new Tag({ parameters: item.type.function.parameters });
    }
  }
  return made;
}

interface Outcome {
  readonly seen: string[];
  /** The units of each call that returns. */
  readonly burnt: bigint[];
}

const isFailure = (line: string) => /Error|exception/.test(line);

/** Calls all functions of a module, and returns all that can be seen, and the units it takes. */
async function run(
  bytes: Uint8Array<ArrayBuffer>,
  appended?: Appended,
): Promise<Outcome> {
  const seen: string[] = [], burnt: bigint[] = [];
  const { imports, exports: declared } = readModule(bytes);
  const instance = await WebAssembly.compile(bytes)
    .then((module) => WebAssembly.instantiate(module, makeImports(imports, seen)))
    .catch(showError);
  if (typeof instance === "string") return { seen: [instance], burnt };
  const { exports } = instance;
  const attempt = (act: () => unknown): string => {
    try {
      return show(act());
    } catch (error) {
      return showError(error);
    }
  };
  const counter = appended && exports[appended.fuel] as WebAssembly.Global;
  let given = appended?.table === undefined ? FUEL : SLICE;
  if (counter !== undefined) counter.value = given;
  if (appended?.table !== undefined) {
    const more = asTyped(ASK, (left: bigint) => {
      given += SLICE - left;
      return SLICE;
    });
    (exports[appended.table] as WebAssembly.Table).set(MORE, more as () => bigint);
  }
  if (appended?.start !== undefined) {
    const outcome = attempt(exports[appended.start] as () => void);
    if (outcome !== "undefined") return { seen: [outcome], burnt };
  }
  const names = Object.values(appended ?? {});
  const own = declared.filter(({ name }) => !names.includes(name));
  for (const { name, kind, type } of own) {
    if (kind !== "function") continue;
    const call = exports[name] as (...args: unknown[]) => unknown;
    const left: bigint = counter?.value ?? 0n, before = given;
    const outcome = attempt(() => call(...type.parameters.map(valueOf)));
    seen.push(`${name}: ${outcome}`);
    // A trap leaves out what its function has executed since the host was asked.
    if (counter !== undefined && !isFailure(outcome)) {
      burnt.push(given - before + left - counter.value);
    }
  }
  for (const { name, kind } of own) {
    if (kind === "global") {
      seen.push(`${name}: ${attempt(() => (exports[name] as WebAssembly.Global).value)}`);
    } else if (kind === "memory") {
      const { buffer } = exports[name] as WebAssembly.Memory;
      const digest = await crypto.subtle.digest("SHA-1", Uint8Array.from(new Uint8Array(buffer)));
      seen.push(`${name}: ${new Uint8Array(digest).toHex()}`);
    }
  }
  return { seen, burnt };
}

Deno.test(`${MODULES} random modules of binaryen do the same with limits and without`, async () => {
  let valid = 0, results = 0, burnt = 0n;
  for (let seed = SEED; seed < SEED + MODULES; seed++) {
    const bytes = exportMemory(await translate(seed));
    if (!WebAssembly.validate(bytes)) continue;
    valid++;
    const expected = await run(bytes);
    const [ending, asking] = await Promise.all([false, true].map((asks) => {
      const { bytes: rewritten, ...appended } = rewrite(bytes, readModule(bytes), asks);
      return run(rewritten, appended);
    })) as [Outcome, Outcome];
    assertEquals({ seed, seen: ending.seen }, { seed, seen: expected.seen });
    assertEquals({ seed, ...asking }, { seed, ...ending });
    results += ending.seen.filter((line) => !isFailure(line)).length;
    for (const units of ending.burnt) burnt += units;
  }
  // The modules are worth running. The mean of 200 or of 500 among the first 10,000 seeds is at
  // least 37 units for each.
  assert(
    valid > MODULES * 0.8 && results > 4 * valid && burnt > 30n * BigInt(valid),
    `${valid} ${results} ${burnt}`,
  );
});
