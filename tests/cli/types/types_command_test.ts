import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TYPES } from "../../../src/cli/types/types_command.ts";
import { runDeno } from "../../_deno.ts";
import { guestPath, guestUrl } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";
import { runCli } from "../_host.ts";

const ROOT = new URL("../../../", import.meta.url);

/** A guest whose types are written, and a program that uses them. */
interface Use {
  /** The name of the test. */
  readonly name: string;
  readonly guest: string;
  readonly flags?: readonly string[];
  readonly program: string;
  /** What the program prints, if the compiler accepts it. */
  readonly prints?: string;
  /** The error of the compiler, if it refuses the program. */
  readonly refusal?: string;
}

const CONVENTION = 'allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh", ' +
  'resultsFreedBy: "host" })';

const USES: readonly Use[] = [
  {
    name: "the module passes deno check and runs: AssemblyScript",
    guest: "assemblyscript/strings",
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest();
      const greeting: string = guest.symbols.greet("Zoë");
      const version: string = guest.symbols.version();
      console.log(greeting, guest.symbols.repeat("ab", 3), version !== "");`,
    prints: "Hello, Zoë! ababab true\n",
  },
  {
    name: "the module passes deno check and runs: numbers",
    guest: "c/symbols",
    program: `import { loadGuest, type TypedGuest } from "./guest.ts";
      const guest: TypedGuest = await loadGuest();
      const sum: bigint = guest.symbols.add_i64(2n, -3n);
      console.log(sum, guest.symbols.not(0));`,
    prints: "-1n 1\n", // in C, !0 is 1
  },
  {
    name: "a convention and declarations of the caller are in the module",
    guest: "c/symbols",
    flags: [
      "--convention",
      CONVENTION,
      "--symbols",
      '{ repeat: { parameters: ["string", "u32"], result: "string" } }',
    ],
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest();
      const text: string = guest.symbols.repeat("ab", 3);
      console.log(text);`,
    prints: "ababab\n",
  },
  {
    name: "a memory that the caller has chosen is in the module",
    guest: "wat/two_memories",
    flags: ["--memory-name", "text"],
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest();
      console.log(guest.passString("stressed", "reverse"));`,
    prints: "desserts\n",
  },
  {
    name: "a wrong call does not pass deno check",
    guest: "c/symbols",
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest();
      guest.symbols.add_i64(2, 3);`,
    refusal: "Argument of type 'number' is not assignable to parameter of type 'bigint'",
  },
  {
    name: "imports that a guest needs have to be given, for the compiler too",
    guest: "wat/imports_all_kinds",
    program: `import { loadGuest } from "./guest.ts";\nawait loadGuest();`,
    refusal: "Expected 1-2 arguments, but got 0",
  },
  {
    name: "the module of a component passes deno check and runs: resources of both sides",
    guest: "component/resources",
    program: `import { type File, loadGuest } from "./guest.ts";
      class OnDisk implements File {
        readonly path: string;
        constructor(path: string) {
          this.path = path;
        }
        size(): number {
          return this.path.length;
        }
        static open(path: string): OnDisk {
          return new OnDisk(path);
        }
      }
      using guest = await loadGuest({ imports: { "test:files/files": { File: OnDisk } } });
      const { "": world, counters } = guest.interfaces;
      using counter = new counters.Counter(3);
      const value: number = counter.value();
      world.keep(new OnDisk("a.txt"));
      const kept: File = world.giveBack();
      console.log(value, world.measure("b"), kept.size());`,
    prints: "3 1 5\n",
  },
  {
    name: "the module of a component passes deno check and runs: every kind of value",
    guest: "component/echoes",
    program: `import { type Api, loadGuest, type ShapeType } from "./guest.ts";
      import { ComponentError } from "${new URL("mod.ts", ROOT)}";
      using guest = await loadGuest({ imports: { "": { log: console.log } } });
      const api: Api = guest.interfaces["test:echoes/api"];
      const label: ShapeType = api.shape({ tag: "label", val: "Ada" });
      const body = await new Response(api.bytes(new TextEncoder().encode("bytes"))).text();
      const points = api.points([{ x: 1, y: 2, z: 3 }]);
      console.log(label, body, points[0]?.z, api.maybe(undefined), api.texts(["a"]));
      try {
        api.half(3);
      } catch (error) {
        console.log(error instanceof ComponentError && error.payload);
      }`,
    prints: '{ tag: "label", val: "Ada" } bytes 3 undefined [ "a" ]\n1\n',
  },
  {
    name: "a value of another type does not pass deno check for a component",
    guest: "component/echoes",
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest({ imports: { "": { log() {} } } });
      guest.interfaces["test:echoes/api"].shape({ tag: "circle", val: "3" });`,
    refusal: "Type 'string' is not assignable to type 'number'",
  },
  {
    name: "an interface that a component does not have does not pass deno check",
    guest: "component/echoes",
    program: `import { loadGuest } from "./guest.ts";
      using guest = await loadGuest({ imports: { "": { log() {} } } });
      guest.interfaces["test:echoes/others"];`,
    refusal: "'test:echoes/others' does not exist on type 'GuestInterfaces'",
  },
];

let folder: string;

/** The output after the errors of the compiler, or without any. */
const NO_ERROR = /^(Found \d+ errors\.|error: Type checking failed\.[^]*)?$/;

/** The errors of the compiler, each with the path of its file. */
let found: readonly string[];

/** The exit code of each run of the command. */
let written: readonly { readonly code: number; readonly stderr: string }[];

// The compiler takes seconds for Passage itself, so it checks all programs at once.
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir({ prefix: "passage-types-" });
  written = await Promise.all(USES.map(async ({ guest, program, flags = [] }, index) => {
    const from = ["--import", new URL("mod.ts", ROOT).href, "--source", guestUrl(guest).href];
    const { stdout, ...end } = await runCli(["types", guestPath(guest), ...from, ...flags]);
    await Deno.mkdir(`${folder}/${index}`);
    await Deno.writeTextFile(`${folder}/${index}/guest.ts`, stdout);
    await Deno.writeTextFile(mainOf(index), program);
    return end;
  }));
  const config = `--config=${new URL("deno.json", ROOT).pathname}`;
  const { stderr } = await runDeno(["check", "--quiet", config, ...USES.keys().map(mainOf)]);
  found = stderr.split(/\n\n(?=TS\d|Found |error: )/).filter((part) => !NO_ERROR.test(part));
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Returns the path of a program. */
function mainOf(index: number): string {
  return `${folder}/${index}/main.ts`;
}

/** Returns whether an error is in the files of a use. An error without a file is of every use. */
function isOf(index: number, error: string): boolean {
  const place = error.match(/passage-types-[^/]*\/(\d+)\//)?.[1];
  return place === undefined || place === String(index);
}

for (const [index, { name, prints, refusal }] of USES.entries()) {
  Deno.test(name, async () => {
    assertEquals(written[index], { code: 0, stderr: "" });
    const errors = found.filter((error) => isOf(index, error));
    if (refusal !== undefined) {
      assertEquals(errors.length, 1);
      assertStringIncludes(errors[0]!, refusal);
      return;
    }
    assertEquals(errors, []);
    const run = await runDeno(["run", "--no-check", "--no-prompt", "-R", mainOf(index)]);
    assertEquals(run, { code: 0, stdout: prints!, stderr: "" });
  });
}

Deno.test("--check compares the module with the one that would be written", async () => {
  const folder = await Deno.makeTempDir({ prefix: "passage-types-" });
  try {
    const guest = guestPath("c/passing_data"), file = `${folder}/guest.ts`;
    const { stdout } = await runCli(["types", guest]);
    await Deno.writeTextFile(file, stdout);
    const same = await runCli(["types", guest, "--check", file]);
    assertEquals(same, { code: 0, stdout: "", stderr: "" });
    await Deno.writeTextFile(file, stdout.replace("add_wasm_is_cool:", "add_wasm:"));
    const other = await runCli(["types", guest, "--check", file]);
    assertEquals(other, {
      code: 8,
      stdout: "",
      stderr: `error: Cannot use ${file}: line 10 differs: ` +
        'it is "  add_wasm: { parameters: [\\"string\\"], result: \\"string\\" },", ' +
        'expected "  add_wasm_is_cool: { parameters: [\\"string\\"], result: \\"string\\" },"\n' +
        "Run passage types without --check to update it.\n",
    });
    const none = await runCli(["types", guest, "--check", `${folder}/no.ts`]);
    assertEquals(none.code, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the guest is found beside the module, under its own name", async () => {
  const input = assemble("(module)");
  const { stdout } = await runCli(["types", "-"], { input });
  assertStringIncludes(stdout, 'new URL("./guest.wasm", import.meta.url)');
  const path = guestPath("wat/no_memory");
  assertStringIncludes(
    (await runCli(["types", path])).stdout,
    'new URL("./no_memory.wasm", import.meta.url)',
  );
});

/** Files that are not modules, and their kinds. The ninth byte of a longer one is no section. */
const OTHERS: readonly (readonly [input: string, what: string])[] = [
  ["", "empty"],
  ["(module)", "WebAssembly text (WAT)"],
  ["<!DOCTYPE html><p>", "an HTML or XML page"],
];

for (const [input, what] of OTHERS) {
  Deno.test(`a file that is not a module has no types: ${what}`, async () => {
    const { code, stdout, stderr } = await runCli(["types", "-"], { input });
    assertEquals([code, stdout], [4, ""]);
    assertStringIncludes(stderr, `it is ${what}, expected a WebAssembly module`);
  });
}

Deno.test("--check compares the module of a component as well", async () => {
  const guest = guestPath("component/echoes");
  const file = await Deno.makeTempFile({ prefix: "passage-types-" });
  try {
    const { stdout } = await runCli(["types", guest]);
    await Deno.writeTextFile(file, stdout.replace("x: number", "x: string"));
    const { code, stderr } = await runCli(["types", guest, "--check", file]);
    assertEquals(code, 8);
    assertStringIncludes(stderr, 'it is "  x: string;", expected "  x: number;"\n');
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a component takes no declarations, and one that is asynchronous has no types", async () => {
  const linked = await runCli(["types", guestPath("component/linked"), "--symbols", "{}"]);
  assertEquals([linked.code, linked.stdout], [2, ""]);
  assertStringIncludes(linked.stderr, "Cannot use --symbols: ");
  assertStringIncludes(linked.stderr, " is a component, which has the types itself\n");
  const { code, stdout, stderr } = await runCli(["types", guestPath("component/async")]);
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, "it uses async at offset 0xe, expected a synchronous component\n");
});

Deno.test("every example of the help is a command line", () => {
  for (const example of TYPES.examples) assert(example.startsWith("passage types "));
});
