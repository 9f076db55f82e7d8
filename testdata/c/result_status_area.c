// build result_status_area.wasm:
//
// The return area, whose address is the first argument, begins with a word that is 0 for success
// and 1 for failure. The pointer and byte length of the text, or of the error's text, follow; the
// caller frees both kinds in the same way. A text that begins with "!" is refused.
#include "malloc.h"

struct area {
  size failed;
  struct text text;
};

static const char refusal[] = "a name does not begin with an exclamation mark";

#define FORM(name)                                                          \
  EXPORT(name) void name(struct area *area, const char *in, size length) {  \
    area->failed = length > 0 && in[0] == '!';                              \
    area->text = area->failed ? new_echo(refusal, sizeof refusal - 1, 0, 0) \
                              : new_##name(in, length, 0, 0);               \
  }
BOTH(FORM)
