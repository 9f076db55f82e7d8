// The component model's explainer, "Instance Definitions" and "Alias Definitions".
import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError } from "../../../mod.ts";
import { type Part, section } from "../../binary/_build.ts";
import {
  ALIAS,
  build,
  CANON,
  COMPONENT,
  CORE_INSTANCE,
  CORE_MODULE,
  IMPORT,
  INSTANCE,
  list,
  MODULE,
  named,
  TYPE,
  VOID,
} from "../_build.ts";
import { loadLinked } from "./_guests.ts";

Deno.test("each instance of a core module has its own memory", async () => {
  using guest = await loadLinked();
  const { echo } = guest.interfaces[""];
  const { twice } = guest.interfaces["test:linked/texts"];
  assertEquals([echo("a"), twice("b"), echo("c")], ["a", "bb", "c"]);
});

Deno.test("an export that a core module does not have is an error with its offset", async () => {
  const bytes = build(
    section(CORE_MODULE, MODULE),
    list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
    list(ALIAS, [0x00, 0x00, 0x01, 0x00, "f"]),
  );
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals([error.code, error.message], [
    "instantiation",
    'Cannot instantiate bytes: the core function "f" of a core instance at offset 0x1b: it does ' +
    "not have that",
  ]);
});

Deno.test("a core module that cannot be instantiated is an error with its offset", async () => {
  const importing = [MODULE, section(2, 1, "m", "f", 0x00, 0x00)];
  const typed = [MODULE, section(1, 1, 0x60, 0, 0), ...importing.slice(1)];
  const bytes = build(section(CORE_MODULE, typed), list(CORE_INSTANCE, [0x00, 0x00, 0x00]));
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals([error.code, error.message.split(":", 2).join(":")], [
    "instantiation",
    "Cannot instantiate bytes: a core module at offset 0x24",
  ]);
});

/** Makes a component of sections, two instances of which are in another one, and so on. */
function doubled(levels: number, ...sections: Part[]): Uint8Array<ArrayBuffer> {
  let component = build(...sections);
  for (let level = 0; level < levels; level++) {
    component = build(
      section(COMPONENT, [...component]),
      list(INSTANCE, [0x00, 0, 0], [0x00, 0, 0]),
    );
  }
  return component;
}

const CORE = [section(CORE_MODULE, MODULE), list(CORE_INSTANCE, [0x00, 0x00, 0x00])];

/** 4,000 definitions, in sections of 100. */
const TYPES = Array<Part>(40).fill(list(TYPE, ...Array<Part>(100).fill(VOID)));

for (
  const [levels, sections, problem] of [
    [9, CORE, undefined],
    [10, CORE, "more than 1000 core instances"],
    [60, CORE, "more than 1000 core instances"],
    [12, [], undefined],
    [13, [], "more than 10000 instances"],
    [60, [], "more than 10000 instances"],
    [7, TYPES, undefined],
    [8, TYPES, "more than 1000000 definitions"],
  ] as const
) {
  const [, what] = problem?.match(/(?:\d+) (.*)/) ?? ["", "what it may have"];
  Deno.test(`instances within instances are bounded: ${what}, doubled ${levels} times`, async () => {
    const bytes = doubled(levels, ...sections);
    if (problem === undefined) (await load(bytes)).close();
    else {
      const error = await assertRejects(() => load(bytes), LoadError);
      assertEquals(
        [error.code, error.message],
        ["instantiation", `Cannot instantiate bytes: it makes ${problem}, expected fewer`],
      );
    }
  });
}

/** Makes a component that lifts a function of a core module with the given sections. */
function lifting(memory: Part, body: Part): Uint8Array<ArrayBuffer> {
  const module = [
    MODULE,
    section(1, 1, 0x60, 0, 0),
    section(3, 1, 0),
    section(5, 1, memory),
    section(7, 2, "f", 0, 0, "m", 2, 0),
    section(10, 1, body),
  ];
  return build(
    section(CORE_MODULE, module),
    list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
    list(ALIAS, [0x00, 0x02, 0x01, 0x00, "m"], [0x00, 0x00, 0x01, 0x00, "f"]),
    list(TYPE, VOID),
    list(CANON, [0x00, 0x00, 0, 1, 0x03, 0, 0]),
  );
}

