// build moves_buffer.wasm:
//
// Has two buffers of 100 bytes. A call reads one, writes the text with "WASM is cool!" into the
// other, and reports that one as its buffer from then on.
#include "guest.h"

#define SIZE 100

static char buffers[2][SIZE];
static int current;

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffers[current]; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(transform) int transform(size length) {
  if (length > SIZE) return -1;
  const char *from = buffers[current];
  char *to = buffers[current ^= 1];
  for (size at = 0; at < length; at++) to[at] = from[at];
  for (size at = 0; at < length; at++) buffers[current ^ 1][at] = '#';
  return append(to, length, SIZE);
}
