import { fromFileUrl } from "@std/path";

/** Returns the URL of a guest of `testdata/`, such as `c/passing_data`. */
export function guestUrl(name: string): URL {
  return new URL(`../testdata/${name}.wasm`, import.meta.url);
}

/** Returns the path of a guest of `testdata/`. */
export function guestPath(name: string): string {
  return fromFileUrl(guestUrl(name));
}

/** Reads the bytes of a guest of `testdata/`. */
export function guestBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(guestUrl(name));
}

/** Returns the names of all guests of `testdata/`, in order. */
export async function findGuests(): Promise<string[]> {
  const root = new URL("../testdata/", import.meta.url);
  const names: string[] = [];
  for await (const folder of Deno.readDir(root)) {
    if (!folder.isDirectory) continue;
    for await (const file of Deno.readDir(new URL(`${folder.name}/`, root))) {
      const [, name] = /^(.+)\.wasm$/.exec(file.name) ?? [];
      if (name !== undefined) names.push(`${folder.name}/${name}`);
    }
  }
  return names.sort();
}
