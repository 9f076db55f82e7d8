import type { HostImports } from "./host_imports.ts";

/**
 * The imports that toolchains' own JavaScript provides, by name and type: a function, or a host
 * function, made for one instance.
 */
export type Answers = Readonly<Record<string, (host: HostImports, name: string) => unknown>>;
