// build result_prefix_u32.wasm: -DPREFIX=__UINT32_TYPE__
// build result_prefix_u16.wasm: -DPREFIX=__UINT16_TYPE__
// build result_prefix_u8.wasm: -DPREFIX=__UINT8_TYPE__
// build result_prefix_before.wasm: -DPREFIX=__UINT32_TYPE__ -DBEFORE
//
// Stores the byte length before the text in memory. The result points at the length or, with
// `BEFORE`, at the text. `free_result` frees it.
#include "malloc.h"

struct __attribute__((packed)) prefixed {
  PREFIX length;
  char bytes[];
};

#ifdef BEFORE
#define SHOWN sizeof(struct prefixed)
#else
#define SHOWN 0
#endif

EXPORT(free_result) void free_result(char *result) {
  if (result != 0) heap_free(result - SHOWN, ANY, 1);
}

#define FORM(name)                                                                 \
  EXPORT(name) char *name(const char *in, size length) {                           \
    const struct text text = new_##name(in, length, sizeof(struct prefixed), 0);   \
    if (text.pointer == 0 || (PREFIX)text.length != text.length) __builtin_trap(); \
    ((struct prefixed *)text.pointer)->length = text.length;                       \
    return text.pointer + SHOWN;                                                   \
  }
BOTH(FORM)
