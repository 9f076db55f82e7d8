import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  allocator,
  GuestError,
  GuestMemory,
  hostFunction,
  load,
  LoadError,
  staticBuffer,
} from "../../mod.ts";
import { missingAdvice } from "../_errors.ts";
import { readModule } from "../../src/binary/module.ts";
import { MAX_STRING_LENGTH } from "../../src/memory/text/common.ts";
import { build, IMPORT, leb, section, VOID_TYPE } from "../binary/_build.ts";
import { assemble } from "../_wat.ts";
import { outcome, type Row, testRows, Thrown } from "./_rows.ts";

// Messages contain names and words that a guest chose. They stay on one line, show what is in those
// names, and have a bounded length.

/** A name that would reverse the rest of a line, start a new line and colour it. */
const EVIL = "\u202egnp.\n\u001b[31mred\u0085\u2028\u200b\u{e0041}";
/** The same as messages show it. */
const SHOWN = "\\u202egnp.\\n\\u001b[31mred\\u0085\\u2028\\u200b\\u{e0041}";
/** The same in the text format. */
const WAT = [...new TextEncoder().encode(EVIL)]
  .map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
const LONG = "n".repeat(99_000);
const LONG_SHOWN = `"${"n".repeat(150)}…${"n".repeat(50)}"`;

const trapping = `(module
  (memory (export "memory") 1)
  (func (export "get") (result i32) (i32.const 1024))
  (func (export "${WAT}") (param i32) (result i32) unreachable))`;

const wantsAll = `(module
  (import "${WAT}" "${WAT}" (func (param i32)))
  (import "env" "${LONG}" (global i32))
  (import "env" "m" (memory 1)))`;

const rows: readonly Row[] = [
  {
    name: "an export's name is escaped in the error of its trap",
    guest: trapping,
    options: { convention: staticBuffer({ pointer: "get" }) },
    ask: (guest) => guest.passString("x", EVIL),
    gives: new Thrown(
      "GuestError",
      "trap",
      `Cannot complete "${SHOWN}": the guest trapped: unreachable`,
    ),
  },
  {
    name: "an export's name is escaped in a list",
    guest: trapping,
    options: { convention: staticBuffer({ pointer: "get" }) },
    ask: (guest) => guest.passString("x", "what"),
    gives: new Thrown(
      "GuestError",
      "missing-export",
      `Cannot find export "what": The guest exports functions "get", "${SHOWN}"`,
    ),
  },
  {
    name: "names of missing imports are escaped and cut",
    guest: wantsAll,
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "imports",
      "Cannot satisfy the guest's imports:\n" +
        `import[0] "${SHOWN}.${SHOWN}" (i32) -> (): missing\n` +
        `import[1] "env.${"n".repeat(146)}…${"n".repeat(50)}" global i32: missing\n` +
        missingAdvice(`{ "${SHOWN}": { "${SHOWN}": (...args) => console.log(args) } }`),
    ),
  },
  {
    name: "an option's value is escaped",
    guest: trapping,
    options: { memoryName: EVIL },
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "memory",
      `Cannot find memory "${SHOWN}": The guest has "memory"`,
    ),
  },
  {
    name: "a name of 99,000 characters that is not found is cut",
    guest: trapping,
    options: { convention: staticBuffer({ pointer: "get" }) },
    ask: (guest) => guest.passString("x", LONG),
    gives: new Thrown(
      "GuestError",
      "missing-export",
      `Cannot find export ${LONG_SHOWN}: The guest exports functions "get", "${SHOWN}"`,
    ),
  },
];

testRows(rows);

Deno.test("the options in an error are escaped, and can be pasted", async () => {
  const name = `get_buffer${EVIL}`;
  using guest = await load(assemble(`(module
    (memory (export "memory") 1)
    (func (export "get_buffer") (result i32) (i32.const 64))
    (func (export "get_buffer${WAT}") (result i32) (i32.const 128))
    (func (export "f") (param i32) (result i32) (local.get 0)))`));
  const error = await outcome(() => guest.passString("x", "f")) as Thrown;
  assertStrictEquals(error.code, "ambiguous-convention");
  assert(error.message.includes(`staticBuffer({ pointer: "get_buffer${SHOWN}" })`), error.message);
  assertUnprintable(error.message);
  // The line to paste is JavaScript, and evaluates to the name.
  assertStrictEquals(eval(`"get_buffer${SHOWN}"`), name);
});

