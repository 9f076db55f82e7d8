import { hostFunction } from "../host.ts";
import type { Answers } from "../toolchain_imports.ts";
import { abortError } from "./abort_error.ts";

/** A string of AssemblyScript's: UTF-16 with its length in bytes ahead of it. */
const STRING = {
  type: "string",
  encoding: "utf-16",
  pass: ["pointer"],
  length: { prefix: "u32", offset: -4 },
  nullable: true,
} as const;

/** What AssemblyScript imports from `env`, by name and type. */
export const ASSEMBLY_SCRIPT: Answers = {
  "abort (i32, i32, i32, i32) -> ()": (host) =>
    hostFunction(
      { parameters: [STRING, STRING, "u32", "u32"], result: "void" },
      (message, file, line, column) => {
        throw abortError(host, { message, file, line, column });
      },
    ),
  "seed () -> f64": () => () => Date.now() * Math.random(),
  "trace (i32, i32, f64, f64, f64, f64, f64) -> ()": () =>
    hostFunction(
      { parameters: [STRING, "u32", "f64", "f64", "f64", "f64", "f64"], result: "void" },
      (message, count, ...numbers) => {
        // A program's standard output is its own: what is traced is for whoever looks for a fault.
        console.error(["trace:", message ?? "", ...numbers.slice(0, count)].join(" "));
      },
    ),
};
