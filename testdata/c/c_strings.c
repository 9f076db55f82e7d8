// build c_string.wasm:
// build c_string_borrowed.wasm: -DBORROWED
// build c_string_free_string.wasm: -DFREE_STRING
//
// Has `char *name(const char *)`, both ending with a NUL. The result is a block that `free` frees,
// or one that only `free_string` may free, or a static text of at most 255 bytes, which nobody
// frees. It is null if memory ran out.
#include "malloc.h"

static size length_of(const char *text) {
  size length = 0;
  while (text[length] != 0) length++;
  return length;
}

#ifdef FREE_STRING
// This precedes each result, so that `free` cannot be mistaken for `free_string`.
#define HEAD 8
EXPORT(free_string) void free_string(char *text) { heap_free(text - HEAD, ANY, 1); }
#else
#define HEAD 0
#endif

#ifdef BORROWED
static char kept[256];

#define FORM(name)                                      \
  EXPORT(name) const char *name(const char *in) {       \
    const size length = length_of(in);                  \
    if (name##_length(length) >= sizeof kept) return 0; \
    write_##name(kept, in, length);                     \
    kept[name##_length(length)] = 0;                    \
    return kept;                                        \
  }
#else
#define FORM(name)                                                   \
  EXPORT(name) char *name(const char *in) {                          \
    const struct text text = new_##name(in, length_of(in), HEAD, 1); \
    if (text.pointer == 0) return 0;                                 \
    text.pointer[HEAD + text.length] = 0;                            \
    return text.pointer + HEAD;                                      \
  }
#endif
BOTH(FORM)
