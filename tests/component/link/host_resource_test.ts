import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestPath } from "../../_guests.ts";
import { refusal } from "../values/_place.ts";
import { HostResource } from "../../../src/component/link/host_resource.ts";
import { events, File, loadResources } from "./_guests.ts";

Deno.test("an object of the host goes to the guest and comes back", async () => {
  using guest = await loadResources();
  const { keep, giveBack, borrowed } = guest.interfaces[""];
  const file = new File("own");
  assertEquals(borrowed(file), 3);
  keep(file);
  assertStrictEquals(giveBack(), file);
  assertEquals(events, ["open own"]);
});

Deno.test("an object that a guest drops is disposed of", async () => {
  using guest = await loadResources();
  assertEquals(guest.interfaces[""].measure("abc"), 3);
  assertEquals(events, ["open abc", "close abc"]);
});

Deno.test("an error of the host in the end of its resource passes unchanged", async () => {
  const thrown = new Error("of the host");
  class Failing extends File {
    override [Symbol.dispose](): void {
      throw thrown;
    }
  }
  const imports = { "test:files/files": { File: Failing } };
  using guest = await load(guestPath("component/resources"), { imports });
  assertStrictEquals(assertThrows(() => guest.interfaces[""].measure("a")), thrown);
  assertEquals(guest.state, "poisoned");
});

Deno.test("only an object of the class is taken, any object if there is no class", () => {
  const resource = new HostResource("File", File as never);
  assertEquals(
    refusal(() => resource.take({}, [])),
    "is an object of class Object, expected an instance of the class File that was given",
  );
  assertEquals(refusal(() => resource.take(5, [])), "is 5, expected an object of class File");
  const any = new HostResource("File", undefined);
  const object = {};
  assertStrictEquals(any.give(any.take(object, [])), object);
});
