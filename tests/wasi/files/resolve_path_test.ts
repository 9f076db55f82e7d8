import { assert, assertEquals, assertThrows } from "@std/assert";
import { LoadError } from "../../../mod.ts";
import {
  ANSWER,
  ERRNO,
  GRANTED,
  loadRaw,
  makeTree,
  pathCall,
  type RawWasi,
  SECOND,
  type Tree,
  withTree,
} from "../../_wasi.ts";

/** `oflags`, typenames.witx. */
const CREATE = 1, DIRECTORY = 2;
/** `filetype`, typenames.witx. */
const IS_FILE = 4, IS_LINK = 7;

Deno.test("a path starts from the opened directory, and its status can be read", async () => {
  await withTree((raw) => {
    const { memory } = raw.guest;
    const { fd } = raw.open(GRANTED, "sub", DIRECTORY);
    assertEquals(raw.read(raw.open(fd, "b.txt").fd), "second");
    const filestat = (path: string) => raw.call.path_filestat_get!(fd, 0, ...raw.put(path), ANSWER);
    assertEquals(filestat("b.txt"), 0);
    assertEquals(memory.read("u64", ANSWER + 32), 6n);
    assertEquals(filestat("a.txt"), ERRNO.noent);
    // Nothing above the directory that a path starts from is found, even if it is granted.
    assertEquals(filestat("../a.txt"), ERRNO.notcapable);
    assertEquals(filestat("../../secret.txt"), ERRNO.notcapable);
    assertEquals(filestat("../sub/b.txt"), ERRNO.notcapable);
    assertEquals(raw.open(GRANTED, "sub/../sub/../a.txt").errno, 0);
    // A file that replaced the granted directory does not count as granted.
    assertEquals(raw.call.fd_renumber!(fd, GRANTED), 0);
    assertEquals(raw.read(raw.open(GRANTED, "b.txt").fd), "second");
    assertEquals(raw.call.fd_prestat_get!(GRANTED, ANSWER), ERRNO.badf);
  });
});

Deno.test("links within a granted directory are followed, or read as links", async () => {
  await withTree((raw, { granted }) => {
    const { memory } = raw.guest;
    Deno.symlinkSync("sub", `${granted}/directory`);
    Deno.symlinkSync("../a.txt", `${granted}/sub/up`);
    Deno.symlinkSync("directory/up", `${granted}/twice`);
    Deno.symlinkSync("sub/made.txt", `${granted}/nothing`);
    Deno.symlinkSync("loop", `${granted}/loop`);
    assertEquals(raw.read(raw.open(GRANTED, "directory/b.txt").fd), "second");
    assertEquals(raw.read(raw.open(GRANTED, "twice").fd), "first");
    assertEquals(raw.open(GRANTED, "twice", 0, 0).errno, ERRNO.loop);
    assertEquals(raw.open(GRANTED, "loop").errno, ERRNO.loop);
    assertEquals(raw.write(raw.open(GRANTED, "nothing", CREATE).fd, "made"), 0);
    assertEquals(Deno.readTextFileSync(`${granted}/sub/made.txt`), "made");

    const filestat = (path: string, lookup: number) => {
      assertEquals(raw.call.path_filestat_get!(GRANTED, lookup, ...raw.put(path), ANSWER), 0);
      return [memory.read("u8", ANSWER + 16), memory.read("u64", ANSWER + 32)];
    };
    assertEquals([filestat("twice", 1), filestat("twice", 0)], [[IS_FILE, 5n], [IS_LINK, 12n]]);

    // A link itself is made, renamed and removed, not its target.
    assertEquals(pathCall(raw, "path_create_directory", "nothing"), ERRNO.exist);
    const rename = (from: string, to: string) =>
      raw.call.path_rename!(GRANTED, ...raw.put(from), GRANTED, ...raw.put(to, SECOND));
    assertEquals([rename("twice", "x"), rename("x", "twice")], [0, 0]);
    const link = (lookup: number, from: string, to: string) =>
      raw.call.path_link!(GRANTED, lookup, ...raw.put(from), GRANTED, ...raw.put(to, SECOND));
    assertEquals([link(0, "twice", "y"), Deno.readLinkSync(`${granted}/y`)], [0, "directory/up"]);
    assertEquals(link(1, "twice", "loop"), ERRNO.exist);
    assertEquals([link(1, "twice", "x"), Deno.readTextFileSync(`${granted}/x`)], [0, "first"]);
    assertEquals(Deno.readTextFileSync(`${granted}/a.txt`), "first");
    assertEquals(Deno.readLinkSync(`${granted}/twice`), "directory/up");
    assertEquals(pathCall(raw, "path_remove_directory", "directory"), ERRNO.notdir);
    assertEquals(pathCall(raw, "path_remove_directory", "directory/"), ERRNO.notdir);
    assertEquals(pathCall(raw, "path_unlink_file", "directory"), 0);
    assertEquals(Deno.readTextFileSync(`${granted}/sub/b.txt`), "second");
  });
});

