import type { GuestMemory } from "../memory.ts";
import type { Pointer } from "../pointer.ts";
import type { WasiVersion } from "../wanted_import.ts";

/** The size of a `filestat` of preview 1. */
export const FILESTAT_SIZE = 64;
/** Where its file type is. */
export const FILETYPE = 16;

/** Writes a `filestat` of preview 1 as the guest's version has it. */
export function writeFilestat(
  memory: GuestMemory,
  pointer: Pointer,
  filestat: Uint8Array,
  version: WasiVersion,
): void {
  if (version === "wasi_snapshot_preview1") return memory.writeBytes(pointer, filestat);
  // Preview 0 counts links in 32 bits, so all that follows comes 8 bytes earlier.
  const older = new Uint8Array(FILESTAT_SIZE - 8);
  older.set(filestat.subarray(0, FILETYPE + 1));
  older.set(filestat.subarray(24, 28), 20);
  older.set(filestat.subarray(32), 24);
  memory.writeBytes(pointer, older);
}
