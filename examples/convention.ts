// A custom convention, which no built-in one can describe: C strings in Java's modified UTF-8,
// whose NULs are two bytes, so that a guest with NUL-terminated text can receive NULs too.
import { type CustomConvention, load } from "../mod.ts";

const modifiedUtf8: CustomConvention = {
  name: "modified UTF-8",
  lower(value, guest) {
    if (typeof value !== "string" || !value.isWellFormed()) {
      throw new TypeError("Cannot pass this as modified UTF-8: expected well-formed text");
    }
    const bytes = Uint8Array.from(
      [...new TextEncoder().encode(value)].flatMap((byte) => byte === 0 ? [0xc0, 0x80] : [byte]),
    );
    const pointer = guest.call("malloc", bytes.length + 1) as number;
    if (pointer === 0) throw new Error("Cannot pass text: the guest has no memory left");
    guest.memory.writeBytes(pointer, bytes);
    guest.memory.clear(pointer + bytes.length, 1);
    return { args: [pointer], release: () => guest.call("free", pointer) };
  },
  lift(pointer, _wanted, guest) {
    const at = pointer as number;
    const bytes = guest.memory.readBytes(at, guest.memory.cStringLength(at));
    guest.call("free", at);
    const plain = bytes.filter((byte, index) => byte !== 0x80 || bytes[index - 1] !== 0xc0);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(plain.map((byte) => byte === 0xc0 ? 0 : byte));
  },
};

using guest = await load(new URL("../testdata/c/c_string.wasm", import.meta.url), {
  convention: modifiedUtf8,
});
console.log(JSON.stringify(guest.passString("a\0b", "greet")));
console.log(guest.passString("Grüße, 🚀", "echo"));
