import { fromFileUrl } from "@std/path";

/** Where a guest of `testdata/` is: `c/passing_data`. */
export function guestUrl(name: string): URL {
  return new URL(`../testdata/${name}.wasm`, import.meta.url);
}

/** The path of a guest of `testdata/`. */
export function guestPath(name: string): string {
  return fromFileUrl(guestUrl(name));
}

/** The bytes of a guest of `testdata/`. */
export function guestBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(guestUrl(name));
}
