import { assertEquals, assertThrows } from "@std/assert";
import {
  allocator,
  GuestError,
  hostFunction,
  type HostParameter,
  load,
  MemoryRangeError,
} from "../../../mod.ts";
import { liveAllocations, PACKED } from "../../_callbacks.ts";
import { guestErrorOf } from "../../_errors.ts";
import { guestUrl } from "../../_guests.ts";
import { loadHostForm } from "../../_host_forms.ts";
import { strings } from "../../_strings.ts";

/** Every form in which the guest can pass text. */
const FORMS: readonly (readonly [name: string, parameter: HostParameter, ended?: "by NUL"])[] = [
  ["take_length", "string"],
  ["take_terminated", "string", "by NUL"],
  ["take_packed_high", { type: "string", pass: ["packedPointerHigh"] }],
  ["take_packed_low", { type: "string", pass: ["packedPointerLow"] }],
  ["take_prefixed", { type: "string", length: { prefix: "u32" } }],
];

for (const [name, parameter, ended] of FORMS) {
  Deno.test(`the host gets every string as the guest passed it: ${name}`, async () => {
    const taken: string[] = [];
    const declaration = { parameters: [parameter], result: "void" } as const;
    using guest = await loadHostForm(name, "take", declaration, (text: string) => taken.push(text));
    const passed = strings.map(({ text }) => text).filter((text) =>
      text.isWellFormed() && !(ended && text.includes("\0"))
    );
    for (const text of passed) guest.symbols.run(text);
    assertEquals(taken, passed);
    assertEquals(liveAllocations(guest), 0);
  });
}

for (const [name, parameter, ended] of FORMS) {
  Deno.test(`the host gets bytes as the guest passed them: ${name}`, async () => {
    const taken: Uint8Array[] = [];
    const bytes = typeof parameter === "string"
      ? "bytes"
      : { ...parameter as object, type: "bytes" } as HostParameter;
    const declaration = { parameters: [bytes], result: "void" } as const;
    using guest = await loadHostForm(name, "take_bytes", declaration, (value: Uint8Array) => {
      taken.push(value);
    });
    const passed = [[], [1], [0xff, 0, 0x80]].map((numbers) => new Uint8Array(numbers));
    for (const value of passed) guest.symbols.run(value);
    const end = (value: Uint8Array) => ended ? value.subarray(0, value.indexOf(0)) : value;
    assertEquals(
      taken,
      ended
        ? [passed[0], passed[1], end(passed[2]!)].map((value) => new Uint8Array(value!))
        : passed,
    );
  });
}

Deno.test("the host gets every UTF-16 string unchanged, including lone surrogates", async () => {
  const taken: string[] = [];
  using guest = await loadHostForm(
    "take_units",
    "take",
    { parameters: [{ type: "string", pass: ["pointer", "codeUnits"] }], result: "void" },
    (text: string) => taken.push(text),
    { convention: allocator({ allocate: "malloc", free: "free", encoding: "utf-16" }) },
  );
  for (const { text } of strings) guest.symbols.run(text);
  assertEquals(taken, strings.map(({ text }) => text));
});

Deno.test("bytes and arrays are copies, and an array's length counts its elements", async () => {
  const taken: unknown[] = [];
  const take = (name: string, parameter: HostParameter) =>
    loadHostForm(
      name,
      "take_bytes",
      { parameters: [parameter], result: "void" },
      (value: unknown) => taken.push(value),
    );
  const bytes = new Uint8Array([0xff, 0, 0x80, 1]);
  {
    using guest = await take("take_length", "bytes");
    guest.symbols.run(bytes);
    const [copy] = taken.splice(0) as [Uint8Array];
    assertEquals(copy, bytes);
    assertEquals(copy.buffer.byteLength, 4);
  }
  {
    using guest = await take("take_units", { type: "array", element: "u16" });
    guest.symbols.run(bytes);
    assertEquals(taken.splice(0), [new Uint16Array([0x00ff, 0x0180])]);
  }
  {
    using guest = await take("take_length", { type: "bytes", as: "ArrayBuffer" });
    guest.symbols.run(bytes);
    assertEquals(taken.splice(0), [bytes.buffer]);
  }
  {
    using guest = await take("take_length", { type: "bytes", as: "Uint8ClampedArray" });
    guest.symbols.run(bytes);
    assertEquals(taken.splice(0), [Uint8ClampedArray.from(bytes)]);
  }
});

