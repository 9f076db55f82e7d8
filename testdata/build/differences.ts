/**
 * Compares the guests of two folders byte by byte.
 *
 * @param stored The folder with the guests that are kept.
 * @param rebuilt The folder with the guests that were made from the sources.
 * @returns A line for each guest that differs, or that only one of the folders has.
 */
export async function findDifferences(stored: URL, rebuilt: URL): Promise<string[]> {
  const folder = stored.pathname.split("/").at(-2);
  const [kept, made] = [await readGuests(stored), await readGuests(rebuilt)];
  const differences: string[] = [];
  for (const name of [...new Set([...kept.keys(), ...made.keys()])].sort()) {
    const difference = compare(kept.get(name), made.get(name));
    if (difference !== undefined) differences.push(`${folder}/${name}: ${difference}`);
  }
  return differences;
}

async function readGuests(directory: URL): Promise<Map<string, Uint8Array>> {
  const guests = new Map<string, Uint8Array>();
  for await (const { name } of Deno.readDir(directory)) {
    if (name.endsWith(".wasm")) guests.set(name, await Deno.readFile(new URL(name, directory)));
  }
  return guests;
}

function compare(kept: Uint8Array | undefined, made: Uint8Array | undefined): string | undefined {
  if (kept === undefined) return "its source makes it, but it is not stored";
  if (made === undefined) return "it is stored, but no source makes it";
  const length = Math.min(kept.length, made.length);
  let offset = 0;
  while (offset < length && kept[offset] === made[offset]) offset++;
  if (offset === kept.length && offset === made.length) return undefined;
  return `stored ${kept.length} bytes and rebuilt ${made.length} bytes differ ` +
    `from offset 0x${offset.toString(16)}`;
}
