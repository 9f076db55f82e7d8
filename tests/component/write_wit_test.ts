// The expected worlds come from another implementation, wit-component in jco.
import { assertEquals } from "@std/assert";
import { readComponent } from "../../src/component/component.ts";
import { writeWit } from "../../src/component/write_wit.ts";
import { guestBytes } from "../_guests.ts";
import { build, COMPONENT, EXPORT, HEADER, IMPORT, list, named, TYPE } from "./_build.ts";
import { section } from "../binary/_build.ts";

const { componentEmbed, componentNew, componentWit, parse } = await import(
  "npm:@bytecodealliance/jco@1.35.0"
);

/** Asserts that a component's world is written as wit-component writes it. */
async function assertSameWorld(bytes: Uint8Array): Promise<void> {
  const { world } = writeWit(readComponent(bytes));
  assertEquals(`package root:component;\n\n${world}\n`, await componentWit(bytes));
}

for (const name of ["types", "async", "greeter"]) {
  Deno.test(`the world of component/${name}.wasm is written as by wit-component`, async () => {
    await assertSameWorld(await guestBytes(`component/${name}`));
  });
}

Deno.test("the world of a component that wit-component makes is the one it was made of", async () => {
  const witSource = `package example:greeter@1.0.0;
    interface types {
      record person { name: string, age: u8 }
      resource conn { constructor(url: string); send: func(p: person) -> result<u32, string>; }
    }
    interface greet {
      use types.{person as human, conn};
      variant shape { dot, circle(f32) }
      greet: func(p: human, c: borrow<conn>) -> string;
      area: func(s: shape) -> f64;
    }
    world greeter {
      import types;
      use types.{person};
      import log: func(p: person);
      export greet;
      export run: func() -> list<u8>;
      export inside: interface { hi: func(); resource r { m: func(); } }
    }`;
  const core = await parse(`(module
    (import "$root" "log" (func (param i32 i32 i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 8)
    (func (export "example:greeter/greet@1.0.0#greet") (param i32 i32 i32 i32) (result i32)
      i32.const 0)
    (func (export "example:greeter/greet@1.0.0#area") (param i32 f32) (result f64) f64.const 0)
    (func (export "run") (result i32) i32.const 0)
    (func (export "inside#hi"))
    (func (export "inside#[method]r.m") (param i32)))`);
  const bytes = await componentNew(
    await componentEmbed({ witSource, binary: core, world: "greeter" }),
  );
  await assertSameWorld(bytes);
  // The interface is written as above, except for its layout.
  const { packages } = writeWit(readComponent(bytes));
  const [, written] = /interface greet (\{[^]*?\n {2}\})/.exec(packages[0]!)!;
  const [, source] = /interface greet (\{[^]*?\n {4}\})/.exec(witSource)!;
  assertEquals(packages.length, 1);
  assertEquals(
    written!.replace(/,?\s+/g, " "),
    source!.replace(/,?\s+/g, " "),
  );
});

Deno.test("interfaces with names are written by their packages, once each", async () => {
  const { packages } = writeWit(readComponent(await guestBytes("component/types")));
  assertEquals(packages, [
    `package my:pack@1.2.3-rc.1 {
  interface base {
    record point {
      x: s32,
    }

    resource handle;
  }

  interface later {
    tick: func();
  }
}`,
  ]);
});

Deno.test("an instance that is exported under its own name has its types, not those of itself", () => {
  const component = build(
    list(TYPE, [0x42, 2, [0x01, 0x6d, 1, "a"], [0x04, named("t", 0x03, 0x00, 0)]]),
    list(IMPORT, named("x", 0x05, 0)),
    list(EXPORT, [named("x"), 0x05, 0, 0]),
  );
  const inside = " x: interface {\n    enum t {\n      a,\n    }\n  }\n";
  assertEquals(
    writeWit(readComponent(component)).world,
    `world root {\n  import${inside}\n  export${inside}}`,
  );
});

Deno.test("an item without a form in WIT is a comment", () => {
  const component = build(
    section(COMPONENT, HEADER),
    list(TYPE, [0x41, 0]),
    list(IMPORT, named("a", 0x04, 0)),
  );
  assertEquals(
    writeWit(readComponent(component)).world,
    'world root {\n  // import of a component "a"\n}',
  );
});

Deno.test("an instance in an interface, which WIT cannot express, is a comment", () => {
  const { world } = writeWit(readComponent(build(
    list(TYPE, [0x42, 2, [0x01, 0x42, 0], [0x04, named("inner-part", 0x05, 0)]]),
    list(IMPORT, named("top", 0x05, 0)),
  )));
  assertEquals(
    world,
    'world root {\n  import top: interface {\n    // an instance "inner-part"\n  }\n}',
  );
});
