import { assertEquals } from "@std/assert";
import { Source } from "../../src/engine/source.ts";

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
  const made = source.make<() => unknown[]>();
  assertEquals(made(), ["first", 3, 1]);
  assertEquals(made(), ["first", 3, 2]);
  assertEquals(source.make<() => unknown[]>()(), ["first", 3, 1]);
});
