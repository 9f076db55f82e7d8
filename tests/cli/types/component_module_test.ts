import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeComponentModule } from "../../../src/cli/types/component_module.ts";
import { readComponent } from "../../../src/component/component.ts";
import type {
  ComponentType,
  Extern,
  ResourceType,
  ValueType,
} from "../../../src/component/types.ts";
import { guestBytes } from "../../_guests.ts";

const OPTIONS = { name: "guest.wasm", from: "@passage/wasm", source: "./guest.wasm" };

async function write(guest: string): Promise<string> {
  return writeComponentModule(readComponent(await guestBytes(guest)).type, OPTIONS);
}

Deno.test("a module has the types of a component, and a function that loads it", async () => {
  assertEquals(
    await write("component/resources"),
    `// Written by passage types for guest.wasm: write it anew if the guest changes.
import { type Guest, load, type LoadOptions } from "@passage/wasm";

/** \`file\` of \`test:files/files@0.2.3\` */
export interface File extends Partial<Disposable> {
  /** \`func() -> u32\` */
  size(): number;
}

/** \`counter\` of \`counters\` */
export interface Counter extends Disposable {
  /** \`func() -> u32\` */
  value(): number;
}

/** \`test:files/files@0.2.3\`, which the guest imports. */
export type Files = {
  readonly File: {
    /** \`constructor(path: string)\` */
    new (path: string): File;
    /**
     * \`func(path: string) -> result<file, string>\`
     * The error case is a \`ComponentError\`, which has a payload of type \`string\`.
     */
    open(path: string): File;
  };
};

/** \`counters\`, which the guest exports. */
export type Counters = {
  readonly Counter: {
    /** \`constructor(value: u32)\` */
    new (value: number): Counter;
    /** \`func() -> counter\` */
    wrong(): Counter;
  };
  /** \`func(counter: counter) -> u32\` */
  consume(counter: Counter): number;
  /** \`func(counter: counter, times: u8)\` */
  give(counter: Counter, times: number): void;
  /** \`func() -> u32\` */
  dropped(): number;
};

/** What the guest imports, by the names of interfaces. */
export type GuestImports = {
  /** \`test:files/files@0.2.3\` */
  "test:files/files": Files;
};

/** What the guest exports, by the names of interfaces. */
export type GuestInterfaces = {
  /** What belongs to no interface. */
  "": {
    /** \`func(path: string) -> u32\` */
    measure(path: string): number;
    /** \`func(file: file)\` */
    keep(file: File): void;
    /** \`func() -> file\` */
    giveBack(): File;
    /** \`func(file: borrow<file>) -> u32\` */
    borrowed(file: File): number;
    /** \`func(file: borrow<file>)\` */
    forgets(file: File): void;
    /** \`func(lent: borrow<counter>, given: counter) -> u32\` */
    total(lent: Counter, given: Counter): number;
    /** \`func(given: counter)\` */
    twice(given: Counter): void;
  };
  counters: Counters;
};

/** The guest, with what it exports in \`interfaces\`. */
export type TypedGuest = Guest<Record<never, never>, GuestInterfaces>;

/**
 * The options of \`load\` that the caller can set.
 * It needs \`imports\`.
 */
export type GuestOptions = Omit<LoadOptions, "imports" | "symbols"> & {
  readonly imports: GuestImports;
};

/**
 * Loads guest.wasm.
 * @param options Further options of \`load\`.
 * @param source Where it is: beside this module unless set.
 */
export function loadGuest(
  options: GuestOptions,
  source: string | URL | Uint8Array = new URL("./guest.wasm", import.meta.url),
): Promise<TypedGuest> {
  return load(source, options);
}
`,
  );
});

Deno.test("types are defined once, under names that differ", async () => {
  const text = await write("component/types");
  // The world has a point, and so has the interface "kinds"; "uses" has types of other interfaces.
  assertStringIncludes(text, "export interface Point {\n  x: number;\n}\n");
  assertStringIncludes(
    text,
    "export interface KindsPoint {\n  xAxis: number;\n  label: string;\n}",
  );
  assertStringIncludes(text, "  move(to: Point): Point;\n");
  assertStringIncludes(text, "export type Again = Pair;\n");
  assertStringIncludes(text, "export type Pair = [number, string | undefined];\n");
  assertStringIncludes(
    text,
    'export type Shape =\n  | { tag: "dot" }\n  | { tag: "circle"; val: number }\n' +
      '  | { tag: "at"; val: KindsPoint };\n',
  );
  assertStringIncludes(text, 'export type Color = "red" | "green";\n');
  assertStringIncludes(text, "  check(file: File, with_: Rights): boolean;\n");
});

Deno.test("an interface that has no functions, and a resource without methods", async () => {
  const text = await write("component/types");
  assertStringIncludes(text, "export type Handle = object;\n");
  assertStringIncludes(text, "  readonly Handle?: abstract new (...args: never[]) => Handle;\n");
  assertStringIncludes(text, "export type GuestInterfaces = Record<never, never>;\n");
});

