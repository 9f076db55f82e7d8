import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { evaluate, optionsIn } from "../conventions/_evaluate.ts";

/** The advice on who frees results, after the options that leave it open. */
const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

const GREET = "example:text/greeter@1.0.0#greet";

/** Each preset, by a guest that it is detected for; `greet` greets Bob. */
const RECOGNISED: [guest: string, option: string, reason: string, name?: string][] = [
  [
    "assemblyscript/strings",
    "assemblyScript()",
    'it exports "__new", "__pin" and "__unpin"',
  ],
  [
    "assemblyscript_arc/strings",
    'assemblyScript({ runtime: "arc" })',
    'it exports "__alloc", "__retain" and "__release"',
  ],
  ["c/bindgen_old", "wasmBindgen()", 'it exports "__wbindgen_malloc"'],
  ["c/bindgen_multi_value", "wasmBindgen()", 'it exports "__wbindgen_malloc"'],
  [
    "c/bindgen_renamed",
    'wasmBindgen({ allocate: "__wbindgen_export_0", free: "__wbindgen_export_2" })',
    '"__wbindgen_export_0" and "__wbindgen_export_2" have the types of its allocator',
  ],
  [
    "c/canonical_utf8",
    "canonicalAbi()",
    'it exports "cabi_realloc"; nothing shows its encoding, which is mostly UTF-8',
    GREET,
  ],
  ["wat/js_strings", "jsStrings()", 'it imports "wasm:js-string.concat"'],
  [
    "c/result_multi_value",
    'allocator({ allocate: "malloc", free: "free" })',
    '"malloc" and "free" are an allocator',
  ],
  [
    "c/c_string",
    'cString({ allocate: "malloc", free: "free" })',
    '"malloc" and "free" are an allocator; functions take one pointer and return one',
  ],
  [
    "rust/c_string",
    'cString({ allocate: "alloc", free: "dealloc" })',
    '"alloc" and "dealloc" are an allocator; functions take one pointer and return one',
  ],
];

for (const [guest, option, reason, name = "greet"] of RECOGNISED) {
  Deno.test(`${guest} is detected as ${option}, which means the same by hand`, async () => {
    using found = await load(guestPath(guest));
    assertEquals([`${found.convention}`, found.convention.reason], [
      `convention: ${option}`,
      reason,
    ]);
    // A result that the guest has allocated is not passed on before it is known who frees it.
    if (/^(?:allocator|cString)\(/.test(option)) {
      assertThrows(() => found.passString("Bob", name), GuestError, "nothing shows who frees it");
    } else assertStrictEquals(found.passString("Bob", name), "Hello, Bob!");
    using said = await load(guestPath(guest), { convention: evaluate(option) });
    assertEquals(said.convention.convention, found.convention.convention);
    assertEquals([said.convention.name, said.convention.reason], [
      found.convention.name,
      "the option says so",
    ]);
    assertStrictEquals(said.passString("Bob", name), "Hello, Bob!");
  });
}

/** The allocators that are detected by type and name, with the reasons. */
const ALLOCATORS: [guest: string, allocate: string, free: string | undefined][] = [
  ["allocator_malloc", "malloc", "free"],
  ["allocator_alloc", "alloc", "dealloc"],
  ["allocator_alloc_align", "alloc", "dealloc"],
  ["allocator_allocate", "allocate", "deallocate"],
  ["allocator_underscores", "__alloc", "__free"],
  ["allocator_prefixed", "greeter_malloc", "greeter_free"],
  ["allocator_walloc", "walloc", "wfree"],
  ["allocator_wasm_names", "wasm_alloc", "wasm_dealloc"],
  ["allocator_without_free", "alloc", undefined],
];

for (const [guest, allocate, free] of ALLOCATORS) {
  Deno.test(`${guest} has an allocator; an option decides how its results are packed`, async () => {
    using found = await load(guestPath(`c/${guest}`));
    const pair = JSON.stringify(free === undefined ? { allocate } : { allocate, free })
      .replace(/"(\w+)":/g, "$1: ").replaceAll(",", ", ").replace("{", "{ ").replace("}", " }");
    assertStrictEquals(`${found.convention}`, `convention: allocator(${pair})`);
    const frees = free === undefined ? "" : ', resultsFreedBy: "host"';
    const options = ["packedPointerHigh", "packedPointerLow"].map((form) =>
      `convention: allocator(${pair.replace(" }", `, result: "${form}"${frees} }`)})`
    );
    assertEquals(guestErrorOf(() => found.passString("Bob", "greet")), [
      "ambiguous-convention",
      'Cannot tell how "greet" passes text: it is (i32, i32) -> i64, ' +
      `which 2 forms of the convention "allocator" fit, expected ${options.join(" or ")}` +
      (free === undefined
        ? " (nothing that frees is known: a text stays in memory unless the guest frees it)"
        : ` (${WHO_FREES})`) +
      ' or symbols: { greet: { parameters: ["string"], result: "i64" } } if it returns a number',
    ]);
  });
}

