// build result_out_parameters.wasm:
//
// `name(in, length, &out, &out_length)` returns 0 for success, -1 if memory ran out, and -2 for a
// text that begins with "!". `last_error` then returns the reason as a static C string.
#include "malloc.h"

static const char *error = "";

EXPORT(last_error) const char *last_error(void) { return error; }

#define FORM(name)                                                                   \
  EXPORT(name) int name(const char *in, size length, char **out, size *out_length) { \
    if (length > 0 && in[0] == '!') {                                                \
      error = "a name does not begin with an exclamation mark";                      \
      return -2;                                                                     \
    }                                                                                \
    const struct text text = new_##name(in, length, 0, 0);                           \
    if (text.pointer == 0) {                                                         \
      error = "out of memory";                                                       \
      return -1;                                                                     \
    }                                                                                \
    *out = text.pointer;                                                             \
    *out_length = text.length;                                                       \
    return 0;                                                                        \
  }
BOTH(FORM)
