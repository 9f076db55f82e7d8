// What the commands that check files share: the first fault ends the command with its line.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition) ((condition) ? (void)0 : fail(__LINE__, #condition))

// A call must fail with this error.
#define FAILS(error, call) (errno = 0, CHECK((call) == -1), CHECK(errno == (error)))

__attribute__((noinline)) static void fail(int line, const char *condition) {
  fprintf(stderr, "line %d: %s, errno %d\n", line, condition, errno);
  exit(1);
}
