// Random calls, with a seed that a failure prints: what a guest finds in memory is what it finds on
// the host, and nothing outside a granted directory changes or is read.
import { assertEquals } from "@std/assert";
import { ANSWER, GRANTED, loadRaw, type RawWasi, SECOND } from "../_wasi.ts";

/** How many calls one run makes. */
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

/** Makes a call, and returns its error number and what else can be compared. */
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

for (const seed of [1, 20_261_128, 0x5eed]) {
  Deno.test({
    name: `a guest finds in memory what it finds on the host, seed ${seed}`,
    ignore: Deno.build.os !== "linux", // other hosts have other error numbers
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "passage-wasi-" });
      try {
        using onHost = await loadRaw({ preopens: { "/": folder } });
        using inMemory = await loadRaw({ preopens: { "/": {} } });
        const next = random(seed);
        for (let count = 0; count < CALLS; count++) {
          const action = chooseAction(next, ["a", "b", "c", "d", "e", "f", "..", "."]);
          const message = `seed ${seed}, call ${count}: ${JSON.stringify(action)}`;
          assertEquals(act(inMemory, action), act(onHost, action), message);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });

  Deno.test(`no call reaches what lies outside, seed ${seed}`, async () => {
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
      using raw = await loadRaw({ preopens: { "/": granted } });
      const next = random(seed);
      const targets = [outside, "../outside", "..", "/", "../b", `${outside}/new`];
      for (let count = 0; count < CALLS; count++) {
        // Another program makes links to the outside now and then.
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
        const result = act(raw, action);
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
