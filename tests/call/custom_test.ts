import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type CoreValue,
  type CustomContext,
  type CustomConvention,
  load,
  LoadError,
} from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";

const encoder = new TextEncoder();

/** An object that lowers and lifts C strings; `taken` counts the blocks that are not freed. */
function cStrings(): CustomConvention & { taken: number } {
  const own: CustomConvention & { taken: number } = {
    name: "own C strings",
    taken: 0,
    lower(value, guest) {
      const bytes = typeof value === "string" ? encoder.encode(value) : value;
      const pointer = guest.call("malloc", bytes.length + 1) as number;
      own.taken++;
      guest.memory.writeBytes(pointer, Uint8Array.of(...bytes, 0));
      return {
        args: [pointer],
        release() {
          own.taken--;
          guest.call("free", pointer);
        },
      };
    },
    lift(result, wanted, guest) {
      const pointer = result as number;
      const text = guest.memory.readCString(pointer);
      guest.call("free", pointer);
      return wanted === "string" ? text : encoder.encode(text);
    },
  };
  return own;
}

const live = { name: "live_allocations", parameters: [], result: "u32" } as const;
const GUEST = guestPath("c/c_string");

Deno.test("a custom convention lowers and lifts text and bytes", async () => {
  const convention = cStrings();
  using guest = await load(GUEST, { convention, symbols: { live } });
  assertEquals([guest.convention.name, `${guest.convention}`, guest.convention.capacity], [
    "own C strings",
    "convention: own C strings",
    undefined,
  ]);
  for (let call = 0; call < 1000; call++) {
    assertStrictEquals(guest.passString("Bøb", "greet"), "Hello, Bøb!");
  }
  assertEquals(guest.passBytes(encoder.encode("ab"), "echo"), encoder.encode("ab"));
  assertEquals([guest.symbols.live(), convention.taken], [0, 0]);
});

Deno.test("a custom convention works together with numbers, references and a status", async () => {
  using guest = await load(guestPath("c/symbols"), {
    convention: {
      name: "a pair",
      lower(value, { memory, call }) {
        const bytes = typeof value === "string" ? encoder.encode(value) : value;
        const pointer = call("malloc", bytes.length) as number;
        memory.writeBytes(pointer, bytes);
        return { args: [pointer, bytes.length], release: () => call("free", pointer) };
      },
      lift: () => "",
    },
    symbols: {
      find: { parameters: ["u8", "bytes"], result: "i32" },
      failing: {
        name: "find",
        parameters: ["u8", "bytes"],
        result: "i32",
        status: { value: "result", fails: "negative" },
      },
      live,
    },
  });
  const { find, failing, live: count } = guest.symbols;
  assertEquals([find(0x62, encoder.encode("abc")), find(0, encoder.encode("abc"))], [1, -1]);
  assertEquals(guestErrorOf(() => failing(0, encoder.encode("abc"))), [
    "guest-error",
    'Cannot complete "find": the guest returned -1',
  ]);
  assertThrows(() => find(256, new Uint8Array()), RangeError);
  assertStrictEquals(count(), 0);
});

Deno.test("the core arguments and the results of a custom convention are checked", async () => {
  const convention = cStrings();
  using guest = await load(GUEST, {
    convention: { ...convention, lift: () => 1 as never },
    symbols: { echo: { parameters: ["bytes"], result: "bytes" }, live },
  });
  const error = assertThrows(() => guest.symbols.echo("a" as never), TypeError);
  assertStrictEquals(
    error.message,
    'Cannot pass argument 0 to "echo": it is "a", expected a Uint8Array',
  );
  assertEquals(guestErrorOf(() => guest.passString("a", "echo")), [
    "invalid-text",
    'Cannot lift the result of "echo": the convention "own C strings" gave 1, expected a string',
  ]);
  assertEquals(guestErrorOf(() => guest.symbols.echo(new Uint8Array(1))), [
    "invalid-text",
    'Cannot lift the result of "echo": the convention "own C strings" gave 1, expected a Uint8Array',
  ]);
  assertStrictEquals(convention.taken, 0);
});

Deno.test("the errors of a custom convention reach the caller, and its blocks are freed", async () => {
  const convention = cStrings();
  using guest = await load(GUEST, {
    convention: {
      ...convention,
      lift() {
        throw new EvalError("no");
      },
    },
  });
  assertThrows(() => guest.passString("a", "greet"), EvalError, "no");
  assertEquals([guest.state, convention.taken], ["ready", 0]);
});

