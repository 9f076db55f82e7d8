// The component model's canonical ABI, "Resource State".
import { assertEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestPath } from "../../_guests.ts";
import { failure, File, loadResources } from "./_guests.ts";

Deno.test("a resource of the guest is an object of a class", async () => {
  using guest = await loadResources();
  const { Counter, dropped } = guest.interfaces["counters"];
  const counter = new Counter(5);
  assertEquals([counter instanceof Counter, counter.value(), Counter.name], [true, 5, "Counter"]);
  counter[Symbol.dispose]();
  counter[Symbol.dispose]();
  assertEquals(dropped(), 5);
  assertThrows(
    () => counter.value(),
    TypeError,
    'Cannot pass parameter "self" to "[method]counter.value": it is an object of class Counter, ' +
      "expected one that is still there: it was disposed of",
  );
});

Deno.test("a resource is lent for a call, or given away", async () => {
  using guest = await loadResources();
  const { counters: { Counter, dropped }, "": { total } } = guest.interfaces;
  const [lent, given] = [new Counter(1), new Counter(20)];
  assertEquals([total(lent, given), dropped(), lent.value()], [41, 20, 1]);
  assertThrows(() => given.value(), TypeError, "it was given to a guest");
  assertThrows(
    () => total(lent, lent),
    TypeError,
    "expected one that is owned: it is lent to a call",
  );
  assertThrows(() => total({}, lent), TypeError, "expected an object of class Counter");
  assertEquals(lent.value(), 1);
});

Deno.test("a resource is not given away by a call whose next argument is refused", async () => {
  using guest = await loadResources();
  const { Counter, give, dropped } = guest.interfaces["counters"];
  const counter = new Counter(3);
  assertThrows(() => give(counter, 300), RangeError, "it is 300");
  assertEquals(counter.value(), 3);
  give(counter, 1);
  assertEquals(dropped(), 3);
});

Deno.test("a resource that is disposed of while its component is called stays", async () => {
  const made: (Disposable & { value(): number })[] = [];
  class Disposing extends File {
    override size(): number {
      assertEquals(failure(() => made[0]![Symbol.dispose]()).code, "busy");
      return 8;
    }
  }
  const imports = { "test:files/files": { File: Disposing } };
  using guest = await load(guestPath("component/resources"), { imports });
  const { "": { measure }, counters: { Counter, dropped } } = guest.interfaces;
  const counter = new Counter(5);
  made.push(counter);
  assertEquals([measure("a"), counter.value(), dropped()], [8, 5, 0]);
  counter[Symbol.dispose]();
  assertEquals(dropped(), 5);
});

Deno.test("a class can be derived from", async () => {
  using guest = await loadResources();
  const Counter: new (value: number) => { value(): number } = guest.interfaces["counters"].Counter;
  class Double extends Counter {
    double(): number {
      return 2 * this.value();
    }
  }
  assertEquals(new Double(4).double(), 8);
});

Deno.test("a destructor that traps poisons the guest", async () => {
  using guest = await loadResources();
  const counter = new guest.interfaces["counters"].Counter(99);
  const error = failure(() => counter[Symbol.dispose]());
  assertEquals([error.code, guest.state], ["trap", "poisoned"]);
});

Deno.test("a resource ends with its component, and disposing of it then does nothing", async () => {
  using guest = await loadResources();
  const counter = new guest.interfaces["counters"].Counter(99);
  guest.reset();
  const expected = "class Counter that this guest has made since it was last reset";
  assertThrows(() => counter.value(), TypeError, expected);
  counter[Symbol.dispose]();
  const last = new guest.interfaces["counters"].Counter(99);
  guest.close();
  last[Symbol.dispose]();
});
