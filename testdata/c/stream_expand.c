// build stream_expand.wasm:
//
// Expands runs: each pair of bytes is a count and a byte. `expand(in, inLength, taken, out,
// outCapacity)` stores at `taken` how many bytes of the input it has used, and returns how many it
// has written: it stops as soon as the output is full. `expand_end()` returns 1 if a pair was cut
// off. A count of 0 traps.
#include "malloc.h"

static unsigned left, has_count;
static unsigned char byte;

EXPORT(expand_init) void expand_init(void) { left = has_count = 0; }

EXPORT(expand) size expand(const unsigned char *in, size length, size *taken, unsigned char *out,
                           size capacity) {
  size at = 0, written = 0;
  for (;;) {
    if (left > 0 && !has_count) {
      if (written == capacity) break;
      out[written++] = byte;
      left--;
    } else if (at == length) {
      break;
    } else if (!has_count) {
      left = in[at++];
      if (left == 0) __builtin_trap();
      has_count = 1;
    } else {
      byte = in[at++];
      has_count = 0;
    }
  }
  *taken = at;
  return written;
}

EXPORT(expand_end) unsigned expand_end(void) { return has_count; }
