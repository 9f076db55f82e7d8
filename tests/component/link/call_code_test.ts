import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ComponentError, load } from "../../../mod.ts";
import { runDeno } from "../../_deno.ts";
import { guestPath, guestUrl } from "../../_guests.ts";
import { inTier, testTiers, withSources } from "../../_tiers.ts";
import { canCompile, formsOf } from "../../../src/component/link/call_code.ts";
import type { FunctionType, ValueType } from "../../../src/component/types.ts";
import { GUEST_SHAPES, HOST_SHAPES, JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { primitive } from "../values/_place.ts";

Deno.test("a function of very many values is not compiled", () => {
  const tuple = (length: number): ValueType => ({
    kind: "tuple",
    types: Array.from({ length }, () => primitive("u8")),
  });
  const taking = (type: ValueType): FunctionType => ({
    kind: "function",
    isAsync: false,
    parameters: [{ name: "a", type }],
    result: undefined,
  });
  assertEquals([canCompile(taking(tuple(400))), canCompile(taking(tuple(500)))], [true, false]);
});

Deno.test("definitions with the same source share their compiled function", () => {
  const definition = {};
  const compile = () => undefined;
  const forms = formsOf(definition, JCO_SHAPES, "lift", compile);
  assertStrictEquals(formsOf(definition, JCO_SHAPES, "lift", compile), forms);
  const others = [
    formsOf(definition, GUEST_SHAPES, "lift", compile),
    formsOf(definition, HOST_SHAPES.draft, "lift", compile),
    formsOf(definition, JCO_SHAPES, "lower", compile),
    formsOf({}, JCO_SHAPES, "lift", compile),
  ];
  assertEquals(others.includes(forms), false);
});

const API = "test:echoes/api";

/** Values that each function of the guest returns as they are. */
const ECHOES: Readonly<Record<string, readonly unknown[]>> = {
  text: ["", "a", "caf\u00e9 \u{1f370}", "x".repeat(5000)],
  bytes: [new Uint8Array(), Uint8Array.of(0, 255)],
  numbers: [Uint32Array.of(0, 0xffffffff)],
  texts: [[], ["", "a", "\u2603"]],
  points: [[], [{ x: -1, y: 2, z: 0.5 }, { x: 3, y: -4, z: Infinity }]],
  point: [{ x: -0x80000000, y: 0x7fffffff, z: -0 }],
  shape: [{ tag: "dot" }, { tag: "circle", val: 0.1 }, { tag: "label", val: "caf\u00e9" }],
  maybe: [undefined, 0, 0xffffffff],
};

testTiers("values of every kind come back from a guest as they were", async () => {
  const logged: string[] = [];
  const imports = { "": { log: (text: string) => void logged.push(text) } };
  using guest = await load(guestPath("component/echoes"), { imports });
  const api = guest.interfaces[API];
  for (const [name, values] of Object.entries(ECHOES)) {
    for (const value of values) assertEquals(api[name](value), value, name);
  }
  assertEquals([api.add(0xffffffff, 2), api.half(8)], [1, 4]);
  assertEquals(assertThrows(() => api.half(7), ComponentError).payload, 3);
  api.relay("to the host");
  assertEquals([logged, guest.state], [["to the host"], "ready"]);
});

Deno.test("a call is compiled after many calls, and a reset guest reuses the compiled function", () =>
  inTier(undefined, () =>
    withSources(async (sources) => {
      using guest = await load(guestPath("component/linked"), { missing: "trap" });
      const { echo } = guest.interfaces[""];
      const compiled = () => sources.filter((source) => source.includes("blamed")).length;
      for (let calls = 0; calls < 99; calls++) echo("a");
      assertEquals(compiled(), 0);
      echo("a");
      assertEquals([echo("b"), compiled()], ["b", 1]);
      guest.reset();
      assertEquals([echo("c"), compiled()], ["c", 1]);
    })));

Deno.test("a component can be called even if V8 is not allowed to compile strings", async () => {
  const flag = "--v8-flags=--disallow-code-generation-from-strings";
  const program = `
    import { load } from ${JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)};
    const log = (text) => console.log(text);
    const url = new URL(${JSON.stringify(guestUrl("component/echoes").href)});
    using guest = await load(url, { imports: { "": { log } } });
    const { texts, relay } = guest.interfaces["${API}"];
    for (let times = 0; times < 150; times++) texts(["often"]);
    relay(texts(["caf\u00e9"])[0]);
  `;
  const { code, stdout } = await runDeno(["run", "--quiet", "--allow-read", flag, "-"], program);
  assertEquals({ code, stdout }, { code: 0, stdout: "caf\u00e9\n" });
});
