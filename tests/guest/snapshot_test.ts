import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { adopt, allocator, compile, GuestError, hostFunction, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

const symbols = {
  isPrime: { name: "is_prime", parameters: ["u32"], result: "bool" },
  count: { parameters: [], result: "u32" },
  grow: { parameters: [], result: "u32" },
  fail: { parameters: [], result: "void" },
} as const;

const SLOW = await compile(guestPath("c/slow_start"));

for (const name of ["c/slow_start", "c/slow_start_stripped"]) {
  Deno.test(`restore() gives ${name} its state again, in the same instance`, async () => {
    using guest = await load(guestPath(name), { symbols });
    const { instance, exports } = guest;
    const view = guest.memory.view(1024, 8);
    assertEquals(guest.symbols.count(), 11);
    const snapshot = await guest.snapshot();
    for (let turn = 0; turn < 3; turn++) {
      assertEquals([guest.symbols.count(), guest.symbols.count()], [21, 31]);
      guest.memory.writeBytes(65536, new Uint8Array(65536).fill(1));
      guest.restore(snapshot);
      assertEquals([guest.symbols.isPrime(65537), guest.symbols.isPrime(65541)], [true, false]);
    }
    assertStrictEquals(guest.instance, instance);
    assertStrictEquals(guest.exports, exports);
    assert(view.byteLength > 0, "the view went stale");
    guest.reset();
    assertEquals(guest.symbols.count(), 11);
    guest.restore(snapshot);
    assertEquals(guest.symbols.count(), 21);
  });
}

Deno.test("a snapshot copies only the pages that hold more than zeros", async () => {
  const bytes = assemble(`(module (memory (export "memory") 100)
    (data (i32.const 65536) "a") (data (i32.const 6488064) "z"))`);
  using guest = await load(bytes);
  const snapshot = await guest.snapshot();
  assertEquals(snapshot.byteLength, 2 * 65536);
  for (let pointer = 0; pointer < guest.memory.size; pointer += 4096) {
    guest.memory.writeBytes(pointer, Uint8Array.of(7));
  }
  guest.restore(snapshot);
  const found = guest.memory.readBytes(0, guest.memory.size);
  assertEquals([...found.entries()].filter(([, byte]) => byte !== 0), [[65536, 97], [
    6488064,
    122,
  ]]);
});

Deno.test("memory that has grown since is as large as before, in a fresh instance that does not start", async () => {
  let starts = 0;
  const bytes = assemble(`(module
    (import "env" "started" (func $started))
    (memory (export "memory") 1 9)
    (func (export "_initialize") (call $started))
    (func (export "grow") (drop (memory.grow (i32.const 1)))))`);
  using guest = await load(bytes, {
    imports: { env: { started: () => void starts++ } },
    symbols: { grow: { parameters: [], result: "void" } },
  });
  guest.memory.writeBytes(9, Uint8Array.of(1, 2, 3));
  const snapshot = await guest.snapshot();
  const { instance } = guest;
  guest.symbols.grow();
  guest.memory.writeBytes(9, Uint8Array.of(0, 0, 0));
  guest.restore(snapshot);
  assert(guest.instance !== instance);
  assertEquals([guest.memory.size, starts], [65536, 1]);
  assertEquals(guest.memory.readBytes(9, 3), Uint8Array.of(1, 2, 3));
  // A snapshot of a larger memory makes it as large again.
  guest.symbols.grow();
  guest.memory.writeBytes(65536, Uint8Array.of(5));
  const larger = await guest.snapshot();
  guest.reset();
  assertEquals([guest.memory.size, starts], [65536, 2]);
  guest.restore(larger);
  assertEquals([guest.memory.size, starts], [2 * 65536, 2]);
  assertEquals(guest.memory.readBytes(65536, 1), Uint8Array.of(5));
});

Deno.test("a poisoned guest is restored in a fresh instance, whose stack pointer is whole", async () => {
  using guest = await load(SLOW, { symbols });
  const snapshot = await guest.snapshot();
  // The stack has 64 KiB, and each failure keeps 4 KiB of it for ever.
  for (let turn = 0; turn < 40; turn++) {
    assertEquals(guestErrorOf(() => guest.symbols.fail())[0], "trap");
    assertEquals(guest.state, "poisoned");
    guest.restore(snapshot);
    assertEquals([guest.state, guest.symbols.count()], ["ready", 11]);
  }
  assertEquals(guestErrorOf(() => guest.symbols.fail())[0], "trap");
  const error = await assertRejects(() => guest.snapshot(), GuestError);
  assertEquals(error.code, "poisoned");
});

Deno.test("another guest of the module takes the state of a snapshot", async () => {
  using first = await load(SLOW, { symbols });
  first.symbols.count();
  const snapshot = await first.snapshot();
  using second = await load(SLOW, { symbols });
  second.restore(snapshot);
  assertEquals([second.symbols.count(), first.symbols.count()], [21, 21]);
});

Deno.test("exported globals that can change are restored, of every type", async () => {
  const bytes = assemble(`(module
    (global (export "a") (mut i32) (i32.const 1)) (global (export "b") (mut i64) (i64.const 2))
    (global (export "c") (mut f32) (f32.const 0.5)) (global (export "d") (mut f64) (f64.const 0.25))
    (global (export "e") i32 (i32.const 5)))`);
  using guest = await load(bytes);
  const values = () =>
    Object.values(guest.exports).map((global) => (global as WebAssembly.Global).value);
  const set = (...all: unknown[]) => {
    for (const [index, name] of ["a", "b", "c", "d"].entries()) {
      (guest.exports[name] as WebAssembly.Global).value = all[index];
    }
  };
  set(-1, -2n, 1.5, NaN);
  const snapshot = await guest.snapshot();
  set(7, 8n, 9, 10);
  guest.restore(snapshot);
  assertEquals(values(), [-1, -2n, 1.5, NaN, 5]);
  guest.reset();
  assertEquals(values(), [1, 2n, 0.5, 0.25, 5]);
  guest.restore(snapshot);
  assertEquals(values(), [-1, -2n, 1.5, NaN, 5]);
});

Deno.test("the host's changes to an exported table are undone, but only in the same instance", async () => {
  const bytes = assemble(`(module
    (table (export "table") 2 4 funcref)
    (memory (export "memory") 1)
    (elem (i32.const 0) $f)
    (func $f (export "f")) (func (export "g")))`);
  using guest = await load(bytes);
  const table = () => guest.exports.table as WebAssembly.Table;
  const before = await guest.snapshot();
  table().set(0, null);
  table().grow(1);
  guest.restore(before);
  assertEquals([table().length, table().get(0) === guest.exports.f], [2, true]);

  table().set(1, guest.exports.g as () => void);
  const snapshot = await guest.snapshot();
  const { instance } = guest;
  guest.restore(snapshot);
  assertStrictEquals(guest.instance, instance);
  table().set(0, null);
  assertEquals(guestErrorOf(() => guest.restore(snapshot)), [
    "hidden-state",
    'Cannot restore the guest: its table "table" had other functions at the time of the snapshot ' +
    "than a fresh instance has, expected reset()",
  ]);
  assertStrictEquals(guest.instance, instance);
  assertEquals([guest.state, table().get(0)], ["ready", null]);
});

Deno.test("blocks of a restored guest are stale, and disposing of them does nothing", async () => {
  using guest = await load(guestPath("c/allocator_malloc"), {
    convention: allocator({ allocate: "malloc", free: "free" }),
  });
  const snapshot = await guest.snapshot();
  const block = guest.allocate(8);
  const { pointer } = block;
  guest.restore(snapshot);
  assertEquals(guestErrorOf(() => block.pointer), [
    "disposed",
    "Cannot use a block of 8 bytes: the guest it was taken from was reset or restored",
  ]);
  const after = guest.memory.readBytes(0, 65536);
  block.free();
  assertEquals(guest.memory.readBytes(0, 65536), after);
  using next = guest.allocate(8);
  assertEquals(next.pointer, pointer);
});

Deno.test("calls work after a restore as before it, in both tiers", async () => {
  using guest = await load(guestPath("c/shout_length"));
  const snapshot = await guest.snapshot();
  for (let turn = 0; turn < 130; turn++) {
    assertEquals(guest.passString("hello", "shout"), "HELLO");
    guest.restore(snapshot);
  }
});

Deno.test("a guest with WASI is restored, unless it holds files of the host", async () => {
  using guest = await load(guestPath("wasi/hello"), { wasi: { stdout: "capture" } });
  const snapshot = await guest.snapshot();
  assertEquals(guest.run(), 0);
  guest.restore(snapshot);
  assertEquals(guest.run(), 0);
  assertEquals(guest.state === "ready" || guest.state === "exited", true);

  const bytes = assemble(`(module
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "close") (result i32) (call $close (i32.const 0))))`);
  using closing = await load(bytes, {
    symbols: { close: { parameters: [], result: "u32" } },
  });
  const before = await closing.snapshot();
  assertEquals(closing.symbols.close(), 0);
  const message = (action: string) =>
    `Cannot ${action}: it has opened, closed or changed files of WASI, which the host holds, expected it to ` +
    "have only those that it began with";
  assertEquals(guestErrorOf(() => closing.restore(before)), [
    "hidden-state",
    message("restore the guest"),
  ]);
  const error = await assertRejects(() => closing.snapshot(), GuestError);
  assertEquals(error.message, message("take a snapshot of the guest"));
});

Deno.test("a snapshot is refused if the guest has hidden state, with the reasons and the cure", async () => {
  const cut = (message: string) => message.replace("Cannot take a snapshot of the guest: ", "");
  const messageFor = async (bytes: Uint8Array) => {
    using guest = await load(bytes);
    const error = await assertRejects(() => guest.snapshot(), GuestError);
    assertEquals(error.code, "hidden-state");
    return cut(error.message);
  };
  assertEquals(
    await messageFor(await guestBytes("c/slow_start_hidden")),
    'it has state that the host cannot copy: global 1 "hidden" is set and not exported, expected ' +
      "reset(), or a build that exports its mutable globals",
  );
  assertEquals(
    await messageFor(assemble("(module (memory 1))")),
    "it has state that the host cannot copy: its memory is not exported, expected reset(), or a " +
      "build that exports its mutable globals",
  );
  const globals = "(global (mut i32) (i32.const 1))".repeat(7);
  const sets = [0, 1, 2, 3, 4, 5, 6].map((index) => `(global.set ${index} (i32.const 1))`);
  const many = await messageFor(assemble(`(module ${globals} (func ${sets.join(" ")}))`));
  assert(many.includes("global 4 is set and not exported and 2 more, expected reset()"), many);
});

Deno.test("a snapshot needs the binary, which a large guest keeps only if compile() made it", async () => {
  // The binary is so long that it is kept only after compile().
  const bytes = assemble(`(module (memory (export "memory") 2)
    (data (i32.const 0) "${"x".repeat(70_000)}"))`);
  const expected = "Cannot take a snapshot of the guest: its binary is not kept, so its state is " +
    "unknown, expected a guest of load(await compile(source))";
  for (const source of [bytes, new WebAssembly.Module(bytes)]) {
    using guest = await load(source);
    const error = await assertRejects(() => guest.snapshot(), GuestError);
    assertEquals([error.code, error.message], ["hidden-state", expected]);
  }
  using guest = await load(await compile(bytes));
  const snapshot = await guest.snapshot();
  guest.memory.writeBytes(0, Uint8Array.of(0));
  guest.restore(snapshot);
  assertEquals(guest.memory.readBytes(0, 1), Uint8Array.of(0x78));
});

Deno.test("an adopted guest and one with a memory of the caller are restored in place alone", async () => {
  const bytes = await guestBytes("c/slow_start");
  const { instance } = await WebAssembly.instantiate(bytes);
  using adopted = await adopt(instance, { source: bytes, symbols });
  const snapshot = await adopted.snapshot();
  adopted.symbols.count();
  adopted.restore(snapshot);
  assertEquals(adopted.symbols.count(), 11);
  adopted.symbols.grow();
  assertEquals(guestErrorOf(() => adopted.restore(snapshot)), [
    "adopted",
    "Cannot restore the guest: its memory has grown since the snapshot, which takes a fresh " +
    "instance, and it was adopted, expected a guest that load() instantiates",
  ]);
});

Deno.test("restore() refuses a value that is not a snapshot of the module", async () => {
  using guest = await load(SLOW);
  using other = await load(guestPath("c/shout_length"));
  const snapshot = await other.snapshot();
  for (const value of [undefined, {}, new Uint8Array(3), structuredClone({ byteLength: 3 })]) {
    assertThrows(
      () => guest.restore(value as never),
      TypeError,
      "expected a value of guest.snapshot()",
    );
  }
  const error = assertThrows(() => guest.restore(snapshot), TypeError);
  assertEquals(
    error.message,
    "Cannot restore the guest: the snapshot is from a guest of another module, expected one of a " +
      "guest of the same module",
  );
});

Deno.test("neither is possible while the guest is called, or once it is disposed", async () => {
  const bytes = assemble(`(module
    (import "env" "call" (func $call))
    (memory (export "memory") 1)
    (func (export "go") (call $call)))`);
  let inside: () => void = () => {};
  using guest = await load(bytes, {
    imports: { env: { call: hostFunction({ parameters: [], result: "void" }, () => inside()) } },
    symbols: { go: { parameters: [], result: "void" } },
  });
  const snapshot = await guest.snapshot();
  let taken: Promise<unknown> | undefined;
  inside = () => {
    taken = guest.snapshot().catch((error) => error.code);
    assertEquals(guestErrorOf(() => guest.restore(snapshot)), [
      "busy",
      "Cannot restore the guest: a call is in progress",
    ]);
  };
  guest.symbols.go();
  assertEquals(await taken, "busy");
  guest.close();
  assertEquals(guestErrorOf(() => guest.restore(snapshot)), [
    "disposed",
    "Cannot restore the guest: it is disposed",
  ]);
  const error = await assertRejects(() => guest.snapshot(), GuestError);
  assertEquals(error.code, "disposed");
});