/** A way out of a directory returns an error number. */
type Escape = (raw: RawWasi, tree: Tree) => number;

/** Opens the target of a link, which is made at `path`. */
function openLink(path: string, to: (tree: Tree) => string, oflags = 0, lookup = 1): Escape {
  return (raw, tree) => {
    Deno.symlinkSync(to(tree), `${tree.granted}/${path}`);
    return raw.open(GRANTED, path, oflags, lookup).errno;
  };
}

/** Calls a function with two paths. */
function twoPaths(name: string, from: string, to: string): Escape {
  return (raw) => {
    const lookup = name === "path_link" ? [1] : [];
    return raw.call[name]!(GRANTED, ...lookup, ...raw.put(from), GRANTED, ...raw.put(to, SECOND));
  };
}

function makeLink(raw: RawWasi, says: string): number {
  return raw.call.path_symlink!(...raw.put(says), GRANTED, ...raw.put("link", SECOND));
}

const ESCAPES: Readonly<Record<string, Escape>> = {
  "up": (raw) => raw.open(GRANTED, "../secret.txt").errno,
  "up from below": (raw) => raw.open(GRANTED, "sub/../../secret.txt").errno,
  "a directory above": (raw) => raw.open(GRANTED, "..", DIRECTORY).errno,
  "an absolute path": (raw, { secret }) => raw.open(GRANTED, secret).errno,
  "an absolute path to what would be there": (raw) => raw.open(GRANTED, "/a.txt").errno,
  "an absolute path to what is granted": (raw, { granted }) =>
    raw.open(GRANTED, `${granted}/a.txt`).errno,
  "up from a directory within": (raw) =>
    raw.open(raw.open(GRANTED, "sub", DIRECTORY).fd, "../../secret.txt").errno,
  "an absolute path from a directory within": (raw, { secret }) =>
    raw.open(raw.open(GRANTED, "sub", DIRECTORY).fd, secret).errno,
  "a link": openLink("link", ({ secret }) => secret),
  "a link that is not followed": openLink("link", ({ secret }) => secret, 0, 0),
  "a relative link": openLink("sub/link", () => "../../secret.txt"),
  "a link to a directory": openLink("link", ({ granted }) => `${granted}/..`, DIRECTORY),
  "a link to a directory that is not followed": openLink(
    "link",
    ({ granted }) => `${granted}/..`,
    DIRECTORY,
    0,
  ),
  "a file made where a link leads": openLink("link", ({ secret }) => `${secret}.made`, CREATE),
  "a file made where a link leads that is not followed": openLink(
    "link",
    ({ secret }) => `${secret}.made`,
    CREATE,
    0,
  ),
  "beyond a link": (raw, { granted }) => {
    Deno.symlinkSync(`${granted}/..`, `${granted}/link`);
    return raw.open(GRANTED, "link/secret.txt").errno;
  },
  "making an absolute link": (raw, { secret }) => makeLink(raw, secret),
  "making a link up": (raw) => makeLink(raw, "sub/../../x"),
  "renaming to the outside": twoPaths("path_rename", "a.txt", "../x"),
  "renaming from the outside": twoPaths("path_rename", "../secret.txt", "x"),
  "linking to the outside": twoPaths("path_link", "a.txt", "../x"),
  "linking from the outside": twoPaths("path_link", "../secret.txt", "x"),
  "renaming a link that leads up": (raw, { granted }) => {
    Deno.symlinkSync("../a.txt", `${granted}/sub/link`);
    const to = raw.put("link", SECOND);
    return raw.call.path_rename!(GRANTED, ...raw.put("sub/link"), GRANTED, ...to);
  },
  "a hard link to a link that leads out": (raw, { granted, secret }) => {
    Deno.symlinkSync(secret, `${granted}/link`);
    const to = raw.put("x", SECOND);
    return raw.call.path_link!(GRANTED, 0, ...raw.put("link"), GRANTED, ...to);
  },
  "a hard link to the target of a link that leads out": (raw, { granted, secret }) => {
    Deno.symlinkSync(secret, `${granted}/link`);
    const to = raw.put("x", SECOND);
    return raw.call.path_link!(GRANTED, 1, ...raw.put("link"), GRANTED, ...to);
  },
  "a link to a link to the outside": (raw, { granted, secret }) => {
    Deno.symlinkSync(secret, `${granted}/sub/link`);
    Deno.symlinkSync("sub/link", `${granted}/link`);
    return raw.open(GRANTED, "link").errno;
  },
  "a link with a slash behind it": (raw, { granted }) => {
    Deno.symlinkSync("..", `${granted}/link`);
    return raw.open(GRANTED, "link/", DIRECTORY, 0).errno;
  },
  "the times of what a link leads to": (raw, { granted, secret }) => {
    Deno.symlinkSync(secret, `${granted}/link`);
    return raw.call.path_filestat_set_times!(GRANTED, 1, ...raw.put("link"), 5n, 5n, 5);
  },
  "truncating what a link leads to": (raw, { granted, secret }) => {
    Deno.symlinkSync(secret, `${granted}/link`);
    return raw.open(GRANTED, "link", 8).errno;
  },
  "an open directory that became a link to the outside": (raw, { granted }) => {
    const { fd } = raw.open(GRANTED, "sub", DIRECTORY);
    Deno.renameSync(`${granted}/sub`, `${granted}/old`);
    Deno.symlinkSync("..", `${granted}/sub`);
    return raw.open(fd, "secret.txt").errno;
  },
  "an open directory that became a link of the guest to a link of the host": (
    raw,
    { granted },
  ) => {
    const { fd } = raw.open(GRANTED, "sub", DIRECTORY);
    Deno.symlinkSync(`${granted}/..`, `${granted}/host`);
    Deno.renameSync(`${granted}/sub`, `${granted}/old`);
    raw.call.path_symlink!(...raw.put("host"), GRANTED, ...raw.put("sub", SECOND));
    return raw.open(fd, "secret.txt").errno;
  },
  "an open directory that lies outside now, behind a link": (raw, { granted }) => {
    Deno.mkdirSync(`${granted}/sub/deep`);
    Deno.writeTextFileSync(`${granted}/sub/deep/c.txt`, "third");
    const { fd } = raw.open(GRANTED, "sub/deep", DIRECTORY);
    const outside = Deno.makeTempDirSync({ prefix: "passage-outside-" });
    try {
      Deno.renameSync(`${granted}/sub`, `${outside}/sub`);
      Deno.symlinkSync(`${outside}/sub`, `${granted}/sub`);
      return raw.open(fd, "c.txt").errno;
    } finally {
      Deno.removeSync(outside, { recursive: true });
    }
  },
  "a directory that an open one was exchanged for": (raw, { granted }) => {
    const { fd } = raw.open(GRANTED, "sub", DIRECTORY);
    Deno.renameSync(`${granted}/sub`, `${granted}/old`);
    Deno.mkdirSync(`${granted}/sub`);
    Deno.writeTextFileSync(`${granted}/sub/b.txt`, "other");
    return raw.open(fd, "b.txt").errno;
  },
  "removing outside": (raw) => pathCall(raw, "path_unlink_file", "../secret.txt"),
  "making a directory outside": (raw) => pathCall(raw, "path_create_directory", "../x"),
  "asking of a file outside": (raw) =>
    raw.call.path_filestat_get!(GRANTED, 0, ...raw.put("../secret.txt"), ANSWER),
};

