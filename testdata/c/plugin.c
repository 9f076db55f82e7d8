// build plugin.wasm:
//
// What a stranger could have written: it makes a text upper-case, unless the text asks for a trap,
// for a loop without an end, or for a result that is larger than its buffer.
#include "guest.h"

#define SIZE 256

static char buffer[SIZE];
static volatile int rounds;

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(shout) size shout(size length) {
  if (length > 0 && buffer[0] == '!') __builtin_trap();
  if (length > 0 && buffer[0] == '@') {
    for (;;) rounds++;
  }
  if (length > 0 && buffer[0] == '#') return 512u << 20;
  for (size at = 0; at < length; at++) {
    if (buffer[at] >= 'a' && buffer[at] <= 'z') buffer[at] -= 'a' - 'A';
  }
  return length;
}
