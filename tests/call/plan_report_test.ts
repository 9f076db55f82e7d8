import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  GuestError,
  load,
  type LoadOptions,
  type PlanReport,
  type SymbolDeclarations,
} from "../../mod.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { PLAN_ROWS } from "./_plan_rows.ts";

for (const [index, { guest: source, options, declare, ask, plan }] of PLAN_ROWS.entries()) {
  const isText = source.startsWith("(module");
  const of = `${isText ? "text format" : source} ${ask?.join(" ") ?? declare?.name ?? "chunks"}`;
  Deno.test(`guest.plan() describes each step, ${index}: ${of}`, async () => {
    const bytes = isText ? assemble(source) : await guestBytes(source);
    const symbols: SymbolDeclarations | undefined = declare && { call: declare };
    using guest = await load(
      bytes,
      { ...options, ...(symbols && { symbols }) } as LoadOptions,
    );
    assertEquals((await guest.plan(...ask ?? ["call"])).steps.map(({ text }) => text), plan);
  });
}

const CHAPTER = `1. ask "get_buffer_pointer" where the buffer is
2. check that the text fits in the buffer: its capacity is at most the distance to the next item in memory (nothing states it); one with a NUL is refused
3. write it there as UTF-8, with a NUL after it
4. call "add_wasm_is_cool"
5. take the length from the result; a negative one is the guest's error
6. ask "get_buffer_pointer" again
7. check that the text lies within the buffer
8. read it as UTF-8, without the NULs at its end`;

Deno.test("a plan prints as a numbered list, and is data", async () => {
  using guest = await load(guestPath("c/passing_data"));
  const plan: PlanReport = await guest.plan();
  assertStrictEquals(`${plan}`, CHAPTER);
  assertStrictEquals(Deno.inspect(plan), CHAPTER);
  const texts = CHAPTER.split("\n").map((line) => line.slice(3));
  const facts = [
    { step: "find", argument: 0, export: "get_buffer_pointer" },
    { step: "check", argument: 0, capacity: "upper bound" },
    { step: "write", argument: 0, encoding: "utf-8", terminated: "always" },
    { step: "call", export: "add_wasm_is_cool" },
    { step: "length", value: "result" },
    {
      step: "find",
      value: { export: "get_buffer_pointer" },
      export: "get_buffer_pointer",
    },
    { step: "check" },
    { step: "read", type: "string", encoding: "utf-8" },
  ];
  assertEquals(JSON.parse(JSON.stringify(plan)), {
    export: "add_wasm_is_cool",
    steps: facts.map((fact, index) => ({ ...fact, text: texts[index] })),
  });
});

const ASKED = `(module
  (import "env" "asked" (func $asked))
  (memory (export "memory") 1)
  (func (export "get_buffer_pointer") (result i32) (call $asked) (i32.const 1024))
  (func (export "get_buffer_capacity") (result i32) (call $asked) (i32.const 64))
  (func (export "echo") (param i32) (result i32) (call $asked) (local.get 0))
  (func (export "add") (param i32 f64) (result i32) (call $asked) (local.get 0)))`;

Deno.test("making a plan does not run the guest, and shows the capacity once a pass has found it", async () => {
  let asked = 0;
  using guest = await load(assemble(ASKED), { imports: { env: { asked: () => void asked++ } } });
  const before = (await guest.plan("echo")).steps[1];
  assertEquals([before?.byteLength, before?.capacity], [undefined, "exact"]);
  assertStrictEquals(asked, 0);
  guest.passString("a", "echo");
  const calls = asked;
  const after = (await guest.plan("echo")).steps[1];
  assertStrictEquals(
    after?.text,
    'check that the text fits in the buffer: its capacity is 64 bytes ("get_buffer_capacity" ' +
      "returns it); one that ends in a NUL is refused",
  );
  assertEquals([after?.byteLength, asked], [64, calls]);
});

Deno.test("a symbol comes before an export, unless the type is given", async () => {
  using guest = await load(assemble(ASKED), {
    imports: { env: { asked: () => {} } },
    symbols: { echo: { name: "add", parameters: ["i32", "f64"], result: "i32" } },
  });
  assertStrictEquals((await guest.plan("echo")).export, "add");
  assertStrictEquals((await guest.plan("echo", "string")).export, "echo");
  assertStrictEquals((await guest.plan("echo", "bytes")).steps.at(-1)?.text, "copy them");
});

Deno.test("an asynchronous symbol waits for the guest", async () => {
  using guest = await load(assemble(ASKED), {
    imports: { env: { asked: () => {} } },
    symbols: { add: { parameters: ["i32", "f64"], result: "i32", async: true } },
  });
  const waits = 'call "add" with argument 0 and argument 1, and wait for it';
  assertStrictEquals((await guest.plan("add")).steps[2]?.text, waits);
});

Deno.test("names that may belong to two buffers are compared before the first call", async () => {
  using guest = await load(guestPath("c/two_buffers"));
  const { step, text } = (await guest.plan("transform")).steps[0]!;
  const names = '"get_first_buffer", "get_second_buffer"';
  assertEquals([step, text], [
    "choose",
    `before the first call, compare the addresses that ${names} give`,
  ]);
  const whole = assertThrows(() => guest.passString("a", "transform"), GuestError);
  assertStrictEquals(whole.code, "ambiguous-convention");
});

Deno.test("a call that would fail has no plan: the error is that of the call", async () => {
  using guest = await load(assemble(ASKED), { imports: { env: { asked: () => {} } } });
  for (const [name, code] of [["add", "signature"], ["ad", "missing-export"]] as const) {
    const expected = assertThrows(() => guest.passString("a", name), GuestError);
    const found = await assertRejects(() => guest.plan(name), GuestError);
    assertEquals([found.code, found.export, found.message], [code, name, expected.message]);
  }
});
