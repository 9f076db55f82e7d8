// build contexts.wasm:
// build contexts_64.wasm: --target=wasm64
//
// Texts go through the buffer of a context, whose address the caller passes, as in C libraries that
// keep no global state. Blocks come from `allocate`, which writes their address to a place that it is
// given and returns an error code.
#include "heap.h"

struct context {
  char *buffer;
  size capacity;
  size length;  // of the text that was left in the buffer
};

// Makes a context with a buffer of `capacity` bytes; null if memory runs out.
EXPORT(context_new) struct context *context_new(size capacity) {
  struct context *context = heap_allocate(sizeof(struct context), 8);
  if (context == 0) return 0;
  context->buffer = heap_allocate(capacity, 1);
  context->capacity = capacity;
  context->length = 0;
  return context;
}

EXPORT(context_free) void context_free(struct context *context) {
  heap_free(context->buffer, context->capacity, 1);
  heap_free(context, sizeof(struct context), 8);
}

// Gives the context another, larger buffer.
EXPORT(context_grow) void context_grow(struct context *context, size capacity) {
  heap_free(context->buffer, context->capacity, 1);
  context->buffer = heap_allocate(capacity, 1);
  context->capacity = capacity;
}

// Turns the text in the buffer into upper case, and returns its length.
EXPORT(upper) size upper(struct context *context, size length) {
  for (size at = 0; at < length; at++) {
    const char c = context->buffer[at];
    if (c >= 'a' && c <= 'z') context->buffer[at] = c - 'a' + 'A';
  }
  context->length = length;
  return length;
}

// The same with the context after the length.
EXPORT(upper_in) size upper_in(size length, struct context *context) {
  return upper(context, length);
}

// Writes the text of `code` into the buffer: as much of it as fits, and returns its whole length.
EXPORT(spell) size spell(struct context *context, unsigned code) {
  static const char *const names[] = {"zero", "one", "two", "three"};
  const char *name = names[code & 3];
  size length = 0;
  for (; name[length] != 0; length++) {
    if (length < context->capacity) context->buffer[length] = name[length];
  }
  return context->length = length;
}

static void *slot;

// The place that an address can be written to.
EXPORT(get_slot) void **get_slot(void) { return &slot; }

// Writes the address of a block to `out`; returns 0, or 12 (ENOMEM) if memory runs out.
EXPORT(allocate) int allocate(void **out, size length) {
  *out = heap_allocate(length, 1);
  return *out == 0 ? 12 : 0;
}

EXPORT(release) void release(void *pointer, size length) { heap_free(pointer, length, 1); }

// A block that a handle leads to.
struct handle {
  char *pointer;
  size length;
};

// Returns a handle; null if memory runs out.
EXPORT(handle_new) struct handle *handle_new(size length) {
  struct handle *handle = heap_allocate(sizeof(struct handle), 8);
  if (handle == 0) return 0;
  handle->pointer = heap_allocate(length, 1);
  handle->length = length;
  return handle;
}

EXPORT(handle_free) void handle_free(struct handle *handle) {
  heap_free(handle->pointer, handle->length, 1);
  heap_free(handle, sizeof(struct handle), 8);
}

// Returns the sum of all bytes.
EXPORT(sum) unsigned sum(const unsigned char *bytes, size length) {
  unsigned total = 0;
  for (size at = 0; at < length; at++) total += bytes[at];
  return total;
}

// The same, and traps if the text is that of a bug.
EXPORT(sum_after) unsigned sum_after(const unsigned char *bytes, size length, unsigned before) {
  return before + sum(bytes, length);
}
