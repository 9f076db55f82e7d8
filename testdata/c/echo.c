// build echo_scan.wasm: -DGENERATION=0
// build echo_length.wasm: -DGENERATION=1
// build echo_pointer.wasm: -DGENERATION=2
//
// Leaves the text in its buffer of 131,072 bytes as it is and returns its length. Every text that
// fits comes back, even one that fills the buffer. It returns -1 for an impossible length.
#include "guest.h"

#define SIZE 131072

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

#if GENERATION == 0
EXPORT(echo) int echo(void) { return scan(buffer, SIZE); }
#elif GENERATION == 1
EXPORT(echo) int echo(size length) { return length <= SIZE ? (int)length : -1; }
#else
EXPORT(echo) int echo(char *text, size length) {
  return text == buffer && length <= SIZE ? (int)length : -1;
}
#endif
