// build command.wasm:
//
// A command whose first argument chooses what it does:
//
//     arguments      prints all arguments, a line each
//     shout          prints standard input in upper case
//     exit <code>    prints "leaving" without a line feed and exits
//     abort          prints "giving up" to standard error and traps
//     sleep <ms>     sleeps
//     open <path>    opens a file as often as it can, prints how often
//     forever        prints until printing fails
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  const char *value = argc > 2 ? argv[2] : "";
  if (strcmp(what, "arguments") == 0) {
    for (int index = 0; index < argc; index++) puts(argv[index]);
  } else if (strcmp(what, "shout") == 0) {
    for (int character; (character = getchar()) != EOF;) putchar(toupper(character));
  } else if (strcmp(what, "exit") == 0) {
    printf("leaving");
    exit(atoi(value));
  } else if (strcmp(what, "abort") == 0) {
    fputs("giving up", stderr);
    abort();
  } else if (strcmp(what, "sleep") == 0) {
    return usleep(atoi(value) * 1000) == 0 ? 0 : errno;
  } else if (strcmp(what, "open") == 0) {
    int count = 0;
    while (open(value, O_RDONLY) >= 0) count++;
    printf("%d %d\n", count, errno);
  } else if (strcmp(what, "forever") == 0) {
    static char line[65536];
    memset(line, '-', sizeof line);
    while (write(1, line, sizeof line) > 0) {
    }
    return errno;
  } else {
    return 2;
  }
  return 0;
}
