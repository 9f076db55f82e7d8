/** The rooms of src/. Each imports only from those above it, and from itself. */
export const ROOMS: readonly string[] = [
  "base",
  "memory",
  "binary",
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
  "component",
  "check",
  "guest",
  "", // load.ts and guest.ts
  "pool",
  "cli",
];
