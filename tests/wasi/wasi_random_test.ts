// Random calls, with a seed that a failure prints: they have the same results in a folder in memory
// as on the host, and nothing outside a granted directory is read or changed.
import { assertEquals } from "@std/assert";
import { ComponentError, type WasiPreopen } from "../../mod.ts";
import { ANSWER, GRANTED, loadRaw, type RawWasi, SECOND } from "../_wasi.ts";
import { type Any, bytesOf, openInterfaces } from "./interfaces/_interfaces.ts";

/** The number of calls in one run. */
const CALLS = 3000;

/** The address of the result of a call. */
const RESULT = 16;

type Random = (below: number) => number;

/** Makes a generator of numbers (xorshift32). */
function random(seed: number): Random {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Chooses a path; `names` are those of files. */
function choosePath(next: Random, names: readonly string[]): string {
  // Most paths have one name, so that many calls succeed.
  const parts = Array.from(
    { length: [1, 1, 1, 2, 2, 3][next(6)]! },
    () => names[next(names.length)]!,
  );
  return (next(30) === 0 ? "/" : "") + parts.join(next(20) === 0 ? "//" : "/") +
    (next(8) === 0 ? "/" : "");
}

/** A call with everything that it depends on. */
interface Action {
  readonly name: string;
  readonly fd: number;
  readonly paths: readonly [string, string];
  readonly numbers: readonly number[];
}

const NAMES = [
  "open",
  "open",
  "path_create_directory",
  "path_remove_directory",
  "path_unlink_file",
  "path_rename",
  "path_link",
  "path_symlink",
  "path_readlink",
  "path_filestat_get",
  "fd_write",
  "fd_pread",
  "fd_close",
];

function chooseAction(next: Random, names: readonly string[]): Action {
  return {
    name: NAMES[next(NAMES.length)]!,
    fd: next(3) === 0 ? GRANTED + next(8) : GRANTED,
    paths: [choosePath(next, names), choosePath(next, names)],
    numbers: [next(2), next(16), next(5)],
  };
}

/** Makes a call, and returns its error number and the results that can be compared. */
function act(raw: RawWasi, { name, fd, paths: [first, second], numbers }: Action): unknown {
  const { memory } = raw.guest;
  const [lookup = 0, oflags = 0, size = 0] = numbers;
  const path = raw.put(first);
  const other = () => raw.put(second, SECOND);
  const call = raw.call;
  switch (name) {
    case "open": {
      const rights = oflags % 2 === 1 ? (1n << 28n) - 1n : ((1n << 28n) - 1n) & ~(1n << 6n);
      const all = (1n << 28n) - 1n;
      const errno = call.path_open!(fd, lookup, ...path, oflags, rights, all, size & 1, RESULT);
      return [errno, errno === 0 ? memory.read("u32", RESULT) : -1];
    }
    case "path_rename":
      return call.path_rename!(fd, ...path, GRANTED, ...other());
    case "path_link":
      return call.path_link!(fd, lookup, ...path, GRANTED, ...other());
    case "path_symlink":
      return call.path_symlink!(...path, fd, ...other());
    case "path_readlink": {
      const errno = call.path_readlink!(fd, ...path, SECOND, 100, RESULT);
      return [errno, errno === 0 ? memory.readString(SECOND, memory.read("u32", RESULT)) : ""];
    }
    case "path_filestat_get": {
      const errno = call.path_filestat_get!(fd, lookup, ...path, ANSWER);
      if (errno !== 0) return errno;
      const type = memory.read("u8", ANSWER + 16);
      // The host counts links and bytes of directories in its own way.
      return type === 3
        ? type
        : [type, memory.read("u64", ANSWER + 24), memory.read("u64", ANSWER + 32)];
    }
    case "fd_write":
      return raw.write(fd === GRANTED ? 4 : fd, "x".repeat(size));
    case "fd_pread": {
      memory.writeBytes(32, new Uint8Array(new Uint32Array([SECOND, 20]).buffer));
      const errno = call.fd_pread!(fd, 32, 1, BigInt(size), RESULT);
      return [errno, errno === 0 ? memory.readString(SECOND, memory.read("u32", RESULT)) : ""];
    }
    case "fd_close":
      return fd === GRANTED ? 0 : call.fd_close!(fd);
  }
  return call[name]!(fd, ...path);
}

/** Makes a call of WASI 0.2, and returns its error code or the results that can be compared. */
function actOnInterfaces(open: Map<number, Any>, action: Action): unknown {
  const { name, fd, paths: [path, other], numbers } = action;
  const [lookup, oflags = 0, size = 0] = numbers;
  const descriptor = open.get(fd), root = open.get(GRANTED);
  const pathFlags = { symlinkFollow: lookup === 1 };
  if (descriptor === undefined) return "closed";
  switch (name) {
    case "open": {
      const [create, directory] = [(oflags & 1) !== 0, (oflags & 2) !== 0];
      const [exclusive, truncate] = [(oflags & 4) !== 0, (oflags & 8) !== 0];
      const openFlags = { create, directory, exclusive, truncate };
      const opened = descriptor.openAt(pathFlags, path, openFlags, { read: true, write: create });
      let free = GRANTED;
      while (open.has(free)) free++;
      open.set(free, opened);
      return free;
    }
    case "path_create_directory":
      return descriptor.createDirectoryAt(path);
    case "path_remove_directory":
      return descriptor.removeDirectoryAt(path);
    case "path_unlink_file":
      return descriptor.unlinkFileAt(path);
    case "path_rename":
      return descriptor.renameAt(path, root, other);
    case "path_link":
      return descriptor.linkAt(pathFlags, path, root, other);
    case "path_symlink":
      return descriptor.symlinkAt(path, other);
    case "path_readlink":
      return descriptor.readlinkAt(path);
    case "path_filestat_get": {
      const { type, linkCount, size } = descriptor.statAt(pathFlags, path);
      return type === "directory" ? type : [type, linkCount, size];
    }
    case "fd_write":
      return descriptor.write(bytesOf("x".repeat(size)), BigInt(oflags));
    case "fd_pread":
      return new TextDecoder().decode(descriptor.read(20n, BigInt(size))[0]);
    case "fd_close":
      if (fd !== GRANTED) open.delete(fd);
      if (fd !== GRANTED) descriptor[Symbol.dispose]();
      return undefined;
  }
  throw new Error(`no such action: ${name}`);
}

/** A guest that acts in a granted directory. */
interface Actor extends Disposable {
  act(action: Action): unknown;
}

async function openPreview1(grant: WasiPreopen): Promise<Actor> {
  const raw = await loadRaw({ preopens: { "/": grant } });
  return {
    act: (action) => act(raw, action),
    [Symbol.dispose]: () => raw[Symbol.dispose](),
  };
}

async function openPreview2(grant: WasiPreopen): Promise<Actor> {
  const opened = await openInterfaces({ preopens: { "/": grant } });
  const [[root]] = opened.get("wasi:filesystem/preopens").getDirectories();
  const table = new Map([[GRANTED, root]]);
  return {
    act(action) {
      try {
        return actOnInterfaces(table, action);
      } catch (error) {
        if (error instanceof ComponentError) return { error: error.payload };
        throw error;
      }
    },
    [Symbol.dispose]: () => opened[Symbol.dispose](),
  };
}

/** Names of versions of WASI, and how a guest is opened that calls them. */
const PREVIEWS = [["preview 1", openPreview1], ["0.2", openPreview2]] as const;

/**
 * Holds the directories below a folder open, so that the host gives their numbers to no others when
 * they are removed: a directory that a guest has opened is known by its number.
 */
function hold(folder: string, held: Map<number | null, Deno.FsFile>): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory) continue;
    const path = `${folder}/${name}`, { ino } = Deno.lstatSync(path);
    if (!held.has(ino)) held.set(ino, Deno.openSync(path));
    hold(path, held);
  }
}