/** Fails if `message` has a character that does not belong on one line. */
function assertUnprintable(message: string): void {
  assertEquals(message.match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu), null);
}

Deno.test("a path is escaped", async () => {
  const error = await assertRejects(() => load(`no/such/${EVIL}`), LoadError);
  assertStrictEquals(error.message, `Cannot read "no/such/${SHOWN}": it does not exist`);
});

/** Thrown values, and how messages show them. */
const THROWN: readonly [value: () => unknown, shown: string][] = [
  [() => new Error("plain"), "plain"],
  [() => new Error(EVIL), SHOWN],
  [() => new Error(), "an object of class Error"],
  [() => new Error("x".repeat(100_000)), `${"x".repeat(750)}…${"x".repeat(250)}`],
  [() => EVIL, SHOWN],
  [() => "", '""'],
  [() => undefined, "undefined"],
  [() => null, "null"],
  [() => 5, "5"],
  [() => 5n, "5n"],
  [() => 10n ** 10_000n, `1${"0".repeat(149)}…${"0".repeat(50)}n`],
  [() => Symbol(EVIL), `Symbol(${SHOWN})`],
  [() => ({}), "an object of class Object"],
  [() => Object.create(null), "an object of class null prototype"],
  [() => () => {}, "a function"],
  [revoked, "an object of class unknown"],
  [
    () => new Proxy({}, { getPrototypeOf: fail, get: fail, has: fail }),
    "an object of class unknown",
  ],
  [() => ({ toString: fail, message: 5 }), "an object of class Object"],
  [
    () => ({
      get message() {
        return fail();
      },
    }),
    "an object of class Object",
  ],
  [() => ({ constructor: { name: EVIL } }), `an object of class ${SHOWN}`],
  [() => ({ constructor: 5 }), "an object of class null prototype"],
];

function fail(): never {
  throw new RangeError("refused");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const CALLS = `(module
  (import "env" "f" (func $f))
  (memory (export "memory") 1)
  (global (export "__stack_pointer") (mut i32) (i32.const 1024))
  (func (export "call") (call $f)))`;

const STARTS = '(module (import "env" "f" (func $f)) (start $f))';

for (const [make, shown] of THROWN) {
  Deno.test(`a thrown value is shown as ${shown.slice(0, 60)}, or passed on unchanged`, async () => {
    const value = make();
    const toss = () => {
      throw value;
    };
    const imports = { env: { f: toss } };
    assertEquals(
      await outcome(() => load(assemble(STARTS), { imports })),
      new Thrown(
        "LoadError",
        "instantiation",
        "Cannot initialize the guest: load calls its start function, and an import that this calls " +
          `has thrown: ${shown}`,
      ),
    );
    assertEquals(
      await outcome(() => load(Promise.reject(value))),
      new Thrown(
        "LoadError",
        "source",
        `Cannot load a promise: it is rejected: ${shown}`,
      ),
    );
    const host = hostFunction({ parameters: [], result: "void" }, toss);
    for (const f of [toss, host]) {
      using guest = await load(assemble(CALLS), {
        imports: { env: { f } },
        symbols: { call: { parameters: [], result: "void" } },
      });
      for (let count = 0; count < 120; count++) {
        let caught: { error: unknown } | undefined;
        try {
          guest.symbols.call();
        } catch (error) {
          caught = { error };
        }
        assert(caught !== undefined && Object.is(caught.error, value), "it is passed on");
      }
      assertStrictEquals(guest.state, "ready");
    }
  });
}

for (const value of [revoked(), Object.create(null), Symbol(EVIL), new Proxy({}, { has: fail })]) {
  Deno.test(`a value that cannot be shown is refused: ${typeof value}`, async () => {
    using guest = await load(assemble(trapping), {
      convention: staticBuffer({ pointer: "get" }),
    });
    using lists = await load(assemble(FAILS), {
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: {
        try: { parameters: [{ type: "strings", layout: "pairs" }], result: "i32" },
        free: { parameters: ["pointer"], result: "void" },
      },
    });
    for (
      const ask of [
        () => load(value as string),
        () => guest.passString(value as string),
        () => guest.passBytes(value as Uint8Array),
        () => lists.symbols.try(value as string[]),
        () => lists.symbols.free(value as number),
        () => guest.memory.writeBytes(0, value as Uint8Array),
        () => guest.memory.readBytes(value as number, 1),
        () => guest.memory.write("u32", 0, value as number),
        () => load(assemble(STARTS), { imports: { env: { f: value } } }),
      ]
    ) {
      const { name, message } = await outcome(ask) as Thrown;
      assert(name === "TypeError" || name === "LoadError", name);
      assert(message.startsWith("Cannot "), message);
      assertUnprintable(message.replaceAll("\n", ""));
    }
  });
}

/** Makes a module with `count` imported functions. */
function wanting(count: number): Uint8Array {
  const items = Array.from({ length: count }, (_, index) => ["env", `f${index}`, 0, 0]);
  return build(VOID_TYPE, section(IMPORT, leb(count), items));
}

Deno.test("100,000 missing imports are all in the error's problems, and few in its message", async () => {
  const error = await assertRejects(() => load(wanting(100_000)), LoadError);
  assertStrictEquals(error.problems.length, 100_000);
  assertStrictEquals(error.problems.at(-1), 'import[99999] "env.f99999" () -> (): missing');
  const lines = error.message.split("\n");
  assertStrictEquals(lines.length, 13);
  assertStrictEquals(lines[10], 'import[9] "env.f9" () -> (): missing');
  assertStrictEquals(lines[11], "and 99990 more");
});

Deno.test("ten missing imports are all in the message", async () => {
  const error = await assertRejects(() => load(wanting(10)), LoadError);
  assertEquals(error.message.split("\n"), [
    "Cannot satisfy the guest's imports:",
    ...error.problems,
    missingAdvice("{ env: { f0: (...args) => console.log(args) } }"),
  ]);
});

Deno.test("10,000 symbols that do not fit are all in the error's problems, and few in its message", async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `s${index}`);
  const symbols = Object.fromEntries(
    names.map((name) => [name, { parameters: [], result: "i32" }] as const),
  );
  const error = await assertRejects(() => load(assemble(trapping), { symbols }), LoadError);
  assertStrictEquals(error.problems.length, 10_000);
  assertStrictEquals(error.message.split("\n").at(-1), "and 9990 more");
});

