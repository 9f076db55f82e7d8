import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { HostFunction, hostFunction } from "../../mod.ts";

Deno.test("hostFunction() keeps its arguments until a guest is loaded", () => {
  const declaration = { parameters: ["string", "u32"], result: "string" } as const;
  const callback = (text: string, times: number) => text.repeat(times);
  const host = hostFunction(declaration, callback);
  assertEquals(host instanceof HostFunction, true);
  assertStrictEquals(host.declaration, declaration);
  assertStrictEquals(host.callback as unknown, callback);
});

Deno.test("hostFunction() refuses values that are not functions", () => {
  for (
    const [callback, shown] of [[undefined, "undefined"], ["text", '"text"'], [{}, "an object"]]
  ) {
    const { message } = assertThrows(
      () => hostFunction({ parameters: [], result: "void" }, callback as () => void),
      TypeError,
    );
    assertMatch(message, /^Cannot make a host function: the callback is .*, expected a function$/);
    assertEquals(message.includes(shown as string), true);
  }
});

/** Fails to compile unless `T` is exactly `Expected`. */
function exactly<Expected>(): <T>(
  value: T,
  ...same: [T] extends [Expected] ? [Expected] extends [T] ? [] : ["too wide"] : ["too narrow"]
) => void {
  return () => {};
}

Deno.test("a callback's types follow from its declaration", () => {
  hostFunction(
    {
      parameters: [
        "i8",
        "u32",
        "f64",
        "i64",
        "bool",
        "pointer",
        "string",
        "bytes",
        "externref",
        { type: "string", nullable: true },
        { type: "bytes", pass: ["pointer", "byteLength"] },
        { type: "array", element: "f32" },
        { type: "bytes", as: "ArrayBuffer" },
      ],
      result: "void",
    },
    (i8, u32, f64, i64, bool, pointer, text, bytes, reference, maybe, more, array, buffer) => {
      exactly<number>()(i8);
      exactly<number>()(u32);
      exactly<number>()(f64);
      exactly<bigint>()(i64);
      exactly<boolean>()(bool);
      exactly<number>()(pointer);
      exactly<string>()(text);
      exactly<Uint8Array<ArrayBuffer>>()(bytes);
      exactly<unknown>()(reference);
      exactly<string | null>()(maybe);
      exactly<Uint8Array<ArrayBuffer>>()(more);
      exactly<Float32Array>()(array);
      exactly<ArrayBuffer>()(buffer);
      // @ts-expect-error: checks that this test can fail
      exactly<number>()(text);
    },
  );

  const none = { parameters: [] } as const;
  hostFunction({ ...none, result: "string" }, () => "text");
  hostFunction({ ...none, result: "bytes" }, () => new Uint8Array());
  hostFunction({ ...none, result: "i64" }, () => 5n);
  hostFunction({ ...none, result: "bool" }, () => true);
  hostFunction({ ...none, result: "pointer" }, () => 5n);
  hostFunction({ ...none, result: "externref" }, () => ({}));
  hostFunction({ ...none, result: { type: "string", nullable: true } }, () => null);
  hostFunction({ ...none, result: { type: "array", element: "i16" } }, () => new Int16Array());
  hostFunction({ ...none, result: "string", async: true }, () => Promise.resolve("text"));
  hostFunction({ ...none, result: "void", async: true }, async () => {});

  // @ts-expect-error: a number is no string
  hostFunction({ ...none, result: "string" }, () => 5);
  // @ts-expect-error: a number is no bigint
  hostFunction({ ...none, result: "u64" }, () => 5);
  // @ts-expect-error: null only where it is declared
  hostFunction({ ...none, result: "string" }, () => null);
  // @ts-expect-error: a promise only where it is declared
  hostFunction({ ...none, result: "string" }, () => Promise.resolve("text"));
  // @ts-expect-error: nothing but a promise where that is declared
  hostFunction({ ...none, result: "string", async: true }, () => "text");
  // @ts-expect-error: a promise of something else
  hostFunction({ ...none, result: "string", async: true }, () => Promise.resolve(5));
  // @ts-expect-error: more parameters than declared
  hostFunction({ parameters: ["string"], result: "void" }, (_text, _more) => {});
  // @ts-expect-error: a parameter of another type
  hostFunction({ parameters: ["string"], result: "void" }, (_text: number) => {});
  assertThrows(
    // @ts-expect-error: no such type
    () => hostFunction({ parameters: ["text"], result: "void" }, () => {}),
    TypeError,
    'Cannot make a host function: parameters[0] is "text", did you mean "string"?',
  );
});
