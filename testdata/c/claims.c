// build counts_nul.wasm: -DANSWER=result+1
// build answers_minus_one.wasm: -DANSWER=-1
// build answers_lowest.wasm: -DANSWER=-2147483647-1
// build claims_one_more.wasm: -DANSWER=SIZE+1
// build claims_more.wasm: -DANSWER=1000
// build claims_nothing.wasm: -DANSWER=0
// build claims_pointer_outside.wasm: -DPOINTER=(char*)0xfffffff0
// build claims_pointer_at_end.wasm: -DPOINTER=(char*)(2*65536-50)
// build claims_null.wasm: -DPOINTER=(char*)0
// build claims_capacity_outside.wasm: -DCAPACITY=0x7fffffff
// build claims_negative_capacity.wasm: -DCAPACITY=-1
//
// Appends "WASM is cool!" and a NUL to the text in its buffer of 100 bytes in a memory of two
// pages, and then reports a wrong length, buffer or capacity.
#include "guest.h"

#define SIZE 100
#ifndef ANSWER
#define ANSWER result
#endif
#ifndef POINTER
#define POINTER buffer
#endif
#ifndef CAPACITY
#define CAPACITY SIZE
#endif

static char buffer[SIZE];

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return POINTER; }
EXPORT(get_buffer_capacity) int get_buffer_capacity(void) { return CAPACITY; }

EXPORT(transform) int transform(size length) {
  const int result = append(buffer, length, SIZE - 1);
  if (result < 0) return result;
  buffer[result] = 0;
  return ANSWER;
}
