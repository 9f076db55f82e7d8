// WASI preview 1, typenames.witx: `rights`. What a right is for is in the name of its function.

/** The rights that functions ask for. */
export const RIGHT = {
  fd_datasync: 1n << 0n,
  fd_read: 1n << 1n,
  fd_seek: 1n << 2n,
  fd_fdstat_set_flags: 1n << 3n,
  fd_sync: 1n << 4n,
  fd_tell: 1n << 5n,
  fd_write: 1n << 6n,
  fd_advise: 1n << 7n,
  fd_allocate: 1n << 8n,
  path_create_directory: 1n << 9n,
  path_create_file: 1n << 10n,
  path_link_source: 1n << 11n,
  path_link_target: 1n << 12n,
  path_open: 1n << 13n,
  fd_readdir: 1n << 14n,
  path_readlink: 1n << 15n,
  path_rename_source: 1n << 16n,
  path_rename_target: 1n << 17n,
  path_filestat_get: 1n << 18n,
  path_filestat_set_size: 1n << 19n,
  path_filestat_set_times: 1n << 20n,
  fd_filestat_get: 1n << 21n,
  fd_filestat_set_size: 1n << 22n,
  fd_filestat_set_times: 1n << 23n,
  path_symlink: 1n << 24n,
  path_remove_directory: 1n << 25n,
  path_unlink_file: 1n << 26n,
  poll_fd_readwrite: 1n << 27n,
} as const;

/** All rights that a file can have. */
export const FILE_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_read | RIGHT.fd_seek |
  RIGHT.fd_fdstat_set_flags | RIGHT.fd_sync | RIGHT.fd_tell | RIGHT.fd_write | RIGHT.fd_advise |
  RIGHT.fd_allocate | RIGHT.fd_filestat_get | RIGHT.fd_filestat_set_size |
  RIGHT.fd_filestat_set_times | RIGHT.poll_fd_readwrite;

/** All rights that a directory can have. */
export const DIRECTORY_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_fdstat_set_flags |
  RIGHT.fd_sync | RIGHT.path_create_directory | RIGHT.path_create_file | RIGHT.path_link_source |
  RIGHT.path_link_target | RIGHT.path_open | RIGHT.fd_readdir | RIGHT.path_readlink |
  RIGHT.path_rename_source | RIGHT.path_rename_target | RIGHT.path_filestat_get |
  RIGHT.path_filestat_set_size | RIGHT.path_filestat_set_times | RIGHT.fd_filestat_get |
  RIGHT.fd_filestat_set_times | RIGHT.path_symlink | RIGHT.path_remove_directory |
  RIGHT.path_unlink_file | RIGHT.poll_fd_readwrite;

/** The rights of what is opened in a directory that was granted. */
export const ALL_RIGHTS: bigint = FILE_RIGHTS | DIRECTORY_RIGHTS;

/** The rights that a file has to be opened for writing for. */
export const WRITING_RIGHTS: bigint = RIGHT.fd_datasync | RIGHT.fd_write | RIGHT.fd_allocate |
  RIGHT.fd_filestat_set_size;
