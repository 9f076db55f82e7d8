import { assertEquals } from "@std/assert";
import { exitError } from "../../src/wasi/modules.ts";

Deno.test("exitError() has the exit code as its status", () => {
  const { code, message, status } = exitError(3);
  assertEquals(
    [code, message, status],
    ["exited", "Cannot continue: the guest exited with code 3, expected reset() first", 3],
  );
});
