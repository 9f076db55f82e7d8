// build invalid_text.wasm:
//
// Puts the byte 0xff, which does not occur in UTF-8, after the text in its buffer of 100 bytes.
#include "guest.h"

#define SIZE 100

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(spoil) int spoil(size length) {
  if (length >= SIZE) return -1;
  buffer[length] = (char)0xff;
  return length + 1;
}
