// build several_inputs.wasm:
// build several_inputs_symbols.wasm: -DSYMBOLS -Wl,--export=first,--export=second,--export=output
//
// `join(first_length, second_length)` writes the texts of two static buffers of 100 bytes one after
// the other into a third one of 200 bytes, and returns the length. Getters or data symbols name the
// buffers.
#include "guest.h"

#define SIZE 100

char first[SIZE];
char second[SIZE];
char output[2 * SIZE];

#ifndef SYMBOLS
EXPORT(get_first) char *get_first(void) { return first; }
EXPORT(get_second) char *get_second(void) { return second; }
EXPORT(get_output) char *get_output(void) { return output; }
#endif

EXPORT(join) int join(size first_length, size second_length) {
  if (first_length > SIZE || second_length > SIZE) return -1;
  for (size at = 0; at < first_length; at++) output[at] = first[at];
  for (size at = 0; at < second_length; at++) output[first_length + at] = second[at];
  return first_length + second_length;
}
