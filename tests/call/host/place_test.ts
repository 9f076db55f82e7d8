import { assertEquals, assertThrows } from "@std/assert";
import {
  allocator,
  canonicalAbi,
  type Convention,
  type CoreArgument,
  type Guest,
  GuestError,
  hostFunction,
  type HostFunctionDeclaration,
  type HostResult,
  load,
  MemoryRangeError,
} from "../../../mod.ts";
import { reportCapacity } from "../../../src/detect/capacity.ts";
import { HostForms } from "../../../src/call/host/host_forms.ts";
import { GuestInstance } from "../../../src/instance/guest_instance.ts";
import { liveAllocations, PACKED } from "../../_callbacks.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import { guestUrl } from "../../_guests.ts";
import { loadHostForm } from "../../_host_forms.ts";
import { strings, utf8Strings } from "../../_strings.ts";

/** Every form in which the host can return text. */
const FORMS: readonly (readonly [
  name: string,
  parameters: readonly "i32"[],
  result: HostResult,
  given?: readonly CoreArgument[],
])[] = [
  ["give_packed_high", [], "string"],
  ["give_packed_low", [], { type: "string", form: "packedPointerLow" }],
  ["give_terminated", [], { type: "string", form: "terminated" }],
  ["give_prefixed", [], { type: "string", form: "prefixed" }],
  ["give_area_before", ["i32"], { type: "string", form: "areaBefore" }],
  ["give_area_after", ["i32"], { type: "string", form: "areaAfter" }],
  // `(size_t *length, char **text)`: two addresses, in the other order.
  ["give_out_parameters", [], { type: "string", form: "areaAfter" }, [{ area: 1 }, { area: 0 }]],
];

for (const [name, parameters, result, given] of FORMS) {
  Deno.test(`the guest gets every string as the host returned it: ${name}`, async () => {
    let text = "";
    const marks: unknown[] = [];
    const declaration = { parameters, result, ...(given && { arguments: given }) };
    using guest = await loadHostForm(name, "give", declaration, (...values: number[]) => {
      marks.push(...values);
      return text;
    });
    let count = 0;
    for ({ text } of utf8Strings()) {
      if (name === "give_terminated" && text.includes("\0")) continue;
      assertEquals(guest.symbols.run(), text);
      count++;
    }
    assertEquals(marks, Array(parameters.length * count).fill(-7));
    assertEquals(liveAllocations(guest), 0);
  });

  Deno.test(`the guest gets bytes as the host returned them: ${name}`, async () => {
    if (name === "give_terminated") return;
    const bytes: HostResult = typeof result === "string"
      ? "bytes"
      : { ...result, type: "bytes" } as HostResult;
    const declaration = { parameters, result: bytes, ...(given && { arguments: given }) };
    let value = new Uint8Array();
    using guest = await loadHostForm(name, "give", declaration, () => value);
    for (const text of ["", "abc", "a\0ä".repeat(1000)]) {
      value = new TextEncoder().encode(text);
      assertEquals(guest.symbols.run(), text);
    }
    assertEquals(liveAllocations(guest), 0);
  });

  Deno.test(`an invalid result allocates nothing: ${name}`, async () => {
    const declaration = { parameters, result, ...(given && { arguments: given }) };
    let value: unknown;
    using guest = await loadHostForm(name, "give", declaration, () => value);
    for (value of [Promise.resolve("later")]) {
      assertThrows(() => guest.symbols.run(), GuestError, "Cannot return a promise");
    }
    for (value of ["a\ud800", 5, null, undefined, new Uint8Array(3)]) {
      assertThrows(() => guest.symbols.run(), TypeError);
      assertEquals(liveAllocations(guest), 0);
    }
  });
}

