import { assertEquals } from "@std/assert";
import type { BlockSource } from "../../../mod.ts";
import { bindSource } from "../../../src/call/blocks/bind_sources.ts";
import { writePut } from "../../../src/call/code/put.ts";
import { makeWritten, OTHERWISE, otherwise, planOf } from "../_unit.ts";
import { allocator, buffer, type Data, instance, memory, put, seen } from "./_put.ts";

Deno.test("a text is written into a buffer, followed by a NUL if there is room", () => {
  memory.writeString(64, "x".repeat(10));
  assertEquals(put(buffer, "aä", { terminated: "where there is room" }), {
    pointer: 64,
    byteLength: 3,
    size: 8,
    held: undefined,
  });
  assertEquals(seen(64), "a\xc3\xa4\0xxxxx");
  put(buffer, "abcdefgh", { terminated: "where there is room" });
  assertEquals(seen(64), "abcdefghx");
});

Deno.test("a text that does not fit is refused, as in the run form", () => {
  const { next } = instance.exports as { next(pointer: number): void };
  const messageOf = (act: () => unknown) => {
    try {
      return act();
    } catch (error) {
      return (error as Error).message;
    }
  };
  assertEquals(
    messageOf(() => put(buffer, "abcdefghi")),
    'Cannot pass 9 bytes to "f": the guest\'s buffer holds 8',
  );
  next(0);
  assertEquals(
    messageOf(() => put(allocator, "abc")),
    'Cannot allocate 3 bytes for "f": "malloc" returned 0, expected a pointer',
  );
  next(65534);
  assertEquals(
    messageOf(() => put(allocator, "abc")),
    "Cannot write 3 bytes at pointer 0xfffe: memory is 65536 bytes",
  );
  next(1024);
});

Deno.test("a value of another type leaves the fast form", () => {
  assertEquals(put(buffer, 5), OTHERWISE);
  assertEquals(put(allocator, "abc", { content: "bytes" }), OTHERWISE);
  assertEquals(put(allocator, new Uint8Array(4), { content: { element: "i32" } }), OTHERWISE);
});

Deno.test("null is an address of 0 where it is declared", () => {
  const found = put(allocator, null, { nullable: true });
  assertEquals(typeof found === "object" && [found.pointer, found.byteLength], [0, 0]);
});

Deno.test("a value without a fast form has no source", () => {
  assertEquals(put(buffer, "abc", { terminated: "always" }), undefined);
  assertEquals(put(allocator, "abc", { encoding: "latin1+utf16" }), undefined);
  assertEquals(put({ kind: "reference" }, "abc"), undefined);
  assertEquals(put(allocator, "abc", { later: true } as never), undefined);
});

Deno.test("the claim of a text in a buffer includes its NUL, and ends with the buffer at most", () => {
  const claimed = (text: string, terminated: Data["terminated"]) => {
    const parameter: Data = {
      kind: "text",
      content: "string",
      encoding: "utf-8",
      place: buffer,
      terminated,
    };
    const claims = { block: "argument 0", action: "pass", isRead: false };
    const source = bindSource(buffer, instance, {
      symbol: "f",
      terminated,
      align: 1,
      beside: 3,
      claims: { ...claims, keeper: "host" },
    });
    const written = makeWritten(
      instance,
      planOf({ parameters: [parameter] }),
      (code) => {
        code.claims = true;
        assertEquals(writePut(parameter, 0, code, otherwise), true);
        return "undefined";
      },
      [text],
      [source],
    );
    try {
      written(undefined);
      return [instance.claim?.pointer, instance.claim?.end];
    } finally {
      instance.claim = undefined;
    }
  };
  assertEquals(claimed("abc", "never"), [64, 67]);
  assertEquals(claimed("abc", "where there is room"), [64, 68]);
  assertEquals(claimed("abcdefgh", "where there is room"), [64, 72]);
});

Deno.test("a call with a buffer and other blocks is left to the run form", () => {
  const parameter: Data = {
    kind: "text",
    content: "string",
    encoding: "utf-8",
    place: buffer,
    terminated: "never",
  };
  const source = bindSource(buffer, instance, {
    symbol: "f",
    terminated: "never",
    align: 1,
    beside: 3,
  });
  const isWritten = (more: { other?: BlockSource; claims?: boolean; handedOut?: boolean }) => {
    const { other, claims = false, handedOut = false } = more;
    const parameters = other === undefined
      ? [parameter]
      : [parameter, { ...parameter, place: other }];
    let isWritten: boolean | undefined;
    makeWritten(
      instance,
      planOf({ parameters }),
      (code) => {
        code.claims = claims;
        if (handedOut) code.handedOut.push(1);
        isWritten = writePut(parameter, 0, code, otherwise);
        return "undefined";
      },
      ["abc"],
      [source],
    );
    return isWritten;
  };
  assertEquals([isWritten({}), isWritten({ other: allocator })], [true, true]);
  assertEquals(isWritten({ other: { ...buffer, pointer: 128 } }), false);
  assertEquals([isWritten({ claims: true }), isWritten({ handedOut: true })], [true, true]);
  assertEquals(isWritten({ claims: true, handedOut: true }), false);
});
