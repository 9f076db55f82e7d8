// build grows_memory.wasm: -Wl,--max-memory=1048576
// build grows_memory_and_moves.wasm: -Wl,--max-memory=1048576 -DMOVES
// build grows_memory_when_asked.wasm: -Wl,--max-memory=1048576 -DWHEN_ASKED
//
// Appends "WASM is cool!" to the text in its buffer of 100 bytes and grows its memory by a page: in
// the middle of the call, with the buffer moving to the new page, or when asked for the buffer. It
// starts with two pages and stops growing at sixteen.
#include "guest.h"

#define SIZE 100

static char first[SIZE];
static char *buffer = first;

static char *grow(void) {
  const size page = __builtin_wasm_memory_grow(0, 1);
  return page == (size)-1 ? 0 : (char *)(page * 65536);
}

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) {
#ifdef WHEN_ASKED
  grow();
#endif
  return buffer;
}
EXPORT(get_buffer_capacity) size get_buffer_capacity(void) { return SIZE; }

EXPORT(transform) int transform(size length) {
#ifndef WHEN_ASKED
  char *page = grow();
#endif
  const int result = append(buffer, length, SIZE);
#ifdef MOVES
  if (page != 0 && result >= 0) {
    for (int at = 0; at < result; at++) page[at] = buffer[at];
    buffer = page;
  }
#elif !defined(WHEN_ASKED)
  (void)page;
#endif
  return result;
}
