// build overruns.wasm:
//
// Writes the text in its buffer of 100 bytes three times, one after the other, without a check for
// room: from 34 bytes on it writes into its neighbour, and returns that length.
#include "guest.h"

#define SIZE 100

static struct {
  char buffer[SIZE];
  char neighbour[1000];
} data;

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return data.buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(triple) int triple(size length) {
  char *text = data.buffer;
  __asm__ volatile("" : "+r"(text));  // the compiler must not see what this overruns
  for (size at = 0; at < 2 * length; at++) text[length + at] = text[at];
  return 3 * length;
}
