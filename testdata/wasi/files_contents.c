// build files_contents.wasm:
//
// A command that reads, writes, appends to, resizes and dates a file in the directory "/".
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

int main(void) {
  char text[16] = {0};
  struct stat status;
  int file = open("/file", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644);
  CHECK(file >= 0);

  // What is appended goes to the end, wherever the position is; pwrite takes its own.
  CHECK(write(file, "one", 3) == 3);
  CHECK(lseek(file, 0, SEEK_SET) == 0);
  CHECK(write(file, "two", 3) == 3);
  CHECK(lseek(file, 0, SEEK_CUR) == 6);
#ifndef ADAPTED // the adapter moves to the end
  CHECK(lseek(file, 2, SEEK_SET) == 2 && write(file, text, 0) == 0);
  CHECK(lseek(file, 0, SEEK_CUR) == 2 && lseek(file, 6, SEEK_SET) == 6);
#endif
#ifdef ADAPTED // the adapter appends what pwrite writes as well
  CHECK(fcntl(file, F_SETFL, 0) == 0);
#endif
  CHECK(pwrite(file, "O", 1, 0) == 1);
  CHECK(lseek(file, 0, SEEK_CUR) == 6);
  CHECK(pread(file, text, 8, 0) == 6 && memcmp(text, "Onetwo", 6) == 0);
#ifndef ADAPTED
  CHECK(fcntl(file, F_GETFL) & O_APPEND);
#endif
  CHECK(fcntl(file, F_SETFL, 0) == 0 && !(fcntl(file, F_GETFL) & O_APPEND));
  CHECK(lseek(file, 1, SEEK_SET) == 1 && write(file, "N", 1) == 1);
  CHECK(pread(file, text, 8, 0) == 6 && memcmp(text, "ONetwo", 6) == 0);

  // A position can be beyond the end, but not before the start.
  FAILS(EINVAL, lseek(file, -7, SEEK_CUR));
  CHECK(lseek(file, 8, SEEK_SET) == 8 && read(file, text, 1) == 0);
  CHECK(write(file, "!", 1) == 1);
  CHECK(pread(file, text, 9, 0) == 9 && memcmp(text, "ONetwo\0\0!", 9) == 0);
  CHECK(pread(file, text, 0, 0) == 0 && pwrite(file, text, 0, 20) == 0);

  CHECK(ftruncate(file, 2) == 0 && ftruncate(file, 4) == 0);
  CHECK(pread(file, text, 9, 0) == 4 && memcmp(text, "ON\0\0", 4) == 0);
#ifndef ADAPTED // it supports no fd_allocate either
  CHECK(posix_fallocate(file, 2, 8) == 0 && fstat(file, &status) == 0 && status.st_size == 10);
  CHECK(posix_fallocate(file, 0, 5) == 0 && fstat(file, &status) == 0 && status.st_size == 10);
#endif
  CHECK(posix_fadvise(file, 0, 10, POSIX_FADV_SEQUENTIAL) == 0);
  CHECK(fsync(file) == 0 && fdatasync(file) == 0);

  // Times are exact.
  struct timespec times[2] = {{1500000000, 123456789}, {1600000000, 987654321}};
  CHECK(futimens(file, times) == 0 && fstat(file, &status) == 0);
  CHECK(status.st_atim.tv_sec == 1500000000 && status.st_atim.tv_nsec == 123456789);
  CHECK(status.st_mtim.tv_sec == 1600000000 && status.st_mtim.tv_nsec == 987654321);
  times[0].tv_nsec = 1;
  CHECK(utimensat(AT_FDCWD, "/file", times, 0) == 0 && fstat(file, &status) == 0);
  CHECK(status.st_atim.tv_nsec == 1 && status.st_mtim.tv_nsec == 987654321);

  // A file that is gone can be used until it is closed.
  CHECK(unlink("/file") == 0);
  FAILS(ENOENT, stat("/file", &status));
  CHECK(pread(file, text, 2, 0) == 2 && memcmp(text, "ON", 2) == 0);
  CHECK(close(file) == 0);
  FAILS(EBADF, close(file));

  // A file that was opened to be read is not written, nor the other way round.
  file = open("/file", O_WRONLY | O_CREAT | O_EXCL, 0644);
  FAILS(EBADF, read(file, text, 1));
  CHECK(close(file) == 0);
  FAILS(EEXIST, open("/file", O_WRONLY | O_CREAT | O_EXCL, 0644));
  file = open("/file", O_RDONLY);
  FAILS(EBADF, write(file, text, 1));
  CHECK(close(file) == 0 && unlink("/file") == 0);
  return 0;
}
