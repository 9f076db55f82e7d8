import { assertEquals, assertRejects } from "@std/assert";
import { hostFunction, load, LoadError } from "../../../mod.ts";
import { BODY, guestPath, HANDLER, importsOf, OP } from "./_function_values.ts";

const ODD = { type: "function", parameters: ["f32"], result: "void" } as const;

/** Imports that are no host functions. */
const PLAIN = { env: { on_click() {}, find_op: () => 0, with_counter: () => 0 } };

/**
 * Returns the problems of a guest whose symbol or host function has a function that does not fit.
 */
async function refused(name: string, options: object): Promise<string> {
  const error = await assertRejects(() => load(guestPath(name), options), LoadError);
  return error.problems?.join("\n") ?? error.message;
}

Deno.test("load() refuses a function whose type the guest does not have", async () => {
  const symbol = (result: object) => ({
    imports: importsOf({}),
    symbols: { get_op: { parameters: ["i32"], result } },
  });
  const found = await refused("", symbol(ODD));
  assertEquals(
    found.slice(0, found.indexOf("one of")),
    'symbol "get_op": Cannot call the function that "get_op" returns: that is (f32) -> (), which is ' +
      "not among the guest's function types, expected ",
  );
  assertEquals(
    await refused("hidden", { ...symbol(OP), imports: PLAIN }),
    'symbol "get_op": Cannot call the function that "get_op" returns: the guest exports no table of ' +
      "functions, expected one that was linked with --export-table and --growable-table",
  );
  const lines = (await refused("", symbol({ ...OP, name: "f", value: "here" }))).split("\n");
  assertEquals(
    lines[0],
    'symbol "get_op": result.name is "f", expected none: "name" is for exports',
  );
  assertEquals(lines[1]!.startsWith('symbol "get_op": result.value is "here", '), true);
});

Deno.test("a function of a host function that the guest cannot have is refused by load", async () => {
  const imports = (part: object) => {
    const { env } = importsOf({});
    return { imports: { env: { ...env, ...part } } };
  };
  const onClick = (parameter: object) =>
    imports({
      on_click: hostFunction(
        { parameters: [parameter as typeof HANDLER, "pointer"], result: "void" },
        () => {},
      ),
    });
  const findOp = (result: object) =>
    imports({
      find_op: hostFunction({ parameters: ["i32"], result: result as typeof OP }, () => null!),
    });
  const beforeTypes = (found: string) => found.slice(0, found.indexOf("one of"));
  assertEquals(
    beforeTypes(await refused("", onClick(ODD))),
    'import[0] "env.on_click" (i32, i32) -> (): Cannot call the function in argument 0 of import "env.on_click": that ' +
      "is (f32) -> (), which is not among the guest's function types, expected ",
  );
  assertEquals(
    beforeTypes(await refused("", findOp(ODD))),
    'import[1] "env.find_op" (i32) -> i32: Cannot pass the function that import "env.find_op" returns: that is ' +
      "(f32) -> (), which is not among the guest's function types, expected ",
  );
  assertEquals(
    (await refused("hidden", onClick(HANDLER))).split("\n")[0],
    'import[0] "env.on_click" (i32, i32) -> (): Cannot call the function in argument 0 of import "env.on_click": the ' +
      "guest exports no table of functions, expected one that was linked with --export-table and " +
      "--growable-table",
  );
  const body = (parameter: object) =>
    imports({
      with_counter: hostFunction(
        {
          parameters: [{ ...BODY, parameters: [parameter as typeof OP, "i32"] }, "i32"],
          result: "i32",
        },
        () => 0,
      ),
    });
  assertEquals(
    beforeTypes(await refused("", body(ODD))),
    'import[2] "env.with_counter" (i32, i32) -> i32: Cannot pass the function in argument 0 of the ' +
      'function in argument 0 of import "env.with_counter": that is (f32) -> (), which is not among ' +
      "the guest's function types, expected ",
  );
});
