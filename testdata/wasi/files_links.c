// build files_links.wasm:
//
// A command that makes, follows, reads, renames and removes links in the directory "/".
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

int main(void) {
  char text[16];
  struct stat status;
  int file = open("/file", O_WRONLY | O_CREAT | O_EXCL, 0644);
  CHECK(file >= 0);
  CHECK(write(file, "text", 4) == 4);
  CHECK(close(file) == 0);

  // A symbolic link is read, is not its target, and is removed without it.
  CHECK(symlink("file", "/link") == 0);
  FAILS(EEXIST, symlink("file", "/link"));
  CHECK(readlink("/link", text, sizeof text) == 4 && memcmp(text, "file", 4) == 0);
  CHECK(readlink("/link", text, 2) == 2);
  FAILS(EINVAL, readlink("/file", text, sizeof text));
  CHECK(lstat("/link", &status) == 0 && S_ISLNK(status.st_mode));
  CHECK(stat("/link", &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 4);
  FAILS(ELOOP, open("/link", O_RDONLY | O_NOFOLLOW));
  CHECK(rename("/link", "/moved") == 0);
  CHECK(unlink("/moved") == 0);
  CHECK(stat("/file", &status) == 0);

  // One that leads nowhere, one that leads to itself, and one to a directory.
  CHECK(symlink("nothing", "/nowhere") == 0);
  FAILS(ENOENT, open("/nowhere", O_RDONLY));
  FAILS(EEXIST, open("/nowhere", O_WRONLY | O_CREAT | O_EXCL, 0644));
  CHECK(symlink("loop", "/loop") == 0);
  FAILS(ELOOP, open("/loop", O_RDONLY));
  CHECK(mkdir("/directory", 0755) == 0);
  CHECK(symlink("directory", "/door") == 0);
  FAILS(ENOTDIR, rmdir("/door"));
  CHECK(stat("/door/", &status) == 0 && S_ISDIR(status.st_mode));
  CHECK(unlink("/nowhere") == 0 && unlink("/loop") == 0 && unlink("/door") == 0);

  // Links that could lead out are not made.
  FAILS(ENOTCAPABLE, symlink("/file", "/absolute"));
  FAILS(ENOTCAPABLE, symlink("../file", "/directory/up"));

  // A hard link is the same file.
  CHECK(link("/file", "/directory/hard") == 0);
  FAILS(EEXIST, link("/file", "/directory"));
  FAILS(EPERM, link("/directory", "/hard"));
  ino_t inode = status.st_ino;
  CHECK(stat("/file", &status) == 0 && status.st_nlink == 2 && status.st_ino != inode);
  inode = status.st_ino;
  CHECK(unlink("/file") == 0);
  CHECK(stat("/directory/hard", &status) == 0 && status.st_nlink == 1 && status.st_ino == inode);
  CHECK(unlink("/directory/hard") == 0 && rmdir("/directory") == 0);
  return 0;
}
