import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ComponentError, load } from "../../../mod.ts";
import { exportCall, hostFunction, HostResource } from "../../../src/component/link/host_items.ts";
import { Store } from "../../../src/component/link/component_store.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import type { FunctionType } from "../../../src/component/types.ts";
import { JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { guestPath } from "../../_guests.ts";
import { build, CANON, EXPORT, IMPORT, list, named, TYPE } from "../_build.ts";
import { primitive, refusal } from "../values/_place.ts";
import { events, File, loadResources } from "./_guests.ts";

const FAILING: FunctionType = {
  kind: "function",
  isAsync: false,
  parameters: [],
  result: { kind: "result", ok: primitive("u8"), error: primitive("string") },
};

function bind(type: FunctionType, call: () => unknown) {
  const caller = new LinkedInstance(new Store(0));
  return hostFunction("f", type, call, JCO_SHAPES).bind(caller, JCO_SHAPES).call;
}

Deno.test("a host function returns the success of a result, and throws its error case", () => {
  assertEquals(bind(FAILING, () => 5)(), { tag: "ok", val: 5 });
  for (const thrown of [new ComponentError("gone"), { payload: "gone" }, "gone"]) {
    const call = bind(FAILING, () => {
      throw thrown;
    });
    assertEquals(call(), { tag: "err", val: "gone" });
  }
});

Deno.test("other errors, and those of a function without such a result, pass", () => {
  // TypeScript lacks these classes.
  const { Tag, Exception } = WebAssembly as unknown as Record<
    string,
    new (...args: unknown[]) => object
  >;
  const exception = new Exception!(new Tag!({ parameters: [] }), []);
  for (const error of [new Error("other"), exception]) {
    const fail = () => {
      throw error;
    };
    assertStrictEquals<unknown>(assertThrows(() => bind(FAILING, fail)()), error);
  }
  const plain = bind({ ...FAILING, result: undefined }, () => {
    throw new ComponentError("gone");
  });
  assertThrows(() => plain(), ComponentError);
});

Deno.test("a promise is refused, and its error does not end the program", () => {
  const later = () => Promise.reject(new Error("later"));
  for (const type of [FAILING, { ...FAILING, result: undefined }]) {
    const { message } = assertThrows(() => bind(type, later)(), TypeError);
    assertEquals(
      message,
      'Cannot return the result of import "f": it is a promise, expected a function that is not ' +
        "asynchronous, because a component cannot wait for it",
    );
  }
});

Deno.test("a call by the host counts as one of the guest, and throws the error case", () => {
  const instance = {
    depth: 0,
    refusal: undefined,
    limiter: undefined,
    inputLimit: undefined,
    hostDepth: 0,
    pending: undefined,
    giveUp: undefined,
    enter: () => instance.depth++,
  };
  const host = { instance, settle: (thrown: unknown) => thrown };
  const depths: number[] = [];
  const bindExport = (result: unknown) =>
    exportCall(() => (depths.push(instance.depth), result), FAILING, host, "f", JCO_SHAPES);
  assertEquals(bindExport({ tag: "ok", val: 1 })(), 1);
  const call = bindExport({ tag: "err", val: "gone" });
  assertEquals(assertThrows(() => call(), ComponentError).payload, "gone");
  assertEquals([depths, instance.depth], [[1, 1], 0]);
});

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

Deno.test("a class of the host keeps its name when a component exports the resource", async () => {
  const component = build(
    list(IMPORT, named("my-res", 0x03, 0x01)),
    list(TYPE, [0x69, 0], [0x40, 1, "it", 1, 0x01, 0x00]), // own, and a function that takes it
    list(IMPORT, named("take", 0x01, 2)),
    list(CANON, [0x01, 0x00, 0, 0], [0x00, 0x00, 0, 0, 2]),
    list(EXPORT, [named("other"), 0x03, 0, 0], [named("pass-on"), 0x01, 1, 0]),
  );
  const imports = { "": { MyRes: File, take() {} } };
  using guest = await load(component, { imports });
  guest.interfaces[""].passOn(new File("a"));
  assertThrows(() => guest.interfaces[""].passOn({}), TypeError, "an instance of MyRes");
});

Deno.test("only an object of the class is taken, any object if there is no class", () => {
  const resource = new HostResource("File", File as never);
  assertEquals(
    refusal(() => resource.take({}, [])),
    "is an object of class Object, expected an instance of File, the class of the import",
  );
  assertEquals(refusal(() => resource.take(5, [])), "is 5, expected an object of class File");
  const any = new HostResource("File", undefined);
  const object = {};
  assertStrictEquals(any.give(any.take(object, [])), object);
});