for (const [name, way] of Object.entries(ESCAPES)) {
  Deno.test(`no path leads out of a granted directory: ${name}`, async () => {
    await withTree((raw, tree) => {
      const outside = () => [...Deno.readDirSync(`${tree.granted}/..`)].map(({ name }) => name);
      const before = outside().sort();
      const errno = way(raw, tree);
      assert(errno > 0, `it answered ${errno}`);
      assertEquals(outside().sort(), before);
      assertEquals(Deno.readTextFileSync(tree.secret), "secret");
    });
  });
}

Deno.test("a guest cannot exchange a granted directory that lies in another one", async () => {
  await using tree = await makeTree();
  const { granted, secret } = tree;
  Deno.mkdirSync(`${granted}/sub/deep`);
  Deno.mkdirSync(`${granted}/../outside/deep`, { recursive: true });
  Deno.copyFileSync(secret, `${granted}/../outside/deep/c.txt`);
  Deno.symlinkSync("../outside", `${granted}/host`);
  using raw = await loadRaw({ preopens: { "/": granted, "/deep": `${granted}/sub/deep` } });
  const deep = GRANTED + 1;
  assertEquals(raw.open(deep, "c.txt").errno, ERRNO.noent);
  // The path of the inner one now leads through a link of the guest to a link of the host.
  const old = raw.put("old", SECOND);
  assertEquals(raw.call.path_rename!(GRANTED, ...raw.put("sub"), GRANTED, ...old), 0);
  const link = raw.call.path_symlink!(...raw.put("host"), GRANTED, ...raw.put("sub", SECOND));
  assertEquals(link, 0);
  assertEquals(Deno.readTextFileSync(`${granted}/sub/deep/c.txt`), "secret");
  assertEquals(raw.open(deep, "c.txt").errno, ERRNO.noent);
  assertEquals(raw.open(deep, "new", CREATE).errno, ERRNO.noent);
  assertEquals(raw.call.path_unlink_file!(deep, ...raw.put("c.txt")), ERRNO.noent);
  assertEquals([...Deno.readDirSync(`${granted}/../outside/deep`)].length, 1);
  const error = assertThrows(() => raw.guest.reset(), LoadError);
  const [root, outside] = [`${granted}/sub/deep`, granted.replace(/granted$/, "outside/deep")];
  assertEquals(
    error.message,
    `Cannot grant preopen "/deep" at ${JSON.stringify(root)}: it is now ` +
      `${JSON.stringify(outside)}, expected the same directory`,
  );
});