Deno.test("no message is longer than a screen or two, for any exports of the guest", async () => {
  const long = (index: number) => `${LONG}${index}`;
  const getters = Array.from(
    { length: 30 },
    (_, index) => `(func (export "get_${long(index)}_buffer") (result i32) (i32.const ${index}))`,
  );
  const wide = `(param ${"i64 ".repeat(1000)}) (result ${"f32 ".repeat(500)})`;
  const guests = [
    `(module (memory (export "memory") 1) ${getters.join("\n")}
      (func (export "f") (param i32) (result i32) (local.get 0)))`,
    `(module (memory (export "memory") 1) (func (export "${LONG}") (param i32) (result i32)
      (local.get 0)) (func (export "${LONG}_malloc") (param i32) (result i32) (i32.const 0))
      (func (export "${LONG}_free") (param i32)))`,
    `(module (memory (export "memory") 1) (func (export "f") ${wide} unreachable))`,
    `(module (import "env" "f" (func ${wide})))`,
    `(module (memory (export "memory") 1) (memory (export "${LONG}") 1))`,
  ];
  for (const text of guests) {
    for (const names of [["f"], []]) {
      const { message } = await outcome(async () => {
        using guest = await load(assemble(text));
        guest.passString("x", ...names);
      }) as Thrown;
      assert(message.length < 16_400 && message.length > 20, `${message.length} code units`);
    }
  }
});

const FAILS = `(module
  (memory (export "memory") 1)
  (data (i32.const 256) "${WAT}\\00")
  (global $next (mut i32) (i32.const 1024))
  (func (export "malloc") (param i32) (result i32)
    (i32.const 1024))
  (func (export "free") (param i32))
  (func (export "reason") (result i32) (i32.const 256))
  (func (export "try") (param i32 i32) (result i32) (i32.const -7)))`;

