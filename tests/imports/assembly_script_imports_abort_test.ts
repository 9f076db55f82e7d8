import { assertEquals, assertStrictEquals } from "@std/assert";
import type { GuestError } from "../../mod.ts";
import { abortError } from "../../src/imports/assembly_script_imports.ts";
import type { HostImports } from "../../src/imports/host_imports.ts";
import type { Instance } from "../../src/instance/instance.ts";
import { makeHost } from "./_host.ts";

type Abort = Parameters<typeof abortError>[1];

function host(instance?: Partial<Instance>): HostImports {
  const imports = makeHost();
  if (instance !== undefined) imports.attach(instance as Instance);
  return imports;
}

const ABORTS: readonly (readonly [abort: Abort, message: string])[] = [
  [{}, "Cannot continue: the guest aborted"],
  [{ message: null, file: null, line: 0, column: 0 }, "Cannot continue: the guest aborted"],
  [{ message: "" }, 'Cannot continue: the guest aborted with ""'],
  [
    { message: "no\nroom", file: "a.ts", line: 3, column: 7 },
    'Cannot continue: the guest aborted with "no\\nroom" at a.ts:3:7',
  ],
  [{ file: "a.c", line: 3 }, "Cannot continue: the guest aborted at a.c:3"],
];

for (const [abort, message] of ABORTS) {
  Deno.test(`an abort is an error: ${message}`, () => {
    const error = abortError(host(), abort);
    assertEquals([error.code, error.message, error.guestMessage, error.details], [
      "abort",
      message,
      abort.message ?? undefined,
      { ...abort },
    ]);
  });
}

Deno.test("a guest that aborts is poisoned with the error", () => {
  let reason: GuestError | undefined;
  const poison = (error: GuestError) => reason = error;
  const error = abortError(host({ poison }), { message: "gone" });
  assertStrictEquals(reason, error);
  assertStrictEquals(error.guestMessage, "gone");
});
