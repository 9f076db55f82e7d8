import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { printResult, toJson } from "../../../src/cli/call/print_result.ts";
import { guestUrl } from "../../_guests.ts";
import { makeHost } from "../_host.ts";

async function print(value: unknown, isTerminal = false): Promise<string> {
  const host = makeHost({ isTerminal });
  await printResult(value, host);
  return host.stdout();
}

Deno.test("text and bytes are written as they are, anything else as JSON with a line feed", async () => {
  assertEquals(await print("a\u0000b"), "a\u0000b");
  assertEquals(await print(""), "");
  assertEquals(await print(5), "5\n");
  assertEquals(await print(true), "true\n");
  assertEquals(await print(null), "null\n");
  assertEquals(await print(undefined), "");
  const host = makeHost();
  await printResult(Uint8Array.of(0, 255, 10), host);
  assertEquals(host.written(), Uint8Array.of(0, 255, 10));
});

Deno.test("a terminal gets a whole line, with control characters escaped", async () => {
  assertEquals(await print("a", true), "a\n");
  assertEquals(await print("a\tb\n", true), "a\tb\n");
  assertEquals(await print("\u001b[31m\u202e", true), "\\u{1b}[31m\\u{202e}\n");
  assertEquals(
    await print(Uint8Array.of(0x41, 0), true),
    "00000000  41 00                                             |A.|\n",
  );
});

Deno.test("values that JSON lacks are written as numbers", () => {
  assertEquals(toJson(2n ** 64n - 1n), "18446744073709551615");
  assertEquals(toJson(Float64Array.of(1.5, NaN)), "[1.5,NaN]");
  assertEquals(toJson(BigInt64Array.of(-1n)), "[-1]");
  assertEquals(toJson(new Map([["a", 1n]])), '[["a",1]]');
  assertEquals(
    toJson({ x: 1n, list: ["a", null], bytes: Uint8Array.of(1) }),
    '{"x":1,"list":["a",null],"bytes":[1]}',
  );
  assertEquals(toJson(-Infinity), "-Infinity");
});

Deno.test("a resource is printed as its class and its methods", async () => {
  using guest = await load(guestUrl("component/resources"), { missing: "trap" });
  const { Counter } = guest.interfaces["counters"];
  assertEquals(
    toJson([new Counter(3)]),
    '[{"class":"Counter","methods":["value"]}]',
  );
});
