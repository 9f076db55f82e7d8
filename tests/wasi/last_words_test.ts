import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError, load, type WasiOptions } from "../../mod.ts";
import { LastWords } from "../../src/wasi/last_words.ts";
import { guestUrl } from "../_guests.ts";

/** Runs the command that writes "giving up" to standard error and aborts. */
async function abort(wasi: WasiOptions): Promise<GuestError> {
  using guest = await load(guestUrl("wasi/command"), {
    wasi: { ...wasi, args: ["command", "abort"] },
  });
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, guest.state], ["trap", "poisoned"]);
  return error;
}

Deno.test("a trap carries what the guest had written to standard error, wherever that went", async () => {
  for (const stderr of ["discard", "capture", () => {}] as const) {
    const error = await abort({ stderr });
    assertEquals([error.message, error.guestMessage], [
      'Cannot complete "_start": the guest trapped: unreachable; its standard error ends with ' +
      '"giving up"',
      "giving up",
    ]);
    assert(error.stack?.includes(error.message), error.stack);
    assert(error.frames.length > 0);
  }
});

/** The parts of an instance that are needed. */
interface Described {
  describe?: (error: GuestError) => void;
}

Deno.test("only the errors of traps contain standard error, up to a limit and after their own message", () => {
  let instance: Described = {};
  const written: number[] = [];
  const inner = { write: (bytes: Uint8Array) => written.push(bytes.byteLength) && 0, end() {} };
  const words = new LastWords(inner, () => instance as never);
  const encode = (text: string) => new TextEncoder().encode(text);
  const described: string[] = [];
  instance.describe = ({ code }) => described.push(code);
  words.write(encode(`${"a".repeat(5000)}\n`));
  words.write(encode('he said "no"\n'));
  assertEquals(written, [5001, 13]);

  const trap = new GuestError("trap", "It trapped");
  instance.describe(trap);
  assertEquals(trap.guestMessage, `${"a".repeat(4096 - 14)}\nhe said "no"`);
  assertEquals(trap.message.length, "It trapped; its standard error ends with".length + 1 + 204);
  const other = new GuestError("busy", "It is busy");
  instance.describe(other);
  assertEquals([other.message, other.guestMessage, described], [
    "It is busy",
    undefined,
    ["trap", "busy"],
  ]);

  instance = {};
  words.write(encode("  "));
  assertEquals(typeof instance.describe, "function");
});

Deno.test("the error of a trap has no additional text if the guest has written nothing", () => {
  const words = new LastWords({ write: () => 0, end() {} }, () => instance as never);
  const instance: Described = {};
  words.write(new TextEncoder().encode("\n"));
  const trap = new GuestError("trap", "It trapped");
  instance.describe!(trap);
  assertEquals([trap.message, trap.guestMessage], ["It trapped", undefined]);
});
