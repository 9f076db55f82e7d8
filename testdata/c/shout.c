// build shout_scan.wasm: -DGENERATION=0
// build shout_length.wasm: -DGENERATION=1
// build shout_pointer.wasm: -DGENERATION=2
//
// Makes ASCII letters in its buffer of 24 bytes upper case. A text may fill the buffer; without an
// argument it needs a byte for its NUL.
#include "guest.h"

#define SIZE 24

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

static int shout_bytes(ssize length) {
  if (length < 0 || length > SIZE) return -1;
  for (int at = 0; at < length; at++) {
    char *letter = &buffer[at];
    if (*letter >= 'a' && *letter <= 'z') *letter -= 'a' - 'A';
  }
  return length;
}

#if GENERATION == 0
EXPORT(shout) int shout(void) { return shout_bytes(scan(buffer, SIZE)); }
#elif GENERATION == 1
EXPORT(shout) int shout(size length) { return shout_bytes(length); }
#else
EXPORT(shout) int shout(char *text, size length) {
  return text == buffer ? shout_bytes(length) : -2;
}
#endif
