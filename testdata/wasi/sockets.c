// build sockets.wasm:
//
// A command that takes its streams, its directory and numbers that are not open for sockets.
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

int main(void) {
  char text[4];
  for (int descriptor = 0; descriptor < 4; descriptor++) {
    FAILS(ENOTSOCK, shutdown(descriptor, SHUT_RD));
    FAILS(ENOTSOCK, recv(descriptor, text, sizeof text, 0));
    FAILS(ENOTSOCK, send(descriptor, text, sizeof text, 0));
  }
  FAILS(EBADF, shutdown(4, SHUT_RD));
  FAILS(EBADF, recv(-1, text, sizeof text, 0));
  return 0;
}