Deno.test("a trap in an export that a custom convention calls ends the call and poisons the guest", async () => {
  const convention = cStrings();
  using guest = await load(GUEST, {
    convention: {
      ...convention,
      lower(_value, guest) {
        guest.call("free", 1);
        return { args: [0] };
      },
    },
  });
  assertStrictEquals(guestErrorOf(() => guest.passString("a", "greet"))[0], "trap");
  assertStrictEquals(guest.state, "poisoned");
  assertStrictEquals(guestErrorOf(() => guest.passString("a", "greet"))[0], "poisoned");
});

Deno.test("an export that a custom convention calls has to exist", async () => {
  using guest = await load(GUEST, {
    convention: {
      name: "lost",
      lower: (_value, guest) => ({ args: [guest.call("mallok", 1)] }),
      lift: () => "",
    },
  });
  const [code, message] = guestErrorOf(() => guest.passString("a", "greet"));
  assertEquals([code, message.split("?")[0]], [
    "missing-export",
    'Cannot find export "mallok": did you mean "malloc"',
  ]);
});

Deno.test("types that a custom convention does not lower are refused when the guest is loaded", async () => {
  const error = await assertRejects(() =>
    load(GUEST, {
      convention: cStrings(),
      symbols: {
        echo: { parameters: [{ type: "string", encoding: "latin1" }], result: "string" },
        greet: { parameters: [{ type: "array", element: "u8" }], result: "string" },
      },
    }), LoadError);
  const problem = (name: string, type: string) =>
    `symbol "${name}": Cannot pass "${type}" with parts of its own to "${name}": the convention ` +
    '"own C strings" lowers by itself, expected "string" or "bytes"';
  assertEquals(error.problems, [problem("echo", "string"), problem("greet", "array")]);
});

/** Gives each value as often as `times` says, and nothing after that; `reads` are the keys read. */
function fading<T extends object>(value: T, times: number, reads: string[] = []): T {
  const all = Object.entries(value).map(([key, found]) => {
    let left = times;
    const get = () => {
      reads.push(key);
      return left-- > 0 ? found : undefined;
    };
    return [key, { get }];
  });
  return Object.defineProperties({}, Object.fromEntries(all)) as T;
}

const greet = { parameters: ["string"], result: "string" } as const;

Deno.test("the functions of a custom convention are read when a call is bound, and the value that it lowers is read once", async () => {
  const own = cStrings();
  const reads: string[] = [], readsOfLowered: string[] = [];
  const { name, lift } = own;
  const lower: CustomConvention["lower"] = (value, guest) =>
    fading({ ...own.lower(value, guest) }, 1, readsOfLowered);
  const convention = fading({ name, lower, lift }, 1e9, reads);
  using guest = await load(GUEST, { convention, symbols: { greet, live } });
  reads.length = 0;
  for (let call = 0; call < 200; call++) {
    assertStrictEquals(guest.symbols.greet("Bøb"), "Hello, Bøb!");
    assertEquals(readsOfLowered.splice(0), ["args", "release"]);
  }
  assertEquals([reads, guest.symbols.live(), own.taken], [[], 0, 0]);
});

Deno.test("the error names a getter of a custom convention that returns another value at the second read", async () => {
  for (const key of ["lower", "lift"] as const) {
    const { name, lower, lift } = cStrings();
    // The check reads each function once.
    const getter = fading({ [key]: key === "lower" ? lower : lift }, 1);
    const convention = Object.defineProperties(
      { name, lower, lift },
      Object.getOwnPropertyDescriptors(getter),
    );
    using guest = await load(GUEST, { convention });
    const { message } = assertThrows(() => guest.passString("a", "greet"), TypeError);
    assertStrictEquals(
      message,
      `Cannot call "greet": the convention "own C strings" gave undefined as ${key}, expected a ` +
        "function",
    );
    assertStrictEquals(guest.state, "ready");
  }
});

Deno.test("the functions of a custom convention are called as its methods", async () => {
  class Doubling {
    readonly name = "doubling";
    readonly #own = cStrings();
    lower(value: string | Uint8Array, guest: CustomContext) {
      return this.#own.lower(`${value}${value}`, guest);
    }
    lift(result: CoreValue, wanted: "string" | "bytes", guest: CustomContext) {
      return this.#own.lift(result, wanted, guest);
    }
  }
  using guest = await load(GUEST, { convention: new Doubling() });
  assertStrictEquals(guest.passString("ab", "greet"), "Hello, abab!");
});
