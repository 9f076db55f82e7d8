// The component model's explainer, "Import and Export Definitions".
import { assertEquals, assertRejects } from "@std/assert";
import { load, LoadError } from "../../../mod.ts";
import { guestPath } from "../../_guests.ts";
import { flat, type Part, section } from "../../binary/_build.ts";
import {
  build,
  CORE_MODULE,
  CORE_TYPE,
  EXPORT,
  IMPORT,
  list,
  MODULE,
  named,
  TYPE,
  VOID,
} from "../_build.ts";
import { failure, File } from "./_guests.ts";

async function problemsOf(
  guest: string,
  imports: Record<string, Record<string, unknown>>,
): Promise<readonly string[]> {
  const loading = () => load(guestPath(`component/${guest}`), { imports });
  const error = await assertRejects(loading, LoadError);
  assertEquals(error.code, "imports");
  return error.problems;
}

Deno.test("all missing imports are reported at once, with their types", async () => {
  assertEquals(await problemsOf("types", { "my:pack/later@1.2.3-rc.1": { tick() {} } }), [
    'import "kinds" function "File": func(path: string) -> resource: missing',
    'import "kinds" function "File.open": func(path: string) -> result<resource, enum { red, ' +
    "green }>: missing",
    // In full it is longer than a line.
    'import "kinds" function "draw": func(points: list<point>, how: shape) -> pair: missing',
    'import "kinds" function "close": func(file: resource) -> result<_, string>: missing',
    'import "kinds" function "check": func(file: borrow<resource>, %with: flags { read, write, ' +
    "%list }) -> bool: missing",
    'import "kinds" function "small": func(a: s16, b: u16, c: s64, d: f64) -> result<s8>: missing',
    'import "kinds" function "letter": func(a: char) -> result: missing',
    'import "kinds" function "nothing": func(): missing',
    'import "uses" function "drop": func(it: resource): missing',
    'import "uses" function "move": func(to: record { x: s32 }) -> record { x: s32 }: missing',
    'import "" (of no interface) function "log": func(at: record { x: s32 }): missing',
  ]);
});

Deno.test("a name that is nearly right is offered", async () => {
  assertEquals(await problemsOf("linked", { "": { callBack() {} } }), [
    'import "" (of no interface) function "callback": func(): missing, did you mean "callBack"?',
  ]);
  // The name itself is no other one.
  assertEquals(await problemsOf("linked", { "": { callback: undefined } }), [
    'import "" (of no interface) function "callback": func(): missing',
  ]);
  assertEquals(await problemsOf("linked", { "": { callback: 5 } }), [
    'import "" (of no interface) function "callback": func(): it is 5, expected a function',
  ]);
});

Deno.test("a class is one, and the same one under all names of a resource", async () => {
  // The types "b" is "a", and "c" is a resource of its own.
  const component = build(
    list(
      IMPORT,
      named("a", 0x03, 0x01),
      named("b", 0x03, 0x00, 0),
      named("c", 0x03, 0x01),
    ),
  );
  const Other = class {};
  const start = async (given: Record<string, unknown>) => {
    using _guest = await load(component, { imports: { "": given } });
  };
  for (const given of [{}, { B: File }, { A: File, B: File, C: Other }]) await start(given);
  const error = await assertRejects(() => start({ A: File, B: Other, C: 5 }), LoadError);
  assertEquals(error.problems, [
    'import "" (of no interface) class "B": another class than A, expected the same one, because ' +
    "they are one type",
    'import "" (of no interface) class "C": it is 5, expected a class',
  ]);
});

