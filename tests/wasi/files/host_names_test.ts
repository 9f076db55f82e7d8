import { assertEquals } from "@std/assert";
import { ERRNO, Failure } from "../../../src/wasi/errno.ts";
import {
  checkPosition,
  isWindowsName,
  isWindowsPath,
  joinPath,
} from "../../../src/wasi/files/host_names.ts";

Deno.test("names that have another meaning on Windows are refused there", () => {
  const refused = [
    "a\\b",
    "..\\x",
    "C:",
    "file:stream",
    "NUL",
    "con.txt",
    "Com1",
    "lpt9.x",
    "a.",
    "a ",
  ];
  assertEquals(refused.filter(isWindowsName), []);
  const accepted = ["a", "a.txt", "console", "com", "com10", ".hidden", "größe", "a b"];
  assertEquals(accepted.filter(isWindowsName), accepted);
});

Deno.test("an absolute path shows whether the host is Windows", () => {
  assertEquals(["C:\\a", "d:/a", "\\\\server\\a"].map(isWindowsPath), [true, true, true]);
  assertEquals(["/", "/c:/a", "/a\\b"].map(isWindowsPath), [false, false, false]);
});

Deno.test("a name is joined to a directory, which may be the root", () => {
  assertEquals([joinPath("/", "a"), joinPath("/a", "b"), joinPath("C:\\", "a")], [
    "/a",
    "/a/b",
    "C:\\a",
  ]);
});

Deno.test("a position must be an exact number", () => {
  assertEquals(checkPosition(2n ** 53n - 1n), 2 ** 53 - 1);
  const errno = (position: bigint, error?: number) =>
    assertThrowsFailure(() => checkPosition(position, error));
  assertEquals([errno(2n ** 53n), errno(-1n), errno(2n ** 53n, ERRNO.fbig)], [
    ERRNO.inval,
    ERRNO.inval,
    ERRNO.fbig,
  ]);
});

function assertThrowsFailure(run: () => void): number {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error.errno;
  }
  return 0;
}
