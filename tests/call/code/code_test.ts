import { assertEquals } from "@std/assert";
import { Code } from "../../../src/call/code/code.ts";
import { runDeno } from "../../_deno.ts";
import { withSources } from "../../_tiers.ts";

Deno.test("a value has one name for all uses", () => {
  const code = new Code<undefined>();
  const values = [0, "text", undefined, NaN, {}, () => 7];
  const names = values.map((value) => code.constant(value));
  assertEquals(values.map((value) => code.constant(value)), names);
  assertEquals(new Set(names).size, values.length);
});

Deno.test("a function is compiled from the source, with the values of each instance under their names", () => {
  const code = new Code<{ readonly first: string }>();
  const first = code.bind("first", (bound) => bound.first), second = code.constant({ third: 3 });
  const make = code.make<() => unknown[]>(
    `let calls = 0; return () => [${first}, ${second}.third, ++calls];`,
  )!;
  const made = make({ first: "one" });
  assertEquals([made(), made()], [["one", 3, 1], ["one", 3, 2]]);
  assertEquals(make({ first: "another" })(), ["another", 3, 1]);
});

Deno.test("two functions never have the same source, for which V8 would share their code", () =>
  withSources((sources) => {
    for (let times = 0; times < 3; times++) {
      const make = new Code<undefined>().make<() => number>("return () => 7;")!;
      assertEquals(make(undefined)(), 7);
    }
    assertEquals([sources.length, new Set(sources).size], [3, 3]);
  }));

Deno.test("guests can be called even if V8 is not allowed to compile strings", async () => {
  const flag = "--v8-flags=--disallow-code-generation-from-strings";
  const program = `
    import { allocator, hostFunction, load } from ${
    JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)
  };
    const at = (name) => new URL(name, ${
    JSON.stringify(new URL("../../../testdata/c/", import.meta.url).href)
  });
    using echo = await load(at("echo_length.wasm"));
    for (let times = 0; times < 150; times++) echo.passString("often", "echo");
    console.log(echo.passString("Grüße", "echo"));
    const text = { type: "string", form: "packedPointerHigh" };
    using asks = await load(at("callbacks_stack_pointer.wasm"), {
      missing: "trap",
      convention: allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh" }),
      imports: {
        env: {
          answer: hostFunction({ parameters: ["string"], result: text }, (it) => it + "!"),
        },
      },
    });
    for (let times = 0; times < 150; times++) asks.passString("often", "ask");
    console.log(asks.passString("Well", "ask"));
  `;
  const { code, stdout } = await runDeno(["run", "--quiet", "--allow-read", flag, "-"], program);
  assertEquals({ code, stdout }, { code: 0, stdout: "Grüße\nWell!\n" });
});
