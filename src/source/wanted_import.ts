import type { ImportInfo } from "../binary/types.ts";

/** One import, as far as it is known: its type only from the binary. */
export type WantedImport =
  | ImportInfo
  | {
    readonly module: string;
    readonly name: string;
    readonly kind: string;
    readonly type?: never;
  };
