// build length_getter.wasm: -DSCAN
// build length_getter_symbols.wasm: -DSYMBOLS -Wl,--export=buffer,--export=output_len
// build length_getter_two.wasm: -DTWO
// build length_getter_status.wasm: -DSTATUS
//
// Appends "WASM is cool!" to the text in its buffer. The new length is no result of the function:
// another export gives it.
#include "guest.h"

#define SIZE 100

char buffer[SIZE];
size output_len;

#ifndef SYMBOLS
EXPORT(get_buffer) char *get_buffer(void) { return buffer; }
EXPORT(output_len) size get_output_len(void) { return output_len; }
#endif

#ifdef TWO
EXPORT(result_length) size result_length(void) { return 3; }
#endif

#if defined SCAN
EXPORT(transform) void transform(void) {
  output_len = append(buffer, scan(buffer, SIZE), SIZE);
}
#elif defined STATUS
// Returns 0, or 1 if there is no room.
EXPORT(transform) int transform(size length) {
  ssize added = append(buffer, length, SIZE);
  if (added < 0) return 1;
  output_len = added;
  return 0;
}
#else
EXPORT(transform) void transform(size length) {
  output_len = append(buffer, length, SIZE);
}
#endif
