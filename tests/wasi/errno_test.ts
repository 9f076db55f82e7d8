import { assertEquals } from "@std/assert";
import { ERRNO, hostErrno } from "../../src/wasi/errno.ts";
import { ERRNO as EXPECTED } from "../_wasi.ts";

Deno.test("error numbers are those of typenames.witx", () => {
  for (const [name, errno] of Object.entries(EXPECTED)) {
    assertEquals(ERRNO[name as keyof typeof EXPECTED], errno, name);
  }
});

/** Makes an error of the host with a code. */
function coded(code: unknown): Error {
  return Object.assign(new Error("x"), { code });
}

Deno.test("errors of the host become error numbers by their code", () => {
  for (
    const [code, errno] of [
      ["ENOENT", EXPECTED.noent],
      ["ENOTEMPTY", EXPECTED.notempty],
      ["EXDEV", EXPECTED.xdev],
      ["EOPNOTSUPP", EXPECTED.notsup],
      ["EACCES", EXPECTED.acces],
      ["EHWPOISON", 29], // io, because WASI has no such number
      ["ERR_OUT_OF_RANGE", 29],
    ] as const
  ) assertEquals(hostErrno(coded(code)), errno, code);
});

Deno.test("an error for a missing permission of Deno means that access is denied", () => {
  assertEquals(hostErrno(new Deno.errors.NotCapable("x")), EXPECTED.acces);
  assertEquals(hostErrno(new Deno.errors.PermissionDenied("x")), EXPECTED.acces);
});

Deno.test("errors of the operating system without a code have their number in the message", () => {
  for (const [number, errno] of [[6, 60], [26, 74], [27, EXPECTED.fbig], [29, EXPECTED.spipe]]) {
    assertEquals(hostErrno(new Error(`File too large (os error ${number}): truncate 'x'`)), errno);
  }
  assertEquals(hostErrno(new Error("x (os error 133)")), 29); // io, because WASI has no such number
  assertEquals(hostErrno(new Deno.errors.InvalidData("x")), EXPECTED.ilseq);
});

Deno.test("other errors are thrown, so that no fault of Passage is hidden", () => {
  for (const error of [new TypeError("x"), coded("output-too-large"), coded(5), "ENOENT", null]) {
    assertEquals(hostErrno(error), undefined);
  }
});
