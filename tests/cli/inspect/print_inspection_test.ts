// The expected texts are derived by hand from the guests' sources.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inspect } from "../../../src/cli/inspect/inspect.ts";
import { printInspection, printJson } from "../../../src/cli/inspect/print_inspection.ts";
import { PLAIN, styleFor } from "../../../src/cli/style.ts";
import { guestBytes as readGuestBytes } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";
import { build, section } from "../../binary/_build.ts";
import { BUFFER_GUEST, readGuest, sourceOf } from "./_guests.ts";

async function print(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return printInspection(await inspect(sourceOf(bytes), "guest.wasm"), PLAIN);
}

Deno.test("a guest with a buffer is shown as a whole", async () => {
  // The sections: 3 types in 5 + 4 + 5 bytes; names of 6, 18, 19 and 4 bytes; three bodies of 5, 5
  // and 4 bytes; each count, size and index takes one byte, and each section has two before it.
  assertEquals(
    await print(BUFFER_GUEST),
    `guest.wasm: a WebAssembly module, 146 bytes
Toolchain: it names no tools (it has no section "producers")

Sections, largest first
  export    62 B  42.5%
  code      20 B  13.7%
  type      17 B  11.6%
  data      14 B   9.6%
  import    13 B   8.9%
  function   6 B   4.1%
  memory     6 B   4.1%

Imports: 1
  function "env.log": (i32, i32) -> ()  to be provided by the option imports

Exports: 4
  memory "memory": 1 page to 2
  function "get_buffer_pointer": () -> i32
  function "get_buffer_capacity": () -> i32
  function "echo": (i32) -> i32

Memories: 1
  "memory": 1 page to 2, 65536 bytes at first

Convention: static buffer
  convention: staticBuffer({ pointer: "get_buffer_pointer" })
  because "get_buffer_pointer" takes nothing and returns a pointer
  its buffer is at 0x420 and holds 100 bytes: "get_buffer_capacity" returns it

Load
  using guest = await load("guest.wasm", { missing: "trap" });

Calls
  "echo" (i32) -> i32
    guest.passString("text", "echo")
      1. ask "get_buffer_pointer" where the buffer is
      2. check that the text fits in the buffer: its capacity is asked for ("get_buffer_capacity" returns it); one that ends in a NUL is refused
      3. write it there as UTF-8, with a NUL after it where there is room
      4. call "echo" with the byte length of the text
      5. take the length from the result; a negative one is the guest's error
      6. ask "get_buffer_pointer" again
      7. check that the text lies within the buffer
      8. read it as UTF-8, without the NULs at its end

Functions that serve the others
  "get_buffer_pointer" () -> i32, which the convention uses
  "get_buffer_capacity" () -> i32, which the convention uses

Memory to scale: 65536 bytes at first, a character is 128 bytes
      0x0  ........DB......................................................
   0x2000  ................................................................
           the same 6 times more

  The first 1156 bytes of it, a character is 16 bytes
    0x0  ................................................................
  0x400  D.BBBBBBB

  D 0x400 to 0x405, 5 bytes: data segment 0
  B 0x420 to 0x484, 100 bytes: buffer
  . is free, or not known before the guest runs
`,
  );
});

Deno.test("sections of one kind are counted together", async () => {
  // 23 bytes with the header: each has two bytes before it, and its name takes two.
  const bytes = build(section(0, "x", 0), section(0, "y"), section(0, "x", 0, 0));
  assertStringIncludes(
    await print(bytes),
    `
  custom "x", 2 times  11 B  47.8%
  custom "y"            4 B  17.4%
`,
  );
});

Deno.test("a function of numbers is shown with its declaration and what a text would need", async () => {
  const bytes = assemble(`(module
    (memory (export "memory") 1)
    (func (export "malloc") (param i32) (result i32) (i32.const 1024))
    (func (export "free") (param i32))
    (func (export "scale") (param f32) (result f64) (f64.const 0)))`);
  const text = await print(bytes);
  const [, calls = ""] = text.split("\nCalls\n");
  assertEquals(
    calls.split("\n\n")[0],
    `  "scale" (f32) -> f64
    guest.symbols.scale(0)
      with symbols: { scale: { parameters: ["f32"], result: "f64" } }
      1. check that argument 0 is an f32
      2. call "scale" with argument 0
      3. take the result as an f64
      it does not pass text as it is: it is (f32) -> f64`,
  );
});

Deno.test("a function without a plan is called by guest.exports, and the export that starts a guest is shown", async () => {
  const text = await print(assemble(`(module
    (func (export "_initialize"))
    (func (export "two") (result i32 i32) (i32.const 1) (i32.const 2)))`));
  assertStringIncludes(
    text,
    `
Calls
  "two" () -> (i32, i32)
    (guest.exports.two as CallableFunction)()
      no declaration supports all of its types

Functions that serve the others
  "_initialize" () -> (), which starts the guest: guest.initialize()
`,
  );
});

