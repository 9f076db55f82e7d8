import { assertEquals, assertThrows } from "@std/assert";
import { MemoryRangeError } from "../../../mod.ts";
import { type CallCode, hasNoMore } from "../../../src/call/code/call_code.ts";
import { frameOf, instanceOf, makeWritten, planOf } from "../_unit.ts";

const instance = await instanceOf(`
  (global (export "base") i32 (i32.const -4))
  (func (export "getter") (result i32) (i32.const -4))
  (func (export "wide") (result i64) (i64.const 64))
  (data (i32.const 64) "a\\c3\\a4\\ff\\ff\\ff\\ff\\ff")`);

const run = (write: (code: CallCode) => string, core?: unknown) =>
  makeWritten(instance, planOf(), write)(core);

Deno.test("a number in memory is read with its size and its sign, checked or within a checked range", () => {
  const load = (type: "i8" | "u16" | "u64", at: number) =>
    run((code) => code.load(type, "core", at), 64);
  assertEquals([load("i8", 1), load("u16", 3), load("u64", 0)], [
    -61,
    0xffff,
    0xffffffffffa4c361n,
  ]);
  assertThrows(() => load("u64", 65530), MemoryRangeError);
  const within = run((code) => {
    code.add(`const data = ${code.memory}.data();`);
    code.notice("core", 8, "data");
    return `[${code.load("u16", "core", 6)}, "${code.load("u16", "core", 7).includes("data")}"]`;
  }, 64);
  // The last of these reaches beyond the range.
  assertEquals(within, [0xffff, "false"]);
});

Deno.test("text is encoded and decoded as by the memory's codec", () => {
  assertEquals(run((code) => code.decode("utf-8", "core", "3"), 64), "aä");
  assertEquals(run((code) => code.encode("utf-8", '"€"', "core", "3"), 128), 3);
  assertEquals([...instance.memory.readBytes(128, 3)], [0xe2, 0x82, 0xac]);
  assertEquals(run((code) => code.encode("utf-8", '"€"', "core", "2"), 128) as number < 0, true);
});

Deno.test("a range has to be within memory, unless it has no bytes", () => {
  const check = (pointer: number, byteLength: number) =>
    run((code) => {
      code.add(code.bounds("read", "core", String(byteLength)));
      return "true";
    }, pointer);
  assertEquals([check(65533, 3), check(70000, 0)], [true, true]);
  assertThrows(() => check(65534, 3), MemoryRangeError, "Cannot read 3 bytes at pointer 0xfffe");
});

Deno.test("a buffer is located by a getter, a global or its address, which is unsigned", () => {
  const locate = (pointer: string | number, more = {}) => {
    let isWritten = false;
    const found = run((code) => {
      code.add("let at;");
      isWritten = code.locate({ kind: "buffer", pointer, ...more }, "at", "write");
      return "at";
    });
    return isWritten ? found : undefined;
  };
  assertEquals([locate("getter"), locate("base"), locate(64)], [2 ** 32 - 4, 2 ** 32 - 4, 64]);
  assertEquals(locate("wide"), 64);
  assertEquals([locate("gone"), locate(64, { offset: 4 })], [undefined, undefined]);
});

Deno.test("a call records that the guest's code is running, for as long as it is", () => {
  const frame = frameOf();
  const written = makeWritten(instance, planOf(), (code) => {
    code.add(code.callGuest("getter", "", "const got = "));
    return "[got, inside]";
  });
  assertEquals(written(undefined, frame), [-4, false]);
});

Deno.test("an expression is written once for each name", () => {
  const seen = run((code) => {
    const checks: string[] = [];
    const [one, two] = [0, 1].map(() =>
      code.once("key", "core + 1", (local) => checks.push(local))
    );
    return `[${one}, ${two}, ${checks.length}]`;
  }, 1);
  assertEquals(seen, [2, 2, 1]);
});

Deno.test("a field that a fast form does not handle is detected", () => {
  assertEquals([hasNoMore({}), hasNoMore({ later: undefined as never })], [true, true]);
  assertEquals(hasNoMore({ later: false as never }), false);
});