Deno.test("an interface has the class of its own resources alone", async () => {
  const text = await write("component/shared_resource");
  assertStringIncludes(text, "export type Reads = {\n  /** `func(it: borrow<box>) -> u32` */\n");
});

const RECORD: ValueType = {
  kind: "record",
  fields: [{ name: "x", type: { kind: "primitive", name: "u8" } }],
};

/** Makes an interface with the record, a resource and a function. */
function makeInterface(name: string): Extern {
  const resource: ResourceType = { kind: "resource", offset: 0, destructor: undefined };
  const record = { ...RECORD };
  const exports: Extern[] = [
    { name: "point", type: { sort: "type", type: record } },
    { name: "file", type: { sort: "type", type: resource } },
    {
      name: "run",
      type: {
        sort: "function",
        type: {
          kind: "function",
          isAsync: false,
          parameters: [{ name: "to", type: record }, {
            name: "a",
            type: { kind: "own", resource },
          }],
          result: undefined,
        },
      },
    },
  ];
  return { name, type: { sort: "instance", type: { kind: "instance", exports, resources: [] } } };
}

function writeWorld(imports: readonly Extern[], exports: readonly Extern[]): string {
  const world: ComponentType = { kind: "component", imports, exports, resources: [] };
  return writeComponentModule(world, OPTIONS);
}

Deno.test("an interface in another one is an object type in its type", () => {
  const inner = makeInterface("inner-part");
  const type = { kind: "instance", exports: [inner], resources: [] } as const;
  const text = writeWorld([], [{ name: "top", type: { sort: "instance", type } }]);
  assertStringIncludes(text, "export type Top = {\n  readonly innerPart: {\n");
  assertStringIncludes(text, "    run(to: Point, a: File): void;\n  };\n};");
});

Deno.test("a core module is a module of the engine", () => {
  const type = { kind: "module", imports: [], exports: [] } as const;
  const text = writeWorld([], [{ name: "a-plugin", type: { sort: "module", type } }]);
  assertStringIncludes(text, "  readonly aPlugin: WebAssembly.Module;\n");
});

Deno.test("an interface on both sides has its values once, and its resources twice", () => {
  const text = writeWorld([makeInterface("a:b/api")], [makeInterface("a:b/api")]);
  assertEquals(text.match(/export interface \w*Point /g), ["export interface Point "]);
  assertStringIncludes(text, "export type File = object;\n");
  assertStringIncludes(text, "export type ApiFile = Disposable;\n");
  assertStringIncludes(text, "  run(to: Point, a: File): void;\n");
  assertStringIncludes(text, "  run(to: Point, a: ApiFile): void;\n");
  assertStringIncludes(text, 'GuestImports = {\n  "a:b/api": Api;\n};');
  assertStringIncludes(text, 'GuestInterfaces = {\n  "a:b/api": ExportedApi;\n};');
});

Deno.test("interfaces with one label have the names of their packages, and their versions if needed", () => {
  const names = ["a:b/api@1.0.0", "a:c/api@1.0.0", "a:d/other@1.0.0", "a:d/other@2.0.0"];
  const text = writeWorld([], names.map(makeInterface));
  assertStringIncludes(
    text,
    `GuestInterfaces = {
  /** \`a:b/api@1.0.0\` */
  "a:b/api": BApi;
  /** \`a:c/api@1.0.0\` */
  "a:c/api": CApi;
  "a:d/other@1.0.0": DOther;
  "a:d/other@2.0.0": ExportedDOther;
};`,
  );
});

Deno.test("interfaces of WASI are left out, except types that others use", () => {
  const wasi = makeInterface("wasi:io/streams@0.2.3");
  const own: Extern = {
    name: "use",
    type: {
      sort: "function",
      type: {
        kind: "function",
        isAsync: false,
        parameters: [{ name: "it", type: { kind: "own", resource: resourceOf(wasi) } }],
        result: undefined,
      },
    },
  };
  const text = writeWorld([wasi, makeInterface("a:b/api")], [own]);
  assertStringIncludes(text, "  use(it: File): void;\n");
  assertStringIncludes(
    text,
    "/** `file` of `wasi:io/streams@0.2.3` */\nexport type File = object;",
  );
  assertStringIncludes(text, 'GuestImports = {\n  "a:b/api": Api;\n};');
  assertEquals(text.match(/export \w+ (?:Streams|\w*Point)\b/g), ["export interface ApiPoint"]);
  assertEquals(writeWorld([wasi], []).includes("GuestImports"), false);
});

/** Returns the resource of {@linkcode makeInterface}. */
function resourceOf({ type }: Extern): ResourceType {
  assert(type.sort === "instance");
  const [, file] = type.type.exports;
  return file!.type.type as ResourceType;
}
