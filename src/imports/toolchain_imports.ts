import type { HostImports } from "./host_imports.ts";

/**
 * The imports that toolchains' own JavaScript provides, by name and type: a function, or a host
 * function, which is made for each instance.
 */
export type ToolchainImports = Readonly<
  Record<string, (host: HostImports, name: string) => unknown>
>;
