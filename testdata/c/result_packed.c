// build result_packed_pointer_high.wasm: -DHIGH=pointer -DLOW=length
// build result_packed_pointer_low.wasm: -DHIGH=length -DLOW=pointer
//
// Returns an i64 with the pointer in one half and the byte length in the other.
#include "malloc.h"

typedef unsigned long long packed;

#define FORM(name)                                                   \
  EXPORT(name) packed name(const char *in, size length) {            \
    const struct text text = new_##name(in, length, 0, 0);           \
    return ((packed)(size)text.HIGH << 32) | (packed)(size)text.LOW; \
  }
BOTH(FORM)
