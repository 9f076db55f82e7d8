// A guest whose symbols are declared wrongly.
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { allocator, load, LoadError, type LoadOptions, RESULT_FORMS } from "../../mod.ts";
import { assemble } from "../_wat.ts";

export const GUEST = assemble(`(module
  (memory (export "memory") 2)
  (global (export "limit") i32 (i32.const 64))
  (global (export "share") f64 (f64.const 1))
  (global (export "reference") externref (ref.null extern))
  (global $next (mut i32) (i32.const 4096))
  (func (export "malloc") (param i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get 0))))
  (func (export "free") (param i32))
  (func (export "f") (param i32) (result i32) (local.get 0))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "nothing") (param i32 i32))
  (func (export "ratio") (result f64) (f64.const 0.5))
  (func (export "half") (param i32) (result f64) (f64.const 0.5))
  (func (export "size") (result i32) (i32.const 4))
  (func (export "two") (param i32) (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "update") (param f64))
  (func (export "init"))
  (func (export "begin") (param i32 i32))
  (func (export "none") (param i32))
  (func (export "several") (param i32) (result i32 i32) (i32.const 64) (i32.const 64))
  (func (export "wide") (param i32) (result i64) (i64.const 300))
  (func (export "final") (result i32) (i32.const 7)))`);

export const convention = allocator({ allocate: "malloc", free: "free", result: "terminated" });

/** The names of the result forms, as errors list them. */
export const FORMS = Object.keys(RESULT_FORMS).map((name) => `"${name}"`).join(", ")
  .replace(/, ("\w+")$/, " or $1");

/** Returns the lines of the error for one symbol, without its name. */
export async function problemsOf(declaration: unknown, options: LoadOptions = { convention }) {
  const symbols = { f: declaration } as unknown as LoadOptions["symbols"];
  const error = await assertRejects(() => load(GUEST, { ...options, symbols }), LoadError);
  assertStrictEquals(error.code, "symbols");
  assertStrictEquals(
    error.message,
    `Cannot bind the declared symbols:\n${error.problems.join("\n")}`,
  );
  return error.problems.map((line) => line.replace(/^symbol "f": /, ""));
}

/** Tests declarations, with all lines of their errors. */
export function testDeclarations(
  rows: Iterable<readonly [name: string, declaration: unknown, problems: readonly string[]]>,
): void {
  for (const [name, declaration, problems] of rows) {
    Deno.test(`a wrong declaration of a symbol: ${name}`, async () => {
      assertEquals(await problemsOf(declaration), problems);
    });
  }
}

/** The possible values of a fixed address. */
export const ADDRESS = "an integer from -2147483648 to 9007199254740991";

export const text = { type: "string", pointer: "result", length: "nul" };

export const FUNCTIONS =
  'The guest exports functions "malloc", "free", "f", "add", "nothing", "ratio", ' +
  '"half", "size", "two", "update", "init", "begin", "none", "several", "wide", "final"';
export const NO_FREE = `Cannot find export "fre": did you mean "free"? ${FUNCTIONS}`;
export const NO_OBJECTS = `Cannot find export "__new": ${FUNCTIONS}`;
