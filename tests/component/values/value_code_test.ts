import { assertEquals, assertThrows } from "@std/assert";
import { outOfRange, ValueProblem } from "../../../src/component/values/mistakes.ts";
import { ValueCode } from "../../../src/component/values/value_code.ts";
import { makePlace } from "./_place.ts";

Deno.test("an error of generated source has the path to the refused value, with the current indices", () => {
  const place = makePlace();
  const code = new ValueCode(place);
  const refuse = (value: unknown) => {
    throw outOfRange(value, "another");
  };
  code.within(".points", () => {
    code.within({ index: "i" }, () => {
      code.within(
        { index: "j" },
        () => code.within(".x", () => code.refuseIf("i + j === 5", refuse, "i")),
      );
    });
  });
  const body = code.take();
  const call = code.make<(i: number, j: number) => void>(
    `return function (i, j) { ${body} };`,
  )!({ place: { ...place, codecs: place.codecs } });
  call(1, 2);
  const error = assertThrows(() => call(2, 3), ValueProblem);
  assertEquals(
    error.toError("Cannot").message,
    "Cannot: its points[2][3].x is 2, expected another",
  );
});

Deno.test("generated source renews the view of memory only where it is used", () => {
  const code = new ValueCode(makePlace());
  code.withData(() => code.keep("value", "1"));
  assertEquals(code.take().includes("data ="), false);
  code.withData(() => code.keep("value", "data.getUint8(0)"));
  assertEquals(code.take().split("\n")[0]?.includes(".data();"), true);
});
