import type { ImportInfo } from "../binary/types.ts";

/** One import, with its type if the binary is known. */
export type WantedImport =
  & (
    | ImportInfo
    | {
      readonly module: string;
      readonly name: string;
      readonly kind: string;
      readonly type?: never;
    }
  )
  & {
    /** Describes why a given memory or table is above a cap; absent if there is no cap. */
    readonly aboveCap?: (value: object) => string | undefined;
  };
