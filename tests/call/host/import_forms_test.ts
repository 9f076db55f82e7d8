import { assertEquals } from "@std/assert";
import type { CoreFunction } from "../../../src/abi/core_value.ts";
import { chooseImport, withArity } from "../../../src/call/host/import_forms.ts";
import type { Made } from "../../../src/call/call.ts";

Deno.test("imports get any number of arguments in their order, in both forms", () => {
  for (let count = 0; count <= 7; count++) {
    const taken: unknown[] = [];
    const call: CoreFunction = (...values) => void taken.push("run", ...values);
    const compiled: CoreFunction = (...values) => void taken.push("compiled", ...values);
    const args = Array.from({ length: count }, (_, index) => index + 10);
    // The first of an arity shares its function, others have source of their own.
    const makers = [chooseImport(count), chooseImport(count), chooseImport(count)];
    for (const make of [...makers, (made: Made<CoreFunction>) => withArity(count, made)]) {
      const made: Made<CoreFunction> = { call, compiled: undefined };
      const core = make(made);
      core(...args);
      made.compiled = compiled;
      core(...args);
      assertEquals(taken.splice(0), ["run", ...args, "compiled", ...args]);
    }
  }
});
