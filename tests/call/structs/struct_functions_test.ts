// Function pointers in structs, with `vtables.c`. The expected values are those that the source of
// the guest computes.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, hostFunction, load, LoadError } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";

const OP = { type: "function", parameters: ["i32", "i32"], result: "i32" } as const;

const PAIR = { type: "struct", fields: { apply: OP, left: "i32", right: "i32" } } as const;

const ONE = { type: "struct", fields: { apply: OP }, by: "value" } as const;

/** `struct ops` of 32 and of 64 bits: a size is as wide as a pointer. */
const opsOf = <const Size extends "u32" | "u64">(size: Size) => ({
  type: "struct",
  fields: {
    read: { type: "function", parameters: ["pointer", "pointer", size], result: size },
    self: "pointer",
    close: {
      type: "function",
      parameters: ["pointer", { type: "string", pass: ["pointer"] }],
      result: "void",
      nullable: true,
    },
    level: "i32",
  },
} as const);

const MATH = {
  type: "struct",
  fields: {
    add: OP,
    pair: PAIR,
    negate: { type: "function", parameters: ["i32"], result: "i32", nullable: true },
  },
} as const;

const convention = allocator({ allocate: "malloc", free: "free", resultsFreedBy: "guest" });

const SYMBOLS = {
  run_pair: { parameters: [PAIR], result: "i32" },
  run_pair_value: { parameters: [{ ...PAIR, by: "value" }], result: "i32" },
  run_one: { parameters: [ONE, "i32", "i32"], result: "i32" },
  run_all: { parameters: [{ type: "list", item: PAIR }], result: "i32" },
  same: { parameters: [PAIR, PAIR], result: "bool" },
  keep: { parameters: [PAIR], result: "void" },
  call_kept: { parameters: [], result: "i32" },
  kept_pair: { parameters: [], result: "pointer" },
  math: { parameters: ["bool"], result: MATH },
  one_op: { parameters: ["bool"], result: ONE },
  swap: { parameters: [{ type: "inout", name: "pair", value: PAIR }], result: "void" },
  call_use_pair: { parameters: ["i32", "i32"], result: "i32" },
  call_make_pair: { parameters: ["i32"], result: "i32" },
  call_find_op: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;

const imports = {
  env: {
    use_pair: hostFunction(
      { parameters: [PAIR], result: "i32" },
      ({ apply, left, right }) => apply(left, right) + 1,
    ),
    make_pair: hostFunction(
      { parameters: ["i32"], result: { ...PAIR, by: "value" } },
      (left) => ({ apply: Math.max, left, right: 10 }),
    ),
    find_op: hostFunction(
      {
        parameters: ["i32", {
          type: "out",
          name: "found",
          value: { type: "struct", fields: ONE.fields },
        }],
        result: "bool",
      },
      (name) => ({ result: name > 0, found: { apply: Math.min } }),
    ),
  },
};

const minus = (left: number, right: number) => left - right;

for (const name of ["c/vtables", "c/vtables_64"]) {
  const bytes = await guestBytes(name);
  const open = () => load(bytes, { convention, imports, symbols: SYMBOLS });

  Deno.test(`a function in a struct is called by the guest: ${name}`, async () => {
    using guest = await open();
    const { run_pair, run_pair_value, run_one, run_all, same } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      assertEquals(run_pair({ apply: minus, left: turn, right: 3 }), turn - 3);
    }
    assertEquals(run_pair_value({ apply: Math.max, left: 4, right: 9 }), 9);
    assertEquals(run_one({ apply: minus }, 7, 2), 5);
    const pairs = [{ apply: minus, left: 5, right: 3 }, { apply: Math.max, left: 5, right: 30 }];
    assertEquals(run_all(pairs), 32);
    const [one, other] = pairs as [typeof pairs[0], typeof pairs[0]];
    // Each function of a call has an entry of its own.
    assertEquals(same(one, other), false);
  });

  Deno.test(`a struct of functions with a context is read through: ${name}`, async () => {
    const size = name.endsWith("64") ? "u64" : "u32";
    const ops = opsOf(size);
    // The two guests differ in the type of a size.
    using guest = await load(bytes, {
      convention,
      imports,
      symbols: { drain: { parameters: [ops], result: "i32" } },
    });
    const data = [1, 2, 3, 4, 5, 6];
    let at = 0;
    const log: unknown[] = [];
    const read = (_self: number, buffer: number, capacity: number | bigint) => {
      const part = data.slice(at, at += Number(capacity));
      guest.memory.writeBytes(buffer, Uint8Array.from(part));
      return (size === "u64" ? BigInt(part.length) : part.length) as never;
    };
    const close = (self: number, why: string) => void log.push(self, why);
    const value = { read, self: 77, close, level: 1000 } as never;
    assertEquals(guest.symbols.drain(value), 1021);
    assertEquals(log, [77, "end"]);
    at = 0;
    assertEquals(guest.symbols.drain({ read, self: 0, close: null, level: 0 } as never), 21);
    assertEquals(log.length, 2);
  });

  Deno.test(`functions of the guest in a struct are called by the host: ${name}`, async () => {
    using guest = await open();
    const { math, one_op, run_pair, swap, same } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      const { add, pair, negate } = math(true);
      assertEquals([add(turn, 2), pair.apply(pair.left, pair.right)], [turn + 2, 42]);
      assertEquals(negate!(5), -5);
    }
    assertEquals(math(false).negate, null);
    assertEquals([one_op(true).apply(6, 7), one_op(false).apply(6, 7)], [13, 42]);
    // A function that came from the guest keeps its pointer.
    const { pair, add } = math(false);
    assertEquals(run_pair({ apply: add, left: 1, right: 2 }), 3);
    assertEquals(same(pair, { ...pair, left: 0 }), true);
    const changed = swap({ apply: minus, left: 3, right: 5 }).pair;
    assertEquals([changed.apply(2, 4), changed.left], [8, -3]);
  });

  Deno.test(`structs of host functions have functions: ${name}`, async () => {
    using guest = await open();
    const { call_use_pair, call_make_pair, call_find_op } = guest.symbols;
    for (let turn = 0; turn < 120; turn++) {
      assertEquals(call_use_pair(turn, 3), turn * 3 + 1);
      assertEquals(call_make_pair(turn), Math.max(turn, 10));
    }
    assertEquals([call_find_op(1, 8, 5), call_find_op(0, 8, 5)], [5, -1]);
  });

  Deno.test(`a function in a struct is removed after the call: ${name}`, async () => {
    using guest = await open();
    const { keep, call_kept, run_pair } = guest.symbols;
    const pair = { apply: minus, left: 9, right: 4 };
    for (let turn = 0; turn < 120; turn++) {
      keep(pair);
      const { code } = assertThrows(call_kept, GuestError);
      assertEquals(code, "function-pointer");
    }
    // The entries are used again, also after a call that fails.
    const table = guest.exports.__indirect_function_table as WebAssembly.Table;
    const { length } = table;
    const wrong = () => {
      throw new Error("thrown");
    };
    for (let turn = 0; turn < 120; turn++) {
      assertThrows(() => run_pair({ ...pair, apply: wrong }), Error, "thrown");
    }
    assert(table.length <= length + 1, `${table.length} entries`);
    // A callback lasts longer.
    const functions = await guest.functions();
    using callback = functions.add(
      hostFunction({ parameters: OP.parameters, result: OP.result }, minus),
    );
    keep({ ...pair, apply: callback });
    assertEquals(call_kept(), 5);
  });

  Deno.test(`a struct in memory has functions that are read and written: ${name}`, async () => {
    using guest = await open();
    const { keep, call_kept, kept_pair } = guest.symbols;
    keep({ apply: minus, left: 9, right: 4 });
    const pair = await guest.struct(PAIR, kept_pair());
    pair.write({ apply: Math.min, right: 2 });
    assertEquals(call_kept(), 2);
    assertEquals(pair.read().apply(8, 3), 3);
    pair.write({ apply: guest.symbols.math(false).add });
    assertEquals(call_kept(), 11);
  });
}