/** The advice for a text that is as long as the one that was passed. */
const SAME_LENGTH = ' or symbols: { greet: { parameters: ["string"], result: { type: "string", ' +
  'pointer: "result", length: { byteLengthOf: 0 }, freedBy: "host" } } } if it returns the ' +
  'address of a text of the same length (freedBy: "guest" instead if the guest keeps that)';

/** Guests that several forms fit: the right option among those that the error shows. */
const SETTLED: [guest: string, signature: string, forms: string[], right: string][] = [
  [
    "c/result_packed_pointer_high",
    "(i32, i32) -> i64",
    ["packedPointerHigh", "packedPointerLow"],
    "packedPointerHigh",
  ],
  [
    "c/result_packed_pointer_low",
    "(i32, i32) -> i64",
    ["packedPointerHigh", "packedPointerLow"],
    "packedPointerLow",
  ],
  [
    "c/result_area_before",
    "(i32, i32, i32) -> ()",
    ["areaBefore", "areaAfter"],
    "areaBefore",
  ],
  [
    "c/result_area_after",
    "(i32, i32, i32) -> ()",
    ["areaBefore", "areaAfter"],
    "areaAfter",
  ],
  [
    "c/result_struct",
    "(i32, i32) -> i32",
    ["terminated", "pointedTo", "prefixed", "inPlace"],
    "pointedTo",
  ],
  [
    "c/result_prefix_u32",
    "(i32, i32) -> i32",
    ["terminated", "pointedTo", "prefixed", "inPlace"],
    "prefixed",
  ],
];

for (const [guest, signature, forms, right] of SETTLED) {
  Deno.test(`${guest}: the error's option ${right} is right, of ${forms.length} forms`, async () => {
    using guess = await load(guestPath(guest));
    const shown = forms.map((form) =>
      `allocator({ allocate: "malloc", free: "free", result: "${form}"${
        form === "inPlace" ? "" : ', resultsFreedBy: "host"'
      } })`
    );
    const [, number] = /-> (i\d+)$/.exec(signature) ?? [];
    const [code, message] = guestErrorOf(() => guess.passString("Bob", "greet"));
    assertEquals([code, message], [
      "ambiguous-convention",
      `Cannot tell how "greet" passes text: it is ${signature}, ` +
      `which ${forms.length} forms of the convention "allocator" fit, expected ` +
      shown.map((option) => `convention: ${option}`).join(" or ") + ` (${WHO_FREES})` +
      (number === undefined
        ? ""
        : ` or symbols: { greet: { parameters: ["string"], result: "${number}" } } ` +
          "if it returns a number") +
      (number === "i32" ? SAME_LENGTH : ""),
    ]);
    assertEquals(optionsIn(message), shown);
    using settled = await load(guestPath(guest), {
      convention: evaluate(shown[forms.indexOf(right)]!),
    });
    assertStrictEquals(settled.passString("Bob", "greet"), "Hello, Bob!");
  });
}

/** Types that cannot carry the request, in guests that are otherwise detected. */
const REFUSED: [guest: string, name: string, message: string][] = [
  [
    "c/symbols",
    "checksum_64",
    'Cannot pass ("string") -> "string" to "checksum_64": it is (i64, i32, i32) -> i64, expected ',
  ],
  [
    "c/symbols",
    "add_f32",
    'Cannot pass ("string") -> "string" to "add_f32": it is (f32, f32) -> f32, expected ',
  ],
  [
    "c/symbols",
    "nothing",
    'Cannot pass ("string") -> "string" to "nothing": it is () -> (), expected ',
  ],
  [
    "assemblyscript/strings",
    "repeat",
    'Cannot pass ("string") -> "string" to "repeat": it is (i32, i32) -> i32, expected (i32) -> i32',
  ],
  [
    "wat/js_strings",
    "units",
    'Cannot pass ("string") -> "string" to "units": it is (externref) -> i32, ' +
    'expected symbols: { units: { parameters: ["string"], result: "i32" } } if it returns a ' +
    "number or (externref) -> externref",
  ],
];

for (const [guest, name, expected] of REFUSED) {
  Deno.test(`${guest}: text that ${name} cannot carry is refused before the call`, async () => {
    using refusing = await load(guestPath(guest));
    const memory = () =>
      "memory" in refusing.exports ? refusing.memory.readBytes(0, refusing.memory.size) : undefined;
    const before = memory();
    const [code, message] = guestErrorOf(() => refusing.passString("Bob", name));
    assertEquals([code, message.slice(0, expected.length)], ["signature", expected]);
    assertEquals([refusing.state, memory()], ["ready", before]);
  });
}