Deno.test("a core module must have the types that the component expects", async () => {
  const exported = [0x03, "f", 0x00, 0];
  const importing = (type: Part) =>
    build(
      list(CORE_TYPE, [0x50, 2, [0x01, type], exported]),
      list(IMPORT, named("a-plugin", 0x00, 0x11, 0)),
    );
  const plugin = [
    MODULE,
    section(1, 1, [0x60, 0, 0]),
    section(3, 1, 0),
    section(7, 1, "f", 0, 0),
    section(10, 1, 2, 0, 0x0b),
  ];
  const exporting = build(
    section(CORE_MODULE, plugin),
    list(EXPORT, named("its-plugin", 0x00, 0x11, 0, 0)),
  );
  const problems = async (component: Uint8Array, aPlugin: unknown) => {
    try {
      using _guest = await load(component, { imports: { "": { aPlugin } } });
      return [];
    } catch (error) {
      return error instanceof LoadError ? error.problems : [error];
    }
  };
  const [takes, is] = [importing([0x60, 1, 0x7f, 0]), importing([0x60, 0, 0])];
  const problem = (text: string) => [`import "" (of no interface) module "aPlugin": ${text}`];
  assertEquals(
    await problems(is, new WebAssembly.Module(Uint8Array.from(flat(MODULE)))),
    problem('one without the export "f", expected () -> ()'),
  );
  assertEquals(await problems(is, {}), problem("missing, expected a WebAssembly.Module"));
  // A module that a component has exported has its types.
  using exporter = await load(exporting);
  const { itsPlugin } = exporter.interfaces[""];
  assertEquals(await problems(is, itsPlugin), []);
  assertEquals(
    await problems(takes, itsPlugin),
    problem('one whose export "f" is () -> (), expected (i32) -> ()'),
  );
  // Those of another one are hidden, and only its first call shows a difference.
  const hidden = new WebAssembly.Module(Uint8Array.from(flat(plugin)));
  assertEquals(await problems(takes, hidden), []);
});

Deno.test("a newer version of an interface is taken, an older one is not", async () => {
  const imports = (version: string) => ({ [`test:files/files@${version}`]: { File } });
  using _guest = await load(guestPath("component/resources"), { imports: imports("0.2.9") });
  const [first, ...missing] = await problemsOf("resources", imports("0.2.2"));
  assertEquals([first, missing.length], [
    'import "test:files/files@0.2.3": the host has "test:files/files@0.2.2", expected a compatible ' +
    "version that is not older",
    2,
  ]);
});

Deno.test('with missing: "trap", a missing import is an error only when it is called', async () => {
  using guest = await load(guestPath("component/linked"), { missing: "trap" });
  const { echo, callBack } = guest.interfaces[""];
  assertEquals(echo("a"), "a");
  const error = failure(() => callBack());
  assertEquals([error.code, error.message, guest.state], [
    "missing-import",
    'Cannot call import "callback": it is missing',
    "poisoned",
  ]);
});

Deno.test("the interfaces of one guest are the imports of another", async () => {
  using first = await load(guestPath("component/linked"), { missing: "trap" });
  const { nothing: _, ...world } = first.interfaces[""];
  using second = await load(guestPath("component/linked"), {
    imports: { "": { callback: () => world.echo("a") } },
  });
  second.interfaces[""].callBack();
  assertEquals([first.state, second.state], ["ready", "ready"]);
});

Deno.test("an interface in an imported one is an object in an object", async () => {
  const inner = [0x42, 2, [0x01, VOID], [0x04, 0x00, "f", 0x01, 0x00]];
  const bytes = build(
    list(TYPE, [0x42, 2, [0x01, inner], [0x04, 0x00, "inner", 0x05, 0x00]]),
    list(IMPORT, named("outer", 0x05, 0x00)),
  );
  using guest = await load(bytes, { imports: { outer: { inner: { f() {} } } } });
  assertEquals(guest.state, "ready");
  const error = await assertRejects(() => load(bytes), LoadError);
  assertEquals(error.problems, ['import "outer.inner" function "f": func(): missing']);
});

Deno.test("a property of Object.prototype is not taken for an import", async () => {
  const bytes = build(list(TYPE, VOID), list(IMPORT, named("to-string", 0x01, 0x00)));
  const missing = await assertRejects(() => load(bytes, { imports: { "": {} } }), LoadError);
  assertEquals(missing.problems, [
    'import "" (of no interface) function "toString": func(): missing',
  ]);
  using guest = await load(bytes, { imports: { "": { toString() {} } } });
  assertEquals(guest.state, "ready");
});
