// build canonical_imports_utf8.wasm: -DUNIT=__UINT8_TYPE__
// build canonical_imports_utf16.wasm: -DUNIT=__UINT16_TYPE__
//
// A core module of a component that imports `example:text/host@1.0.0`:
//
//     log: func(line: string);
//     answer: func(question: string) -> string;
//     digest: func(data: list<u8>) -> list<u8>;
//
// and exports `announce`, `ask` and `digest`, which pass their argument on and return the answer. A
// result that is not a flat number is written to the address in the last argument, in a block that
// the host gets from `cabi_realloc` during the call. A string's length counts code units.
#include "texts.h"

#define FUNCTION(name) __attribute__((export_name("example:text/caller#" name)))
#define POST(name) __attribute__((export_name("cabi_post_example:text/caller#" name)))
#define HOST(name) \
  __attribute__((import_module("example:text/host@1.0.0"), import_name(name)))

struct list {
  void *items;
  size length;
};

HOST("log") void host_log(UNIT *text, size length);
HOST("answer") void host_answer(UNIT *text, size length, struct list *result);
HOST("digest") void host_digest(unsigned char *bytes, size length, struct list *result);

static struct list area;

EXPORT(cabi_realloc) void *cabi_realloc(void *old, size old_length, size align, size length) {
  return heap_reallocate(old, old_length, align, length);
}

static void free_items(void *items, size length, size unit) {
  if (length > 0) heap_free(items, length * unit, unit);
}

FUNCTION("announce") void announce(UNIT *text, size length) {
  host_log(text, length);
  free_items(text, length, sizeof(UNIT));
}

FUNCTION("ask") struct list *ask(UNIT *text, size length) {
  host_answer(text, length, &area);
  free_items(text, length, sizeof(UNIT));
  return &area;
}
POST("ask") void post_ask(struct list *list) { free_items(list->items, list->length, sizeof(UNIT)); }

FUNCTION("digest") struct list *digest(unsigned char *bytes, size length) {
  host_digest(bytes, length, &area);
  free_items(bytes, length, 1);
  return &area;
}
POST("digest") void post_digest(struct list *list) { free_items(list->items, list->length, 1); }
