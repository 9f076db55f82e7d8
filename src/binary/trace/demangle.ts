// Appendix "Name Section" of the WebAssembly specification: the names of functions are in
// subsection 1, each after the index of its function.

/** Longer names are shown unchanged. */
const LONGEST = 2000;

/** The languages of the mangled names in a module. */
interface Manglings {
  readonly cpp: boolean;
  readonly rust: boolean;
}

/**
 * Loads the demanglers that the names of a module need.
 *
 * @param section The module's section of names.
 * @returns A function that demangles C++ and Rust names, and returns any other name unchanged.
 */
export async function loadDemangler(section: Uint8Array): Promise<(name: string) => string> {
  const { cpp, rust } = findManglings(section);
  const [ofRust, ofCpp] = await Promise.all([
    rust ? import("./demangle_rust.ts") : undefined,
    cpp ? import("./demangle_cpp.ts") : undefined,
  ]);
  return (name) => {
    if (name.length > LONGEST) return name;
    if (/^_R[A-Z]/.test(name)) return ofRust?.demangleV0(name) ?? name;
    if (!/^_{1,2}Z/.test(name)) return name;
    const legacy = name.startsWith("_ZN") ? ofRust?.demangleLegacy(name) : undefined;
    return legacy ?? ofCpp?.demangleCpp(name) ?? name;
  };
}

/** Finds the languages of the functions in a section of names. */
export function findManglings(section: Uint8Array): Manglings {
  const found = { cpp: false, rust: false };
  const cursor = { section, at: 0 };
  while (cursor.at < section.length) {
    const id = section[cursor.at++];
    const end = readCount(cursor) + cursor.at;
    if (id !== FUNCTION_NAMES) {
      cursor.at = end;
      continue;
    }
    for (let left = readCount(cursor); left > 0 && cursor.at < end; left--) {
      readCount(cursor); // the index of the function
      const length = readCount(cursor);
      note(section, cursor.at, cursor.at + length, found);
      if (found.cpp && found.rust) return found;
      cursor.at += length;
    }
    return found;
  }
  return found;
}

const FUNCTION_NAMES = 1;

/** Records the language of the name in a range. */
function note(
  section: Uint8Array,
  start: number,
  end: number,
  found: { cpp: boolean; rust: boolean },
): void {
  if (section[start] !== UNDERSCORE) return;
  const letter = section[start + 1] === UNDERSCORE ? section[start + 2] : section[start + 1];
  if (letter === UPPER_R) found.rust = true;
  else if (letter !== UPPER_Z) return;
  else if (isHashed(section, end)) found.rust = true;
  else found.cpp = true;
}

/** Returns whether a name ends with a hash, like legacy Rust names: `17h`, 16 digits and `E`. */
function isHashed(section: Uint8Array, end: number): boolean {
  return section[end - 1] === UPPER_E && section[end - 18] === LOWER_H &&
    section[end - 19] === SEVEN && section[end - 20] === ONE;
}

const UNDERSCORE = 0x5f, UPPER_E = 0x45, LOWER_H = 0x68, UPPER_R = 0x52, UPPER_Z = 0x5a;

const ONE = 0x31, SEVEN = 0x37;

/** Reads an unsigned LEB128. Beyond the end of the section it reads zeros. */
function readCount(cursor: { readonly section: Uint8Array; at: number }): number {
  let value = 0, scale = 1, byte: number;
  do {
    byte = cursor.section[cursor.at++] ?? 0;
    value += (byte & 0x7f) * scale;
    scale *= 128;
  } while (byte >= 0x80);
  return value;
}
