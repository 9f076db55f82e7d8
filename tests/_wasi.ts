import { type Guest, type GuestLimits, load, type WasiOptions } from "../mod.ts";
import { guestUrl } from "./_guests.ts";

/** The error numbers of WASI that tests expect, typenames.witx: `errno`. */
export const ERRNO = {
  success: 0,
  acces: 2,
  badf: 8,
  busy: 10,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  rofs: 69,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
} as const;

/** A function of WASI, called through a guest. */
type RawFunction = (...args: (number | bigint)[]) => number;

/** A guest that passes WASI's functions through: they are called with exactly these arguments. */
export interface RawWasi extends Disposable {
  readonly guest: Guest;
  readonly call: Readonly<Record<string, RawFunction>>;
  /** Puts text into memory and returns pointer and length in bytes. */
  put(text: string, pointer?: number): [pointer: number, byteLength: number];
  /** Writes to a descriptor. */
  write(fd: number, data: string | Uint8Array): number;
  /** Reads from a descriptor, and returns the error number or the text. */
  read(fd: number, byteLength?: number): number | string;
  /** Opens a path, and creates it if `oflags` is 1. Links are followed unless `lookup` is 0. */
  open(fd: number, path: string, oflags?: number, lookup?: number): { errno: number; fd: number };
}

/** The addresses at which {@linkcode RawWasi} puts a list of ranges, a count, and data. */
const VECTORS = 32, COUNT = 16, DATA = 1024;
/** `rights`, typenames.witx: all of them, and those to read, seek, tell, list and stat. */
const ALL_RIGHTS = (1n << 30n) - 1n, WRITE = 1n << 6n;
const READING = 1n << 1n | 1n << 2n | 1n << 5n | 1n << 14n | 1n << 21n;

/** Loads a guest that passes WASI's functions through. */
export async function loadRaw(
  wasi?: WasiOptions,
  name = "wat/wasi_functions",
  limits?: GuestLimits,
): Promise<RawWasi> {
  const guest = await load(guestUrl(name), { wasi, limits });
  const call = guest.exports as unknown as Record<string, RawFunction>;
  const { memory } = guest;
  function range(byteLength: number): void {
    memory.write("u32", VECTORS, DATA);
    memory.write("u32", VECTORS + 4, byteLength);
  }
  function put(text: string, pointer = DATA): [pointer: number, byteLength: number] {
    return [pointer, memory.writeString(pointer, text)];
  }
  return {
    guest,
    call,
    put,
    write(fd, data) {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      memory.writeBytes(DATA, bytes);
      range(bytes.byteLength);
      return call.fd_write!(fd, VECTORS, 1, COUNT);
    },
    read(fd, byteLength = 1000) {
      range(byteLength);
      const errno = call.fd_read!(fd, VECTORS, 1, COUNT);
      return errno === 0 ? memory.readString(DATA, memory.read("u32", COUNT)) : errno;
    },
    open(fd, path, oflags = 0, lookup = 1) {
      const isDirectory = oflags === 2;
      const base = isDirectory ? ALL_RIGHTS & ~WRITE : oflags === 1 ? ALL_RIGHTS : READING;
      const inheriting = isDirectory ? ALL_RIGHTS : 0n;
      const [pointer, byteLength] = put(path);
      const errno = call.path_open!(
        fd,
        lookup,
        pointer,
        byteLength,
        oflags,
        base,
        inheriting,
        0,
        COUNT,
      );
      return { errno, fd: errno === 0 ? memory.read("u32", COUNT) : -1 };
    },
    [Symbol.dispose]: () => guest.close(),
  };
}

/** A directory with files in it, and a secret beside it. */
export interface Tree extends AsyncDisposable {
  /** The path of the granted directory. */
  readonly granted: string;
  /** The path of a file beside it, which holds "secret". */
  readonly secret: string;
}

/** Makes a directory to grant: `a.txt` holds "first", `sub/b.txt` holds "second". */
export async function makeTree(): Promise<Tree> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "passage-wasi-" }));
  const granted = `${root}/granted`, secret = `${root}/secret.txt`;
  await Deno.mkdir(`${granted}/sub`, { recursive: true });
  await Deno.writeTextFile(`${granted}/a.txt`, "first");
  await Deno.writeTextFile(`${granted}/sub/b.txt`, "second");
  await Deno.writeTextFile(secret, "secret");
  return { granted, secret, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/** The descriptor of the first preopened directory of {@linkcode withTree}. */
export const GRANTED = 3;

/** The addresses of a second text, and of results. */
export const SECOND = 3000, ANSWER = 8000;

/** Calls `use` with a guest that a directory is granted to. */
export async function withTree(
  use: (raw: RawWasi, tree: Tree) => void,
  name?: string,
): Promise<void> {
  await using tree = await makeTree();
  using raw = await loadRaw({ preopens: { "/granted": tree.granted } }, name);
  use(raw, tree);
}

/** Calls a function that takes one path in the granted directory. */
export function pathCall(raw: RawWasi, name: string, path: string): number {
  return raw.call[name]!(GRANTED, ...raw.put(path));
}
