// The component model's binary format, "Component Definitions".
import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readComponent } from "../../src/component/component.ts";
import { guestBytes } from "../_guests.ts";
import { section } from "../binary/_build.ts";
import {
  build,
  COMPONENT,
  CORE_MODULE,
  EXPORT,
  HEADER,
  IMPORT,
  list,
  MODULE,
  named,
  read,
  TYPE,
  VOID,
} from "./_build.ts";

Deno.test("definitions come in the order of the binary, those of nested components inside", () => {
  const inner = [HEADER, section(0, "note", 1, 2), section(CORE_MODULE, MODULE)];
  const component = read(section(CORE_MODULE, MODULE, 0, 2, "a"), section(COMPONENT, inner));
  const type = { kind: "component", imports: [], exports: [], resources: [] } as const;
  const module = {
    kind: "core module",
    type: { kind: "module", imports: [], exports: [] },
  } as const;
  assertEquals(component, {
    offset: 0,
    byteLength: 0x33,
    type,
    features: [],
    definitions: [
      { ...module, offset: 0xa, contents: 0xa, byteLength: 12 },
      {
        kind: "component",
        offset: 0x16,
        component: {
          offset: 0x18,
          byteLength: 0x1b,
          type,
          features: [],
          definitions: [
            { ...module, offset: 0x2b, contents: 0x2b, byteLength: 8 },
          ],
        },
      },
    ],
  });
});

Deno.test("bytes that another thread may change are copied first", () => {
  const bytes = build(list(TYPE, VOID));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  assertEquals(readComponent(shared), readComponent(bytes));
});

Deno.test("an export can have a type of its own", () => {
  const { type } = read(
    list(TYPE, 0x7d),
    list(IMPORT, named("r", 0x03, 0x01)),
    list(EXPORT, [named("opaque"), 0x03, 1, 0x01, 0x03, 0x01]),
  );
  const [resource] = type.exports;
  assertEquals(resource?.type.type.kind === "named" && resource.type.type.type.kind, "resource");
});

const REFUSED: readonly (readonly [message: string, bytes: Uint8Array])[] = [
  [
    "Cannot read component at offset 0x4: it begins 0x00 0x61 0x73 0x6d 0x0e 0x00 0x01 0x00, " +
    "expected 0x00 0x61 0x73 0x6d 0x0d 0x00 0x01 0x00",
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0e, 0, 1, 0),
  ],
  ["Cannot read component at offset 0x0: 4 bytes left, expected 8", build().slice(0, 4)],
  ["Cannot read section id at offset 0x8: id is 0x0d, expected 0x00 to 0x0c", build([13, 0])],
  [
    "Cannot read section size at offset 0x9: size is 2 bytes, expected at most 1 (a truncated " +
    "file has to be fetched or built again)",
    build([7, 2, 0]),
  ],
  [
    "Cannot read type section at offset 0xf: 1 byte left, expected the end of the section",
    build(section(TYPE, 1, VOID, 0)),
  ],
  [
    "Cannot read type count at offset 0xa: count is 2, expected at most 1 with 1 byte left",
    build(section(TYPE, 2, 0x7d)),
  ],
  [
    "Cannot read core module at offset 0xe: it begins 0x00 0x61 0x73 0x6d 0x02 0x00 0x00 0x00, " +
    "expected 0x00 0x61 0x73 0x6d 0x01 0x00 0x00 0x00",
    build(section(CORE_MODULE, 0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)),
  ],
  [
    "Cannot read presence of a type at offset 0x17: flag is 0x02, expected 0x00 or 0x01",
    build(list(TYPE, VOID), list(EXPORT, [named("a"), 0x03, 0, 2])),
  ],
];

for (const [message, bytes] of REFUSED) {
  Deno.test(`a component is refused: ${message}`, () => {
    assertEquals(assertThrows(() => readComponent(bytes), WasmFormatError).message, message);
  });
}

Deno.test("components nest 100 deep and no deeper", () => {
  const deep = (depth: number): number[] => {
    let bytes: number[] = [...build()];
    for (let left = depth; left > 0; left--) bytes = [...build(section(COMPONENT, bytes))];
    return bytes;
  };
  readComponent(Uint8Array.from(deep(100)));
  assertThrows(
    () => readComponent(Uint8Array.from(deep(101))),
    WasmFormatError,
    "it is nested 101 deep, expected at most 100",
  );
});

Deno.test("a component that is cut off within a section is refused", async () => {
  const bytes = await guestBytes("component/greeter");
  let read = 0;
  for (let length = 0; length < bytes.length; length++) {
    try {
      readComponent(bytes.subarray(0, length));
      read++;
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
    }
  }
  // One after the header, and one after each of the first sections.
  assertEquals(read < 40, true, `${read} were read`);
});
