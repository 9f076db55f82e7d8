import { assert, assertEquals } from "@std/assert";
import { readModule } from "./_read.ts";
import { parseExpression } from "./_s_expression.ts";
import { npmSamples, ownSamples, type Sample } from "./_samples.ts";
import { TextModule } from "./_text_format.ts";

// Text is slow, because it includes all code.
const LARGEST = 30_000;

const { default: loadWabt } = await import("npm:wabt@1.0.39");
const wabt = await loadWabt();

/**
 * Removes the custom sections of a module: wabt would use the function names in that of an object
 * file.
 */
function dropCustomSections(bytes: Uint8Array): Uint8Array {
  const kept = [...bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length;) {
    const start = at;
    const id = bytes[at++]!;
    let size = 0, shift = 0, byte: number;
    do {
      byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    at += size;
    if (id !== 0) kept.push(...bytes.subarray(start, at));
  }
  return Uint8Array.from(kept);
}

/** Reads the module with wabt; `undefined` if it uses a proposal that wabt does not know. */
function readWithWabt(bytes: Uint8Array): TextModule | undefined {
  const features = { multi_memory: true, memory64: true, threads: true, exceptions: true };
  let module;
  try {
    module = wabt.readWasm(dropCustomSections(bytes), { readDebugNames: false, ...features });
  } catch {
    return undefined;
  }
  const text = module.toText({ foldExprs: false });
  module.destroy();
  return new TextModule(parseExpression(text));
}

/** Compares the whole result with that of wabt, and returns how many modules wabt knows. */
function compareAll(samples: readonly Sample[]): number {
  let compared = 0;
  for (const { name, bytes } of samples) {
    if (bytes.length > LARGEST) continue;
    const text = readWithWabt(bytes);
    if (text === undefined) continue;
    compared++;
    const info = readModule(bytes);
    const types = info.types.map((type) => type.kind === "function" ? type.function : type.kind);
    assertEquals<unknown>(types, text.types, name);
    assertEquals<unknown>(info.imports, text.imports, name);
    assertEquals<unknown>(info.exports, text.exports, name);
    assertEquals<unknown>(info.functions, text.functions, name);
    assertEquals<unknown>(info.tables, text.tables, name);
    assertEquals<unknown>(info.memories, text.memories, name);
    assertEquals<unknown>(info.globals, text.globals, name);
    assertEquals<unknown>(info.tags, text.tags, name);
    assertEquals<unknown>(info.start, text.start, name);
    assertEquals<unknown>(info.dataSegments, text.dataSegments, name);
  }
  return compared;
}

Deno.test("whole types agree with wabt in all of our guests", async () => {
  assert(compareAll(await ownSamples()) >= 50);
});

Deno.test("whole types agree with wabt in modules of npm packages", async () => {
  assert(compareAll(await npmSamples()) >= 30);
});
