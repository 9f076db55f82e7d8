// The component model's canonical ABI, "Component Instances".
import { assertEquals } from "@std/assert";
import { enteredFrom } from "../../../src/component/link/enter.ts";
import { Store } from "../../../src/component/link/component_store.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import { failure, loadLinked } from "./_guests.ts";

Deno.test("a call enters the callee and those around it that are not the caller's", () => {
  const store = new Store(0);
  const root = new LinkedInstance(store);
  const [left, right] = [new LinkedInstance(store, root), new LinkedInstance(store, root)];
  const inner = new LinkedInstance(store, left);
  assertEquals(enteredFrom(inner, undefined), [inner, left, root]);
  assertEquals(enteredFrom(inner, right), [inner, left]);
  assertEquals(enteredFrom(right, inner), [right]);
  assertEquals(enteredFrom(root, inner), []);
});

Deno.test("the host cannot call a component that is being called", async () => {
  let again = () => {};
  using guest = await loadLinked(() => again());
  const { callBack, echo } = guest.interfaces[""];
  let message = "";
  again = () => {
    message = failure(() => echo("a")).message;
  };
  callBack();
  assertEquals(
    message,
    'Cannot call "echo": a call of the component is in progress, and it cannot be entered again, ' +
      "expected that call to end first",
  );
  assertEquals([echo("b"), guest.state], ["b", "ready"]);
});
