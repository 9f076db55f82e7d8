// build result_struct.wasm: -DSTATIC
// build result_struct_allocated.wasm:
//
// Returns a pointer to a struct of pointer and byte length: a static one, or a block of its own,
// which `free_text` frees together with the text.
#include "malloc.h"

#ifdef STATIC
static struct text area;
static struct text *new_area(void) { return &area; }
#else
static struct text *new_area(void) { return heap_allocate(sizeof(struct text), sizeof(size)); }
EXPORT(free_text) void free_text(struct text *text) {
  heap_free(text->pointer, text->length, 1);
  heap_free(text, sizeof *text, sizeof(size));
}
#endif

#define FORM(name)                                              \
  EXPORT(name) struct text *name(const char *in, size length) { \
    struct text *text = new_area();                             \
    if (text != 0) *text = new_##name(in, length, 0, 0);        \
    return text;                                                \
  }
BOTH(FORM)
