import { assertEquals } from "@std/assert";
import { isPromise, silence } from "../../src/base/show.ts";

const VALUES: readonly (readonly [name: string, value: unknown, is: boolean])[] = [
  ["a promise", Promise.resolve(), true],
  ["an object with a method then", { then() {} }, true],
  ["an object whose then is not a function", { then: 1 }, false],
  ["a function with a method then", Object.assign(() => {}, { then() {} }), false],
  ["null", null, false],
  ["a text", "then", false],
  ["an object whose getter throws", {
    get then() {
      throw new Error("no");
    },
  }, false],
];

for (const [name, value, is] of VALUES) {
  Deno.test(`${name} is ${is ? "a" : "no"} promise`, () => assertEquals(isPromise(value), is));
}

Deno.test("a silenced promise that is rejected does not end the program", async () => {
  let unhandled = 0;
  const count = (event: Event) => {
    event.preventDefault();
    unhandled++;
  };
  addEventListener("unhandledrejection", count);
  try {
    silence(Promise.reject(new Error("nobody awaits this")));
    const thenable: PromiseLike<never> = {
      then: (_resolve, reject) => Promise.resolve(reject?.(new Error("nor this")) as never),
    };
    silence(thenable);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(unhandled, 0);
    Promise.reject(new Error("this one counts"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(unhandled, 1);
  } finally {
    removeEventListener("unhandledrejection", count);
  }
});
