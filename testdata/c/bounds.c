// build bounds_next_symbol.wasm: -Wl,--export=buffer,--export=after -DAFTER=200
// build bounds_data_end.wasm: -Wl,--export=buffer,--export=__data_end,--export=__heap_base
// build bounds_heap_base.wasm: -Wl,--export=buffer,--export=__heap_base,--stack-first
// build bounds_stack_pointer.wasm: -Wl,--export=buffer,-z,stack-size=1024 -DSTACK
// build bounds_memory_end.wasm: -Wl,--export=buffer,--stack-first
// build bounds_segment.wasm: -Wl,--export=buffer,--no-merge-data-segments -DSEGMENT
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes. It does not export the size, so
// only the next item in memory bounds it.
#include "guest.h"

#define SIZE 100

#ifdef SEGMENT
__attribute__((section(".data.1"))) char buffer[SIZE] = {' '};
__attribute__((section(".data.2"))) char following[16] = {'f'};
#else
char buffer[SIZE];
#endif
#ifdef AFTER
char after[AFTER];
#endif

EXPORT(transform) int transform(size length) {
#ifdef STACK
  volatile size on_stack = length;
  length = on_stack;
#endif
  const int result = append(buffer, length, SIZE);
#ifdef SEGMENT
  *(volatile char *)following = 'F';
#endif
#ifdef AFTER
  *(volatile char *)after = 'F';
#endif
  return result;
}
