import { assertEquals, assertThrows } from "@std/assert";
import { hollowOut } from "../../../src/cli/inspect/hollow.ts";
import {
  build,
  CODE,
  EXPORT,
  flat,
  FUNCTION,
  leb,
  section,
  START,
  VOID_TYPE,
} from "../../binary/_build.ts";
import { assemble } from "../../_wat.ts";

Deno.test("the start function is left out, and nothing else of a small module", () => {
  const parts = [VOID_TYPE, section(FUNCTION, 1, 0), section(EXPORT, 1, "run", 0, 0)];
  const code = section(CODE, 1, 2, 0, 0x0b);
  assertEquals(hollowOut(build(...parts, section(START, 0), code)), build(...parts, code));
  const whole = build(...parts, code);
  assertEquals(hollowOut(whole), whole);
});

Deno.test("a large module keeps its short bodies, and its long ones trap", async () => {
  const nops = Array.from({ length: 80_000 }, () => 0x01); // nop
  const long = flat(0, nops, 0x0b), short = flat(0, 0x01, 0x0b);
  const types = VOID_TYPE;
  const bytes = build(
    types,
    section(FUNCTION, 2, 0, 0),
    section(EXPORT, 2, "long", 0, 0, "short", 0, 1),
    section(CODE, 2, leb(long.length), long, leb(short.length), short),
  );
  const hollow = hollowOut(bytes);
  assertEquals(hollow.byteLength < 100, true);
  const { instance } = await WebAssembly.instantiate(hollow);
  const { long: run, short: other } = instance.exports as Record<string, () => void>;
  other!();
  assertThrows(() => run!(), WebAssembly.RuntimeError, "unreachable");
});

Deno.test("a hollow module has all sections of the whole one", () => {
  const body = "(drop (i32.const 1))".repeat(30_000);
  const bytes = assemble(`(module (memory (export "memory") 1) (data (i32.const 0) "x")
    (func (export "run") ${body}))`);
  const names = (bytes: Uint8Array<ArrayBuffer>) =>
    WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
  const hollow = hollowOut(bytes);
  assertEquals(names(hollow), names(bytes));
  assertEquals(hollow.byteLength < 100, true);
});
