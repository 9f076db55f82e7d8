// The guests of testdata/component/ that are linked, with what they import.
import { assertThrows } from "@std/assert";
import { type Guest, GuestError, load } from "../../../mod.ts";
import { guestPath } from "../../_guests.ts";

/** Loads `linked`, whose import calls `callback`. */
export async function loadLinked(callback: () => void = () => {}): Promise<Guest> {
  return await load(guestPath("component/linked"), { imports: { "": { callback } } });
}

/** The log of the objects of {@linkcode File}. */
export const events: string[] = [];

/** A resource that the host implements. */
export class File implements Disposable {
  readonly path: string;

  constructor(path: string) {
    events.push(`open ${path}`);
    this.path = path;
  }

  size(): number {
    return this.path.length;
  }

  static open(path: string): File {
    return new File(path);
  }

  [Symbol.dispose](): void {
    events.push(`close ${this.path}`);
  }
}

/** Loads `resources` with the class {@linkcode File}. */
export async function loadResources(): Promise<Guest> {
  events.length = 0;
  const imports = { "test:files/files@0.2.3": { File } };
  return await load(guestPath("component/resources"), { imports });
}

/** Returns the error of a call that fails in the guest. */
export function failure(call: () => unknown): GuestError {
  return assertThrows(call, GuestError);
}
