import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError, type LoadOptions } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

type Limits = NonNullable<LoadOptions["limits"]>;

/** Expects the same errors for wrong binaries with limits as without. */
export async function expectSameErrors(limits: Limits): Promise<void> {
  const invalid = assemble('(module (memory (export "m") 1) (func (drop (i32.const 1))))');
  invalid[invalid.length - 2] = 0x01; // nop instead of drop
  const sources: Uint8Array[] = [
    new TextEncoder().encode("(module)"),
    (await guestBytes("c/passing_data")).slice(0, 100),
    invalid,
  ];
  const errorOf = (options: LoadOptions) => (source: Uint8Array) =>
    load(source, options).then(() => "none", (error) => `${error.name}: ${error.message}`);
  for (const source of sources) {
    assertEquals(await errorOf({ limits })(source), await errorOf({})(source));
  }
}

/** Expects that limits end a guest that loops while it is loaded. */
export async function expectEndOfStart(limits: Limits, code: string, reason: string) {
  const endless = {
    "its start function": "(module (func $f (loop (br 0))) (start $f))",
    '"_initialize"': '(module (func (export "_initialize") (loop (br 0))))',
  };
  for (const [what, text] of Object.entries(endless)) {
    const error = await assertRejects(() => load(assemble(text), { limits }), LoadError);
    assertEquals([error.code, error.message], [code, `Cannot complete ${what}: ${reason}`]);
  }
}