const RUNS = PREVIEWS.flatMap(([preview, open]) =>
  [1, 20_261_128, 0x5eed].map((seed) => ({ preview, open, seed }))
);

for (const { preview, open, seed } of RUNS) {
  Deno.test({
    name: `a guest finds in memory what it finds on the host, ${preview}, seed ${seed}`,
    ignore: Deno.build.os !== "linux", // other hosts have other error numbers
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "passage-wasi-" });
      const held = new Map<number | null, Deno.FsFile>();
      try {
        using onHost = await open(folder);
        using inMemory = await open({});
        const next = random(seed);
        for (let count = 0; count < CALLS; count++) {
          const action = chooseAction(next, ["a", "b", "c", "d", "e", "f", "..", "."]);
          const message = `seed ${seed}, call ${count}: ${JSON.stringify(action)}`;
          assertEquals(inMemory.act(action), onHost.act(action), message);
          if (action.name === "path_create_directory") hold(folder, held);
        }
      } finally {
        for (const directory of held.values()) directory.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });

  Deno.test(`no call reaches what lies outside, ${preview}, seed ${seed}`, async () => {
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "passage-wasi-" }));
    try {
      const granted = `${root}/granted`, outside = `${root}/outside`;
      await Deno.mkdir(`${granted}/a`, { recursive: true });
      await Deno.mkdir(`${outside}/a`, { recursive: true });
      await Deno.writeTextFile(`${outside}/b`, "secret");
      await Deno.writeTextFile(`${root}/b`, "secret");
      const shown = () =>
        JSON.stringify(
          [root, outside, `${outside}/a`].map((path) =>
            [...Deno.readDirSync(path)].map((
              { name },
            ) => [name, Deno.lstatSync(`${path}/${name}`).size])
              .filter(([name]) => name !== "granted").sort()
          ),
        );
      const before = shown();
      using guest = await open(granted);
      const next = random(seed);
      const targets = [outside, "../outside", "..", "/", "../b", `${outside}/new`];
      for (let count = 0; count < CALLS; count++) {
        // Another program sometimes makes links to the outside.
        if (next(20) === 0) {
          const at = `${granted}/${["out", "a/out", "b/out"][next(3)]}`;
          try {
            Deno.symlinkSync(targets[next(targets.length)]!, at);
          } catch {
            // It is there already, or its directory is not.
          }
        }
        const action = chooseAction(next, ["a", "b", "c", "out", "out", "..", "."]);
        const message = `seed ${seed}, call ${count}: ${JSON.stringify(action)}`;
        const result = guest.act(action);
        assertEquals(
          JSON.stringify(result, (_, value) => `${value}`).includes("secret"),
          false,
          message,
        );
        assertEquals(shown(), before, message);
      }
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}
