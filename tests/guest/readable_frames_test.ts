import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const RUN = { parameters: ["i32", "i32"], result: "i32" } as const;

/** Returns `file:line` of the line that a comment marks. */
async function lineOf(file: string, mark: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`../../testdata/${file}`, import.meta.url));
  const lines = text.split("\n").flatMap((line, index) =>
    line.endsWith(`// ${mark}`) ? [index] : []
  );
  assertEquals(lines.length, 1, `${file} has the mark "${mark}" once`);
  return `${file.split("/").at(-1)}:${lines[0]! + 1}`;
}

/** Returns the name and the line of each frame. */
function namesAndLines({ frames }: GuestError): (readonly [name: string, line: string])[] {
  return frames.map((frame) => {
    const [, name = frame, place = ""] = /^(.*) \(([^,]*?)(?::\d+)?, wasm:/.exec(frame) ?? [];
    return [name, place] as const;
  });
}

for (const version of ["", "_5"]) {
  Deno.test(`the frames of a trap have the lines of DWARF${version}`, async () => {
    const guest = await load(guestPath(`c/trap_lines${version}`), { symbols: { run: RUN } });
    const run = await lineOf("c/trap_lines.c", "run");
    const divided = assertThrows(() => guest.symbols.run(0, 0), GuestError);
    assertEquals(namesAndLines(divided), [
      ["divide", await lineOf("c/trap_lines.c", "divide")],
      ["reach", await lineOf("c/trap_lines.c", "reach divide")],
      ["run", run],
    ]);
    guest.reset();
    const trapped = assertThrows(() => guest.symbols.run(1, 0), GuestError);
    assertEquals(namesAndLines(trapped), [
      ["trap_in_header", await lineOf("c/trap_lines.h", "trap in header")],
      ["reach", await lineOf("c/trap_lines.c", "reach header")],
      ["run", run],
    ]);
  });
}

for (const version of ["", "_v0"]) {
  Deno.test(`the frames of a trap have the names of Rust${version}`, async () => {
    using guest = await load(guestPath(`rust/trap_lines${version}`), { symbols: { run: RUN } });
    const error = assertThrows(() => guest.symbols.run(7, 0), GuestError);
    const [, ...outer] = namesAndLines(error);
    const apply = version === "" ? "" : "::<trap_lines::run::{closure#0}>";
    // The closure is inlined into `apply`.
    const run = await lineOf("rust/trap_lines.rs", "run");
    assertStringIncludes(error.frames[0]!, "trap_lines::give_up (");
    assertEquals(outer, [
      [
        "<trap_lines::shapes::Side<i32> as trap_lines::shapes::Area>::area",
        await lineOf("rust/trap_lines.rs", "give up"),
      ],
      [`trap_lines::apply${apply}`, run],
      ["run", run],
    ]);
  });
}

Deno.test("frames are read when they are first accessed, and once", async () => {
  using guest = await load(guestPath("c/trap_lines"), { symbols: { run: RUN } });
  const { customSections } = WebAssembly.Module;
  let reads = 0;
  WebAssembly.Module.customSections = (...args) => {
    reads++;
    return customSections(...args);
  };
  try {
    const error = assertThrows(() => guest.symbols.run(0, 0), GuestError);
    assertEquals(reads, 0);
    const { frames } = error;
    assert(reads > 0);
    reads = 0;
    assertEquals([error.frames === frames, reads], [true, 0]);
  } finally {
    WebAssembly.Module.customSections = customSections;
  }
});

Deno.test("an error that is shown has its frames, and can be shown again", async () => {
  using guest = await load(guestPath("c/trap_lines"), { symbols: { run: RUN } });
  const error = assertThrows(() => guest.symbols.run(0, 0), GuestError);
  for (let turn = 0; turn < 2; turn++) {
    assertStringIncludes(Deno.inspect(error), await lineOf("c/trap_lines.c", "divide"));
  }
});

Deno.test("a module whose bytes are not known has names, and no lines of DWARF", async () => {
  const module = new WebAssembly.Module(await guestBytes("rust/trap_lines"));
  using guest = await load(module, { symbols: { run: RUN } });
  const error = assertThrows(() => guest.symbols.run(7, 0), GuestError);
  assertStringIncludes(error.frames[1]!, "Side<i32> as trap_lines::shapes::Area>::area (wasm://");
});

/** A guest that traps, with the function that it calls in one of two places. */
const TRAPS = assemble(`(module
  (func $inner unreachable)
  (func (export "run") (param i32 i32) (result i32) (call $inner) (local.get 0)))`);

/** Adds a custom section `sourceMappingURL`. */
function withMap(url: string): Uint8Array<ArrayBuffer> {
  const text = (value: string) => [...leb(value.length), ...new TextEncoder().encode(value)];
  const contents = [...text("sourceMappingURL"), ...text(url)];
  return Uint8Array.from([...TRAPS, 0, ...leb(contents.length), ...contents]);
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** Encodes a number that is not negative, as a source map has it. */
function vlq(value: number): string {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let rest = value * 2, text = "";
  do {
    text += digits[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>>= 5;
  } while (rest > 0);
  return text;
}

async function framesWith(url: string): Promise<readonly string[]> {
  using guest = await load(withMap(url), { symbols: { run: RUN } });
  return assertThrows(() => guest.symbols.run(1, 2), GuestError).frames;
}

Deno.test("a source map within the module shows the lines of a trap", async () => {
  const plain = await framesWith("traps.wasm.map");
  // Deno 2.6 writes an offset as a column, which begins at 1.
  const offsets = plain.map((frame) => {
    const [, offset, column] = /:(?:wasm-function\[\d+\]:(0x[0-9a-f]+)|1:(\d+))/.exec(frame)!;
    return offset === undefined ? Number(column) - 1 : Number(offset);
  });
  const [inner = 0, outer = 0] = offsets;
  assert(inner < outer, `${plain}`);
  const map = JSON.stringify({
    version: 3,
    sources: ["assembly/index.ts"],
    // Line 12, column 3, and line 30, column 7, by the differences between them.
    mappings: `${vlq(inner)}A${vlq(11)}${vlq(2)},${vlq(outer - inner)}A${vlq(18)}${vlq(4)}`,
  });
  for (
    const url of [
      `data:application/json;base64,${btoa(map)}`,
      `data:application/json,${encodeURIComponent(map)}`,
    ]
  ) {
    const frames = await framesWith(url);
    assertEquals(frames.map((frame) => /[\w/]+\.ts:\d+:\d+/.exec(frame)?.[0]), [
      "assembly/index.ts:12:3",
      "assembly/index.ts:30:7",
    ]);
  }
});

Deno.test("a malformed source map, or that of a module without a place, is not read", async () => {
  const plain = await framesWith("./traps.wasm.map");
  assertEquals(plain.length, 2);
  for (
    const url of [
      "https://example.com/x.map",
      "data:application/json;base64,%%%",
      "data:,{",
      "data:",
    ]
  ) {
    const frames = await framesWith(url);
    const bare = (list: readonly string[]) =>
      list.map((frame) => frame.replace(/wasm:\/\/\S*?:/, ""));
    assertEquals(bare(frames), bare(plain));
  }
});