Deno.test("names that a terminal cannot show are escaped", async () => {
  // U+202E turns the rest of a line around, U+001B begins a control sequence.
  const bytes = assemble(`(module (import "e\\u{1b}nv" "lo\\u{202e}g" (func))
    (func (export "gr\\u{0a}eet") (param i32)))`);
  const inspection = await inspect(sourceOf(bytes), "gu\u001best.wasm");
  const text = printInspection(inspection, PLAIN);
  assertStringIncludes(text, "gu\\u001best.wasm: a WebAssembly module");
  assertStringIncludes(text, '  function "e\\u001bnv.lo\\u202eg": () -> ()');
  assertStringIncludes(text, 'guest.symbols["gr\\neet"](0)');
  const json = printJson(inspection);
  assertEquals(/[^\n\x20-\x7e]/.test(text + json), false);
  assertEquals(JSON.parse(json), inspection);
});

Deno.test("a file that is not a module is identified, with advice", async () => {
  const page = new TextEncoder().encode("<!doctype html><title>Not found</title>");
  assertEquals(
    await print(page),
    "guest.wasm: an HTML or XML page, 39 bytes\n" +
      "To load it, check the URL, as servers send such a page in place of a missing file.\n",
  );
});

Deno.test("a command shows how it is run, and no convention", async () => {
  const given = await readGuest("wasi/hello");
  const text = printInspection(await inspect(given, "hello.wasm"), PLAIN);
  assertStringIncludes(text, '  "_start" () -> (), which starts the guest: guest.run()\n');
  assertEquals(text.includes("Convention"), false);
});

Deno.test("the toolchain is shown by what the module names, or by its exports", async () => {
  const rows = [
    ["c/passing_data", "Toolchain: Debian clang 14.0.6"],
    ["assemblyscript/strings", "Toolchain: AssemblyScript, by its exports"],
    ["wasi/hello", "Toolchain: language C99, Debian clang 14.0.6"],
  ] as const;
  for (const [name, line] of rows) {
    const text = printInspection(await inspect(await readGuest(name), name), PLAIN);
    assertEquals(text.split("\n")[1], line);
  }
});

Deno.test("a terminal gets colours, and only source lines are wider than it", async () => {
  const style = styleFor({ isTerminal: true }, { allowsColors: true });
  const inspection = await inspect(sourceOf(BUFFER_GUEST), "guest.wasm");
  const text = printInspection(inspection, style, 72);
  assertStringIncludes(text, '\x1b[36mguest.passString("text", "echo")\x1b[39m');
  assertStringIncludes(text, "\x1b[32mBBBBBBB\x1b[39m");
  // deno-lint-ignore no-control-regex -- the sequences for colours
  const lines = text.replaceAll(/\x1b\[\d+m/g, "").split("\n");
  assertEquals(
    lines.filter((line) => line.length > 72 && !/await load|env\.log|^ +0x/.test(line)),
    [],
  );
});

Deno.test("a component is shown with its core modules, its features and its types as WIT", async () => {
  const text = await print(await readGuestBytes("component/async"));
  assertStringIncludes(text, "guest.wasm: a component, ");
  // The core module is the only one, and its only export is a memory.
  assertStringIncludes(text, 'core module 0: 41 bytes at 0x51, 0 imports, exports "memory"');
  assertStringIncludes(text, "\nNested components: none\n");
  assertStringIncludes(text, "\nFeatures beyond the first release\n  async, first at 0x");
  assertStringIncludes(
    text,
    "\n      copy: async func(%from: stream<u8>) -> future;\n",
  );
});

Deno.test("a component is shown as a whole", async () => {
  // The sizes of its sections are those before each of them, with two or three bytes for that, and
  // with the header of 8 bytes make 944. The core modules begin after the first section, of 13
  // bytes, and so on. The types are those of the source.
  assertEquals(
    await print(await readGuestBytes("component/greeter")),
    `guest.wasm: a component, 944 bytes

Sections, largest first
  core module, 2 times         250 B  26.5%
  component                    234 B  24.8%
  custom "component-name"      189 B  20.0%
  alias, 2 times                58 B   6.1%
  type, 5 times                 56 B   5.9%
  canonical function, 5 times   43 B   4.6%
  core instance, 2 times        42 B   4.4%
  instance                      28 B   3.0%
  export                        26 B   2.8%
  import                        10 B   1.1%

Core modules: 2
  core module 0: 75 bytes at 0x21, 0 imports, exports "memory", "realloc"
  core module 1: 170 bytes at 0x99, 3 imports, exports "greet", "make", "count"

Nested components: 1

Imports and exports, as WIT
  world root {
    import log: func(text: string);

    export counters: interface {
      resource counter {
        constructor();
        count: func() -> u32;
      }
    }
    export greet: func(name: string) -> string;
  }

Load
  using guest = await load("guest.wasm", { missing: "trap" });

Calls
  "counters#[constructor]counter" constructor()
    new guest.interfaces["counters"].Counter()

  "counters#[method]counter.count" func() -> u32
    counter.count()

  "greet" func(name: string) -> string
    guest.interfaces[""].greet("text")
`,
  );
});
