/** The memory in which UTF-8 is put together before a guest gets it, and through which the ASCII of UTF-16 goes. */
export interface Staging {
  readonly memory: WebAssembly.Memory;
  /** The text whose bytes lie staged, ready for the guest; `undefined` where there is none. */
  text: string | undefined;
  /** The number of those bytes. */
  byteLength: number;
  /** Where they go: a view with room for at least `byteLength` bytes. */
  reserve(byteLength: number): Uint8Array;
}

const PAGE = 65536;

/** Where staged bytes begin, as in `utf8_encode.wat` and `utf16.wat`: short texts pass before them, and leave them alone. */
const STAGED = 1024;

let one: Staging | undefined;

/** The staging memory: one for all guests, because text lies there for the time of one pass. */
export function staging(): Staging {
  return one ??= createStaging();
}

function createStaging(): Staging {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let view = new Uint8Array(memory.buffer, STAGED);
  return {
    memory,
    text: undefined,
    byteLength: 0,
    reserve(byteLength) {
      if (byteLength > view.length) {
        memory.grow(Math.ceil((byteLength - view.length) / PAGE));
        view = new Uint8Array(memory.buffer, STAGED);
      }
      return view;
    },
  };
}
