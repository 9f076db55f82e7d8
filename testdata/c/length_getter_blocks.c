// build length_getter_blocks.wasm: -DALLOCATE=alloc -DFREE=dealloc -DLENGTH=result_len
// build length_getter_walloc.wasm: -DALLOCATE=walloc -DFREE=wfree -DLENGTH=wlen
//
// Writes a text in capital letters into a block of its own and returns its address. Another export
// gives its length.
#include "texts.h"

#define NAMED(name) EXPORT(name)

NAMED(ALLOCATE) void *take(size length) { return heap_allocate(length, 8); }
NAMED(FREE) void give(void *pointer, size length) { heap_free(pointer, length, ANY); }

static size last;
NAMED(LENGTH) size length_of_last(void) { return last; }

EXPORT(process) char *process(const char *text, size length) {
  char *made = heap_allocate(length, 1);
  for (size at = 0; at < length; at++) {
    made[at] = text[at] >= 'a' && text[at] <= 'z' ? text[at] - 32 : text[at];
  }
  last = length;
  return made;
}
