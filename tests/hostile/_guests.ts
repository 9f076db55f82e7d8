/** The address of the log: the number of functions that were entered, followed by their numbers. */
const LOG = 0xf000;

/** The number of entries in the log; later ones overwrite the first ones. */
const ENTRIES = 1024;

/** The parts of a guest besides its functions. */
export interface HostileParts {
  /** Imports in the text format. */
  readonly imports?: string | undefined;
  /** The memory in the text format: one page that is exported, unless set. */
  readonly memory?: string | undefined;
}

/**
 * Makes a guest that notes which of its functions are entered. In the text of a function,
 * `(enter name)` notes `name`. Its export `fine` returns 7, to see that a guest works. The first
 * page from 0xf000 is the log.
 */
export function hostileModule(
  functions: string,
  { imports = "", memory = '(memory (export "memory") 1)' }: HostileParts = {},
): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = `(module ${imports} ${memory}
    (func $enter (param i32) (local $at i32)
      (local.set $at (i32.load (i32.const ${LOG})))
      (i32.store8 offset=${LOG + 4}
        (i32.and (local.get $at) (i32.const ${ENTRIES - 1})) (local.get 0))
      (i32.store (i32.const ${LOG}) (i32.add (local.get $at) (i32.const 1))))
    (func (export "fine") (result i32) (enter fine) (i32.const 7))
    ${functions})`.replace(/\(enter (\w+)\)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `(call $enter (i32.const ${names.indexOf(name)}))`;
  });
  return { text, names };
}

/** Returns the functions that were entered, in order, with a space between them. */
export function entered(memory: WebAssembly.Memory, names: readonly string[]): string {
  const bytes = new Uint8Array(memory.buffer);
  const count = new DataView(memory.buffer).getUint32(LOG, true);
  if (count > ENTRIES) return `${count} functions`;
  return Array.from({ length: count }, (_, at) => names[bytes[LOG + 4 + at]!]).join(" ");
}

/** An allocator that returns adjacent blocks, from 0x1000 on. */
export const MALLOC = `
  (global $top (mut i32) (i32.const 0x1000))
  (func $malloc (export "malloc") (param i32) (result i32) (enter malloc)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (i32.and (i32.const -8)
      (i32.add (local.get 0) (i32.const 7))))))`;

export const FREE = '(func (export "free") (param i32) (enter free))';