Deno.test("the error for a value that is not a function has its path, and nothing is called", async () => {
  using guest = await load(await guestBytes("c/vtables"), {
    convention,
    imports,
    symbols: SYMBOLS,
  });
  const { run_pair, run_all } = guest.symbols;
  const pair = { apply: minus, left: 1, right: 2 };
  const refused = (call: () => unknown) => assertThrows(call, TypeError).message;
  for (let turn = 0; turn < 110; turn++) {
    assertEquals(
      refused(() => run_pair({ ...pair, apply: 7 as never })),
      'Cannot pass argument 0 .apply to "run_pair": it is 7, expected a function or a callback',
    );
    run_pair(pair);
  }
  assertEquals(
    refused(() => run_pair({ ...pair, apply: null as never })),
    'Cannot pass argument 0 .apply to "run_pair": it is null, expected a function or a callback',
  );
  assertEquals(
    refused(() => run_all([pair, { left: 1, right: 2 } as never])),
    'Cannot pass argument 0 [1].apply to "run_all": it is missing, expected a function or a callback',
  );
});

Deno.test("a declaration that does not fit the guest is refused by load", async () => {
  const bytes = await guestBytes("c/vtables");
  const apply = { ...OP, parameters: ["f64"] } as const;
  const type = { type: "struct", fields: { apply, left: "i32", right: "i32" } } as const;
  for (
    const symbols of [
      { run_pair: { parameters: [type], result: "i32" } },
      { math: { parameters: ["bool"], result: type } },
    ] as const
  ) {
    const failed = load(bytes, { convention, imports, symbols: symbols as never });
    const error = await failed.then(() => undefined, (error) => error as LoadError);
    assert(error instanceof LoadError, "refused");
    assert(error.message.includes("that is (f64) -> i32, which is not among"), error.message);
  }
  const misspelt = {
    ...PAIR,
    fields: { ...PAIR.fields, apply: { type: "function", parameter: [] } },
  };
  const error = await load(bytes, {
    convention,
    imports,
    symbols: { run_pair: { parameters: [misspelt as never], result: "i32" } },
  }).then(() => undefined, (error) => error as Error);
  assert(error!.message.includes('did you mean "parameters"'), error!.message);
});

Deno.test("a guest that hides its table is refused", async () => {
  const bytes = await guestBytes("c/vtables_hidden");
  const symbols = { run_pair: SYMBOLS.run_pair };
  const error = await load(bytes, { convention, missing: "trap", symbols }).then(
    () => undefined,
    (error) => error as Error,
  );
  assert(error!.message.includes('Cannot pass a function to "run_pair"'), error!.message);
});

Deno.test("the plan shows when functions are put into the table and removed", async () => {
  using guest = await load(await guestBytes("c/vtables"), {
    convention,
    imports,
    symbols: SYMBOLS,
  });
  const lines = String(await guest.plan("run_pair")).split("\n").map((line) => line.trim());
  const texts = lines.filter((line) => line.includes("table"));
  assertEquals(texts.map((line) => line.replace(/^\S+\s+/, "")), [
    "put its functions into the guest's table for the call",
    "remove its functions from the guest's table",
  ]);
});
