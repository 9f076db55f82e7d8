import { assertEquals } from "@std/assert";
import {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
} from "../../mod.ts";
import { packError, unpackError } from "../../src/pool/worker_messages.ts";

/** Values that a worker can throw. */
const THROWN: unknown[] = [
  new ComponentError({ code: 5 }),
  new GuestError("guest-error", "it failed", { status: -2, details: { line: 3 }, frames: ["f"] }),
  new LoadError("imports", "it lacks some", { problems: ["env.log"] }),
  new MemoryRangeError("read", 5n, 2, 65536),
  new WasmFormatError("no module", 4),
  new TypeError("of another type", { cause: new Error("why") }),
  Object.assign(new Error("of a class of its own"), { name: "ParseError", at: [1, 2] }),
  "a text",
  undefined,
];

Deno.test("an error of a worker is the same in the other thread", () => {
  for (const thrown of THROWN) {
    const found = unpackError(structuredClone(packError(thrown)));
    assertEquals(found, thrown);
    if (thrown instanceof Error) assertEquals((found as Error).stack, thrown.stack);
  }
});

Deno.test("a cause is the same in the other thread too, and a circle of causes comes to an end", () => {
  const cause = new GuestError("trap", "it trapped", { export: "f", cause: new Error("why") });
  const thrown = new Error("mine", { cause });
  const found = unpackError(structuredClone(packError(thrown))) as { cause: GuestError };
  assertEquals([found.cause, found.cause.cause], [cause, cause.cause]);
  assertEquals([found.cause instanceof GuestError, found.cause.code], [true, "trap"]);
  cause.cause = thrown;
  const circle = unpackError(structuredClone(packError(thrown))) as Error;
  assertEquals(((circle.cause as Error).cause as Error).message, "mine");
});

Deno.test("an error arrives without the fields that cannot be copied", () => {
  const thrown = new Error("no copy", { cause: () => {} });
  const found = unpackError(structuredClone(packError(Object.assign(thrown, { f() {}, n: 1 }))));
  assertEquals(found, Object.assign(new Error("no copy"), { n: 1 }));
  assertEquals(unpackError(structuredClone(packError(Symbol("x")))), "Symbol(x)");
});
