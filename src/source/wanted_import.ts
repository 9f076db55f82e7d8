import type { ImportInfo } from "../binary/types.ts";

/** One import, with its type if the binary is known. */
export type WantedImport =
  | ImportInfo
  | {
    readonly module: string;
    readonly name: string;
    readonly kind: string;
    readonly type?: never;
  };
