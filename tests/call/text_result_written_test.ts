import { assertEquals } from "@std/assert";
import type { TextResultPlan } from "../../src/abi/plan_parts.ts";
import type { BlockSource } from "../../mod.ts";
import type { ValueType } from "../../src/binary/types.ts";
import { bindSource } from "../../src/call/blocks/bind_sources.ts";
import { writeText } from "../../src/call/text_result.ts";
import type { Scope } from "../../src/call/code/scope.ts";
import { instanceOf, makeWritten, OTHERWISE, otherwise, planOf, TEXT } from "./_unit.ts";

const instance = await instanceOf(`
  (data (i32.const 64) "abc\\00\\00")
  (data (i32.const 80) "\\03\\00\\00\\00\\ff\\80\\ff")`);

/** Returns the value that generated source reads, or `undefined` if there is no source. */
function read(plan: Partial<TextResultPlan>, core: unknown, types: ValueType[] = ["i32", "i32"]) {
  let isWritten = true;
  const written = makeWritten(instance, planOf(), (code) => {
    const scope = { result: "core", types, otherwise, key: "core" };
    const value = writeText({ ...TEXT, ...plan }, scope, code);
    isWritten = value !== undefined;
    return value ?? "undefined";
  });
  return isWritten ? written(core) : undefined;
}

const nul = { text: { pointer: "result", length: "nul" } } as const;
const prefixed = { text: { pointer: "result", length: { prefix: "u32" } } } as const;

Deno.test("generated source reads text, bytes and arrays", () => {
  assertEquals(read({}, [64, 3]), "abc");
  assertEquals(read(nul, 64, ["i32"]), "abc");
  assertEquals(read({ encoding: "latin1" }, [84, 2]), "ÿ\x80");
  assertEquals(read({ content: "bytes" }, [84, 3]), Uint8Array.of(0xff, 0x80, 0xff));
  assertEquals(
    read({ ...prefixed, content: "bytes" }, 80, ["i32"]),
    Uint8Array.of(0xff, 0x80, 0xff),
  );
  assertEquals(read({ content: { element: "i16" } }, [64, 2]), Int16Array.of(0x6261));
  assertEquals(read({ trailingNul: "trim" }, [64, 5]), "abc");
});

Deno.test("unusual values are left to the run form: null, impossible lengths, parts of elements", () => {
  const rows: [plan: Partial<TextResultPlan>, core: unknown, types?: ValueType[]][] = [
    [{}, [0, 3]],
    [{}, [64, -1]],
    [nul, 0, ["i32"]],
    [{ content: { element: "i16" } }, [64, 3]],
    [{ text: { ...TEXT.text, check: { value: { result: 0 }, is: 65, what: "tag" } } }, [64, 3]],
  ];
  for (const [plan, core, types] of rows) assertEquals(read(plan, core, types), OTHERWISE);
});

Deno.test("a range outside memory is refused as by the run form", () => {
  let message = "";
  try {
    read({}, [65534, 3]);
  } catch (error) {
    ({ message } = error as Error);
  }
  assertEquals(message, "Cannot read 3 bytes at pointer 0xfffe: memory is 65536 bytes");
});

Deno.test("a value without a fast form has no source", () => {
  assertEquals(read({ encoding: "latin1+utf16" }, [64, 3]), undefined);
  assertEquals(read({ whole: ["free"] }, [64, 3]), undefined);
  assertEquals(read({ text: { pointer: "output", length: 3 } }, [64, 3]), undefined);
  assertEquals(read({ text: { ...TEXT.text, call: "next" } }, [64, 3]), undefined);
  // A field that is not known yet must not be ignored.
  assertEquals(read({ later: true } as never, [64, 3]), undefined);
});

Deno.test("text that nobody frees is counted", () => {
  read({ unfreed: true }, [64, 3]);
  assertEquals(instance.unfreed, { results: 1, arguments: 0, byteLength: 3 });
});

/**
 * Reads a text in the block of an argument: in the guest's buffer of 8 bytes, or one of 4 bytes.
 */
function readHeld(place: BlockSource, core: number): unknown {
  const parameter = { ...TEXT, place, terminated: "never" } as const;
  const plan = planOf({ parameters: [parameter] });
  const options = { symbol: "f", terminated: "never", align: 1, beside: 3 } as const;
  const sources = place.kind === "buffer" ? [bindSource(place, instance, options)] : [];
  const written = makeWritten(
    instance,
    plan,
    (code) => {
      code.wrote.add(0);
      code.set("pointers", 0, "64");
      code.set("sizes", 0, "4");
      const text = { pointer: { argument: 0 }, length: "result" } as const;
      const scope: Scope = { result: "core", types: ["i32"], otherwise, key: "core" };
      return writeText({ ...TEXT, text }, scope, code)!;
    },
    [],
    sources,
  );
  return written(core);
}

Deno.test("a result in the block of an argument is not longer than that block", () => {
  const buffer = { kind: "buffer", pointer: 64, capacity: 8 } as const;
  assertEquals([readHeld(buffer, 3), readHeld(buffer, 8)], ["abc", "abc\0\0\0\0\0"]);
  assertEquals([readHeld(buffer, 9), readHeld(buffer, -1)], [OTHERWISE, OTHERWISE]);
  const block = { kind: "allocator", allocate: "malloc" } as const;
  assertEquals([readHeld(block, 4), readHeld(block, 5)], ["abc\0", OTHERWISE]);
});

Deno.test("the texts of one result share the limit on what the host holds", () => {
  const readBeside = (before: string) =>
    makeWritten(instance, planOf(), (code) => {
      const limit = code.of("limit", ({ instance }) => instance.resultLimit);
      code.add(`let taken = ${limit} - ${before};`);
      const types: ValueType[] = ["i32", "i32"];
      const scope = { result: "core", types, otherwise, key: "core", taken: "taken" };
      return writeText({ ...TEXT, content: "bytes" }, scope, code)!;
    })([64, 3]);
  assertEquals(readBeside("3"), Uint8Array.of(0x61, 0x62, 0x63));
  assertEquals(readBeside("2"), OTHERWISE);
});