Deno.test("only directories have entries, and only their paths may end with a slash", async () => {
  await withTree((raw, { granted }) => {
    Deno.symlinkSync("a.txt", `${granted}/link`);
    const errnos = [
      "a.txt/x",
      "a.txt/",
      "a.txt/.",
      "a.txt/..",
      "link/",
      "no/x",
      "no/../a.txt",
      "no/",
    ]
      .map((path) => raw.open(GRANTED, path).errno);
    const { notdir, noent } = ERRNO;
    assertEquals(errnos, [notdir, notdir, notdir, notdir, notdir, noent, noent, noent]);
    assertEquals(raw.open(GRANTED, "new/", CREATE).errno, ERRNO.isdir);
    assertEquals(raw.open(GRANTED, "sub//.///", DIRECTORY).errno, 0);
    assertEquals(raw.open(GRANTED, "a.txt\0").errno, ERRNO.inval);
  });
});

Deno.test("a path leads 256 directories deep at most, and has 4096 bytes at most", async () => {
  using raw = await loadRaw({ preopens: { "/data": {}, "/other": {} } });
  /** Makes directories within directories until one is refused. */
  const makeDeep = (name: string) => {
    let fd = GRANTED + 1;
    for (let depth = 0;; depth++) {
      const errno = raw.call.path_create_directory!(fd, ...raw.put(name));
      if (errno !== 0) return { errno, depth, fd };
      const inner = raw.open(fd, name, DIRECTORY);
      if (depth > 0) raw.call.fd_close!(fd);
      fd = inner.fd;
    }
  };
  const { fd, ...deep } = makeDeep("a");
  assertEquals(deep, { errno: ERRNO.nametoolong, depth: 256 });
  // Each name is followed by a slash, except for the last one.
  const long = makeDeep("b".repeat(1023));
  assertEquals([long.errno, long.depth], [ERRNO.nametoolong, 4]);

  const rename = (from: string, to: string) =>
    raw.call.path_rename!(GRANTED + 1, ...raw.put(from), GRANTED + 1, ...raw.put(to, SECOND));
  assertEquals(raw.open(fd, ".", DIRECTORY).errno, 0);
  assertEquals([rename("a", "c"), raw.open(fd, ".", DIRECTORY).errno], [0, 0]);
  const short = "b".repeat(1023);
  assertEquals([rename("c", `${short}/c`), raw.open(fd, ".", DIRECTORY).errno], [0, ERRNO.noent]);
});
