// WASI 0.2: the preview 1 descriptors behind resources of wasi:filesystem.

import type { Directory, File } from "../descriptors.ts";
import { ERRNO, Failure } from "../errno.ts";
import { fileOf } from "../files/file_functions.ts";
import { DOTS, listEntries } from "../files/directory_entries.ts";
import type { WasiState } from "../state.ts";
import { typeName } from "./file_records.ts";

/** A preview 1 descriptor that several resources share, and that is closed with the last one. */
export class Shared implements Disposable {
  readonly state: WasiState;
  readonly #fd: number;
  #users = 0;

  constructor(state: WasiState, fd: number) {
    this.state = state;
    this.#fd = fd;
  }

  get target(): File | Directory {
    return this.state.descriptors.get(this.#fd) as File | Directory;
  }

  use(): this {
    this.#users++;
    return this;
  }

  [Symbol.dispose](): void {
    const { descriptors } = this.state;
    // The host can still have a resource of a closed instance.
    if (--this.#users > 0 || !descriptors.has(this.#fd)) return;
    this.state.release(descriptors.close(this.#fd));
  }
}

/** The resource `directory-entry-stream`: a separate descriptor, which caches its entries. */
export class DirectoryEntryStream implements Disposable {
  readonly #shared: Shared;
  #index = DOTS.length;

  constructor(state: WasiState, directory: Directory) {
    state.descriptors.checkRoom();
    const own = { ...directory, isPreopened: false };
    listEntries(state.descriptors, own);
    this.#shared = new Shared(state, state.descriptors.add(own)).use();
  }

  [Symbol.dispose](): void {
    this.#shared[Symbol.dispose]();
  }

  readDirectoryEntry(): object | undefined {
    const { state: { descriptors }, target } = this.#shared;
    const directory = target as Directory;
    const entries = directory.entries ?? listEntries(descriptors, directory);
    const entry = entries[this.#index];
    if (entry === undefined) return undefined;
    this.#index++;
    return { type: typeName(entry.type), name: entry.name };
  }
}

/** Returns a file that was opened with a right. */
export function openFor(target: File | Directory, right: bigint): File {
  const file = fileOf(target, 0n);
  if ((file.base & right) === 0n) throw new Failure(ERRNO.badf);
  return file;
}
