/** The rooms of src/. Each imports only from those above it, and from itself. */
export const ROOMS: readonly string[] = [
  "base",
  "memory",
  "binary",
  "component",
  "source",
  "limits",
  "abi",
  "presets",
  "detect",
  "plan",
  "instance",
  "call",
  "wasi",
  "imports",
  "check",
  "guest",
  "", // load.ts and guest.ts
  "cli",
];