Deno.test("a text with a NUL in it is refused if a NUL ends the text", async () => {
  using guest = await loadHostForm(
    "give_terminated",
    "give",
    { parameters: [], result: { type: "string", form: "terminated" } },
    () => "a\0b",
  );
  const { message } = assertThrows(() => guest.symbols.run(), TypeError);
  assertEquals(
    message,
    "Cannot pass text with a NUL at index 1: the guest takes the text to end there",
  );
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("null is a null pointer if it is declared", async () => {
  const result = { type: "string", form: "terminated", nullable: true } as const;
  let value: string | null = null;
  using guest = await loadHostForm(
    "give_terminated",
    "give",
    { parameters: [], result },
    () => value,
  );
  assertEquals(guest.symbols.run(), "nothing");
  value = "";
  assertEquals(guest.symbols.run(), "");
  value = undefined as unknown as null;
  const { message } = assertThrows(() => guest.symbols.run(), TypeError);
  assertEquals(
    message,
    'Cannot return a value from import "env.give_terminated": it is undefined, expected a string ' +
      "or null",
  );
  using area = await loadHostForm(
    "give_area_after",
    "give",
    { parameters: ["i32"], result: { type: "string", form: "areaAfter", nullable: true } },
    () => null,
  );
  assertEquals(area.symbols.run(), "");
});

Deno.test("a length that its prefix cannot hold is refused before anything is allocated", async () => {
  const result = (prefix: "u8" | "u16" | "u64") => ({
    type: "string",
    form: { results: ["p"], text: { pointer: "result", length: { prefix } } },
  } as const);
  let text = "x".repeat(256);
  using guest = await loadHostForm(
    "give_terminated",
    "give",
    { parameters: [], result: result("u8") },
    () => text,
  );
  const { message } = assertThrows(() => guest.symbols.run(), RangeError);
  assertEquals(
    message,
    'Cannot return a length from import "env.give_terminated": it is 256, expected u8, 0 to 255',
  );
  assertEquals(liveAllocations(guest), 0);
  // This export takes the prefix for the first bytes of the text.
  text = "abc\0";
  assertEquals(guest.symbols.run(), "\x04abc");
});

/** An import of a guest, called by hand, so that the memory that it writes can be inspected. */
function bindByHand(
  guest: Guest,
  declaration: HostFunctionDeclaration,
  type: string,
  convention: Convention,
  callback: (...args: never[]) => unknown,
) {
  const { exports, info, memory: { memory } } = guest;
  const address64 = type.includes("i64");
  const reported = () => reportCapacity(convention, info);
  const instance = new GuestInstance({
    exports,
    compiled: { info },
    memory,
    address64: () => address64,
    reported,
  });
  const hostPlan = makeHostPlan(declaration, type, convention, address64);
  return new HostForms(hostPlan, false).on(callback, { instance });
}

Deno.test("64-bit words are written if pointers have 64 bits", async () => {
  using guest = await load(guestUrl("c/callbacks_64"), { missing: "trap" });
  const declaration = { parameters: [], result: { type: "string", form: "areaAfter" } } as const;
  const call = bindByHand(guest, declaration, "(i64) ->", PACKED, () => "four");
  call(64n);
  const { memory } = guest;
  const [pointer, length] = [memory.read("u64", 64), memory.read("u64", 72)];
  assertEquals([memory.readString(pointer, 4), length], ["four", 4n]);
  assertThrows(() => call(-8n), MemoryRangeError);
});

Deno.test("a length before the text has any width, and counts the declared units", async () => {
  const UTF16 = allocator({ allocate: "malloc", encoding: "utf-16" });
  using guest = await load(guestUrl("c/callbacks"), { missing: "trap" });
  const { memory } = guest;
  for (const prefix of ["u8", "u16", "u32", "u64"] as const) {
    for (const [unit, expected] of [["bytes", 6], ["codeUnits", 3]] as const) {
      const form = {
        results: ["p"],
        text: { pointer: "result", length: { prefix }, unit },
      } as const;
      const declaration = { parameters: [], result: { type: "string", form } } as const;
      const call = bindByHand(guest, declaration, "() -> i32", UTF16, () => "äöü");
      const pointer = call() as number;
      assertEquals(Number(memory.read(prefix, pointer)), expected);
      const head = Number(prefix.slice(1)) / 8;
      assertEquals(memory.readString(pointer + head, 6, { encoding: "utf-16" }), "äöü");
    }
  }
});

Deno.test("the guest's address for a result is not trusted", async () => {
  for (const type of ["string", "bytes"] as const) {
    using guest = await loadHostForm(
      "give_area_outside",
      "call",
      { parameters: ["i32"], result: { type, form: "areaAfter" } },
      () => type === "string" ? "text" : new Uint8Array(4),
      { imported: "give_area_after" },
    );
    const { message } = assertThrows(() => guest.symbols.run(), MemoryRangeError);
    assertEquals(message, "Cannot write 4 bytes at pointer 0xfffffffc: memory is 131072 bytes");
    assertEquals(liveAllocations(guest), 0);
  }
});

Deno.test("a length counts code units if that is declared", async () => {
  const forms = {
    bytes: { type: "string", form: "packedPointerHigh" },
    units: {
      type: "string",
      form: {
        results: ["i64"],
        text: { pointer: { high: "result" }, length: { low: "result" }, unit: "codeUnits" },
      },
    },
  } as const;
  for (const [name, expected] of [["bytes", "abc"], ["units", "a"]] as const) {
    using guest = await loadHostForm(
      "give_packed_high",
      "give",
      { parameters: [], result: forms[name] },
      () => "abc",
      {
        convention: allocator({
          allocate: "malloc",
          free: "free",
          encoding: "utf-16",
          result: "packedPointerHigh",
          resultsFreedBy: "host",
        }),
      },
    );
    // The guest copies as many bytes as the length says: 3 code units are a unit and a half.
    if (name === "units") assertThrows(() => guest.symbols.run(), GuestError);
    else assertEquals(guest.symbols.run(), expected);
  }
});

Deno.test("two results are the pointer and the length", async () => {
  const answers: string[] = [];
  using guest = await load(guestUrl("c/host_multi_value"), {
    convention: allocator({
      allocate: "malloc",
      free: "free",
      result: "multiValue",
      resultsFreedBy: "host",
    }),
    imports: {
      env: {
        answer: hostFunction({ parameters: ["string"], result: "string" }, (question) => {
          answers.push(question);
          return `${question}!`;
        }),
      },
    },
  });
  for (const { text } of utf8Strings()) assertEquals(guest.passString(text, "ask"), `${text}!`);
  assertEquals(answers, utf8Strings().map(({ text }) => text));
  assertEquals(liveAllocations(guest), 0);
});

Deno.test("the canonical ABI's imports take and return text through cabi_realloc", async () => {
  for (const encoding of ["utf-8", "utf-16"] as const) {
    const lines: string[] = [];
    const bytes = new Uint8Array([0, 0xff, 0x80]);
    const host = "example:text/host@1.0.0";
    using guest = await load(guestUrl(`c/canonical_imports_${encoding.replace("-", "")}`), {
      ...(encoding === "utf-16" && { convention: canonicalAbi({ encoding }) }),
      symbols: {
        announce: {
          name: "example:text/caller#announce",
          parameters: ["string"],
          result: "void",
        },
        ask: { name: "example:text/caller#ask", parameters: ["string"], result: "string" },
        digest: { name: "example:text/caller#digest", parameters: ["bytes"], result: "bytes" },
      },
      imports: {
        [host]: {
          log: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
            lines.push(line);
          }),
          answer: hostFunction({ parameters: ["string"], result: "string" }, (text) => text + text),
          digest: hostFunction(
            { parameters: ["bytes"], result: "bytes" },
            (given) => given.toReversed(),
          ),
        },
      },
    });
    const texts = (encoding === "utf-8" ? utf8Strings() : strings).map(({ text }) => text);
    for (const text of texts) {
      guest.symbols.announce(text);
      assertEquals(guest.symbols.ask(text), text + text);
    }
    assertEquals(lines, texts);
    assertEquals(guest.symbols.digest(bytes), bytes.toReversed());
    assertEquals(guest.symbols.digest(new Uint8Array()), new Uint8Array());
    assertEquals(liveAllocations(guest), 0);
  }
});

