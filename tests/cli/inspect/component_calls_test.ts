import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { listCalls } from "../../../src/cli/inspect/component_calls.ts";
import { readComponent } from "../../../src/component/component.ts";
import type { Extern, ValueType } from "../../../src/component/types.ts";
import { guestBytes, guestPath } from "../../_guests.ts";

Deno.test("each function has its type, and the line that calls it", async () => {
  const { type } = readComponent(await guestBytes("component/resources"));
  const shown = listCalls(type).map(({ name, wit, line }) => [name, wit, line]);
  assertEquals(shown.slice(0, 4), [
    [
      "counters#[constructor]counter",
      "constructor(value: u32)",
      'new guest.interfaces["counters"].Counter(0)',
    ],
    ["counters#[method]counter.value", "func() -> u32", "counter.value()"],
    [
      "counters#[static]counter.wrong",
      "static func() -> counter",
      'guest.interfaces["counters"].Counter.wrong()',
    ],
    [
      "counters#consume",
      "func(counter: counter) -> u32",
      'guest.interfaces["counters"].consume(counter)',
    ],
  ]);
});

/** The functions of the guest that call its host, which has none. */
const CALL_HOST: readonly (string | undefined)[] = ["relay", "repeat"];

Deno.test("the lines of functions without resources run as they are", async () => {
  const name = "component/echoes";
  using guest = await load(guestPath(name), { missing: "trap" });
  const { type } = readComponent(await guestBytes(name));
  const results = listCalls(type).filter(({ key }) => !CALL_HOST.includes(key)).map((
    { key, line },
  ) => [
    key,
    new Function("guest", `return ${line}`)(guest),
  ]);
  // The functions return their arguments, the sum of them or a half.
  assertEquals(Object.fromEntries(results), {
    add: 0,
    text: "text",
    bytes: new Uint8Array(),
    numbers: new Uint32Array(),
    texts: [],
    points: [],
    point: { x: 0, y: 0, z: 0 },
    shape: { tag: "dot" },
    maybe: undefined,
    half: 0,
  });
});

Deno.test("the line for a command runs the guest", async () => {
  const { type } = readComponent(await guestBytes("component_wasi/hello"));
  assertEquals(listCalls(type).map(({ line }) => line), ["guest.run()"]);
});

const U8: ValueType = { kind: "primitive", name: "u8" };

/** Types, each with a value of it as the table of the guide "Components" has them. */
const SAMPLES: readonly (readonly [type: ValueType, shown: string])[] = [
  [{ kind: "primitive", name: "u64" }, "0n"],
  [{ kind: "primitive", name: "f64" }, "0"],
  [{ kind: "primitive", name: "bool" }, "true"],
  [{ kind: "primitive", name: "char" }, '"a"'],
  [{ kind: "tuple", types: [U8, { kind: "list", type: U8 }] }, "[0, new Uint8Array()]"],
  [{ kind: "map", key: U8, value: U8 }, "new Map()"],
  [{ kind: "option", type: { kind: "option", type: U8 } }, '{ tag: "none" }'],
  [{ kind: "enum", names: ["dark-red", "red"] }, '"dark-red"'],
  [{ kind: "flags", names: ["at-end"] }, "{ atEnd: true }"],
  [{ kind: "result", ok: U8, error: undefined }, '{ tag: "ok", val: 0 }'],
  [
    { kind: "variant", cases: [{ name: "at-end", type: U8 }, { name: "b", type: undefined }] },
    '{ tag: "at-end", val: 0 }',
  ],
];

for (const [type, shown] of SAMPLES) {
  Deno.test(`a value of a ${type.kind} in a line is ${shown}`, () => {
    const parameters = [{ name: "it", type }];
    const [call] = listCalls({
      kind: "component",
      imports: [],
      exports: [{
        name: "take",
        type: {
          sort: "function",
          type: { kind: "function", isAsync: false, parameters, result: undefined },
        },
      }],
      resources: [],
    });
    assertEquals(call?.line, `guest.interfaces[""].take(${shown})`);
  });
}

Deno.test("a function of an interface within another one is called by both names", () => {
  const instance = (name: string, inner: Extern): Extern => ({
    name,
    type: { sort: "instance", type: { kind: "instance", exports: [inner], resources: [] } },
  });
  const type = { kind: "function", isAsync: false, parameters: [], result: undefined } as const;
  const deep: Extern = { name: "deep-f", type: { sort: "function", type } };
  const exports = [instance("top", instance("inner-part", deep))];
  const [call] = listCalls({ kind: "component", imports: [], exports, resources: [] });
  assertEquals([call?.name, call?.line], [
    "top.inner-part#deep-f",
    'guest.interfaces["top"].innerPart.deepF()',
  ]);
});
