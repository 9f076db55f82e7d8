import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";
import { GUESTS, symbols } from "./_guest_objects.ts";

function loadGuest(name: string = GUESTS[0]) {
  return load(guestUrl(name), {
    symbols: { ...symbols, collect: { name: "__collect", parameters: [], result: "void" } },
  });
}

/** Makes each call with the run form, and then compiled. */
const FORMS = [1, 150];

for (const guestName of GUESTS) {
  Deno.test(`an object stays in ${guestName} until it is released`, async () => {
    using guest = await loadGuest(guestName);
    const { makeCounter, addTo, valueOf, collect, churn } = guest.symbols;
    using counter = makeCounter(7);
    for (let call = 1; call <= 150; call++) {
      assertStrictEquals(addTo(counter, 2), 7 + 2 * call);
      if (call % 50 === 0) {
        collect();
        churn(1000);
      }
    }
    assertStrictEquals(valueOf(counter), 307);
  });
}

Deno.test("an object that was released is collected, and cannot be used", async () => {
  using guest = await loadGuest();
  const { makeCounter, valueOf } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    const counter = makeCounter(1);
    counter.release();
    counter.release();
    assertThrows(
      () => valueOf(counter),
      GuestError,
      'Cannot pass argument 0 to "valueOf": an object of class "Counter": it was released',
    );
    assertThrows(() => counter.pointer, GuestError, "it was released");
  }
});

Deno.test("100,000 objects that are released take no memory", async () => {
  using guest = await loadGuest();
  const { makeCounter } = guest.symbols;
  const round = (count: number) => {
    for (let call = 0; call < count; call++) makeCounter(call).release();
  };
  round(10_000);
  const before = guest.memory.size;
  round(100_000);
  assertEquals(guest.memory.size, before);
});

Deno.test("two references to one object are counted", async () => {
  using guest = await loadGuest();
  const { makeCounter, sameCounter, addTo, collect, churn } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    const first = makeCounter(1);
    const second = sameCounter(first)!;
    assertStrictEquals(first.pointer, second.pointer);
    first.release();
    if (call % 10 === 0) {
      collect();
      churn(100);
    }
    assertStrictEquals(addTo(second, 1), 2);
    second.release();
  }
  assertStrictEquals(sameCounter(null), null);
});

Deno.test("an object of another class is refused by name", async () => {
  using guest = await loadGuest();
  const { countWords, valueOf, countOf, makeCounter } = guest.symbols;
  using words = countWords("a b a");
  using counter = makeCounter(1);
  for (const calls of FORMS) {
    for (let call = 0; call < calls; call++) {
      assertStrictEquals(countOf(words, "a"), 2);
      const message = assertThrows(() => valueOf(words as never), TypeError).message;
      assertEquals(
        message.replace(/id \d+/, "id …"),
        'Cannot pass argument 0 to "valueOf": it is an object of class "a Map" (id …), expected a ' +
          'reference to an object of class "Counter"',
      );
    }
  }
  assertThrows(
    () => valueOf({ pointer: counter.pointer } as never),
    TypeError,
    'expected a reference to an object of class "Counter"',
  );
  assertThrows(
    () => valueOf(null as never),
    TypeError,
    'Cannot pass argument 0 to "valueOf": it is null, expected a reference to an object of class ' +
      '"Counter"',
  );
});

Deno.test("an object of another class is not lifted as the declared one", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), {
    symbols: {
      exact: {
        name: "makeLoudCounter",
        parameters: ["i32"],
        result: { type: "reference", class: "Counter" },
      },
      any: { name: "makeLoudCounter", parameters: ["i32"], result: { type: "reference" } },
    },
  });
  const { exact, any } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    const { message, code } = assertThrows(() => exact(1), GuestError);
    assertEquals(code, "signature");
    assertEquals(
      message.replaceAll(/\d+/g, "…"),
      'Cannot lift the result of "makeLoudCounter": its class is class … (id …), expected Counter',
    );
    any(1).release();
  }
});

Deno.test("an object of another guest is refused", async () => {
  using guest = await loadGuest();
  using other = await loadGuest();
  using counter = other.symbols.makeCounter(1);
  for (let call = 0; call < 150; call++) {
    assertThrows(
      () => guest.symbols.valueOf(counter),
      TypeError,
      'Cannot pass argument 0 to "valueOf": it is an object of another guest, or of an instance ' +
        'that was replaced, expected a reference to an object of class "Counter" of this instance',
    );
  }
  assertStrictEquals(other.symbols.valueOf(counter), 1);
});

