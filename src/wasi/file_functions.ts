// WASI preview 1, wasi_snapshot_preview1.witx: the functions that have a descriptor.
import { ERRNO } from "./errno.ts";
import type { Step } from "./file_call.ts";
import {
  answer,
  buffer,
  entries,
  file,
  filestat,
  from,
  i32,
  i64,
  into,
  whence,
} from "./file_steps.ts";
import { directory, lookup, opened, path, target } from "./path_steps.ts";

const count = answer(4);
/** A path that may be a link. */
const link = path();
/** A path to open: a link that is not followed is refused. */
const openPath = path(ERRNO.loop);
/** A path where something is made. */
const newPath = path(ERRNO.exist);
/** A path of something that is moved or removed: of a link, `node:wasi` would take the target. */
const oldPath = path(ERRNO.notsup);

/** The parameters of each function, in their order. */
export const FILE_FUNCTIONS: Readonly<Record<string, readonly Step[]>> = {
  fd_advise: [file, i64, i64, i32],
  fd_allocate: [file, i64, i64],
  fd_datasync: [file],
  fd_fdstat_get: [file, answer(24)],
  fd_fdstat_set_flags: [file, i32],
  fd_fdstat_set_rights: [file, i64, i64],
  fd_filestat_get: [file, filestat],
  fd_filestat_set_size: [file, i64],
  fd_filestat_set_times: [file, i64, i64, i32],
  fd_pread: [file, into, i64, count],
  fd_pwrite: [file, from, i64, count],
  fd_read: [file, into, count],
  fd_readdir: [file, entries, i64, count],
  fd_seek: [file, i64, whence, answer(8)],
  fd_sync: [file],
  fd_tell: [file, answer(8)],
  fd_write: [file, from, count],
  path_create_directory: [directory, newPath],
  path_filestat_get: [directory, lookup, link, filestat],
  path_filestat_set_times: [directory, lookup, link, i64, i64, i32],
  path_link: [directory, lookup, oldPath, directory, newPath],
  path_open: [directory, lookup, openPath, i32, i64, i64, i32, opened],
  path_readlink: [directory, link, buffer(), count],
  path_remove_directory: [directory, oldPath],
  path_rename: [directory, oldPath, directory, oldPath],
  path_symlink: [target, directory, newPath],
  path_unlink_file: [directory, oldPath],
};
