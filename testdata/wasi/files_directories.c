// build files_directories.wasm:
//
// A command that lists, renames and removes directories in the directory "/", with slashes behind
// their names and without.
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static void make(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  CHECK(file >= 0 && close(file) == 0);
}

// Counts the entries from the current one on, and checks that their numbers are those of the files.
static int count(DIR *directory, int descriptor) {
  int found = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL; found++) {
    struct stat status;
    if (strcmp(entry->d_name, "..") == 0) continue;
    CHECK(fstatat(descriptor, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(status.st_ino == entry->d_ino);
  }
  return found;
}

int main(void) {
  char path[32];
  CHECK(mkdir("/many/", 0755) == 0);
  FAILS(EEXIST, mkdir("/many", 0755));
  int descriptor = open("/many", O_RDONLY | O_DIRECTORY);
  DIR *directory = fdopendir(descriptor);
  CHECK(directory != NULL);
  CHECK(count(directory, descriptor) == 2);
  for (int index = 0; index < 300; index++) {
    snprintf(path, sizeof path, "/many/a rather long name %d", index);
    make(path);
  }
  rewinddir(directory);
  CHECK(count(directory, descriptor) == 302);
  rewinddir(directory);
  for (int index = 0; index < 250; index++) CHECK(readdir(directory) != NULL);
  long place = telldir(directory);
  CHECK(count(directory, descriptor) == 52);
  seekdir(directory, place);
  CHECK(count(directory, descriptor) == 52);

  // A directory stays open under its new name, and nothing above it is reached from it.
  FAILS(ENOTEMPTY, rmdir("/many"));
  CHECK(rename("/many/", "/moved") == 0);
  struct stat status;
  CHECK(fstatat(descriptor, "a rather long name 7", &status, 0) == 0);
  FAILS(ENOTCAPABLE, fstatat(descriptor, "../moved", &status, 0));
  for (int index = 0; index < 300; index++) {
    snprintf(path, sizeof path, "a rather long name %d", index);
    CHECK(unlinkat(descriptor, path, 0) == 0);
  }
#ifndef ADAPTED // the adapter does not ask the host
  FAILS(EISDIR, read(descriptor, path, 1));
#endif
  CHECK(closedir(directory) == 0);

  // One takes the place of an empty one, but not of a file, nor a file that of a directory.
  CHECK(mkdir("/empty", 0755) == 0);
  CHECK(rename("/moved", "/empty/") == 0);
  make("/file");
  FAILS(ENOTDIR, rename("/empty", "/file"));
  FAILS(EISDIR, rename("/file", "/empty"));
  FAILS(ENOTDIR, rename("/file", "/other/"));
  FAILS(ENOTDIR, rmdir("/file"));
  FAILS(ENOTDIR, unlink("/file/"));
  FAILS(ENOTDIR, open("/file/", O_RDONLY));
  FAILS(EISDIR, unlink("/empty"));
  FAILS(EISDIR, open("/empty", O_RDWR));
  FAILS(EISDIR, open("/new/", O_WRONLY | O_CREAT, 0644));
  FAILS(ENOENT, rmdir("/none/"));

  // A path that ends with dots names no entry.
  FAILS(EINVAL, rmdir("/empty/."));
  FAILS(EBUSY, rename("/empty/.", "/new"));
  FAILS(EBUSY, rename("/file", "/empty/./"));
  CHECK(unlink("/file") == 0 && rmdir("/empty/") == 0);
  return 0;
}
