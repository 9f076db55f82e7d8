// WASI preview 1, wasi_snapshot_preview1.witx: the functions that have a descriptor.
import {
  answer,
  buffer,
  directory,
  file,
  filestat,
  from,
  i32,
  i64,
  into,
  opened,
  path,
  target,
  whence,
} from "./file_steps.ts";
import type { Step } from "./file_call.ts";

const count = answer(4);

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
  fd_readdir: [file, buffer, i64, count],
  fd_seek: [file, i64, whence, answer(8)],
  fd_sync: [file],
  fd_tell: [file, answer(8)],
  fd_write: [file, from, count],
  path_create_directory: [directory, path],
  path_filestat_get: [directory, i32, path, filestat],
  path_filestat_set_times: [directory, i32, path, i64, i64, i32],
  path_link: [directory, i32, path, directory, path],
  path_open: [directory, i32, path, i32, i64, i64, i32, opened],
  path_readlink: [directory, path, buffer, count],
  path_remove_directory: [directory, path],
  path_rename: [directory, path, directory, path],
  path_symlink: [target, directory, path],
  path_unlink_file: [directory, path],
};
