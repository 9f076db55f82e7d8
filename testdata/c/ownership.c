// build argument_freed.wasm: -DFREES
// build argument_kept.wasm: -DKEEPS
// build result_free_result.wasm:
//
// Has the ways to free arguments and results. The guest frees its argument. Or it keeps it until
// the next call or `forget()` frees it, and returns the one before. Or results have a function of
// their own, `free_result(pointer, length)`. Results are an i64 with the pointer in the high half.
#include "malloc.h"

typedef unsigned long long packed;

static packed pack(struct text text) { return (packed)(size)text.pointer << 32 | text.length; }

#ifdef KEEPS
static struct text kept;

EXPORT(forget) void forget(void) {
  heap_free(kept.pointer, kept.length, 8);
  kept = (struct text){0, 0};
}

EXPORT(exchange) packed exchange(char *in, size length) {
  const struct text before = new_echo(kept.pointer, kept.length, 0, 0);
  forget();
  kept = (struct text){in, length};
  return pack(before);
}
#elif defined(FREES)
#define FORM(name)                                         \
  EXPORT(name) packed name(char *in, size length) {        \
    const struct text text = new_##name(in, length, 0, 0); \
    heap_free(in, length, 8);                              \
    return pack(text);                                     \
  }
BOTH(FORM)
#else
// This precedes each result, so that `free` cannot be mistaken for `free_result`.
#define HEAD 8

EXPORT(free_result) void free_result(char *pointer, size length) {
  if (pointer != 0) heap_free(pointer - HEAD, HEAD + length, 1);
}

#define FORM(name)                                        \
  EXPORT(name) packed name(const char *in, size length) { \
    struct text text = new_##name(in, length, HEAD, 0);   \
    if (text.pointer != 0) text.pointer += HEAD;          \
    return pack(text);                                    \
  }
BOTH(FORM)
#endif
