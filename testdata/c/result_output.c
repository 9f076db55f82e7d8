// build result_output_needed.wasm: -DTOO_SMALL=needed
// build result_output_error.wasm: -DTOO_SMALL=-1
// build result_output_negative_needed.wasm: -DTOO_SMALL=-needed
// build result_output_truncates.wasm: -DTRUNCATES -DTOO_SMALL=needed
//
// `name(out, capacity, in, length)` writes to the caller's buffer and returns the number of bytes
// written. If the buffer is too small it writes nothing, or as much as fits, and returns the number
// of bytes it needs, -1, or that number as a negative one. With (0, 0, in, length) it returns the
// number of bytes it needs.
#include "malloc.h"

#ifdef TRUNCATES
#define TRUNCATED(capacity) (capacity)
#else
#define TRUNCATED(capacity) 0
#endif

#define FORM(name)                                                               \
  EXPORT(name) int name(char *out, size capacity, const char *in, size length) { \
    const int needed = name##_length(length);                                    \
    if (out == 0 && capacity == 0) return needed;                                \
    const struct text text = new_##name(in, length, 0, 0);                       \
    if (text.pointer == 0) return -2147483647 - 1;                               \
    const int fits = needed <= (int)capacity;                                    \
    const size written = fits ? (size)needed : TRUNCATED(capacity);              \
    copy(out, text.pointer, written);                                            \
    heap_free(text.pointer, text.length, 1);                                     \
    return fits ? needed : TOO_SMALL;                                            \
  }

BOTH(FORM)
