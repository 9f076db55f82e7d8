// build result_end.wasm:
// build result_end_packed.wasm: -DPACKED
//
// Returns the start of the text and the address after its last byte: in a return area whose address
// is the last argument, or in an i64 with the end in its high half.
#include "malloc.h"

struct range {
  char *begin;
  char *end;
};

#ifdef PACKED
#define FORM(name)                                                                 \
  EXPORT(name) unsigned long long name(const char *in, size length) {              \
    const struct text text = new_##name(in, length, 0, 0);                         \
    const size end = (size)text.pointer + text.length;                             \
    return (unsigned long long)end << 32 | (unsigned long long)(size)text.pointer; \
  }
#else
#define FORM(name)                                                          \
  EXPORT(name) void name(const char *in, size length, struct range *area) { \
    const struct text text = new_##name(in, length, 0, 0);                  \
    area->begin = text.pointer;                                             \
    area->end = text.pointer + text.length;                                 \
  }
#endif
BOTH(FORM)
