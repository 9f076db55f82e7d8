// build stream_rot13.wasm:
// build stream_rot13_text.wasm: -DTEXT
// build stream_rot13_large.wasm: -DSIZE=65536
//
// A filter for streams, as tutorials write one: `init()`, `update(length)` for each chunk in the
// static buffer, which it rewrites in place, and `final()`, which returns the number of bytes since
// `init` in brackets. `update` returns the new length, -1 for a byte of 0xfe, and traps at 0xff. With
// TEXT, a chunk that begins or ends within a character of UTF-8 makes it return -2.
#include "guest.h"

#ifndef SIZE
#define SIZE 64
#endif

static unsigned char buffer[SIZE];
static unsigned total, begun, ended;

EXPORT(get_buffer_pointer) unsigned char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

// How often `init` and `final` were called.
EXPORT(times_begun) unsigned times_begun(void) { return begun; }
EXPORT(times_ended) unsigned times_ended(void) { return ended; }

static unsigned char rotate(unsigned char byte) {
  unsigned char letter = byte | 0x20;
  if (letter < 'a' || letter > 'z') return byte;
  return letter < 'n' ? byte + 13 : byte - 13;
}

#ifdef TEXT
static int is_whole(size length) {
  size at = 0;
  while (at < length) {
    unsigned char first = buffer[at];
    if (first >= 0x80 && first < 0xc0) return 0;
    at += first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }
  return at == length;
}
#endif

EXPORT(init) void init(void) {
  begun++;
  total = 0;
}

EXPORT(update) int update(size length) {
#ifdef TEXT
  if (!is_whole(length)) return -2;
#endif
  for (size at = 0; at < length; at++) {
    if (buffer[at] == 0xfe) return -1;
    if (buffer[at] == 0xff) __builtin_trap();
    buffer[at] = rotate(buffer[at]);
  }
  total += length;
  return length;
}

EXPORT(final) int final(void) {
  ended++;
  unsigned digits = 1;
  for (unsigned rest = total; rest >= 10; rest /= 10) digits++;
  buffer[0] = '[';
  unsigned rest = total;
  for (unsigned at = digits; at > 0; at--, rest /= 10) buffer[at] = '0' + rest % 10;
  buffer[digits + 1] = ']';
  return digits + 2;
}
