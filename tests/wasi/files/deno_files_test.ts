import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../src/wasi/errno.ts";
import { denoFileSystem } from "../../../src/wasi/files/deno_files.ts";
import { checkHost } from "../../_file_systems.ts";
import { ERRNO } from "../../_wasi.ts";

Deno.test("Deno's functions make a file system", () => {
  checkHost((path) => denoFileSystem(Deno, path));
});

Deno.test("a position beyond the largest file of the host counts as after the end, and nothing is written there", () => {
  const folder = Deno.makeTempDirSync({ prefix: "passage-files-" });
  try {
    Deno.writeTextFileSync(`${folder}/file`, "text");
    const openSync: typeof Deno.openSync = (path, options) => {
      const file = Deno.openSync(path, options);
      const most = 2 ** 44; // that of ext4
      file.seekSync = (position) => {
        if (Number(position) < most) return Deno.FsFile.prototype.seekSync.call(file, position, 0);
        throw Object.assign(new TypeError("Invalid argument (os error 22)"), { code: "EINVAL" });
      };
      return file;
    };
    const files = denoFileSystem({ ...Deno, openSync }, folder);
    const file = files.open(`${folder}/file`, { read: true, write: true, isNew: false });
    const bytes = new Uint8Array(4), far = Number.MAX_SAFE_INTEGER;
    assertEquals([file.read(bytes, far), file.read(bytes, 2)], [0, 2]);
    const error = assertThrows(() => file.write(bytes, far), Failure as never);
    assertEquals((error as Failure).errno, ERRNO.fbig);
    assertEquals(file.write(new TextEncoder().encode("TEXT"), 0), 4);
    file.close();
    assertEquals(Deno.readTextFileSync(`${folder}/file`), "TEXT");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a guest that makes a link does not make Deno ask the user for a permission", () => {
  for (const missing of ["read", "write"]) {
    let made = 0;
    const querySync = ({ name, ...rest }: Deno.PermissionDescriptor) => {
      assertEquals(rest, {}); // for all files
      return { state: name === missing ? "prompt" : "granted" };
    };
    const host = { ...Deno, permissions: { querySync }, symlinkSync: () => void made++ };
    const { symlink } = denoFileSystem(host as never, "/");
    const error = assertThrows(() => symlink("target", "/link"), Failure as never);
    assertEquals([(error as Failure).errno, made], [ERRNO.acces, 0]);
  }
});