Deno.test("AssemblyScript's imports take and return managed strings and buffers", async () => {
  const lines: string[] = [];
  using guest = await load(guestUrl("assemblyscript/host_strings"), {
    symbols: {
      announce: { parameters: ["string"], result: "void" },
      ask: { parameters: ["string", "i32"], result: "string" },
      askNothing: { parameters: [], result: "string" },
      askOften: { parameters: ["string", "i32"], result: "string" },
      digest: { parameters: ["bytes"], result: "bytes" },
    },
    imports: {
      env: {
        log: hostFunction({ parameters: ["string"], result: "void" }, (line) => {
          lines.push(line);
        }),
        answer: hostFunction(
          { parameters: [{ type: "string", nullable: true }, "i32"], result: "string" },
          (question, times) => question === null ? "null" : question.repeat(times),
        ),
        digest: hostFunction(
          { parameters: ["bytes"], result: "bytes" },
          (bytes) => bytes.toReversed(),
        ),
      },
    },
  });
  for (const { text } of strings) assertEquals(guest.symbols.ask(text, 2), `${text}${text}.`);
  guest.symbols.announce("\ud800");
  assertEquals(lines, ["Hello, \ud800!"]);
  assertEquals(guest.symbols.askNothing(), "null");
  assertEquals(guest.symbols.digest(new Uint8Array([1, 2, 3])), new Uint8Array([3, 2, 1]));
  assertEquals(guest.symbols.askOften("é", 300).length, 299 * 300 / 2);
});