for (const warmUp of [0, 120]) {
  Deno.test(`a guest's own words are whole in a field, and on one line in the message, after ${warmUp} calls`, async () => {
    using guest = await load(assemble(FAILS), {
      convention: allocator({ allocate: "malloc", free: "free" }),
      symbols: {
        try: {
          parameters: ["string"],
          result: "i32",
          status: {
            value: "result",
            fails: "negative",
            message: { pointer: { export: "reason" }, length: "nul" },
          },
        },
      },
    });
    for (let count = 0; count < warmUp; count++) await outcome(() => guest.symbols.try("a"));
    let error: unknown;
    try {
      guest.symbols.try("a");
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof GuestError);
    assertEquals(
      [error.code, error.message, error.guestMessage, error.status],
      [
        "guest-error",
        `Cannot complete "try": ${SHOWN} (the guest returned -7)`,
        EVIL,
        -7,
      ],
    );
  });
}

Deno.test("a guest's abort message is whole in a field", async () => {
  const utf16 = (text: string) =>
    [...new Uint8Array(Uint16Array.from(text, (unit) => unit.charCodeAt(0)).buffer)]
      .map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  const words = `no\n${"x".repeat(300)}`;
  const length = new Uint32Array([words.length * 2]);
  const prefix = [...new Uint8Array(length.buffer)]
    .map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  using guest = await load(
    assemble(`(module
      (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 60) "${prefix}${utf16(words)}")
      (func (export "go") (call $abort (i32.const 64) (i32.const 0) (i32.const 1) (i32.const 2))))`),
    { symbols: { go: { parameters: [], result: "void" } } },
  );
  let error: unknown;
  try {
    guest.symbols.go();
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof GuestError);
  assertEquals([error.code, error.guestMessage], ["abort", words]);
  assertUnprintable(error.message);
  assert(error.message.length < 400);
});

Deno.test("an error without words of the guest has no such field", () => {
  assertStrictEquals(new GuestError("trap", "words").guestMessage, undefined);
});

Deno.test("text that is longer than any string is reported as too large, not as invalid", async () => {
  const pages = Math.ceil((MAX_STRING_LENGTH * 2 + 2) / 65536);
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: pages }));
  for (
    const [encoding, name, most] of [
      ["utf-8", "UTF-8", MAX_STRING_LENGTH],
      ["latin1", "latin1", MAX_STRING_LENGTH],
      ["utf-16", "UTF-16", MAX_STRING_LENGTH * 2],
    ] as const
  ) {
    const byteLength = most + (encoding === "utf-16" ? 2 : 1);
    assertEquals(
      await outcome(() => memory.readString(0, byteLength, { encoding })),
      new Thrown(
        "GuestError",
        "result-too-large",
        `Cannot decode ${byteLength} bytes at pointer 0x0 as ${name}: no string is that long, ` +
          `expected at most ${most} bytes`,
      ),
    );
  }
});

Deno.test("a bad last byte in a name costs little more than a good one", () => {
  const byteLength = 12 * 330_000;
  for (const unit of ["a", "ü", "漢", "😀"]) {
    const utf8 = new TextEncoder().encode(unit);
    const bytes = new Uint8Array(byteLength).map((_, index) => utf8[index % utf8.length]!);
    const custom = (name: Uint8Array) => {
      const head = [...leb(byteLength)];
      const module = build([0, leb(head.length + byteLength)]);
      const whole = new Uint8Array(module.length + head.length + byteLength);
      whole.set(module);
      whole.set(head, module.length);
      whole.set(name, module.length + head.length);
      return whole;
    };
    const good = custom(bytes);
    const bad = custom(bytes);
    bad[bad.length - 1] = 0xff;
    const at = bad.length - 1;
    const timed = (ask: () => unknown) => {
      const start = performance.now();
      ask();
      return performance.now() - start;
    };
    const refuse = () => {
      try {
        readModule(bad);
      } catch (error) {
        assertStrictEquals((error as { offset?: number }).offset, at);
        return;
      }
      throw new Error("it is taken for good");
    };
    // It should take twice as long. On a busy machine both times vary, but their minima hardly do.
    let time = Infinity, badTime = Infinity;
    for (let count = 0; count < 60; count++) {
      time = Math.min(time, timed(() => readModule(good)));
      badTime = Math.min(badTime, timed(refuse));
      if (count > 7 && badTime < time * 4 + 15) break;
    }
    assert(badTime < time * 4 + 15, `${unit}: ${badTime} ms, a good one ${time} ms`);
  }
});
