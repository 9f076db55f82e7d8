// build result_getters.wasm: -DGETTERS
// build result_getters_status.wasm: -DGETTERS -DSTATUS
// build result_symbols.wasm: -Wl,--export=result_pointer,--export=result_length
//
// Has getters for its result: `result_pointer()` and `result_length()`, or data symbols of these
// names, which are addresses. The result lasts until the next call, which frees it. With a status,
// a call returns 0 for success and otherwise the number of its error, which `error_text()` and
// `error_length()` explain.
#include "malloc.h"

static struct text kept;

#ifdef GETTERS
EXPORT(result_pointer) char *result_pointer(void) { return kept.pointer; }
EXPORT(result_length) size result_length(void) { return kept.length; }
static void publish(void) {}
#else
char *result_pointer;
size result_length;
static void publish(void) {
  result_pointer = kept.pointer;
  result_length = kept.length;
}
#endif

static void keep(struct text text) {
  heap_free(kept.pointer, kept.length, 1);
  kept = text;
  publish();
}

#ifdef STATUS
static const char refusal[] = "a name does not begin with an exclamation mark";
EXPORT(error_text) const char *error_text(void) { return refusal; }
EXPORT(error_length) size error_length(void) { return sizeof refusal - 1; }
#define FORM(name)                                     \
  EXPORT(name) int name(const char *in, size length) { \
    if (length > 0 && in[0] == '!') return 7;          \
    keep(new_##name(in, length, 0, 0));                \
    return 0;                                          \
  }
#else
#define FORM(name)                                      \
  EXPORT(name) void name(const char *in, size length) { \
    keep(new_##name(in, length, 0, 0));                 \
  }
#endif
BOTH(FORM)