Deno.test("text that the host has to free is freed before the callback is called", async () => {
  const live: number[] = [];
  const taken: string[] = [];
  using guest = await loadHostForm(
    "take_owned",
    "take",
    { parameters: [{ type: "string", freedBy: "host" }], result: "void" },
    (text: string) => {
      taken.push(text);
      live.push(liveAllocations(guest));
    },
  );
  guest.symbols.run("mine");
  // The remaining block is the export's argument.
  assertEquals([taken, live, liveAllocations(guest)], [["mine\0\0"], [1], 0]);
});

Deno.test("text that the host has to free is freed if another argument cannot be read", async () => {
  using guest = await loadHostForm(
    "take_two",
    "take_at",
    {
      parameters: ["i32", { type: "string", freedBy: "host" }, "string"],
      result: "void",
    },
    () => {},
    // The first text is the export's argument: the host function frees it.
    { convention: { ...PACKED, argumentsFreedBy: "guest" } },
  );
  const error = assertThrows(() => guest.symbols.run("ä", 1), GuestError);
  assertEquals(error.code, "invalid-text");
  assertEquals([guest.state, liveAllocations(guest)], ["ready", 0]);
});

Deno.test("several texts and numbers arrive in their order", async () => {
  const taken: unknown[][] = [];
  using guest = await loadHostForm(
    "take_two",
    "take_at",
    { parameters: ["i32", "string", "string"], result: "void" },
    (...values: unknown[]) => taken.push(values),
  );
  guest.symbols.run("one, two", 3);
  guest.symbols.run("", 0);
  assertEquals(taken, [[-7, "one", ", two"], [-7, "", ""]]);
});

Deno.test("the guest's arguments are not trusted", async () => {
  const taken: unknown[] = [];
  const run = async (name: string, parameter: HostParameter) => {
    const declaration = { parameters: [parameter], result: "void" } as const;
    const guest = await loadHostForm(name, "call", declaration, (value: unknown) => {
      taken.push(value);
    });
    guest.symbols.run();
  };
  const outside = await assertRejectsWith(() => run("take_outside", "string"));
  assertEquals([outside instanceof MemoryRangeError, (outside as Error).message], [
    true,
    "Cannot read 16 bytes at pointer 0xfffffff0: memory is 131072 bytes",
  ]);
  const nothing = await assertRejectsWith(() => run("take_nothing", "string"));
  assertEquals([(nothing as GuestError).code, (nothing as Error).message], [
    "null-pointer",
    'Cannot lift argument 0 of import "env.take_nothing": the guest gave a null pointer, ' +
    "expected text",
  ]);
  await run("take_nothing", { type: "string", nullable: true });
  assertEquals(taken, [null]);
});

async function assertRejectsWith(call: () => Promise<void>): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

Deno.test("numbers arrive as they were declared", async () => {
  const rows: readonly [type: HostParameter, expected: unknown][] = [
    ["i32", -7],
    ["u32", 4294967289],
    ["i8", -7],
    ["u8", 249],
    ["i16", -7],
    ["u16", 65529],
    ["bool", true],
    ["pointer", 4294967289],
  ];
  for (const [type, expected] of rows) {
    const taken: unknown[] = [];
    using guest = await loadHostForm(
      "give_number",
      "call_number",
      { parameters: [type], result: "i64" },
      (value: unknown) => {
        taken.push(value);
        return 0n;
      },
    );
    guest.symbols.run(-7);
    assertEquals(taken, [expected]);
  }
});

Deno.test("JavaScript strings arrive unchanged, and no other value is accepted as a string", async () => {
  const taken: unknown[] = [];
  const answer = (text: unknown) => {
    taken.push(text);
    return null;
  };
  const symbols = {
    ask: { parameters: ["externref"], result: "externref" },
    ask_nothing: { parameters: [], result: "externref" },
  } as const;
  const run = (nullable: boolean) =>
    load(guestUrl("wat/js_string_imports"), {
      symbols,
      imports: {
        env: {
          log() {},
          answer: hostFunction(
            { parameters: [{ type: "string", nullable }, "i32"], result: "externref" },
            answer,
          ),
        },
      },
    });
  using strict = await run(false);
  for (const { text } of strings) strict.symbols.ask(text);
  assertEquals(taken.splice(0), strings.map(({ text }) => text));
  assertEquals(guestErrorOf(() => strict.symbols.ask_nothing()), [
    "null-pointer",
    'Cannot lift argument 0 of import "env.answer": it is null, expected a string',
  ]);
  using lenient = await run(true);
  lenient.symbols.ask_nothing();
  assertEquals(taken, [null]);
});
