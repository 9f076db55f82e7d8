import { demangleCpp } from "./demangle_cpp.ts";
import { demangleLegacy, demangleV0 } from "./demangle_rust.ts";

/** A longer name is shown as it is. */
const LONGEST = 2000;

/** Returns the name of a function as its author wrote it: a name of C++ or Rust, or any other. */
export function demangle(name: string): string {
  if (name.length > LONGEST) return name;
  if (/^_R[A-Z]/.test(name)) return demangleV0(name) ?? name;
  if (!/^_{1,2}Z/.test(name)) return name;
  return (name.startsWith("_ZN") ? demangleLegacy(name) : undefined) ?? demangleCpp(name) ?? name;
}