Deno.test("an object of an instance that was replaced is refused", async () => {
  using guest = await loadGuest();
  const { makeCounter, valueOf } = guest.symbols;
  const counter = makeCounter(1);
  guest.reset();
  assertThrows(() => valueOf(counter), TypeError, "or of an instance that was replaced");
  counter.release();
  using fresh = makeCounter(2);
  assertStrictEquals(valueOf(fresh), 2);
});

/** A guest whose runtime, unlike the compiler's, has only state that the host can copy. */
const RESTORABLE = `(module
  (memory (export "memory") 1)
  (global $at (export "at") (mut i32) (i32.const 1024))
  (func (export "__new") (param $size i32) (param $id i32) (result i32)
    (i32.store (i32.add (global.get $at) (i32.const 12)) (local.get $id))
    (i32.store (i32.add (global.get $at) (i32.const 16)) (local.get $size))
    (global.set $at (i32.add (global.get $at) (i32.const 64)))
    (i32.sub (global.get $at) (i32.const 44)))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
  (func (export "make") (result i32)
    (i32.store (i32.add (global.get $at) (i32.const 16)) (i32.const 4))
    (global.set $at (i32.add (global.get $at) (i32.const 64)))
    (i32.sub (global.get $at) (i32.const 44)))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))
)`;

Deno.test("an object of a guest whose memory was restored is refused", async () => {
  using guest = await load(assemble(RESTORABLE), {
    symbols: {
      make: { parameters: [], result: { type: "reference" } },
      get: { parameters: [{ type: "reference" }], result: "i32" },
    },
  });
  const { make, get } = guest.symbols;
  const snapshot = await guest.snapshot();
  const object = make();
  guest.restore(snapshot);
  assertThrows(() => get(object), GuestError, "the guest's memory was replaced since");
  assertThrows(() => object.pointer, GuestError, "the guest's memory was replaced since");
  object.release();
  using fresh = make();
  assertStrictEquals(get(fresh), 0);
});

Deno.test("a release after the guest was closed does nothing", async () => {
  const guest = await loadGuest();
  const counter = guest.symbols.makeCounter(1);
  guest.close();
  counter.release();
});

Deno.test("arrays and objects have references", async () => {
  using guest = await loadGuest();
  const { counters, valueOf, hold, held, collect, churn } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    const all = counters(3);
    if (call % 50 === 0) {
      collect();
      churn(1000);
    }
    assertEquals(all.map((counter) => valueOf(counter)), [0, 1, 2]);
    const holder = hold(all[2]!, "me");
    assertStrictEquals(holder.name, "me");
    assertStrictEquals(holder.counter.pointer, all[2]!.pointer);
    assertStrictEquals(held(holder), 2);
    for (const counter of [...all, holder.counter]) counter.release();
    assertThrows(
      () => held(holder),
      GuestError,
      'Cannot pass argument 0 .counter to "hold'.replace("hold", "held"),
    );
  }
});

Deno.test("an argument can be the result", async () => {
  using guest = await loadGuest();
  const { keepPoint, collect, churn } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    using kept = keepPoint({ x: call, y: 2 });
    if (call % 50 === 0) {
      collect();
      churn(1000);
    }
    assertStrictEquals(guest.memory.read("f64", kept.pointer), call);
  }
});

Deno.test("the host's garbage collector releases references that the program no longer has", async () => {
  const program = `
    import { load } from ${JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)};
    using guest = await load(new URL(${JSON.stringify(guestUrl("assemblyscript/objects").href)}), {
      symbols: {
        makeCounter: { parameters: ["i32"], result: { type: "reference", class: "Counter" } },
      },
    });
    const { makeCounter } = guest.symbols;
    const pinned = (pointer) => (guest.memory.read("u32", pointer - 16) & 3) === 3;
    const { pointer } = makeCounter(1);
    const before = pinned(pointer);
    for (let turn = 0; turn < 50 && pinned(pointer); turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log(before, pinned(pointer));
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--v8-flags=--expose-gc", program],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "true false\n");
});
