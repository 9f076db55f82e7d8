// build two_buffers.wasm: -DBUFFERS=2
// build two_transforms.wasm: -DTRANSFORMS=2
// build two_capacities.wasm: -DCAPACITIES=2
//
// Appends "WASM is cool!" to the text in a buffer of 100 bytes, and has two of one thing, so that
// either could be meant: a buffer, a function, a capacity.
#include "guest.h"

#define SIZE 100

static char first[SIZE];

#if BUFFERS == 2
static char second[SIZE];
EXPORT(get_first_buffer) char *get_first_buffer(void) { return first; }
EXPORT(get_second_buffer) char *get_second_buffer(void) { return second; }
#else
EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return first; }
#endif

#if CAPACITIES == 2
EXPORT(get_input_capacity) size get_input_capacity(void) { return SIZE; }
EXPORT(get_output_capacity) size get_output_capacity(void) { return 2 * SIZE; }
#else
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }
#endif

EXPORT(transform) int transform(size length) { return append(first, length, SIZE); }

#if TRANSFORMS == 2
EXPORT(repeat) int repeat(size length) {
  if (length > SIZE / 2) return -1;
  for (size at = 0; at < length; at++) first[length + at] = first[at];
  return 2 * length;
}
#endif
