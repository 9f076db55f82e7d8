import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { type Any, bytesOf, errorCase, openInterfaces } from "./_interfaces.ts";

Deno.test("fields keep their order and their case, and are found in any case", async () => {
  using opened = await openInterfaces();
  const { Fields } = opened.get("wasi:http/types");
  const fields: Any = new Fields();
  const [one, two] = [bytesOf("1"), bytesOf("2")];
  fields.append("A-b", one);
  fields.append("c", two);
  fields.append("a-B", two);
  assertEquals([fields.get("a-b"), fields.has("C"), fields.has("d")], [[one, two], true, false]);
  const copy = fields.clone();
  fields.set("A-B", [two]);
  fields.delete("C");
  assertEquals(fields.entries(), [["A-B", two]]);
  assertEquals(copy.entries(), [["A-b", one], ["c", two], ["a-B", two]]);
  const invalid = [
    () => Fields.fromList([["a b", one]]),
    () => fields.append("", one),
    () => fields.append("a", bytesOf("1\r\nb: 2")),
    () => fields.set("a", [bytesOf("\0")]),
    () => fields.set("a:", []),
    () => fields.delete("a b"),
  ];
  assertEquals(invalid.map(errorCase), Array(invalid.length).fill({ tag: "invalid-syntax" }));
});

Deno.test("the fields of a guest take limited memory on the host, which dropped fields release", async () => {
  using opened = await openInterfaces();
  const { Fields, OutgoingRequest } = opened.get("wasi:http/types");
  const { handle } = opened.get("wasi:http/outgoing-handler");
  const [value, text] = [new Uint8Array(1 << 20).fill(0x61), "x".repeat(1 << 19)];
  const make = () => {
    const request = new OutgoingRequest(Fields.fromList([["a", value]]));
    request.setAuthority(text);
    request.setMethod({ tag: "other", val: text });
    return request;
  };
  // Each one takes 3 MiB of 16.
  for (let count = 0; count < 20; count++) errorCase(() => handle(make()));
  const kept = Array.from({ length: 5 }, make);
  const messages = [
    () => kept[0].headers(),
    () => Fields.fromList([["a", value]]),
    () => kept[1].setPathWithQuery(`/${text}`),
  ].map((act) => assertThrows(act, GuestError).message);
  assertEquals(
    messages,
    Array(3).fill(
      "Cannot hold more fields and properties of HTTP: they take more than 16777216 bytes, " +
        "expected the guest to drop some",
    ),
  );
  kept.pop()[Symbol.dispose]();
  assertEquals(kept[0].headers().has("a"), true);
});