const EMPTY_BODY: Part = [2, 0, 0x0b];

Deno.test("a memory with addresses of 64 bits is refused", async () => {
  using _guest = await load(lifting([0x00, 1], EMPTY_BODY));
  const error = await assertRejects(() => load(lifting([0x04, 1], EMPTY_BODY)), LoadError);
  assertEquals(
    error.message,
    "Cannot instantiate bytes: the canonical definition at offset 0x51: it uses 64-bit memories, " +
      "which the component model has not released, expected a component without",
  );
});

Deno.test("a core module that is not valid is an error with its offset", async () => {
  const error = await assertRejects(() => load(lifting([0x00, 1], [3, 0, 0x1a, 0x0b])), LoadError);
  assertEquals([error.code, error.message.split(":", 1)[0]], [
    "compile",
    "Cannot compile the core module at offset 0xa of bytes",
  ]);
});

/** Sections of a core module with a function "f" of a type that takes 64 bits */
function taking64(): Part {
  return [
    MODULE,
    section(1, 1, 0x60, 1, 0x7e, 0),
    section(3, 1, 0),
    section(7, 1, "f", 0, 0),
    section(10, 1, 2, 0, 0x0b),
  ];
}

/** The function "f" of a core module, as core function 0. */
const F: Part = [
  section(CORE_MODULE, taking64()),
  list(CORE_INSTANCE, [0x00, 0x00, 0x00]),
  list(ALIAS, [0x00, 0x00, 0x01, 0x00, "f"]),
];

/** A function type that takes a number of 32 bits. */
const TAKES_32: Part = [0x40, 1, "x", 0x79, 0x01, 0x00];

/** Components in which a core function has another type, and why they are refused. */
const DIFFERENT: readonly (readonly [message: string, ...sections: Part[]])[] = [
  [
    "the function of the canonical definition at offset 0x46: it is (i64) -> (), expected (i32) -> ()",
    F,
    list(TYPE, TAKES_32),
    list(CANON, [0x00, 0x00, 0, 0, 0]),
  ],
  [
    "the post-return of the canonical definition at offset 0x46: it is (i64) -> (), expected () -> ()",
    F,
    list(TYPE, TAKES_32),
    list(CANON, [0x00, 0x00, 0, 1, 0x05, 0, 0]),
  ],
  [
    "the realloc of the canonical definition at offset 0x46: it is (i64) -> (), expected " +
    "(i32, i32, i32, i32) -> i32",
    F,
    list(TYPE, TAKES_32),
    list(CANON, [0x00, 0x00, 0, 1, 0x04, 0, 0]),
  ],
  [
    "the destructor of a type at offset 0x3c: it is (i64) -> (), expected (i32) -> ()",
    F,
    list(TYPE, [0x3f, 0x7f, 0x01, 0]),
  ],
  [
    'import "m.f" of a core module at offset 0x44: it is (i32) -> (), expected (i64) -> ()',
    list(TYPE, TAKES_32),
    list(IMPORT, named("g", 0x01, 0)),
    list(CANON, [0x01, 0x00, 0, 0]),
    section(CORE_MODULE, [
      MODULE,
      section(1, 1, 0x60, 1, 0x7e, 0),
      section(2, 1, "m", "f", 0x00, 0),
    ]),
    list(CORE_INSTANCE, [0x01, 1, "f", 0x00, 0], [0x00, 0x00, 1, "m", 0x12, 0]),
  ],
];

for (const [message, ...sections] of DIFFERENT) {
  Deno.test(`a core function of another type is refused: ${message}`, async () => {
    const error = await assertRejects(
      () => load(build(...sections), { imports: { "": { g() {} } } }),
      LoadError,
    );
    assertEquals([error.code, error.message], [
      "instantiation",
      `Cannot instantiate bytes: ${message}`,
    ]);
  });
}
