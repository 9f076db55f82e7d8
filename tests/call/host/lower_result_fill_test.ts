import { assertEquals, assertThrows } from "@std/assert";
import { allocator, type HostResult, MemoryRangeError } from "../../../mod.ts";
import { liveAllocations, PACKED } from "../../_callbacks.ts";
import { loadHostForm } from "../../_host_forms.ts";
import { utf8Strings } from "../../_strings.ts";

const BUFFER = ["output", "capacity"] as const;

/** Loads the guest with a buffer of up to 63 bytes, followed by a marker. */
function loadFill(name: string, result: HostResult, callback: () => unknown, convention = PACKED) {
  const declaration = { parameters: [], result, arguments: BUFFER };
  return loadHostForm(name, "give_at", declaration, callback, { convention });
}

Deno.test("the guest gets every string that fits into its buffer", async () => {
  let text = "";
  using guest = await loadFill("give_output", "string", () => text);
  const fitting = utf8Strings(63);
  for ({ text } of fitting) {
    const { length } = new TextEncoder().encode(text);
    assertEquals(guest.symbols.run(63), text);
    assertEquals(guest.symbols.run(length), text);
    if (length === 0) continue;
    const { message } = assertThrows(() => guest.symbols.run(length - 1), RangeError);
    assertEquals(
      message,
      `Cannot return ${length} bytes from import "env.give_output": the guest's buffer holds ` +
        (length - 1),
    );
  }
  assertEquals(fitting.length > 30, true);
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("a text without a length ends with a NUL, which takes room in the buffer", async () => {
  let text = "";
  using guest = await loadFill("give_output_terminated", "string", () => text);
  for ({ text } of utf8Strings(62)) {
    if (text.includes("\0")) continue;
    const { length } = new TextEncoder().encode(text);
    assertEquals(guest.symbols.run(length + 1), text);
    const { message } = assertThrows(() => guest.symbols.run(length), RangeError);
    assertEquals(
      message,
      `Cannot return ${length} bytes from import "env.give_output_terminated": the guest's buffer ` +
        `holds ${Math.max(0, length - 1)} and a NUL`,
    );
  }
  text = "a\0";
  assertThrows(() => guest.symbols.run(63), TypeError, "Cannot pass text with a NUL at index 1");
});

Deno.test("a NUL follows a text with a length if the declaration or the guest's convention requires it", async () => {
  const terminated = { type: "string", length: "nul" } as const;
  const always = { ...PACKED, terminated: "always" } as const;
  for (const [result, convention] of [[terminated, PACKED], ["string", always]] as const) {
    using guest = await loadFill("give_output", result, () => "four", convention);
    assertEquals(guest.symbols.run(5), "four");
    assertThrows(() => guest.symbols.run(4), RangeError, "holds 3 and a NUL");
  }
});

Deno.test("bytes go into the buffer unchanged, and the length counts the declared units", async () => {
  using guest = await loadFill(
    "give_output",
    "bytes",
    () => new Uint8Array([0x61, 0, 0xc3, 0xa4]),
  );
  assertEquals(guest.symbols.run(4), "a\0ä");
  assertThrows(() => guest.symbols.run(3), RangeError, "Cannot return 4 bytes");
  const convention = allocator({
    allocate: "malloc",
    free: "free",
    encoding: "utf-16",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  });
  using units = await loadFill(
    "give_output",
    { type: "string", unit: "codeUnits" },
    () => "漢字",
    convention,
  );
  // The guest takes the 2 code units for 2 bytes.
  assertEquals(units.symbols.run(4), "漢");
  using bytes = await loadFill("give_output", "string", () => "漢字", convention);
  assertEquals(bytes.symbols.run(4), "漢字");
});

Deno.test("a buffer that is not within memory is not written to", async () => {
  using guest = await loadHostForm(
    "give_output_outside",
    "call_status",
    { parameters: [], result: "string", arguments: BUFFER },
    () => "x",
    { imported: "give_output" },
  );
  const { message } = assertThrows(() => guest.symbols.run(), MemoryRangeError);
  assertEquals(message, "Cannot write 16 bytes at pointer 0xfffffffc: memory is 131072 bytes");
});
