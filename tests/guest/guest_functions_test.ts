import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load } from "../../mod.ts";
import { guestPath, loadPointers } from "../call/pointers/_function_pointers.ts";

const OP = { parameters: ["i32", "i32"], result: "i32" } as const;
const code = (name: string) => name.charCodeAt(0);

for (const name of ["", "64", "fixed"]) {
  Deno.test(`a function pointer of the guest is called with declared types ${name}`, async () => {
    using guest = await loadPointers(name);
    const functions = await guest.functions();
    const get = (op: string) => guest.symbols.get_op(code(op));
    const add = functions.get(get("+"), OP);
    const subtract = functions.get(get("-"), OP);
    for (let turn = 0; turn < 150; turn++) {
      assertEquals([add(40, turn), subtract(40, turn)], [40 + turn, 40 - turn]);
    }
    const half = functions.get(get("h"), { parameters: ["f64"], result: "f64" });
    assertEquals(half(5), 2.5);
    const shout = functions.get(get("!"), {
      parameters: [{ type: "string", pass: ["pointer"] }],
      result: { type: "string", pointer: "result", freedBy: "guest" },
    });
    assertEquals(shout("Grüße"), "GRüßE");
  });
}

Deno.test("equal requests return the same function", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const pointer = guest.symbols.get_op(code("+"));
  const add = functions.get(pointer, OP);
  assertStrictEquals(functions.get(pointer, { ...OP }), add);
  const wide = functions.get(pointer, { parameters: ["u32", "i32"], result: "u32" });
  assertEquals([wide(2 ** 32 - 1, 1), add(-1, 1)], [0, 0]);
});

Deno.test("arguments, traps and results of a function pointer behave like those of a symbol", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const divide = functions.get(guest.symbols.get_op(code("/")), OP);
  assertThrows(
    () => divide(1.5, 1),
    RangeError,
    'Cannot pass argument 0 to "function pointer 0x4": it is 1.5',
  );
  const error = assertThrows(() => divide(1, 0), GuestError);
  assertEquals([error.code, error.message], [
    "trap",
    'Cannot complete "function pointer 0x4": the guest trapped: divide by zero',
  ]);
  assertEquals(guest.state, "poisoned");
});

Deno.test("a callback of the host is a function pointer, too", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  using callback = functions.add(hostFunction(OP, (left, right) => left * right));
  assertEquals(functions.get(callback, OP)(6, 7), 42);
  const { pointer } = callback;
  callback.remove();
  assertThrows(
    () => functions.get(pointer, OP),
    GuestError,
    `Cannot call function pointer 0x${pointer.toString(16)}: it is a callback that was removed ` +
      "from the table, expected the pointer of a function",
  );
});

Deno.test("a function of a guest that was reset is refused", async () => {
  using guest = await loadPointers();
  const functions = await guest.functions();
  const add = functions.get(guest.symbols.get_op(code("+")), OP);
  guest.reset();
  const error = assertThrows(() => add(1, 2), GuestError);
  assertEquals([error.code, error.message], [
    "function-pointer",
    "Cannot call a function pointer: the guest was reset, expected a pointer of the new instance",
  ]);
  assertEquals(functions.get(guest.symbols.get_op(code("+")), OP)(1, 2), 3);
});

Deno.test("the error for an invalid function pointer has the reason", async () => {
  const rows: readonly [pointer: unknown, declaration: object, code: string | undefined, string][] =
    [
      [
        0,
        OP,
        "function-pointer",
        "Cannot call function pointer 0x0: it is null, expected the pointer of a function",
      ],
      [
        0x1000,
        OP,
        "function-pointer",
        "Cannot call function pointer 0x1000: the guest's table has 6 entries, expected the " +
        "pointer of a function",
      ],
      [
        -1,
        OP,
        "function-pointer",
        "Cannot call function pointer 0xffffffff: the guest's table has 6 entries, expected the " +
        "pointer of a function",
      ],
      [
        1,
        { parameters: ["f32", "i32"], result: "i32" },
        "signature",
        'Cannot pass ("f32", "i32") -> "i32" to "function pointer 0x1": it is (i32, i32) -> i32, ' +
        "expected (f32, i32) -> i32",
      ],
      [
        "+",
        OP,
        undefined,
        'Cannot call a function pointer: it is "+", expected a pointer of the guest',
      ],
      [
        1,
        { parameters: ["int", "i32"], result: "i32", name: "add" },
        undefined,
        'Cannot call function pointer 0x1:\nparameters[0] is "int", did you mean "i32"?\n' +
        'name is "add", expected none: "name" is for exports',
      ],
    ];
  using guest = await load(guestPath());
  const functions = await guest.functions();
  for (const [pointer, declaration, code, message] of rows) {
    const call = () => functions.get(pointer as never, declaration as never);
    const error = assertThrows(call, Error);
    assertEquals([(error as GuestError).code, error.message], [code, message]);
  }
});

Deno.test("the engine checks the type if the binary is unknown", async () => {
  const module = new WebAssembly.Module(await Deno.readFile(guestPath()));
  using guest = await load(module);
  const functions = await guest.functions();
  assertEquals(functions.get(1, OP)(2, 3), 5);
  const error = assertThrows(
    () => functions.get(1, { parameters: ["f32"], result: "void" }),
    GuestError,
  );
  assertEquals([error.code, error.message], [
    "function-pointer",
    "Cannot call function pointer 0x1: the function is of another type, expected (f32) -> ()",
  ]);
});

Deno.test("a guest without a table has no function pointers", async () => {
  using guest = await load(guestPath("hidden"));
  const functions = await guest.functions();
  assertThrows(
    () => functions.get(1, OP),
    GuestError,
    "Cannot call a function pointer: the guest exports no table of functions, expected one that " +
      "was linked with --export-table and --growable-table",
  );
});
