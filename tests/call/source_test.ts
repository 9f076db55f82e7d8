import { assertEquals } from "@std/assert";
import { runDeno } from "../_deno.ts";
import { Source } from "../../src/call/code/source.ts";

Deno.test("a value has one name, whatever it is asked for", () => {
  const source = new Source();
  const values = [0, "text", undefined, NaN, {}, () => 7];
  const names = values.map((value) => source.bind(value));
  assertEquals(values.filter((value) => value === value).map((value) => source.bind(value)), [
    ...names.filter((_, index) => index !== 3),
  ]);
  assertEquals(new Set(names).size, values.length);
});

Deno.test("a function is made of the lines, with every value under its name", () => {
  const source = new Source();
  const first = source.bind("first"), second = source.bind({ third: 3 });
  source.add("let calls = 0;");
  source.add(`return () => [${first}, ${second}.third, ++calls];`);
  const made = source.make<() => unknown[]>()!;
  assertEquals(made(), ["first", 3, 1]);
  assertEquals(made(), ["first", 3, 2]);
  assertEquals(source.make<() => unknown[]>()!(), ["first", 3, 1]);
});

Deno.test("V8 never sees the same source twice: it would make one function of both", () => {
  const { Function } = globalThis;
  const bodies: string[] = [];
  globalThis.Function = class extends Function {
    constructor(...parts: string[]) {
      super(...parts);
      bodies.push(parts.at(-1)!);
    }
  } as FunctionConstructor;
  try {
    for (let times = 0; times < 3; times++) {
      const source = new Source();
      source.add("return () => 7;");
      assertEquals(source.make<() => number>()!(), 7);
    }
  } finally {
    globalThis.Function = Function;
  }
  assertEquals([bodies.length, new Set(bodies).size], [3, 3]);
});

Deno.test("where V8 may not make code from strings, guests are called all the same", async () => {
  const flag = "--v8-flags=--disallow-code-generation-from-strings";
  const program = `
    import { allocator, hostFunction, load } from ${
    JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
  };
    const at = (name) => new URL(name, ${
    JSON.stringify(new URL("../../testdata/c/", import.meta.url).href)
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