Deno.test("a string is retained for a guest that counts references, and not once too often", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/host_strings"), {
    symbols: { ask: { parameters: ["string"], result: "string" } },
    imports: {
      env: {
        answer: hostFunction(
          { parameters: ["string"], result: "string" },
          (text) => text.repeat(2),
        ),
      },
    },
  });
  const text = "é".repeat(500);
  // If the string were released too early, it would be gone or the guest would abort; too late, and
  // memory would grow.
  for (let count = 0; count < 10_000; count++) {
    if (guest.symbols.ask(text) !== `${text}${text}.`) throw new Error(`answer ${count}`);
  }
  assertEquals(guest.memory.size, 65536);
});

Deno.test("AssemblyScript's arrays are passed and returned as objects of their classes", async () => {
  const f64 = { type: "array", element: "f64" } as const;
  const taken: unknown[] = [];
  using guest = await load(guestUrl("assemblyscript/host_arrays"), {
    symbols: {
      sumScaled: { parameters: ["i32", "f64"], result: "f64" },
      flip: { parameters: ["string"], result: "string" },
      flipOften: { parameters: ["string", "i32"], result: "string" },
    },
    imports: {
      env: {
        scale: hostFunction({ parameters: [f64, "f64"], result: f64 }, (numbers, by) => {
          taken.push(numbers);
          return numbers.map((number) => number * by);
        }),
        flip: hostFunction(
          { parameters: ["bytes"], result: { type: "bytes", class: "Uint8Array" } },
          (bytes) => bytes.toReversed(),
        ),
      },
    },
  });
  const { sumScaled, flip, flipOften } = guest.symbols;
  // It has three elements, though the guest's array has room for eight.
  assertEquals(sumScaled(3, 0.5), 3);
  assertEquals(taken.splice(0), [Float64Array.of(1, 2, 3)]);
  assertEquals(sumScaled(0, 1), 0);
  assertEquals(flip("abc"), "cba");
  for (let call = 0; call < 120; call++) {
    assertEquals([flipOften("ab", 20), sumScaled(2, 2)], ["ba".repeat(20), 6]);
  }
  assertEquals(guest.memory.size <= 4 * 65536, true);
});

Deno.test("a result for which the guest has several classes is refused when it is returned", async () => {
  using guest = await load(guestUrl("assemblyscript/host_arrays"), {
    missing: "trap",
    symbols: { flip: { parameters: ["string"], result: "string" } },
    imports: {
      env: {
        flip: hostFunction({ parameters: ["bytes"], result: "bytes" }, (bytes) => bytes),
      },
    },
  });
  assertThrows(
    () => guest.symbols.flip("abc"),
    GuestError,
    'Cannot return bytes from import "env.flip": the guest has ArrayBuffer and Uint8Array, ' +
      'expected convention: assemblyScript({ bytes: "ArrayBuffer" }) or assemblyScript({ bytes: ' +
      '"Uint8Array" }), or the result { type: "bytes", class: "ArrayBuffer" } or ' +
      '{ type: "bytes", class: "Uint8Array" }',
  );
});
